"""What reports add up, brought up to date: facts of calls that have none, sums of days that changed."""

from batch.workplace import Workplace
from storage.reports.facts import check_all, fill_missing
from storage.reports.sums import sum_stale_days

CALLS_AT_ONCE = 2000
DAYS_AT_ONCE = 5
"""In one transaction: others wait no longer than that takes on SQLite, about a second."""


def keep_figures(workplace: Workplace) -> tuple[int, int]:
    """How many calls got facts, and how many days were summed. Cheap where there is nothing to do."""
    filled = summed = 0
    while made := _fill(workplace):
        filled += made
    while days := _sum(workplace):
        summed += days
    return filled, summed


def check_figures(workplace: Workplace) -> tuple[int, int]:
    """As `keep_figures`, of every call there is, also those of which it was known that they have facts."""
    with workplace.sessions.begin() as session:
        check_all(session)
    return keep_figures(workplace)


def _fill(workplace: Workplace) -> int:
    with workplace.sessions.begin() as session:
        return fill_missing(session, CALLS_AT_ONCE)


def _sum(workplace: Workplace) -> int:
    with workplace.sessions.begin() as session:
        return sum_stale_days(session, DAYS_AT_ONCE)

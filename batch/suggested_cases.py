"""Suggesting a month's cases, and looking again at those whose calls were judged anew."""

from dataclasses import dataclass
from datetime import date

import structlog

from batch.workplace import Workplace, now
from models.clock import CHINA_TIME
from pipeline.cases.overturned import anything_changed, recheck_changed
from pipeline.cases.suggesting import due_month, mark_suggested, suggest, suggestions

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SuggestedMonth:
    """`alike` of the suggestions are near duplicates of others."""

    month: date
    suggested: int
    alike: int


def suggest_month(workplace: Workplace, month: date) -> SuggestedMonth:
    """Suggest the month's cases. Of calls of which there are cases already, nothing is suggested again."""
    with workplace.reading() as session:
        found = suggestions(session, month)
    with workplace.sessions.begin() as session:
        rows = suggest(session, month, found, now())
        mark_suggested(session, month, now())
    return SuggestedMonth(month.replace(day=1), len(rows), sum(row.alike is not None for row in rows))


def tend_cases(workplace: Workplace) -> None:
    """What the clock asks of the library: last month's suggestions once it is over, and cases that no longer hold."""
    with workplace.reading() as session:
        month = due_month(session, now().astimezone(CHINA_TIME).date())
    if month is not None:
        done = suggest_month(workplace, month)
        log.info("cases_suggested", month=month.isoformat()[:7], suggested=done.suggested, alike=done.alike)
    with workplace.reading() as session:
        if not anything_changed(session):
            return
    with workplace.sessions.begin() as session:
        if looked := recheck_changed(session, now()):
            log.info("cases_rechecked", calls=looked)

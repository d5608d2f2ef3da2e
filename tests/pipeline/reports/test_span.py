"""The days a report is about, and whose calls."""

from datetime import date

import pytest

from models.errors import BadInput, NotFound
from models.person import RIGHTS, UserRole, Viewer
from pipeline.reports.span import DaySpan, month_of, parse_span, week_of
from pipeline.reports.who import Who, scope_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-W46", date(2026, 11, 9), date(2026, 11, 15)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-11-05", date(2026, 11, 5), date(2026, 11, 5)),
        (" 2026-11-01..2026-11-20 ", date(2026, 11, 1), date(2026, 11, 20)),
    ],
)
def test_a_span_is_written_as_people_say_it(text: str, first: date, last: date) -> None:
    assert parse_span(text) == DaySpan(first, last)


@pytest.mark.parametrize(
    "text", ["", "2026-W60", "2026-13", "11-05", "2026-11-20..2026-11-01", "1900-01-01..2026-11-01"]
)
def test_what_is_no_span_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        parse_span(text)


def test_the_period_before_is_as_long_and_of_a_month_the_month_before() -> None:
    assert week_of(date(2026, 11, 12)).before() == parse_span("2026-W45")
    assert parse_span("2026-11-06..2026-11-15").before() == parse_span("2026-10-27..2026-11-05")
    assert month_of(date(2026, 3, 31)).before() == parse_span("2026-02")


def viewer(role: UserRole, team: str | None = None) -> Viewer:
    return Viewer(1, "某人", role, RIGHTS[role], team)


def test_a_team_lead_sees_their_team_whatever_they_ask_for() -> None:
    lead = viewer(UserRole.TEAM_LEAD, "一组")
    assert scope_of(lead) == Who("一组")
    assert scope_of(lead, agent_id="8001") == Who("一组", "8001")
    with pytest.raises(NotFound):
        scope_of(lead, "二组")
    assert scope_of(viewer(UserRole.TRAINER), "二组") == Who("二组")


@pytest.mark.parametrize(
    "nobody",
    [viewer(UserRole.TEAM_LEAD), viewer(UserRole.INSPECTOR), viewer(UserRole.AGENT)],
    ids=["no team", "inspector", "agent"],
)
def test_who_has_no_reports_finds_none(nobody: Viewer) -> None:
    with pytest.raises(NotFound):
        scope_of(nobody)

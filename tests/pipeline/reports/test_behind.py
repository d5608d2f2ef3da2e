"""What is behind figures is kept from who is still to judge it, and from other teams."""

from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.errors import BadInput, NotFound
from models.person import RIGHTS, UserRole, Viewer
from models.tables import CallFactRow
from pipeline.reports.drill import drill
from pipeline.reports.errors import calls_with_error, pareto
from pipeline.reports.export import SCORES, export_rows
from pipeline.reports.item_rates import agents_call_types, item_counts
from pipeline.reports.report import report
from pipeline.reports.span import month_of
from pipeline.reports.who import Who
from pipeline.review.assignment import reassign
from storage.database import sessions
from storage.reports.facts import fill_missing
from tests.pipeline.inspected import LOW, NOW, Inspected
from tests.pipeline.reports.counted_centre import LEAD, CountedCentre

MONTH = month_of(NOW.date())
OCTOBER = month_of(date(2026, 10, 1))


def test_who_is_to_judge_a_call_blind_is_not_told_its_score(engine: Engine) -> None:
    centre = Inspected(sessions(engine))
    lead = centre.person("周主管", UserRole.LEAD)
    calls = [centre.call(LOW) for _ in range(3)]
    assignment = centre.assignment(calls[0])
    with sessions(engine).begin() as session:
        reassign(session, lead, [assignment.id], lead.user_id, NOW)
    with sessions(engine)() as session:
        page = drill(session, lead, MONTH, Who(), "error:desk:patience", "machine")
        assert (page.count, page.hidden, [line.call_id for line in page.lines]) == (3, 1, calls[:0:-1])
        told = drill(session, lead, MONTH, Who(), "all", "machine")
        assert (told.count, told.hidden) == (3, 0)
        assert [(line.total, line.hidden) for line in told.lines] == [(70.0, False), (70.0, False), (None, True)]
        assert report(session, lead, MONTH, Who(), NOW).errors[0].calls == 3, "figures tell of no single call"
        assert len(calls_with_error(session, lead, MONTH, Who(), "desk", "patience", by_people=None, limit=9)) == 2
        (hidden,) = (row for row in export_rows(session, lead, MONTH, Who()) if row["call_id"] == calls[0])
        assert [hidden[name] for name in SCORES] == [None] * len(SCORES)


def test_a_team_lead_sees_no_other_teams_calls(engine: Engine) -> None:
    centre = Inspected(sessions(engine))
    mine, _ = centre.call(team="服务二组"), centre.call(team="服务一组")
    lead = Viewer(7, "组长", UserRole.TEAM_LEAD, RIGHTS[UserRole.TEAM_LEAD], "服务二组")
    with sessions(engine)() as session:
        assert [line.call_id for line in drill(session, lead, MONTH, Who(), "all", "machine").lines] == [mine]
        assert report(session, lead, MONTH, Who(), NOW).totals.calls == 1
        assert pareto(session, lead, MONTH, Who(), by_people=False)[0].judged == 1
        assert [row["call_id"] for row in export_rows(session, lead, MONTH, Who())] == [mine]
        with pytest.raises(NotFound):
            drill(session, lead, MONTH, Who("服务一组"), "all", "machine")


@pytest.mark.parametrize("what", ["nonsense", "grade:", "silence:7", "error:desk", "satisfaction:x", "fatal:1"])
def test_a_figure_that_is_none_is_said(session: Session, what: str) -> None:
    with pytest.raises(BadInput):
        drill(session, LEAD, MONTH, Who(), what, "machine")


def test_items_are_counted_by_agent_and_day_and_a_call_once(session: Session) -> None:
    CountedCentre(session).add(80)
    fill_missing(session)
    items = ("greeting", "promise")
    counts = item_counts(session, "inbound-service", items, None, OCTOBER.first, OCTOBER.last)
    facts = select(CallFactRow).where(CallFactRow.card == "inbound-service", CallFactRow.agent_id != "")
    calls = [one for one in session.scalars(facts) if one.day in OCTOBER]
    assert sum(one.calls for one in counts) == len(calls) > 10
    rows = {row["call_id"]: str(row["errors"]) for row in export_rows(session, LEAD, OCTOBER, Who())}
    wrong = [call for call in calls if any(f":{item}=" in rows[call.call_id] for item in items)]
    assert sum(one.errors for one in counts) == len(wrong)
    some = {one.agent_id for one in counts[:3]}
    assert {one.agent_id for one in item_counts(session, "inbound-service", items, some, *_days())} == some
    types = agents_call_types(session, "inbound-service", *_days())
    assert {agent: sum(kinds.values()) for agent, kinds in types.items()} == {
        agent: sum(one.calls for one in counts if one.agent_id == agent) for agent in types
    }


def _days() -> tuple[date, date]:
    return OCTOBER.first, OCTOBER.last

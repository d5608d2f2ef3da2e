"""How a team does, as its lead sees it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.review import ReviewState
from models.tables import DeductionRow
from pipeline.results.own_results import acknowledge
from pipeline.results.publishing_results import publish
from pipeline.results.team_results import list_results, team_results
from tests.pipeline.judged import NOW, Desk, judgement


@pytest.fixture
def desk(session: Session) -> Desk:
    desk = Desk(session)
    given = [("6603", "服务二组", {}), ("6604", "服务二组", {"no-shirking": 50}), ("7001", "服务一组", {"empathy": 30})]
    reviews = [desk.reviewed(desk.call(agent_id, team), judgement(lost)) for agent_id, team, lost in given]
    publish(session, desk.lead, [review.id for review in reviews], NOW, tolerance=5)
    acknowledge(session, desk.agent, reviews[0].call_id, NOW)
    return desk


def test_the_weakest_agents_of_the_team_come_first(session: Session, desk: Desk) -> None:
    team = team_results(session, desk.team_lead, NOW)
    assert [(one.agent_id, one.mean, one.fatal, one.unread) for one in team.agents] == [
        ("6604", 0, 1, 1),
        ("6603", 100, 0, 0),
    ]
    assert (team.team, team.calls, team.mean) == ("服务二组", 2, 50)
    assert [one.agent_id for one in team.unread] == ["6604"]
    assert [one.name for one in team.deductions] == ["不推诿"]


def test_points_lost_are_added_up_as_the_scores_say(session: Session, desk: Desk) -> None:
    kept = session.scalars(select(DeductionRow).order_by(DeductionRow.id)).all()
    assert [(one.item, one.name, one.lost) for one in kept] == [
        ("no-shirking", "不推诿", 50),
        ("empathy", "安抚情绪", 30),
    ]
    (lost,) = team_results(session, desk.team_lead, NOW).deductions
    assert (lost.name, lost.calls, lost.lost) == ("不推诿", 1, 50)
    assert team_results(session, desk.team_lead, NOW + timedelta(weeks=13)).deductions == ()


def test_the_lead_sees_all_teams_or_one(session: Session, desk: Desk) -> None:
    assert team_results(session, desk.lead, NOW).calls == 3
    assert [one.agent_id for one in team_results(session, desk.lead, NOW, team="服务一组").agents] == ["7001"]
    with pytest.raises(NotFound):
        team_results(session, desk.team_lead, NOW, team="服务一组")


def test_results_are_listed_and_narrowed(session: Session, desk: Desk) -> None:
    page = list_results(session, desk.team_lead, after=None, limit=1)
    rest = list_results(session, desk.team_lead, after=page.next, limit=5)
    assert [one.agent_id for one in (*page.results, *rest.results)] == ["6604", "6603"]
    one = list_results(session, desk.lead, agent_id="7001", state=ReviewState.PUBLISHED, after=None, limit=5)
    assert [line.agent_id for line in one.results] == ["7001"]
    assert list_results(session, desk.team_lead, agent_id="7001", after=None, limit=5).results == ()

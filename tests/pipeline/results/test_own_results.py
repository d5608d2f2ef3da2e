"""What agents see of their own results, and what they do not."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.person import UserRole, Viewer
from models.review import ReviewState
from models.tables import ReviewRow
from pipeline.results.own_results import acknowledge, overview, own_results
from pipeline.results.publishing_results import publish
from pipeline.results.result_page import ResultPage, result
from pipeline.review.settling import agree
from tests.pipeline.judged import NOW, SHIRKED, Desk, judgement


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def published(session: Session, desk: Desk, *judgements: object, **call: object) -> ReviewRow:
    review = desk.reviewed(desk.call(**call), *judgements)
    publish(session, desk.lead, [review.id], NOW, tolerance=5)
    return review


def seen(session: Session, viewer: Viewer, review: ReviewRow, *, hide_reviewers: bool = True) -> ResultPage:
    return result(session, viewer, review.call_id, NOW, appeal_days=7, hide_reviewers=hide_reviewers)


def test_agents_see_their_own_published_results_and_no_others(session: Session, desk: Desk) -> None:
    mine = published(session, desk)
    theirs = published(session, desk, agent_id="7001", team="服务一组")
    waiting = desk.reviewed()
    listed = own_results(session, desk.agent, NOW, appeal_days=7, after=None, limit=10)
    assert [(one.line.call_id, one.days_left, one.is_new) for one in listed.results] == [(mine.call_id, 7, True)]
    assert seen(session, desk.agent, mine).score.total == 100
    for other in (theirs, waiting):
        with pytest.raises(NotFound):
            seen(session, desk.agent, other)
        with pytest.raises(NotFound):
            acknowledge(session, desk.agent, other.call_id, NOW)
    nobody = desk.person("新来的", UserRole.AGENT)
    assert own_results(session, nobody, NOW, appeal_days=7, after=None, limit=10).results == ()


def test_team_leads_see_their_teams_results(session: Session, desk: Desk) -> None:
    review = published(session, desk)
    assert seen(session, desk.team_lead, review).line.agent_id == "6603"
    with pytest.raises(NotFound):
        seen(session, desk.other_team_lead, review)
    with pytest.raises(NotFound):
        acknowledge(session, desk.team_lead, review.call_id, NOW)


def test_a_result_shows_points_comments_and_seconds_but_not_the_machine(session: Session, desk: Desk) -> None:
    review = published(session, desk, judgement({"greeting": 4}))
    page = seen(session, desk.agent, review)
    greeting = page.sections[0].items[0]
    assert (greeting.score.got, greeting.score.points, greeting.verdict.comment) == (6, 10, "greeting 扣分")
    assert greeting.verdict.evidence == (SHIRKED,)
    assert page.comment == "整体不错，注意语速。"
    assert "推给售后" not in repr(page), "the machine's rule"
    assert "内部备注" not in repr(page)


def test_who_judged_is_hidden_from_agents_if_the_centre_wants_that(session: Session, desk: Desk) -> None:
    review = published(session, desk)
    page = seen(session, desk.agent, review)
    assert page.judged_by == ()
    assert [(step.after, step.by) for step in page.steps] == [(ReviewState.PUBLISHED, "")]
    assert "李质检" not in repr(page)
    assert "周主管" not in repr(page)
    open_page = seen(session, desk.agent, review, hide_reviewers=False)
    assert (open_page.judged_by, open_page.steps[0].by) == (("李质检",), "周主管")
    assert seen(session, desk.team_lead, review).judged_by == ("李质检",)


def test_a_settled_dispute_does_not_name_its_inspectors(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement(), judgement({"empathy": 30}))
    agree(session, desk.lead, review.id, judgement(), NOW, why="听李质检的")
    assert "李质检" not in repr(seen(session, desk.agent, review))


def test_reading_is_said_once_and_keeps_the_right_to_appeal(session: Session, desk: Desk) -> None:
    review = published(session, desk)
    assert seen(session, desk.agent, review).may_acknowledge
    acknowledge(session, desk.agent, review.call_id, NOW)
    acknowledge(session, desk.agent, review.call_id, NOW + timedelta(hours=1))
    assert (review.state, review.acknowledged_at) == (ReviewState.ACKNOWLEDGED, NOW)
    page = seen(session, desk.agent, review)
    assert (page.may_acknowledge, page.refusal) == (False, None)
    assert page.steps[-1].by == "王小北"


def test_the_weeks_and_what_points_were_lost_by(session: Session, desk: Desk) -> None:
    published(session, desk, judgement({"greeting": 4}))
    published(session, desk, judgement({"greeting": 10, "empathy": 15}))
    published(session, desk, started_at=NOW - timedelta(weeks=2))
    published(session, desk, judgement({"no-shirking": 50}), agent_id="7001", team="服务一组")
    lately = overview(session, desk.agent, NOW)
    assert (lately.calls, lately.new, lately.appealed) == (3, 3, 0)
    assert [(week.calls, week.mean) for week in lately.weeks[-3:]] == [
        (1, 100),
        (0, None),
        (2, pytest.approx((96.67 + 79.17) / 2)),
    ]
    assert [(one.name, one.calls, one.lost) for one in lately.deductions] == [
        ("标准开场白", 2, 14),
        ("安抚情绪", 1, 15),
    ]


def test_pages_follow_each_other(session: Session, desk: Desk) -> None:
    calls = [published(session, desk).call_id for _ in range(3)]
    first = own_results(session, desk.agent, NOW, appeal_days=7, after=None, limit=2)
    second = own_results(session, desk.agent, NOW, appeal_days=7, after=first.next, limit=2)
    assert [one.line.call_id for one in (*first.results, *second.results)] == calls[::-1]
    assert second.next is None

"""Complaints and praise: entered once, tied to their call by a person, verified, shown."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound, Stale
from models.feedback import FeedbackFacts, FeedbackKind, FeedbackState
from models.person import UserRole
from models.review import ReviewState
from models.tables import AuditRow, FeedbackRow, ReviewRow
from pipeline.results.feedback import (
    about_agent,
    about_call,
    candidates,
    earlier_decisions,
    find_feedback,
    list_feedback,
)
from pipeline.results.verifying import ask_hearing, decide_feedback, enter, reopen, tie
from tests.pipeline.judged import NOW, Desk

NUMBER = "13812341234"


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def complaint(text: str = "让我自己去找厂家。", **more: Any) -> FeedbackFacts:
    return FeedbackFacts(FeedbackKind.COMPLAINT, text, **more)


def test_the_same_number_of_a_source_is_entered_once(session: Session, desk: Desk) -> None:
    first, is_new = enter(session, desk.lead, complaint(source="crm", key="C-7"), NOW)
    again, is_new_again = enter(session, desk.lead, complaint(source="crm", key="C-7"), NOW)
    assert (first.id, is_new, is_new_again) == (again.id, True, False)
    with pytest.raises(Conflict):
        enter(session, desk.lead, complaint("另一件事", source="crm", key="C-7"), NOW)
    other, _ = enter(session, desk.lead, complaint(source="shop", key="C-7"), NOW)
    by_hand = [enter(session, desk.lead, complaint(), NOW)[0].id for _ in range(2)]
    assert len({first.id, other.id, *by_hand}) == 4
    with pytest.raises(BadInput):
        enter(session, desk.lead, complaint("  "), NOW)


def test_it_is_tied_to_its_call_by_number_or_file(session: Session, desk: Desk) -> None:
    call_id = desk.call(file="a/0042.wav")
    for named in ({"call_id": call_id}, {"file": "a/0042.wav"}, {"file": "0042.wav"}):
        entry, _ = enter(session, desk.lead, complaint(**named), NOW)
        assert (entry.call_id, entry.agent_id) == (call_id, "6603")
    for unknown in ({"call_id": 999}, {"file": "nowhere.wav"}):
        with pytest.raises(NotFound):
            enter(session, desk.lead, complaint(**unknown), NOW)
    desk.call(file="b/0042.wav")
    with pytest.raises(BadInput, match="2 calls"):
        enter(session, desk.lead, complaint(file="0042.wav"), NOW)


def test_calls_are_suggested_by_number_agent_and_time_and_confirmed_by_a_person(session: Session, desk: Desk) -> None:
    near = desk.call(customer_number=NUMBER, started_at=NOW - timedelta(minutes=100))
    nearest = desk.call(customer_number=NUMBER, started_at=NOW + timedelta(minutes=5))
    same_agent = desk.call(started_at=NOW)
    desk.call(customer_number=NUMBER, started_at=NOW - timedelta(minutes=121))
    desk.call("7001", "服务一组", started_at=NOW)
    entry, _ = enter(session, desk.lead, complaint(agent_id="6603", customer_number=NUMBER, happened_at=NOW), NOW)
    found = candidates(session, desk.lead, entry.id)
    assert [one.call_id for one in found] == [nearest, near, same_agent]
    assert [(one.same_number, one.same_agent) for one in found] == [(True, True), (True, True), (False, True)]
    assert entry.call_id is None, "a person confirms"
    tied = tie(session, desk.lead, entry.id, nearest, NOW, revision=entry.revision)
    assert (tied.call_id, tied.revision) == (nearest, 2)
    with pytest.raises(Stale):
        tie(session, desk.lead, entry.id, near, NOW, revision=1)
    assert tie(session, desk.lead, entry.id, None, NOW, revision=2).call_id is None


def test_customers_numbers_leave_masked(session: Session, desk: Desk) -> None:
    call_id = desk.call(file=f"{NUMBER}.wav", customer_number=NUMBER)
    facts = complaint(f"我的号码是{NUMBER}，给我回电。", call_id=call_id, customer_number=NUMBER)
    entry, _ = enter(session, desk.lead, facts, NOW)
    decided = decide_feedback(session, desk.lead, entry.id, NOW, stands=True, why=f"{NUMBER} 的通话属实", revision=1)
    assert NUMBER not in repr(decided)
    assert decided.customer_number == "138****1234"
    assert NUMBER not in repr(candidates(session, desk.lead, entry.id))


def test_its_call_is_heard_where_that_is_wanted(session: Session, desk: Desk) -> None:
    entry, _ = enter(session, desk.lead, complaint(agent_id="6603"), NOW)
    with pytest.raises(Conflict, match="which call"):
        ask_hearing(session, desk.lead, entry.id, NOW, revision=1)
    call_id = desk.call()
    tie(session, desk.lead, entry.id, call_id, NOW, revision=1)
    heard = ask_hearing(session, desk.lead, entry.id, NOW, revision=2)
    assert heard.review_state == ReviewState.QUEUED
    review = session.scalars(select(ReviewRow)).one()
    assert (review.call_id, review.reasons[0]["code"]) == (call_id, "pipeline.queued_for_complaint")


def test_what_stands_is_in_the_agents_record_and_what_does_not_is_not(session: Session, desk: Desk) -> None:
    call_id = desk.call()
    stands, _ = enter(session, desk.lead, FeedbackFacts(FeedbackKind.PRAISE, "很耐心", call_id=call_id), NOW)
    falls, _ = enter(session, desk.lead, complaint(call_id=call_id), NOW)
    waits, _ = enter(session, desk.lead, complaint(call_id=call_id), NOW)
    for entry, does in ((stands, True), (falls, False)):
        decide_feedback(session, desk.lead, entry.id, NOW, stands=does, why="听过录音", revision=1)
    assert [one.id for one in about_agent(session, "6603")] == [stands.id]
    assert [one.id for one in about_call(session, call_id, standing=True)] == [stands.id]
    assert [one.id for one in about_call(session, call_id)] == [waits.id, falls.id, stands.id]
    for again in (decide_feedback,):
        with pytest.raises(Conflict):
            again(session, desk.lead, falls.id, NOW, stands=True, why="…", revision=2)
    actions = list(session.scalars(select(AuditRow.action).where(AuditRow.target == "feedback")))
    assert actions.count("feedback.decided") == 2


def test_it_needs_a_reason_and_somebody_it_is_about(session: Session, desk: Desk) -> None:
    nobody, _ = enter(session, desk.lead, complaint(), NOW)
    with pytest.raises(BadInput, match="reason"):
        decide_feedback(session, desk.lead, nobody.id, NOW, stands=False, why=" ", revision=1)
    with pytest.raises(BadInput, match="Neither agent nor call"):
        decide_feedback(session, desk.lead, nobody.id, NOW, stands=True, why="…", revision=1)
    done = decide_feedback(session, desk.lead, nobody.id, NOW, stands=False, why="查无此事", revision=1)
    assert done.state is FeedbackState.UNFOUNDED


def test_agents_and_team_leads_see_only_what_concerns_them(session: Session, desk: Desk) -> None:
    mine, _ = enter(session, desk.lead, complaint(call_id=desk.call()), NOW)
    theirs, _ = enter(session, desk.lead, complaint(call_id=desk.call("7001", "服务一组")), NOW)

    def seen(viewer: Any) -> list[int]:
        return [one.id for one in list_feedback(session, viewer, after=None, limit=9).entries]

    assert (seen(desk.lead), seen(desk.team_lead), seen(desk.agent)) == ([theirs.id, mine.id], [mine.id], [])
    for stranger in (desk.agent, desk.other_team_lead):
        with pytest.raises(NotFound):
            find_feedback(session, stranger, mine.id)
        with pytest.raises(NotFound):
            tie(session, stranger, mine.id, None, NOW, revision=1)
    decide_feedback(session, desk.lead, mine.id, NOW, stands=True, why="属实", revision=1)
    assert (seen(desk.agent), seen(desk.other_agent)) == ([mine.id], [])


def test_lists_are_narrowed_and_paged(session: Session, desk: Desk) -> None:
    praise, _ = enter(session, desk.lead, FeedbackFacts(FeedbackKind.PRAISE, "好", agent_id="6603"), NOW)
    two = [enter(session, desk.lead, complaint(), NOW)[0].id for _ in range(2)]
    page = list_feedback(session, desk.lead, kind=FeedbackKind.COMPLAINT, after=None, limit=1)
    rest = list_feedback(session, desk.lead, kind=FeedbackKind.COMPLAINT, after=page.next, limit=1)
    assert ([one.id for one in (*page.entries, *rest.entries)], rest.next) == (two[::-1], None)
    assert [e.id for e in list_feedback(session, desk.lead, agent_id="6603", after=None, limit=5).entries] == [
        praise.id
    ]
    assert session.scalars(select(FeedbackRow.revision).distinct()).all() == [1]


def test_a_decision_is_reopened_with_a_reason_and_stays_to_be_seen(session: Session, desk: Desk) -> None:
    call_id = desk.call(customer_number=NUMBER)
    entry, _ = enter(session, desk.lead, complaint(call_id=call_id, customer_number=NUMBER), NOW)
    with pytest.raises(Conflict, match="not been decided"):
        reopen(session, desk.lead, entry.id, NOW, why="再听", revision=1)
    decide_feedback(session, desk.lead, entry.id, NOW, stands=True, why=f"{NUMBER} 那通听过", revision=1)
    with pytest.raises(BadInput):
        reopen(session, desk.lead, entry.id, NOW, why=" ", revision=2)
    with pytest.raises(Stale):
        reopen(session, desk.lead, entry.id, NOW, why="再听", revision=1)
    other = desk.person("钱主管", UserRole.LEAD)
    later = NOW + timedelta(hours=2)
    again = reopen(session, other, entry.id, later, why="客户来电更正，说的是另一通", revision=2)
    assert (again.state, again.why, again.decided_by, again.decided_at, again.revision) == ("open", None, None, None, 3)
    assert about_agent(session, "6603") == (), "until it is decided anew it counts for nothing"
    decide_feedback(session, desk.lead, entry.id, later, stands=False, why="不是这通", revision=3)
    reopen(session, other, entry.id, later, why="又有录音", revision=4)
    earlier = earlier_decisions(session, desk.lead, entry.id)
    assert [(one.state, one.why, one.decided_by, one.decided_at) for one in earlier] == [
        ("stands", "138****1234 那通听过", "周主管", NOW),
        ("unfounded", "不是这通", "周主管", later),
    ]
    assert [(one.reopened_by, one.reopened_why, one.reopened_at) for one in earlier] == [
        ("钱主管", "客户来电更正，说的是另一通", later),
        ("钱主管", "又有录音", later),
    ]
    actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
    assert actions.count("feedback.reopened") == 2
    assert NUMBER not in repr([row.facts for row in session.scalars(select(AuditRow))])

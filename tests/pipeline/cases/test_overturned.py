"""Cases of calls that people judge: what comes of them when an appeal is right, or a verdict is published."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.appeal import AppealedItem, ItemDecision
from models.case import CaseKind, CaseState
from models.review import ItemVerdict
from models.score import ItemState
from models.tables import AssignmentRow, CallRow, CaseRow, ReviewRow, ScoreRow, TranscriptRow
from models.transcript import TRANSCRIPT_JSON, Recording, Role, Transcript, Turn
from pipeline.cases.library import case_of
from pipeline.cases.making import MakeCase, add_case
from pipeline.cases.overturned import anything_changed, recheck_changed
from pipeline.results.appealing import give_hearing, open_appeal
from pipeline.results.deciding import decide
from pipeline.results.publishing_results import publish
from tests.pipeline.judged import NOW, Desk, judgement

SHIRKING = AppealedItem("no-shirking", "我是请客户提供订单号，不是推给别人。")
STANDS = ItemVerdict("no-shirking", ItemState.JUDGED)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def case_about(session: Session, desk: Desk, review: ReviewRow, *items: str) -> CaseRow:
    """A published case of the review's call, which says two sentences."""
    call = session.get_one(CallRow, review.call_id)
    score = session.get_one(ScoreRow, call.score_id)
    said = (
        Turn(Role.CUSTOMER, 1, 0.0, 3.0, "你们到底管不管？", 0.9),
        Turn(Role.AGENT, 0, 4.0, 6.5, "这个不归我们管", 0.9),
    )
    transcript = Transcript(Recording("0001.wav", "a" * 64, 63.0, 2, "pcm_alaw"), said)
    session.get_one(TranscriptRow, score.transcript_id).body = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
    session.flush()
    asked = MakeCase(review.call_id, CaseKind.FAILING, "推诿", "不要推给售后。", items=items)
    return add_case(session, desk.lead, asked, NOW, state=CaseState.PUBLISHED)


def test_an_appeal_that_is_right_withdraws_the_case_at_once(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement({"no-shirking": 50}))
    publish(session, desk.lead, [review.id], NOW, tolerance=5)
    row = case_about(session, desk, review, "no-shirking")
    assert row.final_id == review.final_id, "held against what people said"
    appeal = open_appeal(session, desk.agent, review.call_id, (SHIRKING,), NOW, appeal_days=7, decide_days=5)
    hearing = give_hearing(session, desk.lead, appeal, NOW, user_id=desk.person("孙质检").user_id)
    desk.submit(session.get_one(AssignmentRow, hearing), judgement(), desk.person("孙质检"))
    decide(session, desk.lead, appeal, [ItemDecision("no-shirking", False, "没有推诿", STANDS)], NOW)  # noqa: FBT003
    assert (row.state, row.withdrawn_at) == (CaseState.WITHDRAWN, NOW)
    assert "不再扣分" in (row.withdrawn_why or "")
    session.commit()
    assert case_of(session, desk.lead, row.id).provenance.appeal == "overturned"


def test_what_people_found_otherwise_than_the_machine_withdraws_or_flags_it(session: Session, desk: Desk) -> None:
    clean, partly = desk.reviewed(), desk.reviewed(None, judgement({"patience": 10}))
    gone = case_about(session, desk, clean, "no-shirking")
    flagged = case_about(session, desk, partly, "no-shirking", "patience")
    assert not anything_changed(session)
    publish(session, desk.lead, [clean.id, partly.id], NOW, tolerance=5)
    assert recheck_changed(session, NOW) == 2
    assert gone.state == CaseState.WITHDRAWN
    assert flagged.state == CaseState.PUBLISHED
    assert flagged.flag is not None
    assert flagged.flag["code"] == "pipeline.case_partly_overturned"
    assert not anything_changed(session), "looked at once"


def test_an_unseen_suggestion_that_does_not_hold_is_dismissed(session: Session, desk: Desk) -> None:
    review = desk.reviewed()
    row = case_about(session, desk, review, "no-shirking")
    row.state = CaseState.SUGGESTED.value
    publish(session, desk.lead, [review.id], NOW, tolerance=5)
    recheck_changed(session, NOW)
    assert session.scalars(select(CaseRow.state)).all() == [CaseState.DISMISSED]

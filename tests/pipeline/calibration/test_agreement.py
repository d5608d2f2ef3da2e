"""Per item: people with people and the machine with people, as stored verdicts and scores have them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.appeal import AppealState
from models.calibration import CalibrationState
from models.tables import (
    AppealRow,
    AssignmentRow,
    CalibrationCallRow,
    CalibrationMemberRow,
    CalibrationRow,
    CallRow,
    FinalScoreRow,
    ReviewRow,
    ScoreRow,
    VerdictRow,
)
from pipeline.calibration.agreement import agreement, judged_cards, judged_types, machine_agreement
from pipeline.calibration.answers import AnswerBook
from pipeline.calibration.sheet import Asked, sheet
from tests.pipeline.calibration.simulated import NOW, Rater, Simulated, agreed_share

CARD = Asked("service")

BOTH = pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
"""What is read of stored JSON is asked for otherwise in each."""


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_people_agree_as_often_as_they_were_made_to(session: Session) -> None:
    made = Simulated(session, [Rater("李", 2.5), Rater("王", 1.0)], items={"easy": -2.0, "hard": 1.5})
    made.calls(300)
    found = agreement(session, CARD)
    assert (found.verdicts, found.calls, found.people) == (600, 300, 2)
    for one, hard in zip(found.among_people.items, (-2.0, 1.5), strict=True):
        true = agreed_share(2.5, 1.0, hard)
        assert one.n == 300
        assert one.raw.low is not None
        assert one.raw.high is not None
        assert one.raw.low - 0.02 <= true <= one.raw.high + 0.02
    easy, hard_item = found.among_people.items
    assert easy.kappa.low is not None
    assert hard_item.kappa.high is not None
    assert easy.kappa.low > hard_item.kappa.high
    assert easy.name == "评分项 easy"


def test_the_machine_beside_people_counts_each_call_once(session: Session) -> None:
    made = Simulated(session, [Rater("李", 5.0), Rater("王", 5.0)], machine=2.0)
    made.calls(120)
    found = agreement(session, CARD)
    one = found.machine.items[0]
    assert one.n == 120
    assert one.errors == pytest.approx(36, abs=15)
    for figure in (one.kappa, one.ac1, one.precision, one.recall, one.bias, one.points):
        assert figure is not None
        assert figure.low is not None
        assert figure.value is not None
        assert figure.low <= figure.value
    assert found.machine.totals.within.n == 120
    alone = machine_agreement(session, "service", "item-1", NOW - timedelta(days=365))
    assert alone == one


def test_who_could_see_the_machines_answer_says_nothing_about_it(session: Session) -> None:
    made = Simulated(session, [Rater("李", 5.0), Rater("王", 5.0)], machine=2.0)
    calls = made.calls(60)
    session.execute(update(ReviewRow).where(ReviewRow.call_id.in_(calls[:25])).values(blind=False))
    found = agreement(session, CARD)
    assert (found.machine.items[0].n, found.machine.totals.within.n) == (35, 35)
    assert found.among_people.items[0].n == 35, "the second of the others had the first one's verdict before them"


@BOTH
def test_what_was_agreed_is_what_the_machine_is_held_against(session: Session) -> None:
    made = Simulated(session, [Rater("李", 0.0)], items={"a": 0.0}, machine=9.0)
    calls = made.calls(60, by=[[0]])
    before = machine_agreement(session, "service", "a", None)
    for call_id in calls:
        body = session.get_one(ScoreRow, call_id).body["pre_score"]["sections"][0]["items"][0]
        reference(session, made, call_id, {"a": body["lost"]})
    after = machine_agreement(session, "service", "a", None)
    assert before.raw.value is not None
    assert before.raw.value < 0.8
    assert after.raw.value == 1.0
    assert after.kappa.value == 1.0
    assert after.kappa.low is not None
    assert after.kappa.low < 0.9


@BOTH
def test_an_appeal_says_what_is_right_of_the_appealed_item_only(session: Session) -> None:
    made = Simulated(session, [Rater("李", 9.0)], items={"a": 0.0, "b": 0.0}, machine=9.0)
    (call_id,) = made.calls(1, by=[[0]])
    appealed(session, made, call_id, "a", {"a": 0.0, "b": 0.0})
    found = sheet(session, AnswerBook(), CARD)
    assert found.agreed.tolist()[0][0] == 0.0
    assert found.agreed[0][1] != found.agreed[0][1]
    assert found.source == ["appeal"]


@BOTH
def test_a_calibration_that_is_still_heard_gives_nothing_away(session: Session) -> None:
    made = Simulated(session, [Rater("李"), Rater("王")])
    calls = made.calls(40, purpose="calibration")
    running = calibration(session, made, CalibrationState.HEARING)
    for call_id in calls:
        session.add(
            CalibrationCallRow(
                calibration_id=running.id, call_id=call_id, review_id=call_id, score_id=call_id, reasons=[]
            )
        )
    session.flush()
    assert agreement(session, CARD).verdicts == 0
    running.state = CalibrationState.TALKING.value
    session.flush()
    assert agreement(session, CARD).verdicts == 80


@BOTH
def test_a_call_of_a_session_called_off_counts_in_the_next(session: Session) -> None:
    made = Simulated(session, [Rater("李"), Rater("王")])
    calls = made.calls(40, purpose="calibration")
    called_off = calibration(session, made, CalibrationState.CANCELLED)
    held = calibration(session, made, CalibrationState.CLOSED)
    for one in (called_off, held):
        for call_id in calls:
            session.add(
                CalibrationCallRow(
                    calibration_id=one.id, call_id=call_id, review_id=call_id, score_id=call_id, reasons=[]
                )
            )
        session.add(CalibrationMemberRow(calibration_id=one.id, user_id=made.users[0].id))
    session.add(CalibrationMemberRow(calibration_id=called_off.id, user_id=made.users[1].id))
    session.flush()
    assert agreement(session, CARD).verdicts == 40, "of who was in the session that was held"


@BOTH
def test_the_machine_s_score_of_a_call_picked_for_a_calibration_only(session: Session) -> None:
    made = Simulated(session, [Rater("李", 2.0)], items={"a": 0.0}, machine=9.0)
    calls = made.calls(40, by=[[0]], purpose="calibration")
    for call_id in calls:
        reference(session, made, call_id, {"a": 0.0})
    with_review = machine_agreement(session, "service", "a", None)
    session.execute(update(ReviewRow).values(score_id=None))
    assert machine_agreement(session, "service", "a", None) == with_review
    assert with_review.n == 40


def test_who_hears_an_appeal_does_not_judge_alone(session: Session) -> None:
    made = Simulated(session, [Rater("李"), Rater("王")])
    made.calls(20)
    session.execute(update(VerdictRow).where(VerdictRow.user_id == made.users[1].id).values(purpose="appeal"))
    assert agreement(session, CARD).among_people.calls == 0


def test_a_second_verdict_of_the_same_person_is_no_second_opinion(session: Session) -> None:
    made = Simulated(session, [Rater("李")])
    made.calls(20, by=[[0, 0]])
    found = agreement(session, CARD)
    assert found.among_people.calls == 0
    assert found.among_people.items[0].raw.insufficient is not None


def test_only_the_period_and_the_kind_of_call_asked_for(session: Session) -> None:
    made = Simulated(session, [Rater("李"), Rater("王")])
    made.calls(30)
    assert judged_types(session) == ("咨询", "投诉")
    assert [(one.card, one.verdicts) for one in judged_cards(session)] == [("service", 60)]
    assert agreement(session, Asked("service", call_type="投诉")).calls == 10
    first = session.query(VerdictRow.submitted_at).order_by(VerdictRow.submitted_at).first()
    assert first is not None
    assert agreement(session, Asked("service", until=first[0] + timedelta(minutes=90))).calls == 3
    assert agreement(session, Asked("other")).verdicts == 0


def test_an_item_nobody_spoke_of_is_insufficient(session: Session) -> None:
    found = machine_agreement(session, "service", "unheard-of", None)
    assert found.n == 0
    for figure in (found.raw, found.kappa, found.ac1, found.precision, found.recall, found.bias):
        assert figure is not None
        assert figure.insufficient is not None


def test_what_the_classifier_thinks_can_be_asked_for_before_it_counts(session: Session) -> None:
    made = Simulated(session, [Rater("李", 9.0)], items={"a": 0.0}, machine=9.0)
    calls = made.calls(60, by=[[0]])
    for call_id in calls:
        score = session.get_one(ScoreRow, call_id)
        body: dict[str, Any] = score.body
        (item,) = body["pre_score"]["sections"][0]["items"]
        answer = "cannot_judge" if call_id <= 10 else "clean" if item["lost"] else "hit"
        item["opinion"] = {"item": "a", "probability": 0.5, "answer": answer, "evidence": []}
        session.execute(update(ScoreRow).where(ScoreRow.id == call_id).values(body=body))
    opinion = machine_agreement(session, "service", "a", None, by="opinion")
    assert opinion.n == 50
    assert opinion.raw.value == 0.0
    assert machine_agreement(session, "service", "a", None).raw.value == 1.0


def test_verdicts_are_read_once_and_new_items_find_their_place(session: Session) -> None:
    made = Simulated(session, [Rater("李"), Rater("王")], items={"a": 0.0, "b": 0.0})
    made.calls(12)
    book = AnswerBook()
    first = agreement(session, CARD, book)
    made.items = {"new": 0.0, "b": 0.0}
    made.calls(12)
    second = agreement(session, CARD, book)
    assert [one.item for one in second.machine.items] == ["a", "b", "new"]
    assert [one.n for one in second.machine.items] == [12, 24, 12]
    assert second == agreement(session, CARD)
    assert first.machine.items[0] == second.machine.items[0]


def reference(session: Session, made: Simulated, call_id: int, lost: dict[str, float]) -> None:
    closed = session.query(CalibrationRow).first() or calibration(session, made, CalibrationState.CLOSED)
    items = [{"item": item, "state": "judged", "lost": points, "won": 0.0} for item, points in lost.items()]
    session.add(
        CalibrationCallRow(
            calibration_id=closed.id,
            call_id=call_id,
            review_id=call_id,
            score_id=call_id,
            reasons=[],
            reference={"items": items},
            score={"total": 90.0},
            agreed_by="周主管",
            agreed_at=NOW,
        )
    )
    session.flush()


def calibration(session: Session, made: Simulated, state: CalibrationState) -> CalibrationRow:
    row = CalibrationRow(
        title="十一月",
        state=state.value,
        scorecard_id=made.card_id,
        made_by="周主管",
        user_id=made.users[0].id,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def appealed(session: Session, made: Simulated, call_id: int, item: str, lost: dict[str, float]) -> None:
    items = [{"item": one, "state": "judged", "lost": points, "won": 0.0} for one, points in lost.items()]
    verdict = session.query(VerdictRow).filter_by(call_id=call_id).one()
    finals = [
        FinalScoreRow(
            review_id=call_id,
            call_id=call_id,
            verdict_id=verdict.id,
            source=source,
            scorecard_id=made.card_id,
            judgement={"items": items},
            body={},
            fatal=False,
            published_by="周主管",
            published_at=NOW,
        )
        for source in ("review", "appeal")
    ]
    session.add_all(finals)
    session.flush()
    session.add(
        AppealRow(
            review_id=call_id,
            call_id=call_id,
            final_id=finals[0].id,
            new_final_id=finals[1].id,
            user_id=made.users[0].id,
            by="王小北",
            items=[{"item": item, "reason": "没有"}],
            outcome=[{"item": item, "upheld": False, "reason": "对"}],
            state=AppealState.OVERTURNED.value,
            created_at=NOW,
            due_at=NOW,
            decided_at=NOW,
        )
    )
    session.flush()
    assert session.get(AssignmentRow, verdict.assignment_id)
    assert session.get(CallRow, call_id)

"""What people said of items: its weights, what an appeal replaces, and how far two people agree."""

from datetime import timedelta

import pytest

from models.appeal import AppealState
from models.calibration import CalibrationState
from models.final import FinalSource
from models.learning import ItemLabel
from models.review import Purpose
from models.tables import (
    AppealRow,
    CalibrationCallRow,
    CalibrationMemberRow,
    CalibrationRow,
    CallRow,
    VerdictRow,
)
from pipeline.learning.data import ENOUGH, ENOUGH_OF_EACH, ItemData
from pipeline.learning.examples import examples, learnable
from pipeline.learning.said import JudgedCall, disagreement, judged_calls
from pipeline.review.corrections import correct
from storage.review.reviews import review_of
from tests.pipeline.learning.taught import KIND, NOW, PAIR, PATIENCE, RUDE, Taught

CARE = "care"


def labels(taught: Taught, item: str = PATIENCE) -> list[tuple[bool, float]]:
    with taught.make() as session:
        calls = judged_calls(session)
    return sorted((label.error, label.weight) for call in calls for label in call.labels if label.item == item)


def appeal(taught: Taught, call: int, *, before: bool, after: bool | None) -> None:
    """Decided; `after` is what the item is judged as instead, None where it was upheld."""
    old = taught.final(call, {PATIENCE: before}, FinalSource.REVIEW)
    new = None if after is None else taught.final(call, {PATIENCE: after}, FinalSource.APPEAL, minutes=60)
    agent, judge = taught.person("王小北"), taught.person("周主管")
    with taught.make.begin() as session:
        review = review_of(session, call)
        assert review is not None
        session.add(
            AppealRow(
                review_id=review.id,
                call_id=call,
                final_id=old,
                user_id=agent.user_id,
                by=agent.name,
                items=[{"item": PATIENCE, "reason": "我没有"}],
                state=AppealState.UPHELD if after is None else AppealState.OVERTURNED,
                outcome=[{"item": PATIENCE, "upheld": after is None, "reason": "听过了", "rules": []}],
                new_final_id=new,
                decided_by=judge.name,
                decided_user_id=judge.user_id,
                created_at=NOW,
                due_at=NOW,
                decided_at=NOW + timedelta(days=1),
            )
        )


@pytest.mark.parametrize(
    ("state", "learnt"),
    [(CalibrationState.HEARING, 0), (CalibrationState.CANCELLED, 0), (CalibrationState.TALKING, 1)],
)
def test_nothing_is_learnt_from_calibrations_still_heard_or_called_off(
    taught: Taught, state: CalibrationState, learnt: int
) -> None:
    call = taught.call(RUDE[0])
    taught.verdicts([(call, {PATIENCE: True})], purpose=Purpose.CALIBRATION)
    with taught.make.begin() as session:
        review, verdict = review_of(session, call), session.query(VerdictRow).one()
        score = session.get_one(CallRow, call).score_id
        assert review is not None
        held = CalibrationRow(
            title="十一月",
            state=state,
            scorecard_id=verdict.scorecard_id,
            made_by="周主管",
            user_id=verdict.user_id,
            created_at=NOW,
        )
        session.add(held)
        session.flush()
        session.add(CalibrationMemberRow(calibration_id=held.id, user_id=verdict.user_id))
        session.add(
            CalibrationCallRow(calibration_id=held.id, call_id=call, review_id=review.id, score_id=score, reasons=[])
        )
    assert len(labels(taught)) == learnt
    with taught.make() as session:
        assert learnable(session, PAIR).calls == learnt


def test_every_word_counts_by_where_it_was_said(taught: Taught) -> None:
    call = taught.call(RUDE[0])
    taught.verdicts([(call, {PATIENCE: True, CARE: False})])
    taught.verdicts([(call, {PATIENCE: False})], by="刘质检", purpose=Purpose.DOUBLE)
    taught.final(call, {PATIENCE: True}, FinalSource.CONSENSUS)
    assert labels(taught) == [(False, 1.0), (True, 1.0), (True, 2.0)]
    assert labels(taught, CARE) == [(False, 1.0)]
    with taught.make() as session:
        (patience,) = (item for item in learnable(session, PAIR).items if item.item == PATIENCE)
    assert (patience.calls, patience.errors, patience.twice, patience.differ) == (1, 1, 1, 1)


def test_an_overturned_item_loses_what_was_said_of_it_otherwise(taught: Taught) -> None:
    overturned, upheld = taught.call(KIND[0]), taught.call(RUDE[0])
    taught.verdicts([(overturned, {PATIENCE: True, CARE: True}), (upheld, {PATIENCE: True})])
    appeal(taught, overturned, before=True, after=False)
    appeal(taught, upheld, before=True, after=None)
    assert labels(taught) == [(False, 3.0), (True, 1.0), (True, 3.0)]
    assert labels(taught, CARE) == [(True, 1.0)], "what was not appealed stands"


def test_two_people_disagree_by_item() -> None:
    def said(call: int, answers: list[bool]) -> JudgedCall:
        return JudgedCall(call, "card", [], {rater: {PATIENCE: answer} for rater, answer in enumerate(answers, 1)})

    told = disagreement([said(1, [True, True]), said(2, [True, False]), said(3, [False])])["card", PATIENCE]
    assert (told.hits, told.of) == (1, 2)
    assert told.low < 0.5 < told.high


def test_examples_are_heard_as_people_corrected_them_with_the_rules_of_today(taught: Taught) -> None:
    call = taught.call(RUDE[0])
    taught.verdicts([(call, {PATIENCE: True})])
    with taught.make.begin() as session:
        correct(session, taught.person("李质检"), call, NOW, turn=4, first=0, last=0, text="你")
    with taught.make() as session:
        (one,) = examples(session, PAIR).calls
    assert (one.call_id, one.card) == (call, "inbound-service")
    assert one.transcript.turns[4].text.startswith("你就搁那儿")
    assert {result.pack_version for result in one.results} == {taught.pack.version}
    assert [(label.item, label.error) for label in one.labels] == [(PATIENCE, True)]
    assert isinstance(one.labels[0], ItemLabel)


def test_what_is_missing_is_what_training_asks_for() -> None:
    from scoring.classifier import training

    assert (ENOUGH, ENOUGH_OF_EACH) == (training.ENOUGH, training.ENOUGH_OF_EACH)
    for calls, errors in ((12, 6), (40, 3), (40, 37), (40, 20)):
        item = ItemData("card", PATIENCE, "耐心", calls, errors, 0, 0, has_signs=True)
        assert item.lacks == training.too_few(calls, errors)

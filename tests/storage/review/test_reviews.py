"""A call's review: made once, queued for reasons, moved only where the design says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.errors import Conflict, NotFound
from models.person import SYSTEM
from models.reason import Reason
from models.review import MOVES, PRIORITIES, ReviewState, priority_of
from models.tables import AssignmentRow, CallRow, MoveRow, RecordingRow, ReviewRow
from storage.calls.metadata import put_metadata
from storage.database import sessions
from storage.review import reviews
from storage.review.reviews import DUE, move, queue_call
from tests.pipeline.inspected import CHANCE, FATAL, LOW, NOW, Inspected

LATER = NOW + timedelta(hours=1)
BY_HAND = Reason("pipeline.queued_by_hand", {"by": "李敏", "why": "客户来电投诉"})


@pytest.fixture
def centre(engine: Engine) -> Inspected:
    return Inspected(sessions(engine))


def test_scoring_a_call_that_routing_picks_makes_its_review(centre: Inspected, session: Session) -> None:
    call = centre.call(FATAL, LOW)
    review = centre.review(call)
    assert (review.state, review.priority, review.agent_id, review.team) == ("queued", 100.0, "6603", "服务二组")
    assert reviews.reasons_of(review) == (FATAL, LOW)
    assert (review.queued_at, review.due_at) == (NOW, NOW + DUE)
    assert centre.slots(call) == [(1, "review", "open")]
    (made,) = reviews.moves(session, review.id)
    assert (made.before, made.after, made.by, made.user_id, made.at) == (
        "machine_scored",
        "queued",
        "callqa",
        None,
        NOW,
    )


def test_what_queues_add_up_is_copied_from_the_call_and_follows_it(centre: Inspected, session: Session) -> None:
    call = centre.call(FATAL)
    recording = session.scalars(select(RecordingRow)).one()
    review = session.scalars(select(ReviewRow)).one()
    assert recording.seconds is not None
    assert review.seconds == session.scalars(select(AssignmentRow.seconds)).one() == recording.seconds
    assert review.started_at == session.get_one(CallRow, call).started_at
    put_metadata(session, recording.id, Metadata(started_at=LATER))
    assert review.started_at == LATER


def test_a_call_that_is_not_picked_has_none(centre: Inspected, session: Session) -> None:
    centre.call()
    assert session.scalar(select(func.count()).select_from(ReviewRow)) == 0


def test_a_second_reason_is_added_while_it_waits_and_nothing_twice(centre: Inspected, session: Session) -> None:
    call = centre.call(CHANCE)
    for _ in range(2):
        queue_call(session, call_id=call, score_id=None, reasons=[LOW, CHANCE], now=LATER, double=True, priority=55.0)
        session.commit()
    review = centre.review(call)
    assert reviews.reasons_of(review) == (CHANCE, LOW)
    assert (review.priority, review.due_at) == (55.0, NOW + DUE)
    assert centre.slots(call) == [(1, "review", "open"), (2, "double", "open")]
    assert {centre.assignment(call, slot).priority for slot in (1, 2)} == {55.0}
    assert len(reviews.moves(session, review.id)) == 1


def test_who_queue_one_call_at_the_same_time_make_one_review(centre: Inspected) -> None:
    call = centre.call()

    def queue(number: int) -> None:
        with centre.make.begin() as own:
            reason = Reason("pipeline.queued_by_hand", {"by": str(number), "why": "-"})
            queue_call(own, call_id=call, score_id=None, reasons=[reason], now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(queue, range(8)))
    assert len(centre.review(call).reasons) == 8
    with centre.make() as session:
        assert session.scalar(select(func.count()).select_from(AssignmentRow)) == 1
        assert session.scalar(select(func.count()).select_from(MoveRow)) == 1


def test_a_call_that_was_judged_is_not_queued_again(centre: Inspected, session: Session) -> None:
    call = centre.call(LOW)
    review = reviews.locked(session, centre.review(call).id)
    move(session, review, ReviewState.IN_REVIEW, SYSTEM, NOW)
    move(session, review, ReviewState.SUBMITTED, SYSTEM, LATER)
    assert review.submitted_at == LATER
    again = queue_call(session, call_id=call, score_id=None, reasons=[FATAL], now=LATER)
    assert (again.id, again.state) == (review.id, "submitted")
    assert reviews.reasons_of(again) == (LOW,)


def test_no_call_no_review(session: Session) -> None:
    with pytest.raises(NotFound):
        queue_call(session, call_id=99, score_id=None, reasons=[LOW], now=NOW)


def test_only_the_moves_of_the_table_are_made(centre: Inspected, session: Session) -> None:
    review = reviews.locked(session, centre.review(centre.call(LOW)).id)
    for before, after in product(ReviewState, ReviewState):
        review.state = before
        session.flush()
        count = len(reviews.moves(session, review.id))
        if after in MOVES[before]:
            move(session, review, after, SYSTEM, LATER, BY_HAND)
            last = reviews.moves(session, review.id)[-1]
            assert (last.before, last.after, last.at) == (before, after, LATER)
            assert last.why == {"code": BY_HAND.code, "facts": dict(BY_HAND.facts)}
            continue
        with pytest.raises(Conflict) as refusal:
            move(session, review, after, SYSTEM, LATER)
        assert all(str(review.call_id) in refusal.value.say(language) for language in ("zh", "en"))
        assert (review.state, len(reviews.moves(session, review.id))) == (before, count)


def test_a_state_read_long_ago_does_not_count(centre: Inspected) -> None:
    """Two people decide at once: the second is told, though both had read the same state."""
    call = centre.call(LOW)
    review_id = centre.review(call).id
    with centre.make() as first:
        ours = reviews.find_review(first, review_id)
        first.commit()
        with centre.make.begin() as second:
            move(second, reviews.find_review(second, review_id), ReviewState.IN_REVIEW, SYSTEM, NOW)
        assert ours.state == "queued"
        with pytest.raises(Conflict):
            move(first, ours, ReviewState.IN_REVIEW, SYSTEM, NOW)


class TestScoredAnew:
    def test_what_is_no_longer_picked_leaves_the_queue_and_may_come_back(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        centre.score_again(call, version=4, now=LATER)
        assert centre.review(call).state == "machine_scored"
        assert centre.slots(call) == [(1, "review", "cancelled")]
        score = centre.score_again(call, FATAL, version=5, now=LATER)
        review = centre.review(call)
        assert (review.state, review.score_id, review.priority) == ("queued", score, 100.0)
        assert reviews.reasons_of(review) == (FATAL,)
        assert centre.slots(call) == [(1, "review", "open")]

    def test_what_is_still_picked_waits_for_the_new_reasons(self, centre: Inspected) -> None:
        call = centre.call(FATAL)
        score = centre.score_again(call, CHANCE, version=4, now=LATER)
        review = centre.review(call)
        assert (review.state, review.score_id, review.priority) == ("queued", score, 10.0)
        assert centre.assignment(call).priority == 10.0
        assert reviews.reasons_of(review) == (CHANCE,)

    def test_what_a_person_picked_stays(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        with centre.make.begin() as session:
            queue_call(session, call_id=call, score_id=None, reasons=[BY_HAND], now=NOW, priority=70.0)
        centre.score_again(call, version=4, now=LATER)
        review = centre.review(call)
        assert (review.state, review.priority) == ("queued", 70.0)
        assert reviews.reasons_of(review) == (BY_HAND,)

    def test_what_somebody_was_given_stays_with_its_reasons_anew(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("李敏")
        with centre.make.begin() as session:
            session.get_one(AssignmentRow, centre.assignment(call).id).user_id = person.user_id
        centre.score_again(call, version=4, now=LATER)
        assert centre.review(call).state == "queued"
        assert centre.slots(call) == [(1, "review", "open")]

    def test_who_has_begun_goes_on_with_the_score_they_began_with(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        first = centre.review(call).score_id
        with centre.make.begin() as session:
            move(session, reviews.find_review(session, centre.review(call).id), ReviewState.IN_REVIEW, SYSTEM, NOW)
        centre.score_again(call, FATAL, version=4, now=LATER)
        assert centre.review(call).score_id == first


def test_reasons_say_how_urgent_a_call_is() -> None:
    order = ["fatal", "critical", "tag", "low_score", "unjudged", "random"]
    urgency = [PRIORITIES[f"scoring.routed_{what}"] for what in order]
    assert urgency == sorted(urgency, reverse=True)
    assert priority_of([CHANCE, FATAL, LOW]) == 100
    assert priority_of([BY_HAND]) == priority_of([CHANCE])
    assert priority_of([]) == 0


def test_a_corrected_team_reaches_the_review(centre: Inspected) -> None:
    call = centre.call(LOW, team="服务一组")
    with centre.make.begin() as session:
        recording = session.scalars(select(CallRow.recording_id).where(CallRow.id == call)).one()
        put_metadata(session, recording, Metadata(team="服务二组"))
    assert (centre.review(call).team, centre.assignment(call).team) == ("服务二组", "服务二组")

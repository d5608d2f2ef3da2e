"""From fetching a call to its verdict: drafts that survive, verdicts given once, reviews that move on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import sleep

import pytest
from sqlalchemy import Engine, func, select

from models.errors import BadInput, CallqaError, Conflict, Forbidden, NotFound, Stale
from models.finding import Evidence
from models.person import UserRole, Viewer
from models.review import ItemVerdict, Judgement, Purpose, ReviewState
from models.score import ItemState
from models.tables import AuditRow, MoveRow, VerdictDraftRow, VerdictRow
from models.transcript import Role
from pipeline.review import judging
from pipeline.review.assignment import assign, cancel, give_back, hold, next_assignment, reassign, start
from pipeline.review.judging import keep_draft, save_draft, submit
from pipeline.review.queueing import open_hearing, queue_by_hand
from pipeline.review.reviewing import draft_of, open_review
from storage.database import sessions
from storage.review.assignments import LEASE
from storage.review.reviews import locked
from tests.pipeline.inspected import CARD, CHANCE, FATAL, LOW, NOW, Inspected, judged, with_evidence

MINUTE = timedelta(minutes=1)


@pytest.fixture
def centre(engine: Engine) -> Inspected:
    return Inspected(sessions(engine))


def do(centre: Inspected, what: Callable[..., object], viewer: Viewer, *args: object, **how: object) -> object:
    """In a transaction of its own, at NOW unless another time is said."""
    with centre.make.begin() as session:
        return what(session, viewer, *args, **({"now": NOW} | how))


def fetched(centre: Inspected, viewer: Viewer, now: datetime = NOW) -> int:
    """Fetch the next call and begin; the assignment's id."""
    with centre.make.begin() as session:
        row = next_assignment(session, viewer, now)
        assert row is not None
        start(session, viewer, row.id, now)
        return row.id


def handed_in(
    centre: Inspected, viewer: Viewer, assignment: int, judgement: Judgement, now: datetime = NOW
) -> VerdictRow:
    with centre.make.begin() as session:
        return submit(session, viewer, assignment, judgement, now)


def refused(
    centre: Inspected, what: Callable[..., object], viewer: Viewer, *args: object, **how: object
) -> CallqaError:
    with pytest.raises(CallqaError) as refusal:
        do(centre, what, viewer, *args, **how)
    for language in ("zh", "en"):
        assert refusal.value.say(language)
    return refusal.value


class TestVerdicts:
    def test_a_review_from_the_queue_to_its_verdict(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("李敏")
        assignment = fetched(centre, person)
        assert centre.review(call).state == "in_review"
        verdict = handed_in(centre, person, assignment, judged(patience=20.0), NOW + MINUTE)
        assert (verdict.total, verdict.grade, verdict.fatal, verdict.user_id) == (80.0, "良好", False, person.user_id)
        assert (verdict.purpose, verdict.call_id, verdict.seconds) == ("review", call, 60.0)
        review = centre.review(call)
        assert (review.state, review.submitted_at) == ("submitted", NOW + MINUTE)
        with centre.make() as session:
            moves = [(m.before, m.after, m.by) for m in session.scalars(select(MoveRow).order_by(MoveRow.id))]
            audited = session.scalars(select(AuditRow.action)).all()
            assert session.scalar(select(func.count()).select_from(VerdictDraftRow)) == 0
        assert moves[1:] == [("queued", "in_review", "李敏"), ("in_review", "submitted", "李敏")]
        assert audited == ["verdict.submitted"]

    def test_a_second_opinion_is_waited_for(self, centre: Inspected) -> None:
        call = centre.call(LOW, double=True)
        first, second = centre.person("甲"), centre.person("乙")
        one, other = fetched(centre, first), fetched(centre, second)
        handed_in(centre, first, one, judged())
        assert centre.review(call).state == "in_review"
        handed_in(centre, second, other, judged(greeting=40.0))
        assert centre.review(call).state == "submitted"

    def test_handing_in_the_same_again_changes_nothing(self, centre: Inspected) -> None:
        centre.call(LOW)
        person = centre.person("甲")
        assignment = fetched(centre, person)
        ids = {handed_in(centre, person, assignment, judged(patience=5.0)).id for _ in range(3)}
        assert len(ids) == 1
        error = refused(centre, submit, person, assignment, judged(patience=6.0))
        assert (type(error), error.reason.code) == (Conflict, "pipeline.submitted_otherwise")

    def test_an_incomplete_form_is_not_taken_and_names_its_items(self, centre: Inspected) -> None:
        centre.call(LOW)
        person = centre.person("甲")
        assignment = fetched(centre, person)
        partly = Judgement((ItemVerdict("greeting", ItemState.JUDGED, 10.0),))
        error = refused(centre, submit, person, assignment, partly)
        assert isinstance(error, BadInput)
        named = [(reason.code, reason.facts["field"]) for reason in error.details]
        assert named == [
            ("scoring.item_comment", "items.greeting"),
            ("scoring.item_open", "items.patience"),
            ("scoring.item_open", "items.insult"),
        ]
        assert not isinstance(refused(centre, submit, person, assignment, partly, comment_needed="never"), Conflict)

    def test_evidence_must_be_of_this_call(self, centre: Inspected) -> None:
        centre.call(LOW)
        person = centre.person("甲")
        assignment = fetched(centre, person)
        wrong = with_evidence(judged(patience=5.0), "patience", Evidence(4.0, 5.0, Role.AGENT, 2, "找别人去", (0, 4)))
        assert refused(centre, submit, person, assignment, wrong).details[0].code == "scoring.item_evidence"
        right = with_evidence(judged(patience=5.0), "patience", Evidence(4.0, 5.0, Role.AGENT, 2, "不归", (0, 2)))
        assert handed_in(centre, person, assignment, right).total == 95.0

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_numbers_that_are_none_are_not_even_kept(self, centre: Inspected, value: float) -> None:
        centre.call(LOW)
        person = centre.person("甲")
        assignment = fetched(centre, person)
        error = refused(centre, save_draft, person, assignment, judged(patience=value), revision=1)
        assert error.reason.code == "pipeline.judgement_not_finite"

    def test_two_who_hand_in_at_once_are_both_answered_rightly(self, centre: Inspected) -> None:
        """One had lost it to the other for a while: whoever is second is told by whom it was done."""
        call = centre.call(LOW)
        first, second = centre.person("甲"), centre.person("乙")
        assignment = fetched(centre, first)
        do(centre, save_draft, first, assignment, judged(patience=5.0), revision=1)
        assert fetched(centre, second, NOW + LEASE) == assignment
        later = NOW + 3 * LEASE  # nobody's lease holds any more, and both press the button

        def press(person: Viewer) -> str:
            try:
                return str(handed_in(centre, person, assignment, judged(patience=5.0), later).user_id)
            except Conflict as conflict:
                return str(conflict.reason.facts["who"])

        with ThreadPoolExecutor(8) as pool:
            answers = dict(zip("甲乙" * 8, pool.map(press, [first, second] * 8), strict=False))
        with centre.make() as session:
            (winner,) = session.scalars(select(VerdictRow.user_id))
            kept = session.scalars(select(VerdictDraftRow.user_id)).all()
        names = {first.user_id: "甲", second.user_id: "乙"}
        loser = second if winner == first.user_id else first
        assert answers == {names[winner]: str(winner), loser.name: names[winner]}
        assert kept == [loser.user_id], "what the other had written is kept"
        assert centre.review(call).state == "submitted"

    def test_people_who_hand_in_two_slots_at_once_end_the_review_once(self, centre: Inspected) -> None:
        calls = [centre.call(LOW, double=True) for _ in range(4)]
        people = [centre.person("甲"), centre.person("乙")]

        def work(person: Viewer) -> None:
            for _ in calls:
                handed_in(centre, person, fetched(centre, person), judged())

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, people))
        assert {centre.review(call).state for call in calls} == {"submitted"}
        with centre.make() as session:
            submitted = select(func.count()).select_from(MoveRow).where(MoveRow.after == ReviewState.SUBMITTED)
            assert session.scalar(submitted) == len(calls)

    def test_fetching_does_not_keep_the_call_from_who_hands_it_in(self, centre: Inspected) -> None:
        """Their lease is over: who fetches finds the call free, while they, pressing the button, have its review."""
        call = centre.call(LOW)
        first, second = centre.person("甲"), centre.person("乙")
        assignment, late = fetched(centre, first), NOW + 2 * LEASE

        def fetch() -> int | None:
            with centre.make.begin() as session:
                row = next_assignment(session, second, late)
                return None if row is None else row.id

        with ThreadPoolExecutor(1) as pool:
            with centre.make.begin() as session:
                locked(session, centre.review(call).id)
                fetching = pool.submit(fetch)
                sleep(0.3)  # it has found the call, and waits
                submit(session, first, assignment, judged(), late)
            assert fetching.result(timeout=60) is None
        assert centre.review(call).state == "submitted"

    def test_many_who_fetch_and_hand_in_at_once_all_get_through(self, centre: Inspected) -> None:
        """Each in two windows, and a lease is over as soon as the next is given: everybody is in everybody's way."""
        calls = [centre.call(LOW, double=True) for _ in range(6)]
        people = [centre.person(name) for name in "甲乙丙丁"]

        def work(person: Viewer) -> int:
            done = 0
            for turn in range(60):
                now = NOW + turn * 2 * LEASE
                with centre.make.begin() as session:
                    row = next_assignment(session, person, now)
                    if row is None:
                        return done
                try:
                    handed_in(centre, person, row.id, judged(), now)
                except (Conflict, Forbidden):  # somebody, or one's other window, was quicker
                    continue
                done += 1
            return done

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, people * 2))
        assert {centre.review(call).state for call in calls} == {"submitted"}
        with centre.make() as session:
            rows = session.execute(select(VerdictRow.call_id, VerdictRow.user_id)).all()
        assert len(rows) == len(set(rows)) == 2 * len(calls), "two opinions on each call, by two people"


class TestDrafts:
    def test_a_draft_is_kept_as_it_is_and_says_what_is_missing(self, centre: Inspected) -> None:
        centre.call(LOW)
        person = centre.person("甲")
        assignment = fetched(centre, person)
        opening = do(centre, draft_of, person, assignment)
        assert isinstance(opening, judging.Draft)
        assert (opening.revision, opening.missing) == (1, ("greeting", "patience", "insult"))
        partly = Judgement((ItemVerdict("patience", ItemState.JUDGED, 10.0),), note="再听一遍")
        saved = do(centre, save_draft, person, assignment, partly, revision=1)
        assert isinstance(saved, judging.Draft)
        assert (saved.revision, saved.missing) == (2, ("greeting", "patience", "insult"))
        assert (saved.judgement.note, saved.score.total) == ("再听一遍", 83.33)
        stored = do(centre, draft_of, person, assignment)
        assert isinstance(stored, judging.Draft)
        assert stored.judgement == saved.judgement

    def test_two_windows_do_not_overwrite_each_other(self, centre: Inspected) -> None:
        centre.call(LOW)
        person = centre.person("甲")
        assignment = fetched(centre, person)
        do(centre, save_draft, person, assignment, judged(), revision=1)
        error = refused(centre, save_draft, person, assignment, judged(patience=1.0), revision=1)
        assert isinstance(error, Stale)
        assert error.reason.facts["revision"] == 2

    def test_saving_is_a_sign_of_life(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        assignment = fetched(centre, person)
        do(centre, save_draft, person, assignment, judged(), revision=1, now=NOW + 20 * MINUTE)
        assert centre.assignment(call).lease_until == NOW + 20 * MINUTE + LEASE

    def test_who_lost_the_call_is_told_who_has_it_and_nothing_is_lost(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        first, second = centre.person("甲"), centre.person("乙")
        assignment = fetched(centre, first)
        do(centre, save_draft, first, assignment, judged(patience=5.0), revision=1)
        fetched(centre, second, NOW + LEASE)
        for what, more in ((save_draft, {"revision": 2}), (submit, {})):
            error = refused(centre, what, first, assignment, judged(patience=7.0), now=NOW + LEASE + MINUTE, **more)
            assert (error.reason.code, error.reason.facts["who"]) == ("pipeline.held_by", "乙")
        do(centre, keep_draft, first, assignment, judged(patience=7.0))
        do(centre, give_back, second, assignment, now=NOW + LEASE + 2 * MINUTE)
        assert fetched(centre, first, NOW + LEASE + 3 * MINUTE) == assignment
        draft = do(centre, draft_of, first, assignment, now=NOW + LEASE + 3 * MINUTE)
        assert isinstance(draft, judging.Draft)
        assert draft.judgement == judged(patience=7.0)
        assert centre.review(call).state == "in_review"

    def test_only_time_somebody_was_there_counts_as_spent(self, centre: Inspected) -> None:
        centre.call(LOW)
        person = centre.person("甲")
        assignment = fetched(centre, person)
        for minute in (1, 2, 3):
            do(centre, hold, person, assignment, now=NOW + minute * MINUTE)
        verdict = handed_in(centre, person, assignment, judged(), NOW + 20 * MINUTE)
        assert verdict.seconds == 3 * 60 + 120


class TestHolding:
    def test_given_back_it_waits_again_and_others_get_it(self, centre: Inspected) -> None:
        call, first = centre.call(LOW), centre.person("甲")
        assignment = fetched(centre, first)
        do(centre, give_back, first, assignment, why="方言听不懂")
        assert centre.review(call).state == "queued"
        with centre.make.begin() as session:
            assert next_assignment(session, first, NOW) is None
        assert fetched(centre, centre.person("乙")) == assignment

    def test_what_is_shared_out_to_another_cannot_be_begun(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        first, second, lead = centre.person("甲"), centre.person("乙"), centre.person("主管", UserRole.LEAD)
        assignment = centre.assignment(call).id
        do(centre, assign, lead, assignment, first.user_id)
        assert refused(centre, start, second, assignment).reason.code == "pipeline.given_to"
        do(centre, start, first, assignment)

    def test_unfair_hearings_are_refused(self, centre: Inspected) -> None:
        call = centre.call(LOW, double=True)
        one = centre.person("甲", team="服务二组")
        assert isinstance(refused(centre, start, one, centre.assignment(call).id), Forbidden)
        other = centre.person("乙")
        fetched(centre, other)
        error = refused(centre, start, other, centre.assignment(call, 2).id)
        assert error.reason.code == "pipeline.heard_before"
        assert isinstance(refused(centre, start, other, 999), NotFound)

    def test_nobody_picks_a_call_by_its_number(self, centre: Inspected) -> None:
        calls = [centre.call(reason) for reason in (FATAL, LOW)]
        picky, lead = centre.person("甲"), centre.person("主管", UserRole.LEAD)
        easy = centre.assignment(calls[1]).id
        ways: list[tuple[Callable[..., object], tuple[object, ...], dict[str, object]]] = [
            *((what, (), {}) for what in (start, hold, give_back, draft_of, open_review)),
            (save_draft, (judged(),), {"revision": 1}),
            (submit, (judged(),), {}),
        ]
        for what, args, how in ways:
            error = refused(centre, what, picky, easy, *args, **how)
            assert (type(error), error.reason.code) == (Forbidden, "pipeline.not_fetched"), what
        do(centre, keep_draft, picky, easy, judged())
        assert isinstance(refused(centre, start, picky, easy), Forbidden), "what was never theirs is not kept as theirs"
        assert fetched(centre, picky) == centre.assignment(calls[0]).id
        do(centre, assign, lead, easy, picky.user_id)
        do(centre, start, picky, easy)

    def test_what_was_given_back_comes_again_only_from_a_lead(self, centre: Inspected) -> None:
        centre.call(LOW)
        person, lead = centre.person("甲"), centre.person("主管", UserRole.LEAD)
        assignment = fetched(centre, person)
        do(centre, give_back, person, assignment)
        assert refused(centre, start, person, assignment).reason.code == "pipeline.not_fetched"
        do(centre, assign, lead, assignment, person.user_id)
        do(centre, hold, person, assignment)

    def test_who_began_goes_on_after_the_lease_and_a_lead_takes_any(self, centre: Inspected) -> None:
        calls = [centre.call(reason) for reason in (FATAL, LOW)]
        person, away, lead = centre.person("甲"), centre.person("乙"), centre.person("主管", UserRole.LEAD)
        assignment = fetched(centre, person)
        do(centre, assign, lead, assignment, None)  # back to the pool, the draft stays
        assert refused(centre, start, away, assignment).reason.code == "pipeline.not_fetched"
        do(centre, hold, person, assignment, now=NOW + 2 * LEASE)
        do(centre, start, lead, centre.assignment(calls[1]).id)


class TestLeadsChanges:
    def test_a_call_is_taken_from_one_and_given_to_another(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        first, second, lead = centre.person("甲"), centre.person("乙"), centre.person("主管", UserRole.LEAD)
        assignment = fetched(centre, first)
        do(centre, save_draft, first, assignment, judged(), revision=1)
        do(centre, assign, lead, assignment, second.user_id, revision=1, why="甲休假")
        row = centre.assignment(call)
        assert (row.user_id, row.state, row.lease_until, row.revision) == (second.user_id, "open", None, 2)
        assert centre.review(call).state == "queued"
        assert isinstance(refused(centre, assign, lead, assignment, None, revision=1), Stale)
        with centre.make() as session:
            assert session.scalars(select(VerdictDraftRow.user_id)).all() == [first.user_id]
            audited = session.scalars(select(AuditRow)).one()
        assert (audited.action, audited.who) == ("assignment.assigned", "主管")
        assert audited.facts == {"call": call, "from": "甲", "to": "乙", "why": "甲休假"}

    def test_of_many_those_that_cannot_be_are_told(self, centre: Inspected) -> None:
        own, other, done = centre.call(LOW), centre.call(LOW, team="服务一组"), centre.call(LOW, team="服务一组")
        person, lead = centre.person("甲", team="服务二组"), centre.person("主管", UserRole.LEAD)
        handed_in(centre, lead, centre.assignment(done).id, judged())
        ids = [centre.assignment(call).id for call in (own, other, done)]
        with centre.make.begin() as session:
            changed = reassign(session, lead, [*ids, 999], person.user_id, NOW)
        assert changed.done == (ids[1],)
        assert {one: reason.code for one, reason in changed.refused} == {
            ids[0]: "pipeline.own_team_of",
            ids[2]: "pipeline.submitted_by",
            999: "storage.no_assignment",
        }
        assert all("甲" in reason.say("zh") for one, reason in changed.refused if one == ids[0])
        assert centre.assignment(other).user_id == person.user_id

    @pytest.mark.parametrize("role", [UserRole.AGENT, UserRole.TRAINER])
    def test_only_reviewers_are_given_calls(self, centre: Inspected, role: UserRole) -> None:
        call, lead = centre.call(LOW), centre.person("主管", UserRole.LEAD)
        for person in (centre.person("乙", role), centre.person("丙", active=False)):
            error = refused(centre, assign, lead, centre.assignment(call).id, person.user_id)
            assert error.reason.code == "pipeline.does_not_review"

    def test_cancelling_the_only_hearing_ends_the_review(self, centre: Inspected) -> None:
        call, lead = centre.call(LOW), centre.person("主管", UserRole.LEAD)
        assert isinstance(refused(centre, cancel, lead, centre.assignment(call).id, " "), BadInput)
        do(centre, cancel, lead, centre.assignment(call).id, "录音重复")
        assert centre.review(call).state == "machine_scored"
        with centre.make() as session:
            why = session.scalars(select(MoveRow.why).order_by(MoveRow.id.desc())).first()
        assert why == {"code": "pipeline.review_cancelled", "facts": {"by": "主管", "why": "录音重复"}}

    def test_cancelling_one_of_two_leaves_the_other_to_decide(self, centre: Inspected) -> None:
        call, lead = centre.call(LOW, double=True), centre.person("主管", UserRole.LEAD)
        person = centre.person("甲")
        handed_in(centre, person, fetched(centre, person), judged())
        do(centre, cancel, lead, centre.assignment(call, 2).id, "人手不够")
        assert centre.review(call).state == "submitted"

    def test_a_call_nothing_picked_is_heard_because_somebody_wants_it(self, centre: Inspected) -> None:
        call, lead = centre.call(), centre.person("主管", UserRole.LEAD)
        do(centre, queue_by_hand, lead, call, "客户来电投诉", double=True)
        review = centre.review(call)
        assert (review.state, review.priority) == ("queued", 70.0)
        assert centre.slots(call) == [(1, "review", "open"), (2, "double", "open")]
        assert isinstance(refused(centre, queue_by_hand, lead, call, ""), BadInput)


class TestFurtherHearings:
    def test_an_appeal_is_heard_by_somebody_else_and_moves_nothing(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        first, second, lead = centre.person("甲"), centre.person("乙"), centre.person("主管", UserRole.LEAD)
        handed_in(centre, first, fetched(centre, first), judged())
        with centre.make.begin() as session:
            barred = {first.user_id or 0, lead.user_id or 0}
            hearing = open_hearing(session, centre.review(call), Purpose.APPEAL, NOW, not_by=barred).id
        with centre.make.begin() as session:
            assert next_assignment(session, first, NOW) is None
            assert next_assignment(session, lead, NOW) is None
        assert fetched(centre, second) == hearing
        verdict = handed_in(centre, second, hearing, judged(patience=3.0))
        assert verdict.purpose == "appeal"
        assert centre.review(call).state == "submitted"

    def test_it_cannot_be_given_to_who_must_not_hear_it(self, centre: Inspected) -> None:
        call, first = centre.call(LOW), centre.person("甲")
        handed_in(centre, first, fetched(centre, first), judged())
        review = centre.review(call)
        for not_by in ({first.user_id or 0}, set[int]()):
            with centre.make.begin() as session, pytest.raises(Conflict):
                open_hearing(session, review, Purpose.APPEAL, NOW, not_by=not_by, user_id=first.user_id)


def test_the_machine_heard_by_the_same_card(centre: Inspected) -> None:
    call = centre.call(CHANCE)
    person = centre.person("甲")
    verdict = handed_in(centre, person, fetched(centre, person), judged(insult=5.0))
    assert verdict.call_id == call
    assert (verdict.total, verdict.grade, verdict.fatal) == (0.0, "不合格", True)
    assert [item.id for item in CARD.items] == [one["item"] for one in verdict.body["items"]]

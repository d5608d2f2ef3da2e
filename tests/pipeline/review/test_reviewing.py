"""What an inspector sees of a call before and after their own verdict; words put right; marks on rules."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from models.errors import BadInput, CallqaError, Conflict, Forbidden, NotFound
from models.listening import Listened
from models.person import UserRole, Viewer
from models.review import Judgement
from models.tables import CorrectionRow, RuleMarkRow, TranscriptRow
from models.transcript import TRANSCRIPT_JSON
from pipeline.review.assignment import next_assignment, start
from pipeline.review.corrections import correct, corrected_transcript, corrections, of_call, with_corrections
from pipeline.review.desk import desk
from pipeline.review.judging import submit
from pipeline.review.reviewing import ReviewPage, history_of_call, list_reviews, open_review, review_history
from pipeline.rulebook.replayed import Verdict
from pipeline.rulebook.rule_marks import mark_rule, own_marks, rule_precision, stored_verdicts, unmark_rule
from storage.calls.results import keep_listened
from storage.database import sessions
from tests.pipeline.inspected import CHANCE, LOW, NOW, Inspected, judged


@pytest.fixture
def centre(engine: Engine) -> Inspected:
    return Inspected(sessions(engine))


def opened(centre: Inspected, viewer: Viewer, call: int, slot: int = 1) -> ReviewPage:
    with sessions(centre.make.kw["bind"], reading=True)() as session:
        return open_review(session, viewer, centre.assignment(call, slot).id, NOW)


def begun(centre: Inspected, viewer: Viewer, call: int, slot: int = 1) -> int:
    """Fetched, as people do; it is this one."""
    with centre.make.begin() as session:
        row = next_assignment(session, viewer, NOW)
        assert row is not None
        assert (row.call_id, row.slot) == (call, slot)
        return start(session, viewer, row.id, NOW).id


def heard(centre: Inspected, viewer: Viewer, call: int, judgement: Judgement, slot: int = 1) -> None:
    assignment = begun(centre, viewer, call, slot)
    with centre.make.begin() as session:
        submit(session, viewer, assignment, judgement, NOW)


class TestBlind:
    def test_nothing_the_machine_or_others_said_is_there_before_ones_own_verdict(self, centre: Inspected) -> None:
        call = centre.call(LOW, CHANCE, double=True)
        first, second = centre.person("甲"), centre.person("乙")
        heard(centre, first, call, judged(patience=10.0))
        begun(centre, second, call, 2)
        page = opened(centre, second, call, 2)
        assert page.blind
        assert (page.machine, page.others, page.differences, page.mine) == (None, (), (), None)
        assert page.reasons == (CHANCE,)
        assert page.call.summary.score is None
        assert page.draft is not None
        assert [item.item for item in page.draft.judgement.items] == [item.id for item in page.card.items]

    def test_afterwards_differences_are_shown_item_by_item(self, centre: Inspected) -> None:
        call = centre.call(LOW, CHANCE, double=True)
        first, second = centre.person("甲"), centre.person("乙")
        heard(centre, first, call, judged(patience=10.0))
        heard(centre, second, call, judged(greeting=40.0, patience=30.0), 2)
        page = opened(centre, second, call, 2)
        assert not page.blind
        assert page.reasons == (LOW, CHANCE)
        assert page.mine is not None
        assert page.machine is not None
        assert (page.mine.score.total, page.machine.scored.pre_score.total) == (30.0, 70.0)
        assert [finding.rule for finding in page.machine.findings] == ["shirking"]
        assert [(one.item, one.kind, one.points) for one in page.differences] == [("greeting", "points", -40.0)]
        assert [(one.name, one.score.total) for one in page.others] == [("甲", 90.0)]
        assert page.draft is None

    def test_a_colleagues_hearing_is_not_ones_to_open(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        first, second = centre.person("甲"), centre.person("乙")
        begun(centre, first, call)
        with pytest.raises(Conflict):
            opened(centre, second, call)
        heard(centre, first, call, judged())
        with pytest.raises(CallqaError):
            opened(centre, second, call)

    def test_a_lead_looks_at_any(self, centre: Inspected) -> None:
        call, lead = centre.call(LOW), centre.person("主管", UserRole.LEAD)
        first = centre.person("甲")
        begun(centre, first, call)
        page = opened(centre, lead, call)
        assert (page.draft, page.holder, page.blind) == (None, "甲", False)
        heard(centre, first, call, judged(patience=10.0))
        assert [(d.item, d.points) for d in opened(centre, lead, call).differences] == [("patience", 20.0)]

    def test_own_teams_calls_are_not_opened(self, centre: Inspected) -> None:
        call = centre.call(LOW)
        with pytest.raises(Forbidden):
            opened(centre, centre.person("甲", team="服务二组"), call)


class TestHistory:
    def test_a_review_tells_every_move_as_far_as_one_may_know(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        with centre.make() as session:
            before = history_of_call(session, person, call)
        assert (before.blind, before.reasons, before.opinions) == (True, (), ())
        heard(centre, person, call, judged())
        with centre.make() as session:
            after = review_history(session, person, centre.review(call).id)
            listed = list_reviews(session, person, after=None, limit=10)
        assert [move.after for move in after.moves] == ["queued", "in_review", "submitted"]
        assert [(row.slot, name) for row, name in after.assignments] == [(1, "甲")]
        assert [one.score.total for one in after.opinions] == [100.0]
        assert [(one.row.call_id, one.blind) for one in listed.reviews] == [(call, False)]

    def test_calls_nobody_is_to_hear_have_none(self, centre: Inspected) -> None:
        call, person = centre.call(), centre.person("甲")
        with centre.make() as session, pytest.raises(NotFound):
            history_of_call(session, person, call)


def test_a_desk_shows_what_is_mine_what_i_did_and_what_waits(centre: Inspected) -> None:
    person = centre.person("甲")
    calls = [centre.call(LOW) for _ in range(4)]
    heard(centre, person, calls[0], judged(patience=10.0))
    begun(centre, person, calls[1])
    with centre.make() as session:
        found = desk(session, person, NOW)
    assert [(line.call_id, line.state, line.held, line.reasons) for line in found.mine] == [
        (calls[1], "started", True, ())
    ]
    assert [(line.call_id, line.total, line.call_seconds) for line in found.done] == [(calls[0], 90.0, 60.0)]
    assert found.waiting == 2
    with centre.make() as session:
        tomorrow = desk(session, person, NOW + timedelta(days=1))
    assert (tomorrow.done, tomorrow.waiting) == ((), 3)
    assert [line.held for line in tomorrow.mine] == [False]


class TestCorrections:
    def test_the_machines_words_stay_and_peoples_stand_beside_them(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        with centre.make.begin() as session:
            made = correct(session, person, call, NOW, turn=1, first=2, last=3, text="换货了")
            assert (made.before, made.text, made.by) == ("退款", "换货了", "甲")
            correct(session, person, call, NOW, turn=2, first=0, last=0, text="可")
            correct(session, person, call, NOW, turn=2, first=0, last=0, text="不")
        with centre.make() as session:
            transcript = corrected_transcript(session, person, call)
            assert transcript is not None
            assert [turn.text for turn in transcript.turns] == ["您好请讲", "我要换货了", "不归我们管"]
            assert [turn.flags for turn in transcript.turns] == [(), ("corrected",), ()]
            words = transcript.turns[1].words
            assert [(word.text, word.confidence) for word in words] == [
                ("我", 0.9),
                ("要", 0.9),
                ("换货了", 1.0),
                ("", 1.0),
            ]
            assert "".join(word.text for word in words) == transcript.turns[1].text
            assert len(of_call(session, call)) == 3
            assert len(session.scalars(select(CorrectionRow.id)).all()) == 3
            stored = session.scalars(select(TranscriptRow.body)).one()
        assert [turn["text"] for turn in stored["turns"]] == ["您好请讲", "我要退款", "不归我们管"]

    def test_what_was_listened_for_in_a_turn_put_right_no_longer_counts(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        elsewhere = Listened("不归我管", 2, (0, 5), 0.9, -3.5)
        with centre.make.begin() as session:
            row = session.scalars(select(TranscriptRow)).one()
            keep_listened(session, row.id, [Listened("我要退货", 1, (0, 4), 0.9, -3.5), elsewhere])
            correct(session, person, call, NOW, turn=1, first=2, last=3, text="退货")
            transcript = TRANSCRIPT_JSON.validate_python(row.body)
            assert with_corrections(transcript, corrections(session, row.id)).listened == (elsewhere,)

    @pytest.mark.parametrize(("turn", "first", "last"), [(3, 0, 0), (-1, 0, 0), (0, 0, 4), (0, 2, 1)])
    def test_words_that_are_not_there(self, centre: Inspected, turn: int, first: int, last: int) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        with centre.make.begin() as session, pytest.raises(BadInput):
            correct(session, person, call, NOW, turn=turn, first=first, last=last, text="好")


class TestRuleMarks:
    def test_one_mark_a_person_and_rule_which_may_change(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        with centre.make.begin() as session:
            for hit in (False, True, False):
                mark_rule(session, person, call, "shirking", NOW, hit=hit, why="客户自己说的")
            assert [(one.rule, one.hit) for one in own_marks(session, person, call)] == [("shirking", False)]
            row = session.scalars(select(RuleMarkRow)).one()
            assert (row.pack, row.pack_version, row.why) == ("service", 3, "客户自己说的")
            unmark_rule(session, person, call, "shirking", NOW)
            assert own_marks(session, person, call) == ()

    def test_precision_counts_hits_and_recall_what_was_missed(self, centre: Inspected) -> None:
        people = [centre.person(name) for name in "甲乙丙"]
        right, wrong, missed = centre.call(LOW), centre.call(LOW), centre.call(LOW, hits=())
        with centre.make.begin() as session:
            mark_rule(session, people[0], right, "shirking", NOW, hit=True)
            mark_rule(session, people[0], wrong, "shirking", NOW, hit=True)
            for person in people[1:]:
                mark_rule(session, person, wrong, "shirking", NOW, hit=False)
            mark_rule(session, people[0], missed, "shirking", NOW, hit=True)
            (found,) = rule_precision(session, ["shirking"])
        assert (found.precision.hits, found.precision.of) == (1, 2)
        assert (found.recall.hits, found.recall.of) == (1, 2)
        assert found.precision.low < 0.5 < found.precision.high
        assert found.sources == {"mark": 3}

    def test_verdicts_say_it_where_nobody_marked(self, centre: Inspected) -> None:
        person = centre.person("甲")
        agreed, disagreed, marked = (centre.call(LOW) for _ in range(3))
        heard(centre, person, agreed, judged(patience=20.0))
        heard(centre, person, disagreed, judged())
        heard(centre, person, marked, judged())
        with centre.make.begin() as session:
            mark_rule(session, person, marked, "shirking", NOW, hit=True, why="扣在别的项里了")
            (found,) = rule_precision(session)
            known = stored_verdicts(session, [agreed, disagreed, marked], ["shirking"])
            but = Verdict(agreed, "shirking", hit=False)
            rest = stored_verdicts(session, [agreed, disagreed], ["shirking"], but=[but])
        assert (found.precision.hits, found.precision.of) == (2, 3)
        assert found.sources == {"mark": 1, "verdict": 2}
        assert {(one.call, one.hit) for one in known} == {(agreed, True), (disagreed, False), (marked, True)}
        assert [(one.call, one.hit) for one in rest] == [(disagreed, False)]

    def test_a_rule_the_score_did_not_ask(self, centre: Inspected) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        with centre.make.begin() as session, pytest.raises(BadInput):
            mark_rule(session, person, call, "nonsense", NOW, hit=True)
        with centre.make.begin() as session, pytest.raises(NotFound):
            mark_rule(session, person, call, "shirking", NOW, hit=False, finding_id=999)


def test_a_fetched_call_is_opened_blind(centre: Inspected) -> None:
    call, person = centre.call(LOW), centre.person("甲")
    with centre.make.begin() as session:
        row = next_assignment(session, person, NOW)
    assert row is not None
    assert opened(centre, person, call).blind

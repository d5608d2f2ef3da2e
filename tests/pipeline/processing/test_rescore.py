"""Calls scored again with another version, on both databases: beside the old score, once, wherever it was stopped."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from models.call import Metadata
from models.errors import BadDefinition, Conflict, NotFound
from models.finding import Answer
from models.person import SYSTEM
from models.tables import CallRow, FindingRow, RoutingRow, ScoreRow, TranscriptRow
from models.transcript import TRANSCRIPT_JSON, Recording, Transcript
from pipeline import browse
from pipeline.browse import CallFilter, Order
from pipeline.processing.rescore import choose, rescore
from scoring import SCORER_VERSION
from scoring.case import read_case
from scoring.pack import load_pack, parse_pack
from scoring.routing import RoutingPlan
from scoring.scorecard import load_scorecard, parse_scorecard
from storage.calls import ledger, results
from storage.calls.metadata import put_metadata
from storage.database import sessions
from tests.pipeline.rulebook.drafted import CASUAL, SHIRKING, card_text, pack_text

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PLAN = RoutingPlan(low_score=70, low_coverage=0.5, random_share=0, seed="s")

FIRST = parse_pack(pack_text(SHIRKING))
SECOND = parse_pack(pack_text(SHIRKING, CASUAL, version=2))
CARD = parse_scorecard(card_text("desk-shirking"))
NEW_CARD = parse_scorecard(card_text("desk-shirking", "desk-casual", version=2, deduct=8))


@pytest.fixture
def make(engine: Engine) -> sessionmaker[Session]:
    return sessions(engine)


Hear = Callable[..., int]


@pytest.fixture
def hear(make: sessionmaker[Session]) -> Hear:
    """A transcribed call in which these lines were said; its id."""

    def hear(*lines: str, agent: str = "8001", transcribed: bool = True) -> int:
        with make.begin() as session:
            number = session.scalar(select(func.count()).select_from(CallRow)) or 0
            content, file = sha256(str(number).encode()).hexdigest(), f"{number}.wav"
            row, _ = ledger.register(session, sha256=content, file=file, audio="-", size=1, settings_key="k", now=NOW)
            put_metadata(session, row.id, Metadata(agent_id=agent))
            if transcribed:
                transcript = spoken(*lines)
                facts = replace(transcript.recording, file=file, sha256=content)
                body = TRANSCRIPT_JSON.dump_python(replace(transcript, recording=facts), mode="json")
                results.save_transcript(session, row.id, "t", body, facts, NOW)
            return session.scalars(select(CallRow.id).where(CallRow.recording_id == row.id)).one()

    return hear


def spoken(*lines: str) -> Transcript:
    transcript: Transcript = read_case(list(lines)).transcript()
    return transcript


def count(make: sessionmaker[Session], table: type) -> int | None:
    with make() as session:
        return session.scalar(select(func.count()).select_from(table))


RUDE = ("customer: 我的退款呢？", "agent: 这个不归我们管。", "agent: 应该大概可能吧。")


class TestRescoring:
    def test_the_new_score_is_shown_beside_the_old(self, make: sessionmaker[Session], hear: Hear) -> None:
        call = hear(*RUDE)
        (first,) = rescore(make, [call], FIRST, CARD, PLAN, now=NOW)
        assert (first.old, first.is_new) == (None, True)
        (again,) = rescore(make, [call], SECOND, NEW_CARD, PLAN, now=LATER)
        assert again.old == first.new
        assert first.new is not None
        assert again.new is not None
        assert (first.new.total, again.new.total) == (60.0, 20.0)
        with make() as session:
            scores = browse.find_scores(session, SYSTEM, call)
            assert scores.shown == again.new.id
            made_with = [(v.pack_version, v.scorecard_version, v.scorer) for v in scores.versions]
            assert made_with == [(2, 2, SCORER_VERSION), (1, 1, SCORER_VERSION)]
            assert [v.created_at for v in scores.versions] == [LATER, NOW]
            assert {finding.rule for finding in browse.find_findings(session, scores)} == {
                "desk-shirking",
                "desk-casual",
            }
            old = browse.find_score(session, SYSTEM, call, first.new.id)
            assert old.scored is not None
            assert old.scored.pre_score.total == 60.0
            assert [finding.evidence.quote for finding in browse.find_findings(session, old)] == ["不归我们管"]

    def test_doing_it_again_writes_nothing(self, make: sessionmaker[Session], hear: Hear) -> None:
        calls = [hear(*RUDE), hear("agent: 您好。")]
        first = rescore(make, calls, FIRST, CARD, PLAN, now=NOW)
        again = rescore(make, calls, FIRST, CARD, PLAN, now=LATER)
        assert [one.new for one in again] == [one.new for one in first]
        assert [one.is_new for one in again] == [False, False]
        assert [count(make, table) for table in (ScoreRow, RoutingRow, FindingRow, TranscriptRow)] == [2, 2, 1, 2]

    def test_an_older_version_asked_for_again_is_shown_again(self, make: sessionmaker[Session], hear: Hear) -> None:
        call = hear(*RUDE)
        (first,) = rescore(make, [call], FIRST, CARD, PLAN, now=NOW)
        rescore(make, [call], SECOND, NEW_CARD, PLAN, now=NOW)
        rescore(make, [call], FIRST, CARD, PLAN, now=LATER)
        with make() as session:
            assert first.new is not None
            assert browse.find_scores(session, SYSTEM, call).shown == first.new.id
            assert len(browse.find_scores(session, SYSTEM, call).versions) == 2

    def test_the_queue_follows_the_new_score(self, make: sessionmaker[Session], hear: Hear) -> None:
        call = hear(*RUDE)
        kind = parse_scorecard(card_text("desk-shirking", version=3, deduct=1))
        rescore(make, [call], FIRST, CARD, PLAN, now=NOW)

        def queued() -> list[int]:
            with make() as session:
                return [one.id for one in browse.queue(session, SYSTEM, CallFilter(), after=None, limit=9).calls]

        assert queued() == [call]
        rescore(make, [call], FIRST, kind, PLAN, now=NOW)
        assert queued() == []
        assert count(make, RoutingRow) == 2, "the old decision stays written down"

    def test_metadata_is_what_is_known_now(self, make: sessionmaker[Session], hear: Hear) -> None:
        pack, card = load_pack("inbound-service"), load_scorecard("inbound-service")
        call = hear("agent: 您好。")
        rescore(make, [call], pack, card, PLAN, now=NOW)
        newer = parse_pack(pack.text.replace(f"version: {pack.version}", "version: 99", 1))
        with make.begin() as session:
            recording = session.scalars(select(CallRow.recording_id)).one()
            put_metadata(session, recording, Metadata(satisfaction=1))
        rescore(make, [call], newer, card, PLAN, now=NOW)
        with make() as session:
            scored = browse.find_scores(session, SYSTEM, call).scored
            assert scored is not None
            answers = {result.rule: result.answer for result in scored.results}
            assert answers["low-satisfaction"] is Answer.HIT

    def test_a_call_that_cannot_be_scored_says_so_and_stops_nothing(
        self, make: sessionmaker[Session], hear: Hear
    ) -> None:
        silent, heard = hear(transcribed=False), hear(*RUDE)
        told = rescore(make, [silent, 999, heard], FIRST, CARD, PLAN, now=NOW)
        assert [one.call_id for one in told] == [silent, 999, heard]
        assert [one.reason and one.reason.code for one in told] == ["pipeline.not_transcribed", "api.no_call", None]
        assert [one.new is None for one in told] == [True, True, False]

    def test_the_transcript_of_the_shown_score_is_used(self, make: sessionmaker[Session], hear: Hear) -> None:
        call = hear(*RUDE)
        rescore(make, [call], FIRST, CARD, PLAN, now=NOW)
        with make.begin() as session:
            row = session.scalars(select(CallRow)).one()
            other = spoken("agent: 您好。")
            facts = Recording("x", "0", 1.0, 2, "pcm", 8000)
            body = TRANSCRIPT_JSON.dump_python(other, mode="json")
            results.save_transcript(session, row.recording_id, "large", body, facts, NOW)
        (again,) = rescore(make, [call], SECOND, NEW_CARD, PLAN, now=NOW)
        assert again.new is not None
        assert again.new.total == 20.0

    def test_a_card_that_does_not_fit_the_pack_is_refused_before_anything(
        self, make: sessionmaker[Session], hear: Hear
    ) -> None:
        with pytest.raises(BadDefinition):
            rescore(make, [hear(*RUDE)], FIRST, NEW_CARD, PLAN, now=NOW)
        rescore(make, [], FIRST, CARD, PLAN, now=NOW)
        with pytest.raises(Conflict):
            rescore(make, [], parse_pack(pack_text(CASUAL, SHIRKING, version=1)), CARD, PLAN, now=NOW)
        assert count(make, ScoreRow) == 0

    def test_stopped_half_way_it_goes_on_from_there(self, make: sessionmaker[Session], hear: Hear) -> None:
        calls = [hear(*RUDE) for _ in range(50)]

        class KilledError(Exception):
            pass

        def kill(done: int) -> None:
            if done >= 20:
                raise KilledError

        with pytest.raises(KilledError):
            rescore(make, calls, FIRST, CARD, PLAN, now=NOW, progress=kill)
        assert count(make, ScoreRow) == 20
        told = rescore(make, calls, FIRST, CARD, PLAN, now=LATER)
        assert sum(one.is_new for one in told) == 30
        assert count(make, ScoreRow) == count(make, RoutingRow) == 50

    def test_two_at_once_write_each_score_once(self, make: sessionmaker[Session], hear: Hear) -> None:
        calls = [hear(*RUDE) for _ in range(30)]
        ready = Barrier(2)

        def run(order: list[int]) -> int:
            ready.wait()
            return sum(one.is_new for one in rescore(make, order, FIRST, CARD, PLAN, now=NOW))

        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(run, [calls, calls[::-1]]))
        assert count(make, ScoreRow) == 30
        assert sum(made) >= 30

    def test_hundreds_of_calls_take_seconds(self, make: sessionmaker[Session], hear: Hear) -> None:
        calls = [hear(*RUDE * 10) for _ in range(200)]
        began = time.monotonic()
        rescore(make, calls, load_pack("inbound-service"), load_scorecard("inbound-service"), PLAN, now=NOW)
        assert time.monotonic() - began < 30, "far above what a busy machine needs"


class TestChoosing:
    def test_calls_are_chosen_as_lists_are_narrowed(self, make: sessionmaker[Session], hear: Hear) -> None:
        rude, other, unscored = hear(*RUDE), hear(*RUDE, agent="8002"), hear(*RUDE)
        rescore(make, [rude, other], FIRST, CARD, PLAN, now=NOW)
        with make() as session:
            assert choose(session, CallFilter()) == (unscored, other, rude)
            assert choose(session, CallFilter(), limit=1) == (unscored,)
            assert choose(session, CallFilter(agent_id="8002")) == (other,)
            assert choose(session, CallFilter(rule="desk-shirking", agent_id="8001")) == (rude,)
            for wanted in (CallFilter(max_total=70), CallFilter(queued=True), CallFilter(text="0.wav")):
                listed = browse.list_calls(session, SYSTEM, wanted, Order.RECEIVED, after=None, limit=9).calls
                assert choose(session, wanted) == tuple(one.id for one in listed) != ()


class TestReading:
    def test_another_call_s_score_is_not_shown(self, make: sessionmaker[Session], hear: Hear) -> None:
        one, other = rescore(make, [hear(*RUDE), hear(*RUDE)], FIRST, CARD, PLAN, now=NOW)
        assert other.new is not None
        with make() as session:
            for call, score in ((one.call_id, other.new.id), (one.call_id, 99), (99, 1)):
                with pytest.raises(NotFound) as refusal:
                    browse.find_score(session, SYSTEM, call, score)
                assert refusal.value.say("zh") if score != 1 else True

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from pydantic import TypeAdapter
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.listening import LISTENED_JSON, Listened
from models.score import SCORED_JSON, Scored
from models.tables import CallRow, FindingRow, RecordingRow, RoutingRow, ScoreRow, TranscriptRow
from models.transcript import Recording
from storage.calls.results import find_score, find_transcript, keep_listened, save_transcript
from storage.database import sessions
from storage.reason import restored

Register = Callable[..., RecordingRow]
Save = Callable[..., ScoreRow]

SAID = Listened("折腾", turn=0, span=(4, 6), likeness=0.8, gain=-1.25)
OTHER_TURN = Listened("不归我们管", turn=3, span=(0, 5), likeness=0.9, gain=-20.0)
FACTS = Recording("a.wav", "a" * 64, seconds=61.5, channels=2, codec="pcm_s16le", sample_rate=8000)


def count(session: Session, table: type) -> int | None:
    return session.scalar(select(func.count()).select_from(table))


class TestTranscripts:
    def test_saving_tells_the_ledger_what_the_sound_is(
        self, session: Session, register: Register, now: datetime
    ) -> None:
        row = register("a.wav")
        saved = save_transcript(session, row.id, "base", {"turns": []}, FACTS, now)
        session.expire_all()
        assert (row.seconds, row.channels, row.codec, row.sample_rate) == (61.5, 2, "pcm_s16le", 8000)
        assert find_transcript(session, row.id, "base") is saved
        assert find_transcript(session, row.id, "large") is None

    def test_the_first_transcript_of_a_key_stays(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        first = save_transcript(session, row.id, "base", {"turns": ["first"]}, FACTS, now)
        again = save_transcript(session, row.id, "base", {"turns": ["again"]}, FACTS, now)
        other = save_transcript(session, row.id, "large", {"turns": ["other"]}, FACTS, now)
        assert again.id == first.id != other.id
        assert again.body == {"turns": ["first"]}
        assert count(session, TranscriptRow) == 2

    def test_whatever_was_heard_can_be_stored(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        body = {"text": "你好\0 \ud800", "\0": [math.nan, math.inf, -math.inf, 0.5], "plain": r"\u0000"}
        saved = save_transcript(session, row.id, "base", body, FACTS, now)
        session.expire(saved)
        assert saved.body == {
            "text": r"你好\x00 \ud800",
            r"\x00": ["NaN", "Infinity", "-Infinity", 0.5],
            "plain": r"\u0000",
        }
        numbers = TypeAdapter(list[float]).validate_python(saved.body[r"\x00"])
        assert math.isnan(numbers[0])
        assert numbers[1:] == [math.inf, -math.inf, 0.5]

    @pytest.mark.parametrize(
        ("heard", "kept"), [("a\0b", r"a\x00b"), ("\ud83d", r"\ud83d"), (math.inf, "Infinity"), (r"\u0000", r"\u0000")]
    )
    def test_one_odd_thing_alone(
        self, session: Session, register: Register, now: datetime, heard: object, kept: object
    ) -> None:
        saved = save_transcript(session, register("a.wav").id, "base", {"text": heard}, FACTS, now)
        session.expire(saved)
        assert saved.body == {"text": kept}


class TestListened:
    """What listening again told, added to a stored transcript."""

    def test_it_is_added_in_the_order_of_the_call_and_nothing_else_changes(
        self, session: Session, register: Register, now: datetime
    ) -> None:
        body = {"turns": [{"text": "带着孩子周村"}], "voice": {"speech_seconds": 2.5}}
        row = save_transcript(session, register("a.wav").id, "base", body, FACTS, now)
        assert keep_listened(session, row.id, [OTHER_TURN]) == (OTHER_TURN,)
        assert keep_listened(session, row.id, [SAID]) == (SAID, OTHER_TURN)
        session.expire_all()
        assert {key: row.body[key] for key in body} == body
        assert LISTENED_JSON.validate_python(row.body["listened"]) == (SAID, OTHER_TURN)

    def test_of_the_same_doubt_the_first_word_stays(self, session: Session, register: Register, now: datetime) -> None:
        row = save_transcript(session, register("a.wav").id, "base", {"turns": []}, FACTS, now)
        keep_listened(session, row.id, [SAID])
        assert keep_listened(session, row.id, [replace(SAID, gain=-9.5)]) == (SAID,)

    def test_nothing_new_writes_nothing(self, session: Session, register: Register, now: datetime) -> None:
        row = save_transcript(session, register("a.wav").id, "base", {"turns": []}, FACTS, now)
        assert keep_listened(session, row.id, []) == ()
        session.expire_all()
        assert row.body == {"turns": []}, "as it was before there was listening again"

    def test_workers_at_the_same_time_lose_nothing(
        self, engine: Engine, session: Session, register: Register, now: datetime
    ) -> None:
        row = save_transcript(session, register("a.wav").id, "base", {"turns": []}, FACTS, now)
        session.commit()
        make_session, together = sessions(engine), Barrier(6)

        def work(turn: int) -> None:
            together.wait()
            with make_session.begin() as own:
                keep_listened(own, row.id, [replace(SAID, turn=turn)])

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))
        session.refresh(row)
        assert [one["turn"] for one in row.body["listened"]] == [0, 1, 2, 3, 4, 5]


class TestScores:
    def test_a_score_is_stored_with_findings_and_routing(
        self, session: Session, register: Register, save: Save
    ) -> None:
        row = register("a.wav")
        score = save(session, row.id)
        session.expire_all()
        assert (score.total, score.grade, score.fatal, score.coverage) == (72.5, "合格", True, 0.9)
        assert SCORED_JSON.validate_python(score.body).results[0].evidence[0].quote == "不归我们管"
        first, second = session.scalars(select(FindingRow).order_by(FindingRow.id))
        assert (first.rule, first.name, first.effect, first.role) == ("shirking", "推诿", "violation", "agent")
        assert (first.turn, first.quote, first.start, first.end, first.confidence) == (0, "不归我们管", 1.5, 2.25, 0.9)
        assert (second.turn, second.quote) == (4, "你找售后")
        routing = session.scalars(select(RoutingRow)).one()
        assert (routing.score_id, routing.recording_id, routing.queued) == (score.id, row.id, True)
        assert "3" in restored(routing.reasons[0]).say("zh")
        assert session.scalar(select(CallRow.score_id)) == score.id

    def test_saving_again_returns_the_first_and_adds_nothing(
        self, session: Session, register: Register, save: Save, now: datetime
    ) -> None:
        row = register("a.wav")
        first = save(session, row.id)
        session.commit()
        again = save(session, row.id, now=now + timedelta(days=1))
        assert again.id == first.id
        assert again.created_at == now
        assert [count(session, table) for table in (ScoreRow, FindingRow, RoutingRow)] == [1, 2, 1]

    def test_another_setting_is_a_new_score_beside_the_old(
        self, session: Session, register: Register, save: Save
    ) -> None:
        row = register("a.wav")
        first = save(session, row.id)
        newer = save(session, row.id, pack_version=4)
        larger = save(session, row.id, transcriber_key="large", pack_version=4)
        assert len({first.id, newer.id, larger.id}) == 3
        assert session.scalar(select(CallRow.score_id)) == larger.id
        assert save(session, row.id).id == first.id
        assert session.scalar(select(CallRow.score_id)) == first.id, "the settings asked for last are shown"

    def test_a_newer_scorer_is_a_new_score_though_the_pack_is_the_same(
        self, session: Session, register: Register, save: Save
    ) -> None:
        row = register("a.wav")
        old = save(session, row.id)
        new = save(session, row.id, scorer=2)
        assert (old.scorer, new.scorer) == (1, 2)
        assert old.id != new.id
        assert session.scalar(select(CallRow.score_id)) == new.id
        assert save(session, row.id, scorer=2).id == new.id

    def test_a_score_is_found_by_its_origin(self, session: Session, register: Register, save: Save) -> None:
        score = save(session, register("a.wav").id)
        origin = {name: getattr(score, name) for name in ("transcript_id", "pack_id", "scorecard_id", "scorer")}
        assert find_score(session, **origin) is score
        assert find_score(session, **{**origin, "pack_id": 99}) is None
        assert find_score(session, **{**origin, "scorer": 2}) is None

    def test_a_crash_before_the_commit_leaves_nothing(self, session: Session, register: Register, save: Save) -> None:
        row = register("a.wav")
        session.commit()
        save(session, row.id)
        session.rollback()
        assert [count(session, table) for table in (ScoreRow, FindingRow, RoutingRow)] == [0, 0, 0]
        assert session.scalar(select(CallRow.score_id)) is None

    def test_a_score_that_is_no_number_is_refused_before_anything_is_written(
        self, session: Session, register: Register, save: Save, scored: Scored
    ) -> None:
        row = register("a.wav")
        with pytest.raises(ValueError, match="not finite"):
            save(session, row.id, scored=replace(scored, pre_score=replace(scored.pre_score, total=math.nan)))
        assert count(session, ScoreRow) == 0

    def test_a_call_nobody_could_judge_has_no_total(
        self, session: Session, register: Register, save: Save, scored: Scored
    ) -> None:
        unjudged = replace(scored.pre_score, total=None, grade=None, coverage=0.0, fatal=())
        score = save(session, register("a.wav").id, scored=Scored(unjudged, ()))
        session.expire(score)
        assert (score.total, score.grade, score.fatal, score.coverage) == (None, None, False, 0.0)
        assert count(session, FindingRow) == 0

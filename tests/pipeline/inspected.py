"""A centre with inspectors and scored calls that wait for them, made through the functions of production."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from models.call import Metadata
from models.finding import Answer, Effect, Evidence, RuleResult
from models.person import RIGHTS, UserRole, Viewer
from models.reason import Reason
from models.review import ItemVerdict, Judgement
from models.routing import Routing
from models.score import ItemState, Scored
from models.tables import AssignmentRow, CallRow, RecordingRow, ReviewRow, UserRow
from models.transcript import TRANSCRIPT_JSON, Recording, Role, Transcript, Turn, Word
from scoring import SCORER_VERSION
from scoring.prescore import pre_score
from scoring.scorecard import parse_scorecard
from storage.calls import ledger, results
from storage.calls.metadata import put_metadata
from storage.review.reviews import review_of
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

CARD_TEXT = """
scorecard: desk
version: 1
title: 服务评分表
sections:
  - id: manner
    name: 服务态度
    items:
      - id: greeting
        name: 开头语
        points: 40
        rules: [{rule: no-greeting, deduct: 40}]
      - {id: patience, name: 耐心, points: 60, rules: [{rule: shirking, deduct: 30}]}
      - id: insult
        name: 辱骂客户
        points: 0
        class: customer_critical
        fatal: call
        rules: [{rule: insult, deduct: 5}]
"""
CARD = parse_scorecard(CARD_TEXT)

SAID = ((Role.AGENT, "您好请讲"), (Role.CUSTOMER, "我要退款"), (Role.AGENT, "不归我们管"))
RULES = {"no-greeting": "缺少开头语", "shirking": "推诿", "insult": "辱骂客户"}

SHIRKED = ("shirking",)
FATAL = Reason("scoring.routed_fatal", {"item": "辱骂客户", "rules": "辱骂客户"})
LOW = Reason("scoring.routed_low_score", {"score": 62.5, "below": 70})
CHANCE = Reason("scoring.routed_random", {"percent": 5.0})


def transcript(file: str, content: str, seconds: float) -> Transcript:
    """Three turns of two seconds each, a word for every character."""
    turns = []
    for index, (role, text) in enumerate(SAID):
        step = 2.0 / len(text)
        words = tuple(
            Word(char, 2 * index + step * place, 2 * index + step * (place + 1), 0.9) for place, char in enumerate(text)
        )
        turns.append(Turn(role, int(role is Role.CUSTOMER), 2.0 * index, 2.0 * index + 2, text, 0.9, (), words, text))
    return Transcript(Recording(file, content, seconds, 2, "pcm_alaw", 8000), tuple(turns))


def scored(hits: Iterable[str]) -> Scored:
    """What the machine says where these rules hit, on the third turn."""
    hits = set(hits)
    found = [
        RuleResult(
            "service",
            3,
            rule,
            name,
            Effect.VIOLATION,
            Answer.HIT if rule in hits else Answer.CLEAN,
            (Evidence(4.0, 6.0, Role.AGENT, 2, "不归我们管", (0, 5), 0.95),) if rule in hits else (),
        )
        for rule, name in RULES.items()
    ]
    return Scored(pre_score(CARD, found), tuple(found))


def judged(**lost: float) -> Judgement:
    """A complete form; these items lose points, with a word on why."""
    return Judgement(
        tuple(
            ItemVerdict(item.id, ItemState.JUDGED, lost.get(item.id, 0.0), comment="听到了" if item.id in lost else "")
            for item in CARD.items
        ),
        comment="下次先安抚客户。",
    )


def with_evidence(judgement: Judgement, item: str, *evidence: Evidence) -> Judgement:
    items = tuple(replace(one, evidence=evidence) if one.item == item else one for one in judgement.items)
    return replace(judgement, items=items)


@dataclass
class Inspected:
    """`make` opens sessions; what the methods make is committed."""

    make: sessionmaker[Session]
    count: int = field(default=0, init=False)

    def person(
        self, name: str, role: UserRole = UserRole.INSPECTOR, *, team: str | None = None, active: bool = True
    ) -> Viewer:
        with self.make.begin() as session:
            row = UserRow(
                login=name,
                name=name,
                role=role,
                team=team,
                must_change=False,
                active=active,
                created_at=NOW,
                updated_at=NOW,
            )
            session.add(row)
            session.flush()
            return Viewer(row.id, name, role, RIGHTS[role], team)

    def call(
        self,
        *reasons: Reason,
        hits: Iterable[str] = SHIRKED,
        team: str | None = "服务二组",
        seconds: float = 60.0,
        double: bool = False,
        now: datetime = NOW,
        call_type: str | None = None,
    ) -> int:
        """A scored call; queued where there are reasons."""
        self.count += 1
        name = f"{self.count:05}.wav"
        content = sha256(name.encode()).hexdigest()
        with self.make.begin() as session:
            row, _ = ledger.register(session, sha256=content, file=name, audio="-", size=1, settings_key="k", now=now)
            put_metadata(
                session, row.id, Metadata(agent_id="6603", agent_name="王小北", team=team, call_type=call_type)
            )
            said = transcript(name, content, seconds)
            body = TRANSCRIPT_JSON.dump_python(said, mode="json")
            stored = results.save_transcript(session, row.id, "t", body, said.recording, now)
            self._score(session, row.id, stored.id, Routing(bool(reasons), reasons, 1.0, double=double), hits, 3, now)
            return session.scalars(select(CallRow.id).where(CallRow.recording_id == row.id)).one()

    def score_again(
        self, call_id: int, *reasons: Reason, version: int, hits: Iterable[str] = (), now: datetime = NOW
    ) -> int:
        """Another pack's score of the call's transcript, shown from then on; its id."""
        with self.make.begin() as session:
            call = session.get_one(CallRow, call_id)
            stored = results.find_transcript(session, call.recording_id, "t")
            assert stored is not None
            routing = Routing(bool(reasons), reasons, 1.0)
            return self._score(session, call.recording_id, stored.id, routing, hits, version, now)

    @staticmethod
    def _score(  # noqa: PLR0917  (as it is stored)
        session: Session,
        recording_id: int,
        transcript_id: int,
        routing: Routing,
        hits: Iterable[str],
        version: int,
        now: datetime,
    ) -> int:
        pack = remember(session, "pack", "service", version, f"{version:064}", "pack: service", now)
        card = remember(session, "scorecard", CARD.name, CARD.version, CARD.sha256, CARD.text, now)
        score = results.save_score(
            session,
            recording_id=recording_id,
            transcript_id=transcript_id,
            pack_id=pack.id,
            scorecard_id=card.id,
            scorer=SCORER_VERSION,
            scored=scored(hits),
            routing=routing,
            now=now,
        )
        row = session.get_one(RecordingRow, recording_id)
        row.state = "scored"
        session.flush()
        return score.id

    def review(self, call_id: int) -> ReviewRow:
        with self.make() as session:
            found = review_of(session, call_id)
            assert found is not None
            return found

    def assignment(self, call_id: int, slot: int = 1) -> AssignmentRow:
        with self.make() as session:
            return session.scalars(select(AssignmentRow).filter_by(call_id=call_id, slot=slot)).one()

    def slots(self, call_id: int) -> list[tuple[int, str, str]]:
        """Slot, purpose and state of each assignment."""
        with self.make() as session:
            rows = session.scalars(select(AssignmentRow).filter_by(call_id=call_id).order_by(AssignmentRow.slot))
            return [(row.slot, row.purpose, row.state) for row in rows]

"""Some hundred calls of two months written straight into the tables, with everything reports count, and gaps in it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.ledger import RecordingState
from models.person import RIGHTS, UserRole, Viewer
from models.review import ReviewState
from models.tables import (
    AgentRow,
    CallRow,
    FinalScoreRow,
    FindingRow,
    RecordingRow,
    ReviewRow,
    ScoreRow,
    TranscriptRow,
)
from storage.results import final_scores
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA_TIME)
FIRST = datetime(2026, 9, 25, 0, 30, tzinfo=CHINA_TIME)
LEAD = Viewer(None, "王主管", UserRole.LEAD, RIGHTS[UserRole.LEAD])
TEAMS = ("一组", "二组", "三组", None)
TYPES = ("查询", "投诉", "办理", None)
ITEMS = ("greeting", "empathy", "accuracy", "promise")
CLASSES = ("ordinary", "customer_critical", "business_critical", "compliance_critical")
GRADES = ((90.0, "优秀"), (80.0, "良好"), (60.0, "合格"), (0.0, "不合格"))


@dataclass
class CountedCentre:
    """`add` makes calls whose facts nobody has kept yet; the same seed makes the same ones."""

    session: Session
    random: Random = field(default_factory=lambda: Random(7))
    made: int = 0

    def add(self, calls: int, *, days: int = 58) -> None:
        pack = remember(self.session, "pack", "p", 1, "a" * 64, "-", NOW).id
        for number in range(self.made + 1, self.made + calls + 1):
            self._add(number, pack, days)
        self.made += calls
        self.session.flush()

    def score(self, card: str = "inbound-service") -> dict[str, Any]:
        """A `PreScore` as it is stored, of four items, some of which cost points."""
        chance = self.random.random
        items, lost = [], 0.0
        for place, item in enumerate(ITEMS):
            cost = self.random.choice((2.5, 5.0, 10.0)) if chance() < 0.3 else 0.0
            lost += cost
            item_class = CLASSES[place]
            of_old = chance() < 0.2
            items.append(
                {"id": item, "name": f"评分项{place}", "item_class": item_class, "state": "judged", "points": 25.0}
                | {"got": 25.0 - cost, "lost": 0.0 if of_old else cost}
                | ({} if of_old else {"moves": [{"rule": "r", "answer": "hit", "lost": cost, "times": 1}]})
            )
        fatal = ["promise"] if chance() < 0.08 else []
        total = None if chance() < 0.04 else 0.0 if fatal else 100.0 - lost
        critical = [one["item_class"] for one in items[1:] if one["got"] < 25]
        section = {"id": "s", "name": "服务", "points": 100.0, "got": 100.0 - lost, "items": items}
        return {"card": card, "card_version": 1, "total": total, "grade": grade_of(total), "coverage": chance()} | {
            "sections": [section],
            "fatal": fatal,
            "critical": critical,
        }

    def _add(self, number: int, pack: int, days: int) -> None:
        chance, pick = self.random.random, self.random.choice
        started = FIRST + timedelta(minutes=self.random.randrange(days * 24 * 60))
        recording = self._recording(number, started)
        transcript = TranscriptRow(
            recording_id=recording.id, transcriber_key="t", body={"voice": self._voice()}, created_at=NOW
        )
        self.session.add(transcript)
        self.session.flush()
        score = self._score(recording.id, transcript.id, pack) if chance() < 0.95 else None
        agent = f"80{self.random.randrange(12):02}" if chance() < 0.97 else None
        call = CallRow(
            recording_id=recording.id,
            agent_id=agent,
            agent_name=None if agent is None else f"座席{agent}",
            team=pick(TEAMS),
            agent_stage=pick(("regular", "probation", None)),
            direction=pick(("inbound", "outbound", None)),
            call_type=pick(TYPES),
            started_at=started if chance() < 0.9 else None,
            customer_number="13800000000",
            satisfaction=pick((None, None, 1, 3, 4, 5)),
            transferred=pick((None, True, False)),
            extra={},
            score_id=None if score is None else score.id,
        )
        self.session.add(call)
        self.session.flush()
        if score is not None and chance() < 0.35:
            self._review(call, score, pack, is_published=chance() < 0.8)

    def _recording(self, number: int, started: datetime) -> RecordingRow:
        row = RecordingRow(
            sha256=sha256(str(number).encode()).hexdigest(),
            file=f"{number}.wav",
            audio="-",
            bytes=1,
            seconds=None if self.random.random() < 0.05 else round(self.random.uniform(20, 600), 2),
            state=RecordingState.SCORED,
            settings_key="k",
            attempts=1,
            created_at=started + timedelta(hours=3),
            updated_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def _voice(self) -> dict[str, Any]:
        if self.random.random() < 0.1:
            return {}
        stretches = [(at * 10.0, at * 10.0 + round(self.random.expovariate(0.08), 2)) for at in range(3)]
        some = [{"start": start, "end": end, "waited_for": "agent"} for start, end in stretches]
        agent = {"talk_seconds": 30.0, "rate": self.random.uniform(90, 380), "response": self.random.uniform(-0.5, 12)}
        heard = {"agent": agent if self.random.random() < 0.9 else {"talk_seconds": 3.0}}
        overlaps = None if self.random.random() < 0.2 else some[:2]
        return {"speech_seconds": 60.0, "roles": heard, "silences": some, "overlaps": overlaps}

    def _score(self, recording: int, transcript: int, pack: int) -> ScoreRow:
        body = self.score(self.random.choice(("inbound-service", "inbound-service", "telesales")))
        row = ScoreRow(
            recording_id=recording,
            transcript_id=transcript,
            pack_id=pack,
            scorecard_id=pack,
            scorer=1,
            total=body["total"],
            grade=body["grade"],
            fatal=bool(body["fatal"]),
            coverage=body["coverage"],
            body={"pre_score": body, "results": []},
            created_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        for rule in self.random.sample(("shirking", "greeting", "promise"), self.random.randrange(3)):
            for _ in range(self.random.randrange(1, 3)):
                self.session.add(finding(row.id, rule))
        return row

    def _review(self, call: CallRow, score: ScoreRow, pack: int, *, is_published: bool) -> None:
        review = ReviewRow(
            call_id=call.id,
            score_id=score.id,
            state=ReviewState.PUBLISHED if is_published else ReviewState.QUEUED,
            reasons=[],
            priority=1.0,
            fatal=False,
            blind=True,
            agent_id=call.agent_id,
            team=call.team,
            queued_at=NOW,
            updated_at=NOW,
        )
        self.session.add(review)
        self.session.flush()
        if is_published:
            row = FinalScoreRow(review_id=review.id, call_id=call.id, **self.final(pack))
            self.session.add(row)
            self.session.flush()
            review.final_id = row.id

    def final(self, pack: int) -> dict[str, Any]:
        """Columns of a final score."""
        body = self.score()
        told = {"total": body["total"], "grade": body["grade"], "fatal": bool(body["fatal"]), "body": body}
        made = {"source": "review", "scorecard_id": pack, "judgement": {"items": []}, "published_at": NOW}
        return {**told, **made, "verdict_id": None, "published_by": "李敏"}

    def publish(self, call_id: int) -> None:
        """A (further) final score, as production appends it."""
        review = self.session.scalars(select(ReviewRow).filter_by(call_id=call_id)).one()
        pack = self.session.scalars(select(ScoreRow.pack_id)).first()
        assert pack is not None
        final_scores.append(self.session, review, **self.final(pack))

    def roster(self) -> None:
        for number in range(12):
            agent = {"agent_id": f"80{number:02}", "name": f"座席{number}", "team": "一组", "stage": "regular"}
            self.session.add(AgentRow(**agent, joined_on=None, active=True, updated_at=datetime.now(UTC)))


def finding(score_id: int, rule: str) -> FindingRow:
    said = {"pack": "p", "pack_version": 1, "rule": rule, "name": f"规则{rule}", "effect": "violation", "role": "agent"}
    return FindingRow(score_id=score_id, **said, turn=0, quote="不归我们管", start=1.0, end=2.0, confidence=0.9)


def grade_of(total: float | None) -> str | None:
    return None if total is None else next(name for least, name in GRADES if total >= least)

"""Scored calls by the hundred, written straight into the tables: a period to draw from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.ledger import RecordingState
from models.person import UserRole, Viewer
from models.reason import Reason
from models.review import JUDGEMENT_JSON, Judgement, Purpose, ReviewState
from models.tables import (
    AgentRow,
    AssignmentRow,
    CallRow,
    RecordingRow,
    ReviewRow,
    RoutingRow,
    ScoreRow,
    TranscriptRow,
    UserRow,
    VerdictRow,
)
from scoring.sampling.period import Span, span_of
from storage.reason import stored
from storage.review.reviews import queue_call
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA_TIME)
WEEK: Span = span_of("week", datetime(2026, 11, 18, tzinfo=CHINA_TIME).date())
LOW = Reason("scoring.routed_low_score", {"score": 55.0, "below": 70})
FATAL = Reason("scoring.routed_fatal", {"item": "不推诿", "rules": "推诿"})
RANDOM = Reason("scoring.routed_random", {"percent": 5})


@dataclass(frozen=True)
class Said:
    """A call to be: what the machine said of it."""

    agent: str = "8001"
    team: str | None = "一组"
    stage: str | None = None
    call_type: str | None = "查询"
    direction: str = "inbound"
    total: float | None = 85.0
    reasons: Sequence[Reason] = ()
    started_at: datetime = WEEK.start + timedelta(days=2, hours=10)
    seconds: float = 180.0
    satisfaction: int | None = None
    chance: float = 0.05


@dataclass
class SampledCentre:
    """Calls in a database; `add` gives their ids."""

    session: Session
    made: int = 0

    def add(self, calls: Iterable[Said], *, in_queue: bool = True) -> list[int]:
        """Scored calls; those with reasons have a review, as scoring makes it, unless `in_queue` is False."""
        some = list(calls)
        first = self.made + 1
        self.made += len(some)
        self._insert(RecordingRow, (_recording(first + n, said) for n, said in enumerate(some)))
        recordings = self._ids(RecordingRow, len(some))
        body = {"recording_id": None, "transcriber_key": "t", "body": {}, "created_at": NOW}
        self._insert(TranscriptRow, ({**body, "recording_id": id_} for id_ in recordings))
        transcripts = self._ids(TranscriptRow, len(some))
        pack = self._definition()
        self._insert(
            ScoreRow,
            (_score(r, t, pack, said) for r, t, said in zip(recordings, transcripts, some, strict=True)),
        )
        scores = self._ids(ScoreRow, len(some))
        self._insert(RoutingRow, (_routing(*one) for one in zip(recordings, scores, some, strict=True)))
        self._insert(CallRow, (_call(*one) for one in zip(recordings, scores, some, strict=True)))
        ids = self._ids(CallRow, len(some))
        if in_queue:
            for call, score, said in zip(ids, scores, some, strict=True):
                if said.reasons:
                    queue_call(self.session, call_id=call, score_id=score, reasons=said.reasons, now=NOW)
        self.session.flush()
        return ids

    def roster(self, agent: str, **facts: Any) -> None:
        known = {"name": None, "team": "一组", "stage": "regular", "joined_on": None, "active": True}
        self.session.add(AgentRow(agent_id=agent, updated_at=NOW, **{**known, **facts}))
        self.session.flush()

    def inspector(self, name: str = "李敏") -> UserRow:
        row = UserRow(
            login=name,
            name=name,
            role=UserRole.INSPECTOR,
            team=None,
            agent_id=None,
            password=None,
            must_change=False,
            active=True,
            language=None,
            created_at=NOW,
            updated_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def hear(self, call_id: int, total: float, by: UserRow, *, fatal: bool = False) -> None:
        """A verdict on a queued call, as if submitted."""
        review = self.session.scalars(select(ReviewRow).filter_by(call_id=call_id)).one()
        slot = self.session.scalars(select(AssignmentRow).filter_by(review_id=review.id, slot=1)).one()
        self.session.add(
            VerdictRow(
                assignment_id=slot.id,
                review_id=review.id,
                call_id=call_id,
                user_id=by.id,
                purpose=Purpose.REVIEW,
                scorecard_id=self._definition(),
                body=JUDGEMENT_JSON.dump_python(Judgement(()), mode="json"),
                score={"total": total, "critical": ["customer_critical"] if fatal else []},
                total=total,
                grade=None,
                fatal=fatal,
                seconds=60,
                submitted_at=NOW,
            )
        )
        self.session.execute(update(ReviewRow).where(ReviewRow.id == review.id).values(state=ReviewState.SUBMITTED))
        self.session.flush()

    def _insert(self, table: Any, rows: Iterable[dict[str, Any]]) -> None:
        some = list(rows)
        for start in range(0, len(some), 20_000):
            self.session.execute(insert(table), some[start : start + 20_000])

    def _ids(self, table: Any, count: int) -> list[int]:
        """The newest so many, in order."""
        return list(self.session.scalars(select(table.id).order_by(table.id.desc()).limit(count)))[::-1]

    def _definition(self) -> int:
        return remember(self.session, "pack", "p", 1, "a" * 64, "-", NOW).id


LEAD = Viewer(None, "王主管", UserRole.LEAD)


def _recording(number: int, said: Said) -> dict[str, Any]:
    return {
        "sha256": sha256(str(number).encode()).hexdigest(),
        "file": f"{number}.wav",
        "audio": "-",
        "bytes": 1,
        "seconds": said.seconds,
        "state": RecordingState.SCORED,
        "settings_key": "k",
        "attempts": 1,
        "created_at": said.started_at,
        "updated_at": NOW,
    }


def _score(recording: int, transcript: int, definition: int, said: Said) -> dict[str, Any]:
    return {
        "recording_id": recording,
        "transcript_id": transcript,
        "pack_id": definition,
        "scorecard_id": definition,
        "scorer": 1,
        "total": said.total,
        "grade": None,
        "fatal": FATAL in said.reasons,
        "coverage": 1.0,
        "body": {},
        "created_at": NOW,
    }


def _routing(recording: int, score: int, said: Said) -> dict[str, Any]:
    forced = any(reason != RANDOM for reason in said.reasons)
    return {
        "recording_id": recording,
        "score_id": score,
        "queued": bool(said.reasons),
        "reasons": [stored(reason) for reason in said.reasons],
        "inclusion_probability": 1.0 if forced else said.chance,
        "created_at": NOW,
    }


def _call(recording: int, score: int, said: Said) -> dict[str, Any]:
    return {
        "recording_id": recording,
        "agent_id": said.agent,
        "agent_name": None,
        "team": said.team,
        "agent_stage": said.stage,
        "direction": said.direction,
        "call_type": said.call_type,
        "started_at": said.started_at,
        "satisfaction": said.satisfaction,
        "extra": {},
        "score_id": score,
    }

"""A centre whose inspectors are as good, as strict and as busy as one wishes: what figures should find out is known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.person import RIGHTS, UserRole, Viewer
from models.tables import (
    AssignmentRow,
    CallRow,
    DefinitionRow,
    RecordingRow,
    ReviewRow,
    ScoreRow,
    TranscriptRow,
    UserRow,
    VerdictRow,
)

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

WORTH = 10.0


@dataclass
class Rater:
    """`skill` in logits, beside how hard an item is; `lenient` points given more; from the call `since` on `later`."""

    name: str
    skill: float = 2.0
    lenient: float = 0.0
    since: int | None = None
    later: float | None = None

    def skill_at(self, call: int) -> float:
        return self.skill if self.since is None or self.later is None or call < self.since else self.later


@dataclass
class Simulated:
    """`hard` is logits by which an item, and calls of the type 投诉, are harder than others; `share` of errors."""

    session: Session
    raters: Sequence[Rater]
    items: Mapping[str, float] = field(default_factory=lambda: {f"item-{n}": 0.0 for n in range(1, 6)})
    machine: float = 1.5
    share: float = 0.3
    hard_type: float = 0.0
    seed: int = 1
    count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        facts = {"created_at": NOW, "published_by": None, "published_why": None, "gate": None}
        for kind in ("pack", "scorecard"):
            self.session.add(
                DefinitionRow(kind=kind, name="service", version=1, sha256="0" * 64, body=f"{kind}: service", **facts)
            )
        self.users = [
            UserRow(
                login=f"rater{n}",
                name=rater.name,
                role=UserRole.INSPECTOR,
                must_change=False,
                active=True,
                created_at=NOW,
                updated_at=NOW,
            )
            for n, rater in enumerate(self.raters)
        ]
        self.session.add_all(self.users)
        self.session.flush()
        self.pack_id, self.card_id = (
            self.session.query(DefinitionRow.id).filter_by(kind=kind).scalar() for kind in ("pack", "scorecard")
        )

    def viewer(self, rater: int) -> Viewer:
        row = self.users[rater]
        return Viewer(row.id, row.name, UserRole.INSPECTOR, RIGHTS[UserRole.INSPECTOR])

    def calls(self, count: int, by: Sequence[Sequence[int]] | None = None, *, purpose: str = "review") -> list[int]:
        """Calls judged by pairs of raters, or each by those `by` names in turn, half an hour apart; the calls' ids."""
        made: dict[type, list[dict[str, Any]]] = {
            row: [] for row in (RecordingRow, TranscriptRow, ScoreRow, CallRow, ReviewRow, AssignmentRow, VerdictRow)
        }
        first, self.count = self.count, self.count + count
        for call in range(first, first + count):
            everybody = len(self.raters)
            who = self.random.permutation(everybody)[:2].tolist() if by is None else by[call % len(by)]
            self._call(made, call, who, purpose)
        for row, values in made.items():
            if values:
                self.session.execute(insert(row), values)
        self.session.flush()
        return list(range(first + 1, first + count + 1))

    def _call(self, made: Mapping[type, list[dict[str, Any]]], call: int, who: Sequence[int], purpose: str) -> None:
        id_, at = call + 1, NOW - timedelta(minutes=30 * (3000 - call))
        hard = call % 3 == 0
        truth = self.random.random(len(self.items)) < self.share
        machine = self._answers(truth, self.machine, hard=hard)
        stamp = {"created_at": at, "updated_at": at}
        made[RecordingRow].append(
            {"id": id_, "sha256": sha256(str(id_).encode()).hexdigest(), "file": f"{id_}.wav", "audio": "-"}
            | {"bytes": 1, "state": "scored", "settings_key": "k", "attempts": 0, **stamp}
        )
        made[TranscriptRow].append(
            {"id": id_, "recording_id": id_, "transcriber_key": "t", "body": {}, "created_at": at}
        )
        made[ScoreRow].append(
            {"id": id_, "recording_id": id_, "transcript_id": id_, "pack_id": self.pack_id}
            | {"scorecard_id": self.card_id, "scorer": 1, "classifier": "", "grade": None, "fatal": False}
            | {"total": self._total(machine, 0.0), "coverage": 1.0, "body": self._scored(machine), "created_at": at}
        )
        made[CallRow].append(
            {"id": id_, "recording_id": id_, "call_type": "投诉" if hard else "咨询", "extra": {}, "score_id": id_}
        )
        made[ReviewRow].append(
            {"id": id_, "call_id": id_, "score_id": id_, "state": "submitted", "reasons": [], "priority": 0.0}
            | {"fatal": False, "blind": True, "queued_at": at, "updated_at": at}
        )
        for slot, rater in enumerate(who, 1):
            self._verdict(made, call, slot, rater, truth, hard=hard, at=at, purpose=purpose)

    def _verdict(
        self,
        made: Mapping[type, list[dict[str, Any]]],
        call: int,
        slot: int,
        rater: int,
        truth: Any,
        *,
        hard: bool,
        at: datetime,
        purpose: str,
    ) -> None:
        number = len(made[VerdictRow]) + 1 + 10 * (call + 1) * len(self.raters)
        person = self.raters[rater]
        said = self._answers(truth, person.skill_at(call), hard=hard)
        why = purpose if purpose == "calibration" or slot == 1 else "double"
        made[AssignmentRow].append(
            {"id": number, "review_id": call + 1, "call_id": call + 1, "slot": slot, "purpose": why}
            | {"state": "submitted", "priority": 0.0, "user_id": self.users[rater].id, "created_at": at}
            | {"submitted_at": at, "revision": 1}
        )
        items = [
            {
                "item": item,
                "state": "judged",
                "lost": WORTH if error else 0.0,
                "won": 0.0,
                "comment": "",
                "evidence": [],
            }
            for item, error in zip(self.items, said, strict=True)
        ]
        made[VerdictRow].append(
            {"id": number, "assignment_id": number, "review_id": call + 1, "call_id": call + 1, "purpose": why}
            | {"user_id": self.users[rater].id, "scorecard_id": self.card_id, "score": {}, "grade": None}
            | {"body": {"items": items, "comment": "", "note": ""}, "total": self._total(said, person.lenient)}
            | {"fatal": False, "seconds": 120.0, "submitted_at": at}
        )

    def _answers(self, truth: Any, skill: float, *, hard: bool) -> Any:
        ease = skill - np.array(list(self.items.values())) - (self.hard_type if hard else 0.0)
        right = self.random.random(len(self.items)) < 1 / (1 + np.exp(-ease))
        return np.where(right, truth, ~truth)

    def _total(self, errors: Any, lenient: float) -> float:
        noise = float(self.random.normal(0, 1.5))
        return round(min(100.0, 90.0 - WORTH / 2 * int(errors.sum()) + lenient + noise), 2)

    def _scored(self, errors: Any) -> dict[str, Any]:
        items = [
            {"id": item, "name": f"评分项 {item}", "item_class": "ordinary", "state": "judged", "points": WORTH}
            | {"got": 0.0 if error else WORTH, "lost": WORTH if error else 0.0, "fatal": False}
            | {"moves": [{"rule": "r", "answer": "hit", "lost": WORTH if error else 0.0, "won": 0.0, "times": 1}]}
            for item, error in zip(self.items, errors, strict=True)
        ]
        return {"pre_score": {"sections": [{"id": "s", "name": "服务", "items": items}]}, "results": []}


def agreed_share(skill: float, other: float, hard: float = 0.0) -> float:
    """How often two raters of these skills say the same of an item."""
    one, two = (1 / (1 + math.exp(hard - value)) for value in (skill, other))
    return one * two + (1 - one) * (1 - two)

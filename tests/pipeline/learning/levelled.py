"""A centre whose calls the classifier thought about, and people judged; written straight into the tables."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.finding import Answer, Opinion
from models.person import UserRole, Viewer
from models.review import JUDGEMENT_JSON, ReviewState
from models.score import SCORED_JSON, Scored
from models.tables import AssignmentRow, CallRow, RecordingRow, ReviewRow, ScoreRow, TranscriptRow, VerdictRow
from pipeline.people.signing_in import viewer_of
from scoring.prescore import pre_score
from storage.learning.classifiers import used_version
from storage.people import accounts
from storage.rulebook.definitions import add_version, remember
from tests.pipeline.judged import CARD, CARD_TEXT, NOW, judgement, rule

NOT_ASKED = "id: empathy, name: 安抚情绪, points: 30, judge: human"
ASKED = "id: empathy, name: 安抚情绪, points: 30, judge: classifier, signs: [unsoothed]"
ITEM = "empathy"
AGREEING = ((True, True), (False, False))
DISAGREEING = ((True, False), (False, True), (True, True), (False, False))


def asking_text(version: int = 2, *, points: int = 30) -> str:
    """The desk's card, on which the classifier judges 安抚情绪 and may suggest on 有耐心."""
    text = CARD_TEXT.replace("version: 1", f"version: {version}").replace(NOT_ASKED, ASKED)
    return text.replace("points: 30", f"points: {points}").replace(
        "id: patience, name: 有耐心, points: 20,", "id: patience, name: 有耐心, points: 20, signs: [impatient],"
    )


@dataclass
class Levelled:
    session: Session
    now: datetime = NOW
    calls: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.lead, self.inspector = self._person("周主管", UserRole.LEAD), self._person("李质检", UserRole.INSPECTOR)
        self.pack = remember(self.session, "pack", "desk", 1, "a" * 64, "pack: desk", self.now).id
        self.card = remember(self.session, "scorecard", CARD.name, 1, CARD.sha256, CARD_TEXT, self.now).id

    def _person(self, name: str, role: UserRole) -> Viewer:
        login = f"p{sha256(name.encode()).hexdigest()[:8]}"
        return viewer_of(accounts.add_user(self.session, login=login, name=name, role=role, now=self.now))

    def ask(self, version: int = 2, *, points: int = 30, at: datetime | None = None) -> None:
        """A version of the card that asks the classifier is published."""
        text = asking_text(version, points=points)
        facts = {"sha256": str(version) * 64, "body": text, "by": "周主管", "why": "试用", "gate": None}
        add_version(self.session, "scorecard", CARD.name, version, now=at or self.now, **facts)

    def heard(self, *pairs: tuple[bool, bool], times: int = 1) -> None:
        """Calls by whether the classifier and then a person found an error, so many times each."""
        made: dict[type, list[dict[str, Any]]] = defaultdict(list)
        for machine, person in pairs * times:
            self.calls += 1
            self._write(made, self.calls, machine=machine, person=person)
        for table, rows in made.items():
            self.session.execute(insert(table), rows)
        self.session.flush()

    @property
    def by(self) -> str:
        """The classifier in use, as scores name it."""
        used = used_version(self.session)
        return "starter-00000000" if used is None else str(used)

    def _write(self, made: dict[type, list[dict[str, Any]]], id_: int, *, machine: bool, person: bool) -> None:
        now = self.now
        rules = (rule("shirking", "推给售后", hit=False), rule("hurry", "催促客户", hit=False))
        thought = Opinion(ITEM, 0.9 if machine else 0.1, Answer.HIT if machine else Answer.CLEAN)
        scored = Scored(pre_score(CARD, rules, [thought], {}), rules)
        said = JUDGEMENT_JSON.dump_python(judgement({ITEM: 10.0} if person else None), mode="json")
        recording = {"sha256": f"{id_:064}", "file": f"{id_}.wav", "audio": "-", "bytes": 1, "settings_key": "k"}
        stamp = {"id": id_, "created_at": now, "updated_at": now}
        made[RecordingRow].append(stamp | recording | {"state": "scored", "attempts": 0})
        heard = {"id": id_, "recording_id": id_, "created_at": now}
        made[TranscriptRow].append(heard | {"transcriber_key": "t", "body": {}})
        versions = {"pack_id": self.pack, "scorecard_id": self.card, "scorer": 1, "classifier": f"{self.by}/0"}
        body = SCORED_JSON.dump_python(scored, mode="json")
        result = {"total": 90.0, "grade": None, "fatal": False, "coverage": 1.0, "body": body}
        made[ScoreRow].append(heard | {"transcript_id": id_} | versions | result)
        made[CallRow].append({"id": id_, "recording_id": id_, "extra": {}, "score_id": id_})
        waits = {"priority": 0.0, "state": ReviewState.SUBMITTED}
        review = {"id": id_, "call_id": id_, "score_id": id_, "reasons": [], "fatal": False, "blind": True}
        made[ReviewRow].append(review | waits | {"queued_at": now, "updated_at": now})
        work = {"id": id_, "review_id": id_, "call_id": id_, "purpose": "review", "user_id": self.inspector.user_id}
        made[AssignmentRow].append(work | {"slot": 1, "created_at": now} | waits)
        verdict = {"assignment_id": id_, "scorecard_id": self.card, "body": said, "score": {}, "submitted_at": now}
        made[VerdictRow].append(work | verdict | {"total": 90.0, "grade": None, "fatal": False, "seconds": 60.0})

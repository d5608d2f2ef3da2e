"""A centre whose calls were heard: people, calls with a machine's score, and what inspectors said of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.final import PRE_SCORE_JSON
from models.finding import Answer, Effect, Evidence, RuleResult
from models.person import UserRole, Viewer
from models.review import JUDGEMENT_JSON, AssignmentState, ItemVerdict, Judgement, Purpose, ReviewState
from models.routing import Routing
from models.score import ItemState, Scored
from models.tables import AssignmentRow, CallRow, ReviewRow, UserRow, VerdictRow
from models.transcript import Recording
from pipeline.people.signing_in import viewer_of
from scoring.judgement import score_judgement
from scoring.prescore import pre_score
from scoring.scorecard import parse_scorecard
from storage.calls import ledger
from storage.calls.metadata import put_metadata
from storage.calls.results import save_score, save_transcript
from storage.people import accounts
from storage.review.reviews import move, queue_call
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""A Friday, ten in the morning in China."""

CARD_TEXT = """\
scorecard: desk-card
version: 1
title: 呼入服务评分表
sections:
  - id: manner
    name: 基本服务用语
    items:
      - {id: greeting, name: 标准开场白, points: 10, judge: human}
      - {id: closing, name: 规范结束语, points: 10, judge: human}
  - id: handling
    name: 处理技巧
    items:
      - {id: empathy, name: 安抚情绪, points: 30, judge: human}
      - id: no-shirking
        name: 不推诿
        points: 50
        class: customer_critical
        fatal: call
        rules: [{rule: shirking, deduct: 50}]
      - {id: patience, name: 有耐心, points: 20, rules: [{rule: hurry, deduct: 10}]}
"""
CARD = parse_scorecard(CARD_TEXT)
ITEMS = ("greeting", "closing", "empathy", "no-shirking", "patience")
SHIRKED = Evidence(4.0, 6.5, turn=1, quote="这个不归我们管")


def rule(name: str, called: str, *, hit: bool = True) -> RuleResult:
    answer = Answer.HIT if hit else Answer.CLEAN
    return RuleResult("desk", 1, name, called, Effect.VIOLATION, answer, (SHIRKED,) if hit else ())


def judgement(lost: Mapping[str, float] | None = None, **more: Any) -> Judgement:
    """Points lost by item; what is not named lost nothing."""
    lost = lost or {}
    items = tuple(
        ItemVerdict(
            item,
            ItemState.JUDGED,
            lost.get(item, 0.0),
            comment=f"{item} 扣分" if lost.get(item) else "",
            evidence=(SHIRKED,) if lost.get(item) else (),
        )
        for item in ITEMS
    )
    return Judgement(items, comment=more.get("comment", "整体不错，注意语速。"), note=more.get("note", "内部备注"))


@dataclass
class Desk:
    """Everything is written in `session`, which the test commits where others are to see it."""

    session: Session
    now: datetime = NOW
    calls: int = field(default=0, init=False)

    def person(self, name: str, role: UserRole = UserRole.INSPECTOR, **facts: Any) -> Viewer:
        """Somebody of that name, who is made where there is nobody yet."""
        row = self.session.scalar(select(UserRow).where(UserRow.name == name))
        if row is None:
            login = f"p{sha256(name.encode()).hexdigest()[:8]}"
            row = accounts.add_user(self.session, login=login, name=name, role=role, now=self.now, **facts)
        return viewer_of(row)

    @property
    def lead(self) -> Viewer:
        return self.person("周主管", UserRole.LEAD)

    @property
    def agent(self) -> Viewer:
        return self.person("王小北", UserRole.AGENT, agent_id="6603", team="服务二组")

    @property
    def other_agent(self) -> Viewer:
        return self.person("赵一", UserRole.AGENT, agent_id="7001", team="服务一组")

    @property
    def team_lead(self) -> Viewer:
        return self.person("陈组长", UserRole.TEAM_LEAD, team="服务二组")

    @property
    def other_team_lead(self) -> Viewer:
        return self.person("孙组长", UserRole.TEAM_LEAD, team="服务一组")

    def call(self, agent_id: str = "6603", team: str = "服务二组", **metadata: Any) -> int:
        """A call the machine scored: its rule `shirking` took points for 不推诿."""
        self.calls += 1
        file = metadata.pop("file", f"{self.calls:04}.wav")
        content = sha256(f"{file} {self.calls}".encode()).hexdigest()
        row, _ = ledger.register(
            self.session, sha256=content, file=file, audio="-", size=1, settings_key="k", now=self.now
        )
        facts = {
            "agent_name": {"6603": "王小北"}.get(agent_id, "赵一"),
            "call_type": "投诉",
            "started_at": self.now - timedelta(hours=self.calls),
        }
        known = Metadata(agent_id=agent_id, team=team, **(facts | metadata))
        put_metadata(self.session, row.id, known)
        heard = Recording(file, content, 63.0, 2, "pcm_alaw", 8000)
        self.score(row.id, save_transcript(self.session, row.id, "t", {}, heard, self.now).id)
        return self.session.query(CallRow.id).filter_by(recording_id=row.id).scalar()

    def score(self, recording_id: int, transcript_id: int) -> None:
        results = (rule("shirking", "推给售后"), rule("hurry", "催促客户", hit=False))
        save_score(
            self.session,
            recording_id=recording_id,
            transcript_id=transcript_id,
            pack_id=remember(self.session, "pack", "desk", 1, "a" * 64, "pack: desk", self.now).id,
            scorecard_id=self.scorecard_id,
            scorer=1,
            scored=Scored(pre_score(CARD, results), results),
            routing=Routing(queued=True, reasons=(), inclusion_probability=1.0),
            now=self.now,
        )

    @property
    def scorecard_id(self) -> int:
        return remember(self.session, "scorecard", CARD.name, 1, CARD.sha256, CARD_TEXT, self.now).id

    def reviewed(self, call_id: int | None = None, *judgements: Judgement, by: tuple[str, ...] = ()) -> ReviewRow:
        """The call's review with one submitted verdict per judgement, each by somebody else."""
        call_id = call_id or self.call()
        score_id = self.session.get_one(CallRow, call_id).score_id
        review = queue_call(
            self.session,
            call_id=call_id,
            score_id=score_id,
            reasons=[],
            now=self.now,
            double=len(judgements) > 1,
        )
        move(self.session, review, ReviewState.IN_REVIEW, self.lead, self.now)
        names = (*by, "李质检", "刘质检")
        slots = self.session.query(AssignmentRow).filter_by(review_id=review.id).order_by(AssignmentRow.slot)
        for assignment, said, name in zip(slots, judgements or (judgement(),), names, strict=False):
            self.submit(assignment, said, self.person(name))
        move(self.session, review, ReviewState.SUBMITTED, self.person(names[0]), self.now)
        return review

    def submit(self, assignment: AssignmentRow, said: Judgement, viewer: Viewer) -> VerdictRow:
        score = score_judgement(CARD, said)
        assert viewer.user_id is not None
        assignment.state, assignment.user_id = AssignmentState.SUBMITTED, viewer.user_id
        assignment.submitted_at = self.now
        verdict = VerdictRow(
            assignment_id=assignment.id,
            review_id=assignment.review_id,
            call_id=assignment.call_id,
            user_id=viewer.user_id,
            purpose=assignment.purpose,
            scorecard_id=self.scorecard_id,
            body=JUDGEMENT_JSON.dump_python(said, mode="json"),
            score=PRE_SCORE_JSON.dump_python(score, mode="json"),
            total=score.total,
            grade=score.grade,
            fatal=bool(score.fatal),
            seconds=120.0,
            submitted_at=self.now,
        )
        self.session.add(verdict)
        self.session.flush()
        return verdict

    def calibrate(self, review: ReviewRow, said: Judgement, viewer: Viewer) -> VerdictRow:
        """A verdict given in a calibration, which is nobody's score."""
        assignment = AssignmentRow(
            review_id=review.id,
            call_id=review.call_id,
            slot=9,
            purpose=Purpose.CALIBRATION,
            state=AssignmentState.OPEN,
            priority=0.0,
            created_at=self.now,
        )
        self.session.add(assignment)
        self.session.flush()
        return self.submit(assignment, said, viewer)

"""A centre with a roster, calls of which some have errors, a trainer, a lead and agents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.call import AgentStage
from models.finding import RuleResult
from models.person import UserRole, Viewer
from models.routing import Routing
from models.score import Scored
from models.tables import AgentRow, CallRow, UserRow
from models.training import CourseKind, ExamState, ItemRef, JudgeKey, QuestionKind
from pipeline.people.signing_in import viewer_of
from pipeline.training import courses, exams, questions
from pipeline.training.courses import CourseDetails
from pipeline.training.exams import ExamDetails
from pipeline.training.questions import QuestionDetails
from scoring.prescore import pre_score
from storage.calls.results import save_score
from storage.people import accounts
from storage.reports.sums import sum_stale_days
from storage.rulebook.definitions import remember
from tests.pipeline.judged import CARD, Desk, rule

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""A Friday, ten in the morning in China."""

TEAM = "服务二组"
SHIRKING = ItemRef(card=CARD.name, item="no-shirking", name="不推诿")


@dataclass
class Erring(Desk):
    """Whose next call has the error is said by `errs`."""

    errs: bool = field(default=True, init=False)

    def score(self, recording_id: int, transcript_id: int) -> None:
        shirked = rule("shirking", "推给售后", hit=self.errs)
        results: Sequence[RuleResult] = (shirked, rule("hurry", "催促客户", hit=False))
        save_score(
            self.session,
            recording_id=recording_id,
            transcript_id=transcript_id,
            pack_id=remember(self.session, "pack", "desk", 1, "a" * 64, "pack: desk", self.now).id,
            scorecard_id=self.scorecard_id,
            scorer=1,
            scored=Scored(pre_score(CARD, results), tuple(results)),
            routing=Routing(queued=False, reasons=(), inclusion_probability=1.0),
            now=self.now,
        )


@dataclass
class School:
    """People by name; everything is written in `session`, which the test commits where others are to see it."""

    session: Session
    now: datetime = NOW

    def person(self, name: str, role: UserRole, **facts: str) -> Viewer:
        row = self.session.scalar(select(UserRow).where(UserRow.name == name))
        if row is None:
            login = f"u{abs(hash(name)) % 10**9}"
            row = accounts.add_user(self.session, login=login, name=name, role=role, now=self.now, **facts)
        return viewer_of(row)

    @property
    def trainer(self) -> Viewer:
        return self.person("何培训", UserRole.TRAINER)

    @property
    def lead(self) -> Viewer:
        return self.person("周主管", UserRole.LEAD)

    def agent(self, agent_id: str, name: str = "", stage: AgentStage = AgentStage.REGULAR, team: str = TEAM) -> Viewer:
        """On the roster, with an account."""
        name = name or f"座席{agent_id}"
        if self.session.scalar(select(AgentRow).where(AgentRow.agent_id == agent_id)) is None:
            self.session.add(
                AgentRow(
                    agent_id=agent_id,
                    name=name,
                    team=team,
                    stage=stage,
                    joined_on=date(2026, 11, 1),
                    active=True,
                    revision=1,
                    updated_at=self.now,
                )
            )
            self.session.flush()
        return self.person(name, UserRole.AGENT, agent_id=agent_id, team=team)

    def calls(
        self, agent_id: str, good: int, bad: int, *, day: date = date(2026, 10, 12), team: str = TEAM
    ) -> list[int]:
        """Scored calls of an agent, `bad` of which shirk."""
        desk = Erring(self.session, self.now)
        desk.calls = len(self.session.scalars(select(CallRow.id)).all())
        made = []
        for number in range(good + bad):
            desk.errs = number < bad
            at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(minutes=number)
            made.append(desk.call(agent_id, team, started_at=at))
        sum_stale_days(self.session, 10_000)
        return made

    def course(self, exam_id: int | None = None, title: str = "不推诿：首问负责") -> int:
        details = CourseDetails(
            title, CourseKind.CORRECTION, "把客户的事接下来", "# 首问负责\n- 谁接谁负责", 1.5, (SHIRKING,), (), exam_id
        )
        return courses.make(self.session, self.trainer, details, self.now).id

    def exam(self, *, count: int = 4, minutes: int | None = 30, opened: bool = True, **facts: object) -> int:
        """True-or-false questions, all of them true."""
        row = exams.make(self.session, self.trainer, ExamDetails("十一月月考", minutes=minutes, **facts), self.now)
        for number in range(count):
            asked = QuestionDetails(QuestionKind.JUDGE, f"第 {number + 1} 题：首问负责", JudgeKey(right=True))
            questions.add(self.session, self.trainer, row.id, asked, revision=row.revision, now=self.now)
        if opened:
            exams.set_state(self.session, self.trainer, row.id, ExamState.OPEN, revision=row.revision, now=self.now)
        return row.id

"""The shapes of `/v1` answers about courses, plans, sessions, certificates and stages."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes, SaidReason
from models.call import AgentStage
from models.reason import Language
from models.tables import AttendanceRow, CertificateRow, StageChangeRow
from models.training import (
    AttendanceState,
    CourseKind,
    ItemRef,
    PlanKind,
    PlanState,
    SessionState,
)
from pipeline.training.courses import Course
from pipeline.training.feedback import FeedbackSummary
from pipeline.training.plans import Entry, Plan
from pipeline.training.sessions import TrainingSession
from pipeline.training.stages import Evidence


class CourseItem(FromAttributes):
    """A course in a list."""

    id: int
    title: str
    kind: CourseKind
    goal: str
    hours: float
    items: list[ItemRef]
    exam_id: int | None
    active: bool
    made_by: str
    made_at: datetime
    revision: int = Field(description="Send it as `If-Match` when you change it.")


class CourseList(BaseModel):
    courses: list[CourseItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class CourseAnswer(CourseItem):
    """One course."""

    material: str = Field(description="Markdown.")
    cases: list[int] = Field(description="Numbers of the case library.")

    @classmethod
    def of(cls, course: Course) -> Self:
        return cls.model_validate(course.row)


class PlanItem(FromAttributes):
    """A plan in a list."""

    id: int
    kind: PlanKind
    first_day: date
    last_day: date
    team: str = Field(description="Empty: the whole centre's.")
    state: PlanState
    goal: str
    made_by: str
    made_at: datetime
    submitted_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    answer: str | None = Field(description="What the approver said.")
    summary: str | None
    closed_at: datetime | None
    revision: int = Field(description="Send it as `If-Match` when you change the plan or its entries.")


class PlanList(BaseModel):
    plans: list[PlanItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class EntryAnswer(BaseModel):
    """A training of a plan."""

    id: int
    position: int
    title: str
    course_id: int | None
    items: list[ItemRef]
    why: dict[str, Any] = Field(description="The figures and calls it was proposed on, frozen; empty if by hand.")
    way: str
    hours: float
    teacher: str
    responsible: str
    audience: dict[str, str] = Field(description="Agents' names by number.")
    planned_on: date | None
    effect_id: int | None = Field(description="The window its effect is looked for in, fixed at approval.")
    sessions: list[int]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        own = {
            name: getattr(entry.row, name) for name in cls.model_fields if name not in {"items", "audience", "sessions"}
        }
        return cls(
            **own,
            items=list(entry.items),
            audience=dict(entry.audience),
            sessions=[one.id for one in entry.sessions],
        )


class PlanAnswer(BaseModel):
    """A plan with its trainings. `late`: which of its two dates is over and not kept."""

    plan: PlanItem
    entries: list[EntryAnswer]
    submit_by: date
    approve_by: date
    late: str | None

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls(
            plan=PlanItem.model_validate(plan.row),
            entries=[EntryAnswer.of(one) for one in plan.entries],
            submit_by=plan.due.submit,
            approve_by=plan.due.approve,
            late=plan.late,
        )


class SessionItem(FromAttributes):
    """A session in a list."""

    id: int
    course_id: int
    entry_id: int | None
    title: str
    starts_at: datetime
    hours: float
    place: str
    teacher: str
    teacher_id: int | None
    exam_id: int | None
    state: SessionState
    urgent: bool
    notice: str
    record: str
    made_by: str
    made_at: datetime
    held_at: datetime | None
    revision: int = Field(description="Send it as `If-Match` when you change it.")


class SessionList(BaseModel):
    sessions: list[SessionItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class AttendanceAnswer(FromAttributes):
    """An agent who was asked to a session."""

    agent_id: str
    state: AttendanceState
    signed_at: datetime | None
    by: str | None

    @classmethod
    def of(cls, row: AttendanceRow) -> Self:
        return cls.model_validate(row)


class SessionAnswer(BaseModel):
    session: SessionItem
    attendance: list[AttendanceAnswer]

    @classmethod
    def of(cls, found: TrainingSession) -> Self:
        return cls(
            session=SessionItem.model_validate(found.row),
            attendance=[AttendanceAnswer.of(one.row) for one in found.attendees],
        )


class FeedbackSummaryAnswer(FromAttributes):
    """What was said of a session, without who."""

    asked: int = Field(description="Agents who came.")
    said: int
    means: dict[str, float] | None = Field(description="Marks of 1 to 5; null where too few answered to tell.")
    comments: list[str]

    @classmethod
    def of(cls, found: FeedbackSummary) -> Self:
        means = None if found.means is None else dict(found.means)
        return cls(asked=found.asked, said=found.said, means=means, comments=list(found.comments))


class CertificateAnswer(FromAttributes):
    id: int
    number: str
    agent_id: str
    title: str
    course_id: int | None
    sitting_id: int | None
    issued_by: str
    issued_at: datetime
    revoked_why: str | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: CertificateRow) -> Self:
        return cls.model_validate(row)


class CertificateList(BaseModel):
    certificates: list[CertificateAnswer]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class StageChangeAnswer(FromAttributes):
    """A decision at a gate. `evidence` is what it was made on."""

    id: int
    agent_id: str
    before: AgentStage | None
    after: AgentStage
    passed: bool
    evidence: dict[str, Any]
    why: str
    by: str
    at: datetime

    @classmethod
    def of(cls, row: StageChangeRow) -> Self:
        return cls.model_validate(row)


class StageChangeList(BaseModel):
    changes: list[StageChangeAnswer]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class EvidenceBeforeGate(BaseModel):
    """What is known of an agent before the next gate."""

    agent_id: str
    stage: AgentStage | None
    gate: AgentStage
    exam_score: float | None
    exam_passed: bool
    final: float | None = Field(description="Mean of published results; no estimate of all calls.")
    final_calls: int
    machine: float | None = Field(description="Mean of the machine's scores, all calls.")
    machine_calls: int
    days: int | None = Field(description="At the present stage.")
    lacking: list[SaidReason]

    @classmethod
    def of(cls, one: Evidence, language: Language) -> Self:
        names = ("gate", "exam_score", "exam_passed", "final", "final_calls", "machine", "machine_calls", "days")
        return cls(
            **{name: getattr(one, name) for name in names},
            agent_id=one.person.agent_id,
            stage=one.person.stage,
            lacking=[SaidReason.of(reason, language) for reason in one.lacking],
        )

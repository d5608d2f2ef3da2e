"""Training (培训): courses, plans and what they are for, sessions with sign-in, exams, certificates, stages."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CourseRow(Base):
    """What is taught. `kind` is a `models.training.CourseKind`; `items` are `ItemRef`s of scorecards it is to better.

    `material` is Markdown; `cases` are the numbers of those it uses.
    """

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    goal: Mapped[str]
    material: Mapped[str]
    hours: Mapped[float]
    items: Mapped[list[Any]]
    cases: Mapped[list[Any]]
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exams.id"))
    active: Mapped[bool]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


class TrainingPlanRow(Base):
    """A month's or a year's plan of a team (empty: the centre). `state`: draft, submitted, approved, closed.

    `answer` is what its approver said; `summary` what came of it, written when it is closed.
    """

    __tablename__ = "training_plans"
    __table_args__ = (Index(None, "first_day", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    team: Mapped[str]
    state: Mapped[str]
    goal: Mapped[str]
    made_by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    summary: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class PlanEntryRow(Base):
    """A training in a plan: what, how, when, by whom, for whom, and why: `why` holds the figures and calls behind it.

    `items` are `models.training.ItemRef`s of one card, `audience` agent ids, `responsible` who sees to it; `effect_id`
    is the window its effect is measured in, fixed when the plan is approved.
    """

    __tablename__ = "plan_entries"
    __table_args__ = (Index(None, "plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("training_plans.id"))
    position: Mapped[int]
    title: Mapped[str]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    items: Mapped[list[Any]]
    why: Mapped[dict[str, Any]]
    way: Mapped[str]
    hours: Mapped[float]
    teacher: Mapped[str]
    responsible: Mapped[str]
    audience: Mapped[list[Any]]
    planned_on: Mapped[date | None] = mapped_column(Date)
    effect_id: Mapped[int | None] = mapped_column(ForeignKey("effects.id"))


class TrainingSessionRow(Base):
    """A training that is or was held (场次). `state`: planned, held, cancelled. `urgent`: its record came later."""

    __tablename__ = "training_sessions"
    __table_args__ = (Index(None, "starts_at", "id"), Index(None, "entry_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("plan_entries.id"))
    title: Mapped[str]
    starts_at: Mapped[datetime]
    hours: Mapped[float]
    place: Mapped[str]
    teacher: Mapped[str]
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exams.id"))
    state: Mapped[str]
    urgent: Mapped[bool]
    notice: Mapped[str]
    record: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class AttendanceRow(Base):
    """One agent and one session. `state`: invited, present, absent, excused. `by`: who signed, or marked it for them.

    The feedback form: `marks` of 1 to 5 by question, and `comment`.
    """

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "agent_id"), Index(None, "agent_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    agent_id: Mapped[str]
    state: Mapped[str]
    signed_at: Mapped[datetime | None]
    by: Mapped[str | None]
    marks: Mapped[dict[str, Any] | None]
    comment: Mapped[str | None]
    said_at: Mapped[datetime | None]


class ExamRow(Base):
    """An exam. `state`: draft, open, closed. `pass_mark` of 100; `draw` questions at random, all where None.

    `gate` names the stage it opens (`models.call.AgentStage`), where it is one of the three gates.
    """

    __tablename__ = "exams"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    about: Mapped[str]
    pass_mark: Mapped[float]
    minutes: Mapped[int | None]
    draw: Mapped[int | None]
    gate: Mapped[str | None]
    state: Mapped[str]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


class QuestionRow(Base):
    """A question. `kind`: one, several, judge, text, listening. `body` is a `models.training.Body` with the choices.

    `answer` is a `models.training.AnswerKey`. A listening question plays a case's clip; its key is the reference
    verdict: the items at fault, and when.
    """

    __tablename__ = "questions"
    __table_args__ = (Index(None, "exam_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    position: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    body: Mapped[dict[str, Any]]
    answer: Mapped[dict[str, Any]]
    points: Mapped[float]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))


class SittingRow(Base):
    """One agent's try at an exam. `state`: begun, submitted (a text waits to be marked), marked. `attempt` from 1.

    `questions` are the `models.training.Question`s they were asked, in order, frozen; `answers` (`Given`) and `marks`
    (points) by question id; `score` of 100.
    """

    __tablename__ = "sittings"
    __table_args__ = (UniqueConstraint("exam_id", "agent_id", "attempt"), Index(None, "agent_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_sessions.id"))
    agent_id: Mapped[str]
    attempt: Mapped[int]
    state: Mapped[str]
    questions: Mapped[list[Any]]
    answers: Mapped[dict[str, Any]]
    marks: Mapped[dict[str, Any]]
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    marked_by: Mapped[str | None]
    marked_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class CertificateRow(Base):
    """A certificate an agent holds. `number` is what it is looked up by."""

    __tablename__ = "certificates"
    __table_args__ = (Index(None, "agent_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    agent_id: Mapped[str]
    title: Mapped[str]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"), unique=True)
    issued_by: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_why: Mapped[str | None]
    revoked_at: Mapped[datetime | None]


class StageChangeRow(Base):
    """An agent came through a gate, or did not: `passed`, with the `evidence` it was decided on. Append-only."""

    __tablename__ = "stage_changes"
    __table_args__ = (Index(None, "agent_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str]
    passed: Mapped[bool]
    evidence: Mapped[dict[str, Any]]
    why: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

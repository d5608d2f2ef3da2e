"""Training (培训): the states of plans, sessions, exams and sittings, and the numbers the handbooks give."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from models.call import AgentStage


class CourseKind(StrEnum):
    """ONBOARDING 岗前, BUSINESS 业务知识, CORRECTION 质检纠错, SKILLS 技能."""

    ONBOARDING = "onboarding"
    BUSINESS = "business"
    CORRECTION = "correction"
    SKILLS = "skills"


class PlanKind(StrEnum):
    MONTH = "month"
    YEAR = "year"


class PlanState(StrEnum):
    """A draft is sent in, then approved or sent back (which makes it a draft again); closed with a summary."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CLOSED = "closed"


class SessionState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class AttendanceState(StrEnum):
    """ABSENT is without an excuse, EXCUSED with one."""

    INVITED = "invited"
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class ExamState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ExamKind(StrEnum):
    WRITTEN = "written"
    LISTENING = "listening"
    MIXED = "mixed"


class QuestionKind(StrEnum):
    """ONE and SEVERAL of some choices, JUDGE true or false, TEXT marked by the trainer, LISTENING to a case's clip."""

    ONE = "one"
    SEVERAL = "several"
    JUDGE = "judge"
    TEXT = "text"
    LISTENING = "listening"


class SittingState(StrEnum):
    """SUBMITTED waits for the trainer to mark what was written; MARKED has a score."""

    BEGUN = "begun"
    SUBMITTED = "submitted"
    MARKED = "marked"


PASS_MARK = 80.0
"""Of 100, for every exam and every gate."""

LEAST_SUPERVISED = 120
"""Minutes of real calls under supervision before the first gate."""

LONGEST_TRAINEE = 30
"""Days somebody may be 见习."""

FAILED_POINTS = (-3.0, -6.0, -10.0)
"""What failing an exam costs: the first, second and third time."""

RETAKE_DAYS = 30
"""The deadline that comes with the third failure."""

ABSENCE_POINTS = -2.0
"""What staying away without an excuse costs."""

PASS_TARGETS = (0.90, 0.95, 1.0)
"""Shares that should pass at the first, second and third sitting."""

GATES = (AgentStage.INTERN, AgentStage.TRAINEE, AgentStage.PROBATION, AgentStage.REGULAR)
"""Stages in order; a gate stands before each but the first."""

FEEDBACK_QUESTIONS = ("content", "teacher", "use")
"""What a session is marked for, 1 to 5 each."""

LEAST_FEEDBACK = 3
"""With fewer answers than these a trainer could tell who said what."""


def next_stage(stage: AgentStage | None) -> AgentStage | None:
    """The stage behind the next gate; None for regular staff. Who has no stage yet stands before the first gate."""
    if stage is None:
        return GATES[1]
    at = GATES.index(stage)
    return GATES[at + 1] if at + 1 < len(GATES) else None


class DueDays(BaseModel):
    """Until when a plan is to be sent in, and approved; both days included."""

    model_config = ConfigDict(frozen=True)

    submit: date
    approve: date


def due_days(kind: PlanKind, first_day: date) -> DueDays:
    """Of a month: the 25th and 30th of the month before; of a year: the 10th and 20th of December before it."""
    if kind is PlanKind.YEAR:
        return DueDays(submit=date(first_day.year - 1, 12, 10), approve=date(first_day.year - 1, 12, 20))
    before = first_day.replace(day=1) - timedelta(days=1)
    return DueDays(submit=before.replace(day=25), approve=before.replace(day=min(30, before.day)))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Key = Annotated[str, Field(min_length=1, max_length=200)]
Index = Annotated[int, Field(ge=0, lt=20)]


class ItemRef(_Part):
    """An item of a scorecard, as courses and plans name it."""

    card: Key
    item: Key
    name: Key


class AskedItem(_Part):
    """An item a listening question asks about."""

    id: Key
    name: Key


class Fault(_Part):
    """An item at fault in a clip, between two seconds of the clip where that is known."""

    item: Key
    start: Annotated[float, Field(ge=0, lt=36_000, allow_inf_nan=False)] | None = None
    end: Annotated[float, Field(ge=0, lt=36_000, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.start is None) != (self.end is None) or (
            self.start is not None and self.end is not None and self.end < self.start
        ):
            raise ValueError("start and end")
        return self


class Body(_Part):
    """What is asked beside the text: `choices` of one and several, `items` of listening."""

    choices: tuple[Annotated[str, Field(min_length=1, max_length=300)], ...] = ()
    items: tuple[AskedItem, ...] = ()


class ChoiceKey(_Part):
    """Which choices are right, by their index."""

    kind: Literal["choices"] = "choices"
    right: Annotated[tuple[Index, ...], Field(min_length=1, max_length=20)]


class JudgeKey(_Part):
    kind: Literal["judge"] = "judge"
    right: bool


class TextKey(_Part):
    """What a good answer has in it, for the trainer who marks."""

    kind: Literal["text"] = "text"
    model: Annotated[str, Field(max_length=4000)] = ""


class ListeningKey(_Part):
    """The reference verdict: the items at fault in the clip, and when."""

    kind: Literal["listening"] = "listening"
    faults: Annotated[tuple[Fault, ...], Field(max_length=30)]


AnswerKey = Annotated[ChoiceKey | JudgeKey | TextKey | ListeningKey, Field(discriminator="kind")]
KEY_JSON: TypeAdapter[ChoiceKey | JudgeKey | TextKey | ListeningKey] = TypeAdapter(AnswerKey)


class Heard(_Part):
    """An item somebody says is at fault, and roughly when, in seconds of the clip."""

    item: Key
    at: Annotated[float, Field(ge=0, lt=36_000, allow_inf_nan=False)] | None = None


class Given(_Part):
    """An answer: `chosen` choices, `true` or not, a `text`, or the items that were `heard`; nothing where left open.

    Of a clip `true` says that nothing in it is at fault: saying nothing is no answer.
    """

    chosen: Annotated[tuple[Index, ...], Field(max_length=20)] = ()
    true: bool | None = None
    text: Annotated[str, Field(max_length=4000)] = ""
    heard: Annotated[tuple[Heard, ...], Field(max_length=30)] = ()

    @property
    def is_open(self) -> bool:
        return not (self.chosen or self.heard or self.text.strip()) and self.true is None


class Question(_Part):
    """A question as it is put to somebody: frozen when a sitting begins, with its key, which they never see before."""

    id: int
    kind: QuestionKind
    text: str
    body: Body
    key: AnswerKey
    points: float
    case_id: int | None = None

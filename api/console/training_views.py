"""What the pages of training show, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from models.call import AgentStage
from models.tables import CourseRow, ExamRow, SittingRow, TrainingPlanRow
from models.training import AttendanceState
from pipeline.effects.windows import Effect
from pipeline.training.certificates import Certificate
from pipeline.training.courses import Course, CoursePage
from pipeline.training.exam_results import ExamResults
from pipeline.training.exams import Exam, ExamPage
from pipeline.training.feedback import FeedbackSummary
from pipeline.training.marking import Asked
from pipeline.training.my_training import MyTraining
from pipeline.training.overview import Overview
from pipeline.training.person_file import PersonFile
from pipeline.training.plans import Entry, Plan, PlanPage
from pipeline.training.questions import Reference
from pipeline.training.sessions import SessionPage, TrainingSession
from pipeline.training.stages import Evidence
from storage.training.people import Person


@dataclass(frozen=True, slots=True)
class TrainingHome:
    overview: Overview
    may_plan: bool
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An item of a scorecard in use, as forms offer it."""

    card: str
    card_title: str
    item: str
    name: str

    @property
    def value(self) -> str:
        """What a form sends: JSON is the script's business."""
        return f"{self.card}\t{self.item}\t{self.name}"


@dataclass(frozen=True, slots=True)
class PlansPage:
    listed: PlanPage
    late: Mapping[int, str | None]
    shown: str
    may_make: bool
    teams: tuple[str, ...]
    next_month: date
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """`may_change` a draft, `may_decide` one that was sent in by another; `effects` by entry."""

    plan: Plan
    effects: Mapping[int, Effect]
    courses: tuple[CourseRow, ...]
    choices: tuple[ItemChoice, ...]
    staff: tuple[Person, ...]
    may_change: bool
    may_decide: bool
    own: bool
    may_train: bool
    now: datetime

    @staticmethod
    def row(entry: Entry) -> dict[str, object]:
        """What the form of an entry is filled with."""
        own = entry.row
        return {
            "title": own.title,
            "course_id": own.course_id or "",
            "items": [f"{one.card}\t{one.item}\t{one.name}" for one in entry.items],
            "way": own.way,
            "hours": own.hours,
            "teacher": own.teacher,
            "responsible": own.responsible,
            "audience": list(own.audience),
            "planned_on": own.planned_on.isoformat() if own.planned_on else "",
        }


@dataclass(frozen=True, slots=True)
class SessionsPage:
    listed: SessionPage
    shown: str
    may_make: bool
    now: datetime
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class SessionForm:
    """A new session: of a plan's `entry`, or by itself; `agents` are asked to it from the start.

    `right_day` is the only one the entry's fixed effect leaves.
    """

    courses: tuple[CourseRow, ...]
    exams: tuple[ExamRow, ...]
    staff: tuple[Person, ...]
    entry: Entry | None
    plan: TrainingPlanRow | None
    course_id: int | None
    exam_id: int | None
    agents: frozenset[str]
    starts_at: str
    title: str
    right_day: date | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """`right_day` is what the effect's weeks are around, where the session is on another."""

    session: TrainingSession
    feedback: FeedbackSummary | None
    effect: Effect | None
    right_day: date | None
    staff: tuple[Person, ...]
    may_train: bool
    now: datetime

    marks = tuple(AttendanceState)

    @property
    def is_over(self) -> bool:
        return self.session.ends_at < self.now

    @property
    def has_begun(self) -> bool:
        return self.session.row.starts_at <= self.now

    @property
    def asked(self) -> frozenset[str]:
        return frozenset(one.row.agent_id for one in self.session.attendees)


@dataclass(frozen=True, slots=True)
class CoursesPage:
    listed: CoursePage
    shown: str
    choices: tuple[ItemChoice, ...]
    exams: tuple[ExamRow, ...]
    may_make: bool
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class CourseView:
    course: Course
    material: Markup
    choices: tuple[ItemChoice, ...]
    exams: tuple[ExamRow, ...]
    may_change: bool
    may_read_cases: bool

    @property
    def row(self) -> dict[str, object]:
        """What the form is filled with."""
        own = self.course.row
        return {
            "title": own.title,
            "kind": own.kind,
            "goal": own.goal,
            "material": own.material,
            "hours": own.hours,
            "items": [f"{one.card}\t{one.item}\t{one.name}" for one in self.course.items],
            "cases": ", ".join(str(one) for one in own.cases),
            "exam_id": own.exam_id or "",
            "active": own.active,
        }


@dataclass(frozen=True, slots=True)
class ExamsPage:
    listed: ExamPage
    shown: str
    may_make: bool
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class ExamView:
    """`coach` is a course for teaching alone, who failed."""

    exam: Exam
    results: ExamResults
    course: CourseRow | None
    names: Mapping[str, str]
    certified: frozenset[int]
    may_change: bool
    may_train: bool

    @property
    def may_edit(self) -> bool:
        return self.may_change and self.exam.row.state == "draft"


@dataclass(frozen=True, slots=True)
class QuestionForm:
    exam: ExamRow
    reference: Reference | None
    case_id: int | None


@dataclass(frozen=True, slots=True)
class MarkingView:
    exam: ExamRow
    name: str
    row: SittingRow
    asked: tuple[Asked, ...]
    may_mark: bool


@dataclass(frozen=True, slots=True)
class FileView:
    file: PersonFile
    evidence: Evidence | None
    revision: int
    may_decide: bool
    may_train: bool
    stages = tuple(AgentStage)


@dataclass(frozen=True, slots=True)
class CertificateView:
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class MyTrainingView:
    mine: MyTraining
    now: datetime


@dataclass(frozen=True, slots=True)
class SittingView:
    """`data` is what the page's script needs, as JSON: never a key."""

    exam: ExamRow
    row: SittingRow
    asked: tuple[Asked, ...]
    running: bool
    data: dict[str, object]

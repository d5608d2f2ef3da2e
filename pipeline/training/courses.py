"""Courses (课程): what is taught, to better which items, with which cases and which exam."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadInput, NotFound
from models.person import Viewer
from models.tables import CaseRow, CourseRow, ExamRow
from models.training import CourseKind, ItemRef
from pipeline.training.changing import MATERIAL, changing, find, hours_of, title_of, words_of
from storage.people.audit import record
from storage.training import rows

MOST_ITEMS = 20
MOST_CASES = 30


@dataclass(frozen=True, slots=True)
class CourseDetails:
    """What is entered about a course. `material` is Markdown; `cases` are numbers of the case library."""

    title: str
    kind: CourseKind
    goal: str = ""
    material: str = ""
    hours: float = 1.0
    items: tuple[ItemRef, ...] = ()
    cases: tuple[int, ...] = ()
    exam_id: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class CoursePage:
    """`next` is the number the following page begins after, None on the last."""

    courses: tuple[CourseRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """A course with what it leads to; `cases` are those of its numbers that are still there."""

    row: CourseRow
    items: tuple[ItemRef, ...]
    cases: tuple[CaseRow, ...]
    exam: ExamRow | None


def listed(
    session: Session, *, kind: CourseKind | None = None, active: bool | None = None, after: int | None, limit: int
) -> CoursePage:
    conditions = [] if kind is None else [CourseRow.kind == kind]
    if active is not None:
        conditions.append(CourseRow.active.is_(active))
    return CoursePage(*rows.page(session, CourseRow, *conditions, after=after, limit=limit))


def read(session: Session, course_id: int) -> Course:
    """Raises NotFound where there is none."""
    row = find(session, CourseRow, course_id)
    exam = None if row.exam_id is None else session.get(ExamRow, row.exam_id)
    cases = rows.by_id(session, CaseRow, set(row.cases))
    return Course(row, items_of(row.items), tuple(cases[one] for one in row.cases if one in cases), exam)


def make(session: Session, viewer: Viewer, details: CourseDetails, now: datetime) -> CourseRow:
    """A new course.

    Raises:
        BadInput: no title, or something too long.
        NotFound: there is no such case or exam.
    """
    row = CourseRow(made_by=viewer.name, made_at=now, revision=1)
    _put(session, row, details)
    session.add(row)
    session.flush()
    record(session, viewer, "course.made", now, target="course", target_id=row.id, facts={"title": row.title})
    return row


def edit(
    session: Session, viewer: Viewer, course_id: int, details: CourseDetails, *, revision: int, now: datetime
) -> CourseRow:
    """Change it, or (`active` False) use it no more.

    Raises:
        NotFound, Stale: as `changing`.
        BadInput: as `make`.
    """
    row = changing(session, CourseRow, course_id, revision)
    _put(session, row, details)
    row.revision += 1
    session.flush()
    record(session, viewer, "course.edited", now, target="course", target_id=row.id, facts={"title": row.title})
    return row


def items_of(stored: Sequence[object]) -> tuple[ItemRef, ...]:
    return tuple(ItemRef.model_validate(one) for one in stored)


def _put(session: Session, row: CourseRow, details: CourseDetails) -> None:
    if len(details.items) > MOST_ITEMS or len(details.cases) > MOST_CASES:
        raise BadInput("pipeline.training_many", most=MOST_CASES)
    if details.exam_id is not None:
        find(session, ExamRow, details.exam_id)
    known = set(session.scalars(select(CaseRow.id).where(CaseRow.id.in_(details.cases))))
    for unknown in sorted(set(details.cases) - known):
        raise NotFound("pipeline.training_no_case", id=unknown)
    row.title = title_of(details.title)
    row.kind = details.kind
    row.goal = words_of(details.goal)
    row.material = words_of(details.material, MATERIAL)
    row.hours = hours_of(details.hours)
    row.items = stored_items(details.items)
    row.cases = list(dict.fromkeys(details.cases))
    row.exam_id = details.exam_id
    row.active = details.active


def stored_items(items: Sequence[ItemRef]) -> list[dict[str, str]]:
    """Each item once."""
    once = {(one.card, one.item): one for one in items}
    return [{name: words_of(text) for name, text in one.model_dump().items()} for one in once.values()]

"""Plans and their entries."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import CourseRow, PlanEntryRow, TrainingSessionRow


def entries_of(session: Session, plan_id: int) -> tuple[PlanEntryRow, ...]:
    query = select(PlanEntryRow).where(PlanEntryRow.plan_id == plan_id)
    return tuple(session.scalars(query.order_by(PlanEntryRow.position, PlanEntryRow.id)))


def entry_counts(session: Session, plan_ids: Collection[int]) -> dict[int, int]:
    query = select(PlanEntryRow.plan_id, func.count()).where(PlanEntryRow.plan_id.in_(plan_ids))
    return {plan: count for plan, count in session.execute(query.group_by(PlanEntryRow.plan_id))}  # noqa: C416


def sessions_of(session: Session, entry_ids: Collection[int]) -> dict[int, list[TrainingSessionRow]]:
    """By entry, the first first; those called off are left out."""
    query = select(TrainingSessionRow).where(
        TrainingSessionRow.entry_id.in_(entry_ids), TrainingSessionRow.state != "cancelled"
    )
    found: dict[int, list[TrainingSessionRow]] = {entry: [] for entry in entry_ids}
    for row in session.scalars(query.order_by(TrainingSessionRow.starts_at)):
        if row.entry_id is not None:
            found[row.entry_id].append(row)
    return found


def active_courses(session: Session) -> tuple[CourseRow, ...]:
    return tuple(session.scalars(select(CourseRow).where(CourseRow.active.is_(True)).order_by(CourseRow.id)))


def courses_by_item(courses: Sequence[CourseRow]) -> dict[tuple[str, str], CourseRow]:
    """By card and item the newest course about it."""
    return {(item["card"], item["item"]): course for course in courses for item in course.items}

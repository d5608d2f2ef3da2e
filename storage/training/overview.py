"""What a trainer's first page asks of the tables."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import PlanEntryRow, SittingRow, TrainingPlanRow, TrainingSessionRow
from models.training import PlanState, SessionState, SittingState


def plans_of(session: Session, first_day: date) -> tuple[TrainingPlanRow, ...]:
    """Of the month, or year, that begins then."""
    query = select(TrainingPlanRow).where(TrainingPlanRow.first_day == first_day, TrainingPlanRow.kind == "month")
    return tuple(session.scalars(query.order_by(TrainingPlanRow.team, TrainingPlanRow.id)))


def undecided(session: Session, limit: int) -> tuple[TrainingPlanRow, ...]:
    """Drafts and plans that were sent in, the most urgent first."""
    query = select(TrainingPlanRow).where(TrainingPlanRow.state.in_([PlanState.DRAFT, PlanState.SUBMITTED]))
    return tuple(session.scalars(query.order_by(TrainingPlanRow.first_day, TrainingPlanRow.id).limit(limit)))


def planned_sessions(session: Session, limit: int) -> tuple[TrainingSessionRow, ...]:
    """The first first, those that are over and not written down among them."""
    query = select(TrainingSessionRow).where(TrainingSessionRow.state == SessionState.PLANNED)
    return tuple(session.scalars(query.order_by(TrainingSessionRow.starts_at, TrainingSessionRow.id).limit(limit)))


def waiting_sittings(session: Session) -> dict[int, int]:
    """By exam, how many wait to be marked."""
    query = select(SittingRow.exam_id, func.count()).where(SittingRow.state == SittingState.SUBMITTED)
    return {exam: count for exam, count in session.execute(query.group_by(SittingRow.exam_id))}  # noqa: C416


def measured_entries(session: Session, day: date, limit: int) -> tuple[PlanEntryRow, ...]:
    """Trainings with an effect to look for whose day has come, the latest first."""
    query = (
        select(PlanEntryRow)
        .where(PlanEntryRow.effect_id.is_not(None), PlanEntryRow.planned_on <= day)
        .order_by(PlanEntryRow.planned_on.desc(), PlanEntryRow.id.desc())
    )
    return tuple(session.scalars(query.limit(limit)))

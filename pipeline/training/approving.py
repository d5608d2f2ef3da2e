"""A plan's course: sent in, approved or sent back by another, closed with what came of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Conflict, Forbidden
from models.person import Viewer
from models.tables import PlanEntryRow, TrainingPlanRow
from models.training import ItemRef, PlanState
from pipeline.effects.windows import fix_window
from pipeline.reports.span import today
from pipeline.training.changing import changing, needed, person_id, words_of
from pipeline.training.courses import items_of
from pipeline.training.plans import changed
from storage.training import plans

TRAINING = "training"
"""The `source` of effects that are a training's."""


def submit(session: Session, viewer: Viewer, plan_id: int, *, revision: int, now: datetime) -> TrainingPlanRow:
    """Send it in for approval.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or there is nothing in it, or a training without a day.
    """
    row = changing(session, TrainingPlanRow, plan_id, revision, PlanState.DRAFT)
    entries = plans.entries_of(session, row.id)
    if not entries:
        raise Conflict("pipeline.training_plan_empty")
    for entry in entries:
        if entry.planned_on is None:
            raise Conflict("pipeline.training_no_day", title=entry.title)
    row.state = PlanState.SUBMITTED
    row.submitted_at = now
    row.answer = None
    row.user_id, row.made_by = viewer.user_id, viewer.name
    changed(session, viewer, row, "training_plan.submitted", now)
    return row


def approve(
    session: Session, viewer: Viewer, plan_id: int, answer: str, *, revision: int, now: datetime
) -> TrainingPlanRow:
    """Let it be done. Where the effect of each of its trainings is looked for is fixed now, before any is held.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        Forbidden: a machine, or who sent it in.
    """
    row = _deciding(session, viewer, plan_id, revision)
    row.state = PlanState.APPROVED
    row.answer = words_of(answer) or None
    row.approved_by, row.approved_at = viewer.name, now
    for entry in plans.entries_of(session, row.id):
        _fix_window(session, viewer, row, entry, now)
    changed(session, viewer, row, "training_plan.approved", now)
    return row


def send_back(
    session: Session, viewer: Viewer, plan_id: int, answer: str, *, revision: int, now: datetime
) -> TrainingPlanRow:
    """Ask for changes; it is a draft again.

    Raises:
        NotFound, Stale, Conflict, Forbidden: as `approve`.
        BadInput: without saying what to change.
    """
    row = _deciding(session, viewer, plan_id, revision)
    row.answer = needed(answer)
    row.state = PlanState.DRAFT
    row.submitted_at = None
    changed(session, viewer, row, "training_plan.sent_back", now)
    return row


def revise(session: Session, viewer: Viewer, plan_id: int, *, revision: int, now: datetime) -> TrainingPlanRow:
    """Take a plan that was sent in back, to change it, before anybody decides.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
    """
    row = changing(session, TrainingPlanRow, plan_id, revision, PlanState.SUBMITTED)
    row.state = PlanState.DRAFT
    row.submitted_at = None
    changed(session, viewer, row, "training_plan.taken_back", now)
    return row


def close(
    session: Session, viewer: Viewer, plan_id: int, summary: str, *, revision: int, now: datetime
) -> TrainingPlanRow:
    """It is over; `summary` says what came of it.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: no summary.
    """
    row = changing(session, TrainingPlanRow, plan_id, revision, PlanState.APPROVED)
    row.summary = needed(summary)
    row.state = PlanState.CLOSED
    row.closed_at = now
    changed(session, viewer, row, "training_plan.closed", now)
    return row


def _deciding(session: Session, viewer: Viewer, plan_id: int, revision: int) -> TrainingPlanRow:
    own_id = person_id(viewer)
    row = changing(session, TrainingPlanRow, plan_id, revision, PlanState.SUBMITTED)
    if row.user_id == own_id:
        raise Forbidden("pipeline.training_own_plan")
    return row


def _fix_window(session: Session, viewer: Viewer, plan: TrainingPlanRow, entry: PlanEntryRow, now: datetime) -> None:
    """Where the entry is about items of a scorecard and says for whom it is."""
    items: tuple[ItemRef, ...] = items_of(entry.items)
    if not items or not entry.audience or entry.effect_id is not None:
        return
    starts_on = max(entry.planned_on or plan.first_day, today(now))
    effect = fix_window(
        session,
        source=TRAINING,
        source_id=entry.id,
        title=entry.title,
        card=items[0].card,
        items=[one.item for one in items],
        trained=list(entry.audience),
        team=plan.team,
        starts_on=starts_on,
        now=now,
        by=viewer.name,
    )
    entry.effect_id = effect.id

"""Sampling plans: written, changed, switched on and off; and what was drawn with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import BadDefinition
from models.person import Viewer
from models.reason import Reason
from models.tables import DrawRow, PlanRow
from pipeline.sampling.drawing import SUMMARY_JSON, check_scope
from scoring.sampling.period import Span
from scoring.sampling.plan import SamplingPlan
from scoring.sampling.summary import Summary
from storage.people import audit
from storage.reason import restored
from storage.sampling import plans as stored
from storage.sampling.plans import PickedLine

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """A stored plan."""

    id: int
    name: str
    plan: SamplingPlan
    revision: int
    active: bool
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DrawBrief:
    """A draw with what it came to; `plan` is the plan as it was then."""

    id: int
    plan_id: int
    plan: SamplingPlan
    span: Span
    summary: Summary
    seed: str
    drawn_by: str
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class Picked:
    """A call of a draw, with why it was picked."""

    line: PickedLine
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wants a plan to be."""

    name: str
    plan: SamplingPlan
    active: bool


def all_plans(session: Session, viewer: Viewer) -> list[Plan]:
    """Those in use first, then by name.

    Raises:
        Forbidden: the viewer does not see the whole centre; so in every function here.
    """
    check_scope(viewer)
    return [_plan(row) for row in stored.all_plans(session)]


def find_plan(session: Session, viewer: Viewer, plan_id: int) -> Plan:
    """Raises NotFound where there is none."""
    check_scope(viewer)
    return _plan(stored.find_plan(session, plan_id))


def create_plan(session: Session, viewer: Viewer, written: Written, now: datetime) -> Plan:
    """A new plan.

    Raises:
        BadDefinition: it has no name.
        Conflict: the name is taken.
    """
    check_scope(viewer)
    name = _name(written.name)
    row = stored.add_plan(session, name, _body(written.plan), active=written.active, by=viewer.name, now=now)
    audit.record(session, viewer, "sampling_plan.created", now, target="sampling_plan", target_id=row.id)
    return _plan(row)


def save_plan(
    session: Session, viewer: Viewer, plan_id: int, written: Written, *, revision: int, now: datetime
) -> Plan:
    """Change a plan; draws made with it keep the text they were made with.

    Raises:
        BadDefinition, Conflict: as `create_plan`.
        NotFound: there is no such plan.
        Stale: somebody saved since `revision` was read.
    """
    check_scope(viewer)
    values = {"name": _name(written.name), "body": _body(written.plan), "active": written.active}
    row = stored.change_plan(session, plan_id, revision=revision, by=viewer.name, now=now, values=values)
    facts = {"revision": row.revision}
    audit.record(session, viewer, "sampling_plan.saved", now, target="sampling_plan", target_id=row.id, facts=facts)
    return _plan(row)


def draws(
    session: Session, viewer: Viewer, plan_id: int | None = None, *, before: int | None = None, limit: int = 50
) -> list[DrawBrief]:
    """The newest first; the next page is `before` the last one's id."""
    check_scope(viewer)
    return [brief(row) for row in stored.draws(session, plan_id, before=before, limit=limit)]


def find_draw(session: Session, viewer: Viewer, draw_id: int) -> DrawBrief:
    """Raises NotFound where there is none."""
    check_scope(viewer)
    return brief(stored.find_draw(session, draw_id))


def picked(
    session: Session, viewer: Viewer, draw_id: int, *, after: int | None = None, limit: int = 50
) -> tuple[Sequence[Picked], int | None]:
    """The calls of a draw, and after which the next page begins; None on the last.

    Raises:
        NotFound: there is no such draw.
    """
    check_scope(viewer)
    stored.find_draw(session, draw_id)
    lines = stored.picked_lines(session, draw_id, after=after, limit=limit + 1)
    found = [Picked(line, tuple(restored(body) for body in line.reasons)) for line in lines[:limit]]
    return found, lines[limit - 1].id if len(lines) > limit else None


def brief(row: DrawRow) -> DrawBrief:
    return DrawBrief(
        id=row.id,
        plan_id=row.plan_id,
        plan=SamplingPlan.model_validate(row.body),
        span=Span(row.period_from, row.period_to),
        summary=SUMMARY_JSON.validate_python(row.facts),
        seed=row.seed,
        drawn_by=row.drawn_by,
        drawn_at=row.drawn_at,
    )


def _plan(row: PlanRow) -> Plan:
    return Plan(
        id=row.id,
        name=row.name,
        plan=SamplingPlan.model_validate(row.body),
        revision=row.revision,
        active=row.active,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )


def _body(plan: SamplingPlan) -> dict[str, object]:
    return plan.model_dump(mode="json")


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadDefinition("pipeline.sampling_plan_name", most=LONGEST_NAME)
    return name

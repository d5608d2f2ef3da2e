"""A trainer's first page: this month's plans, what is coming, what is late, who stands at a gate, what has helped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.person import Viewer
from models.tables import ExamRow, PlanEntryRow, TrainingPlanRow, TrainingSessionRow
from models.training import PlanKind, due_days
from pipeline.effects.windows import Effect, effect_of
from pipeline.reports.span import month_of, today
from pipeline.training.exam_results import PassRate, pass_rates
from pipeline.training.plans import late
from pipeline.training.sessions import ends_at
from storage.training import attendance, overview, plans, rows, sittings
from storage.training.people import Person, before_regular

LATELY = timedelta(days=90)
"""What pass rates are of."""

SHOWN = 12
EFFECTS = 5


@dataclass(frozen=True, slots=True)
class PlanLine:
    row: TrainingPlanRow
    entries: int
    late: str | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """`asked` agents; `unwritten`: it is over and has no record."""

    row: TrainingSessionRow
    asked: int
    unwritten: bool


@dataclass(frozen=True, slots=True)
class EffectLine:
    entry: PlanEntryRow
    effect: Effect


@dataclass(frozen=True, slots=True)
class Overview:
    """`missing` is the month no plan was made for though it should be sent in by now.

    `waiting` are, by exam, sittings to be marked.
    """

    day: date
    plans: tuple[PlanLine, ...]
    undecided: tuple[PlanLine, ...]
    missing: date | None
    sessions: tuple[SessionLine, ...]
    exams: tuple[ExamRow, ...]
    waiting: Mapping[int, int]
    waiting_exams: Mapping[int, ExamRow]
    rates: tuple[PassRate, ...]
    gates: tuple[Person, ...]
    effects: tuple[EffectLine, ...]

    @property
    def overdue(self) -> int:
        late_plans = sum(one.late is not None for one in self.undecided)
        return late_plans + sum(one.unwritten for one in self.sessions) + (self.missing is not None)


def training_overview(session: Session, viewer: Viewer, now: datetime) -> Overview:
    day = today(now)
    this_month = month_of(day)
    next_month = month_of(this_month.last + timedelta(days=1))
    current = overview.plans_of(session, this_month.first)
    undecided = overview.undecided(session, SHOWN)
    counts = plans.entry_counts(session, {one.id for one in (*current, *undecided)})
    coming = overview.planned_sessions(session, SHOWN)
    asked = attendance.counts(session, [one.id for one in coming])
    waiting = overview.waiting_sittings(session)
    is_due = day > due_days(PlanKind.MONTH, next_month.first).submit
    return Overview(
        day=day,
        plans=tuple(PlanLine(one, counts.get(one.id, 0), late(one, day)) for one in current),
        undecided=tuple(PlanLine(one, counts.get(one.id, 0), late(one, day)) for one in undecided),
        missing=next_month.first if is_due and not overview.plans_of(session, next_month.first) else None,
        sessions=tuple(SessionLine(one, asked.get(one.id, (0, 0))[0], ends_at(one) < now) for one in coming),
        exams=sittings.open_exams(session)[:SHOWN],
        waiting=waiting,
        waiting_exams=rows.by_id(session, ExamRow, set(waiting)),
        rates=pass_rates(sittings.attempts_marked(session, now - LATELY)),
        gates=before_regular(session),
        effects=tuple(_effects(session, viewer, now)),
    )


def _effects(session: Session, viewer: Viewer, now: datetime) -> list[EffectLine]:
    found = overview.measured_entries(session, today(now), EFFECTS)
    return [EffectLine(one, effect_of(session, viewer, one.effect_id or 0, now)) for one in found]

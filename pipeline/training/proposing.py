"""A plan proposed from what went wrong: the error items that cost a team most, and whom they concern.

The figures and the calls behind each proposal are frozen in the entry's `why`, so that a year later one can see what
it was decided on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.errors import Conflict
from models.person import Viewer
from models.tables import CourseRow, PlanEntryRow, TrainingPlanRow
from models.training import PlanKind
from pipeline.reports.errors import ErrorLine, calls_with_error, pareto
from pipeline.reports.item_rates import item_counts
from pipeline.reports.span import DaySpan, month_of, today
from pipeline.reports.who import scope_of
from pipeline.training import plans
from pipeline.training.changing import Facts, day_of, words_of
from storage.people.audit import record
from storage.training import plans as stored
from storage.training.people import Person, active

MOST_PROPOSED = 5
"""Items a month can be about; a year has twice as many."""

LEAST_CALLS = 10
"""Scored calls of an agent in the period: with fewer, a rate says little."""

MOST_AUDIENCE = 15
CALLS_SHOWN = 10

SPECIAL = "专项"
"""What the title of a training about one error item ends with, where there is no course on it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one agent had the error: `errors` of `calls` the machine scored, all of them."""

    person: Person
    calls: int
    errors: int

    @property
    def rate(self) -> float:
        return self.errors / self.calls


def propose(  # noqa: PLR0917  (as the parts of the issue agreed on it)
    session: Session, viewer: Viewer, kind: PlanKind, first_day: date, team: str, now: datetime
) -> TrainingPlanRow:
    """A draft with a training for each of the errors that cost most in the period before (`looked_at`).

    Raises:
        Conflict: nothing was scored in that period, or no error was found.
        BadInput: a day no centre plans.
    """
    day_of(first_day)
    span = looked_at(kind, first_day, now)
    who = scope_of(viewer, team or None, None)
    most = MOST_PROPOSED * (2 if kind is PlanKind.YEAR else 1)
    lines = pareto(session, viewer, span, who, by_people=False, limit=most)
    if not lines:
        raise Conflict("pipeline.training_nothing_wrong", first=span.first.isoformat(), last=span.last.isoformat())
    row = plans.make(session, viewer, kind, first_day, team=team, goal="", now=now)
    staff = active(session, team or None)
    courses = stored.courses_by_item(stored.active_courses(session))
    for position, line in enumerate(lines, start=1):
        rates = _rates(session, line, staff, span)
        calls = calls_with_error(
            session, viewer, span, who, line.card, line.item, by_people=None, after=None, limit=CALLS_SHOWN
        )
        why = _why(line, span, rates, [one.call_id for one in calls])
        entry = _entry(row, line, courses.get((line.card, line.item)), rates)
        entry.position, entry.why, entry.responsible = position, why, viewer.name
        entry.planned_on = _day(row, position, len(lines), today(now))
        session.add(entry)
    session.flush()
    facts: Facts = {"entries": len(lines), "first_day": row.first_day.isoformat(), "team": row.team}
    record(session, viewer, "training_plan.proposed", now, target="training_plan", target_id=row.id, facts=facts)
    return row


def looked_at(kind: PlanKind, first_day: date, now: datetime) -> DaySpan:
    """The month, or the year, before the plan's; as far as it is over where the plan is made ahead."""
    span = plans.span_of(kind, first_day).before()
    if kind is PlanKind.YEAR:
        span = DaySpan(date(first_day.year - 1, 1, 1), date(first_day.year - 1, 12, 31))
    day = today(now)
    if span.first > day:
        span = month_of(day)
    return DaySpan(span.first, min(span.last, day))


def _rates(session: Session, line: ErrorLine, staff: Sequence[Person], span: DaySpan) -> tuple[Rate, ...]:
    """Those who have the error more often than the whole, the most often first."""
    by_id = {one.agent_id: one for one in staff}
    if not by_id:
        return ()
    found = item_counts(session, line.card, [line.item], sorted(by_id), span.first, span.last)
    calls: dict[str, int] = {}
    errors: dict[str, int] = {}
    for one in found:
        calls[one.agent_id] = calls.get(one.agent_id, 0) + one.calls
        errors[one.agent_id] = errors.get(one.agent_id, 0) + one.errors
    all_calls, all_errors = sum(calls.values()), sum(errors.values())
    if not all_calls:
        return ()
    rates = [Rate(by_id[one], calls[one], errors[one]) for one in calls if calls[one] >= LEAST_CALLS]
    above = [one for one in rates if one.errors and one.rate >= all_errors / all_calls]
    return tuple(sorted(above, key=lambda one: (-one.rate, -one.calls, one.person.agent_id))[:MOST_AUDIENCE])


def _why(line: ErrorLine, span: DaySpan, rates: Sequence[Rate], call_ids: list[int]) -> dict[str, Any]:
    """What JSON keeps of it."""
    low, high = line.interval
    return {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "calls": line.calls,
        "judged": line.judged,
        "rate": line.rate,
        "low": low,
        "high": high,
        "lost": line.lost,
        "share": line.share,
        "cumulative": line.cumulative,
        "fatal": line.fatal,
        "item_class": str(line.item_class),
        "before_rate": line.before_rate,
        "call_ids": call_ids,
        "agents": [
            {"agent_id": one.person.agent_id, "name": one.person.name, "calls": one.calls, "errors": one.errors}
            for one in rates
        ],
    }


def _day(plan: TrainingPlanRow, position: int, count: int, day: date) -> date:
    """Spread over the plan's days, on working days, and not in the past where that can be."""
    length = (plan.last_day - plan.first_day).days + 1
    found = plan.first_day + timedelta(days=length * position // (count + 1))
    found = min(max(found, day), plan.last_day)
    return found - timedelta(days=max(0, found.weekday() - 4)) if found > day else found


def _entry(plan: TrainingPlanRow, line: ErrorLine, course: CourseRow | None, rates: Sequence[Rate]) -> PlanEntryRow:
    return PlanEntryRow(
        plan_id=plan.id,
        title=course.title if course else words_of(f"{line.name[: 100 - len(SPECIAL)]}{SPECIAL}", 100),
        course_id=course.id if course else None,
        items=[{"card": line.card, "item": line.item, "name": line.name}],
        way="",
        hours=course.hours if course else 1.0,
        teacher="",
        audience=[one.person.agent_id for one in rates],
    )

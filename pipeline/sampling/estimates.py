"""How good the calls of a period were, all of them, from those that were heard: centre, teams, agents, call types."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.person import Viewer
from pipeline.sampling.drawing import check_scope
from pipeline.sampling.drawn import HeardDraw, Standing, by_agent, by_team, by_type, centre, load, standings
from pipeline.sampling.plans import Plan, find_plan
from scoring.sampling.period import Span
from storage.sampling import plans as stored

MOST_DRAWS = 60
"""Of one report: a year of weeks."""


@dataclass(frozen=True, slots=True)
class Step:
    """The centre in one draw's period, for the trend."""

    draw_id: int
    span: Span
    standing: Standing


@dataclass(frozen=True, slots=True)
class Report:
    """`centre` is None, and nothing else known, where the plan has not drawn anything in the period.

    `draws` are the draws it is made from; `trend` the centre in each of them.
    """

    plan: Plan
    span: Span
    draws: tuple[int, ...]
    centre: Standing | None
    teams: tuple[Standing, ...]
    agents: tuple[Standing, ...]
    types: tuple[Standing, ...]
    trend: tuple[Step, ...]


def report(session: Session, viewer: Viewer, plan_id: int, span: Span) -> Report:
    """From the draws of one plan whose periods lie within the span.

    Two plans are not put together: their populations overlap, and what each picked on purpose differs.

    Raises:
        Forbidden: the viewer does not see the whole centre.
        NotFound: there is no such plan.
    """
    plan = find_plan(session, viewer, plan_id)
    rows = stored.draws_between(session, plan_id, span.start, span.end)[-MOST_DRAWS:]
    found = load(session, rows)
    whole = standings(found, centre(found))
    return Report(
        plan=plan,
        span=span,
        draws=tuple(one.id for one in found),
        centre=whole[0] if whole else None,
        teams=_ordered(standings(found, by_team(found))),
        agents=_ordered(standings(found, by_agent(found))),
        types=_ordered(standings(found, by_type(found))),
        trend=tuple(_step(one) for one in found),
    )


def latest_span(session: Session, viewer: Viewer, plan_id: int) -> Span | None:
    """The period of the plan's newest draw."""
    check_scope(viewer)
    newest = stored.draws(session, plan_id, limit=1)
    return Span(newest[0].period_from, newest[0].period_to) if newest else None


def _step(one: HeardDraw) -> Step:
    return Step(one.id, one.span, standings([one], centre([one]))[0])


def _ordered(found: list[Standing]) -> tuple[Standing, ...]:
    """The lowest first, then those of whom too little is known, by name."""

    def key(one: Standing) -> tuple[bool, float, str]:
        interval = one.mean.interval
        return (interval is None, interval.value if interval else 0.0, one.name)

    return tuple(sorted(found, key=key))

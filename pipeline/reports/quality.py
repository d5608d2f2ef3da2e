"""How good the calls of a period were: section 9's estimates from what people heard, never the mean of what they did.

Each sampling plan gives its own; two are not put together, for they drew from the same calls on different purposes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from sqlalchemy.orm import Session

from models.tables import PlanRow
from pipeline.reports.heard_kept import Kept, found_of, heard
from pipeline.reports.span import DaySpan
from pipeline.reports.who import CENTRE, Who
from pipeline.sampling.drawn import MEASURES, Domain, HeardDraw, Standing, by_agent, by_team, centre, standings
from pipeline.sampling.estimates import MOST_DRAWS
from scoring.sampling.estimate import Estimate
from scoring.sampling.interval import combined
from scoring.sampling.picks import REST
from storage.sampling import plans as stored

MOST_CHOSEN = 3000
"""Calls of chance that are estimated from together: their pairs are ten million, and take about half a second."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What one plan's draws within the period say. `measures` are mean, critical, fatal and passed.

    Each is an estimate over all calls of who was asked for, with its interval, or none and what it lacks. `covered` are
    the days of its draws, which may leave some of the period out. `teams` are the parts of the centre.
    """

    plan_id: int
    plan: str
    covered: tuple[DaySpan, ...]
    measures: Mapping[str, Estimate]
    teams: tuple[Standing, ...]


def quality(session: Session, span: DaySpan, who: Who) -> tuple[Quality, ...]:
    """Of each plan that drew within the period, those in use first."""
    found = (_of_plan(session, plan, span, who) for plan in stored.all_plans(session))
    return tuple(one for one in found if one is not None)


def heard_draws(session: Session, plan_id: int, span: DaySpan) -> list[Kept]:
    return heard(session, stored.draws_between(session, plan_id, span.start, span.end)[-MOST_DRAWS:])


def warm(session: Session, span: DaySpan) -> None:
    """Read the span's draws before anybody asks: with a hundred thousand heard calls the first report waits for it."""
    quality(session, span, CENTRE)


def domains_of(draws: Sequence[HeardDraw], who: Who) -> list[Domain]:
    """The one part of the population that is asked for; none where nothing of it was drawn."""
    match who.level:
        case "centre":
            return centre(draws)
        case "team":
            return _only(by_team(draws), who.team)
        case _:
            return _only(by_agent(draws), who.agent_id)


def chosen(draws: Sequence[HeardDraw]) -> int:
    """How many calls chance picked and people heard: each pair of them is looked at for the variance."""
    return sum(int(np.sum((one.drawn.part == REST) & ~np.isnan(one.values[0]))) for one in draws)


def _of_plan(session: Session, plan: PlanRow, span: DaySpan, who: Who) -> Quality | None:
    kept = heard_draws(session, plan.id, span)
    draws = [one.draw for one in kept]
    if not draws or not (domains := domains_of(draws, who)):
        return None
    covered = tuple(DaySpan(one.span.first, one.span.last) for one in draws)
    if who.level == "centre":
        teams = found_of(kept, "teams", lambda: tuple(sorted(standings(draws, by_team(draws)), key=_by_name)))
        return Quality(plan.id, plan.name, covered, _centre(kept, draws), teams)
    measures = found_of(kept, who, lambda: standings(draws, domains)[0].measures)
    return Quality(plan.id, plan.name, covered, measures, ())


def _centre(kept: Sequence[Kept], draws: list[HeardDraw]) -> Mapping[str, Estimate]:
    """From all draws together as section 9's page does; from each by itself, then put together, where they are many.

    Draws share no call, so that the periods are strata of the whole: means weigh by their calls, and the reaches of
    independent intervals by MOVER (`scoring.sampling.interval.combined`).
    """
    if len(draws) == 1 or chosen(draws) <= MOST_CHOSEN:
        return found_of(kept, "centre", lambda: standings(draws, centre(draws))[0].measures)
    parts = [one.found("centre", partial(_centre_of, one.draw)) for one in kept]
    return {measure: _together([part[measure] for part in parts]) for measure in MEASURES}


def _centre_of(draw: HeardDraw) -> Mapping[str, Estimate]:
    return standings([draw], centre([draw]))[0].measures


def _together(parts: Sequence[Estimate]) -> Estimate:
    known = [(part.population, part.interval) for part in parts if part.interval is not None]
    calls = sum(population for population, _ in known)
    counts = (sum(part.heard for part in parts), sum(part.picked for part in parts))
    population = sum(part.population for part in parts)
    if len(known) < len(parts):
        lack = next(part.lack for part in parts if part.interval is None)
        return Estimate(None, *counts, population, lack)
    return Estimate(combined([(size / calls, interval) for size, interval in known]), *counts, population)


def _only(domains: Iterable[Domain], key: str | None) -> list[Domain]:
    return [one for one in domains if one.key == key]


def _by_name(one: Standing) -> str:
    return one.name

"""In what share of all calls there is an error on an item, estimated from people's verdicts on the drawn calls.

The chances, joint chances and missing verdicts are those of section 9 (`pipeline.sampling.drawn`); only what is
measured differs: 1 where the item cost points, or was fatal, in what people said of the call.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sqlalchemy.orm import Session

from pipeline.reports.errors import ErrorLine
from pipeline.reports.heard_kept import Kept, found_of
from pipeline.reports.quality import MOST_CHOSEN, chosen, domains_of, heard_draws
from pipeline.reports.span import DaySpan
from pipeline.reports.who import Who
from pipeline.sampling.drawn import Domain, HeardDraw
from scoring.sampling.drawn import picks_of
from scoring.sampling.estimate import Estimate, estimate
from scoring.sampling.frame import Floats
from scoring.sampling.picks import responses
from storage.reports.drawn_errors import drawn_errors
from storage.sampling import plans as stored

TOP = 10
"""Items: further down the Pareto the samples are too small to tell one from another."""


@dataclass(frozen=True, slots=True)
class ErrorEstimate:
    """`estimate` is of the share of all calls with an error on the item, as far as `plan`'s draws reach."""

    card: str
    item: str
    name: str
    plan_id: int
    plan: str
    covered: tuple[DaySpan, ...]
    estimate: Estimate


def error_estimates(session: Session, span: DaySpan, who: Who, lines: Sequence[ErrorLine]) -> tuple[ErrorEstimate, ...]:
    """Of the first items of a Pareto of what people found, by the plan that heard most; () without a draw.

    Of big draws the newest, as many as are quickly looked at; `covered` says which days that are.
    """
    items = tuple((line.card, line.item) for line in lines[:TOP])
    plans = [(plan, _newest(heard_draws(session, plan.id, span))) for plan in stored.all_plans(session)]
    plans = [(plan, kept) for plan, kept in plans if kept]
    if not items or not plans:
        return ()
    plan, kept = max(plans, key=lambda one: sum(int(picked_heard(k.draw)) for k in one[1]))
    draws = [one.draw for one in kept]
    domains = domains_of(draws, who)
    if not domains:
        return ()
    found = found_of(kept, (items, who), lambda: _estimates(session, kept, items, domains[0]))
    covered = tuple(DaySpan(one.span.first, one.span.last) for one in draws)
    return tuple(
        ErrorEstimate(line.card, line.item, line.name, plan.id, plan.name, covered, one)
        for line, one in zip(lines, found, strict=False)
    )


def picked_heard(draw: HeardDraw) -> int:
    return int((~np.isnan(draw.values[0])).sum())


def _newest(kept: Sequence[Kept]) -> list[Kept]:
    """From the newest back, at least one."""
    some: list[Kept] = []
    for one in reversed(kept):
        if some and chosen([each.draw for each in (*some, one)]) > MOST_CHOSEN:
            break
        some.insert(0, one)
    return some


def _estimates(
    session: Session, kept: Sequence[Kept], items: tuple[tuple[str, str], ...], domain: Domain
) -> list[Estimate]:
    measured = [one.found(items, partial(_with_errors, session, one, items)) for one in kept]
    picks = picks_of([one.drawn for one in measured], [one.values for one in measured])
    return estimate(picks, responses(picks), domain.inside, domain.rest, (True,) * len(items))


def _with_errors(session: Session, kept: Kept, items: Sequence[tuple[str, str]]) -> HeardDraw:
    """The draw with 1 for an error on each of the items, 0 for none, nan where nobody has heard the call."""
    draw, place = kept.draw, {call: column for column, call in enumerate(kept.calls)}
    values: Floats = np.where(np.isnan(draw.values[:1]), np.nan, 0.0).repeat(len(items), axis=0)
    rows = {item: row for row, item in enumerate(items)}
    for call, card, item in drawn_errors(session, draw.id):
        if (card, item) in rows:
            values[rows[card, item], place[call]] += 1.0
    return replace(draw, values=np.minimum(values, 1.0))

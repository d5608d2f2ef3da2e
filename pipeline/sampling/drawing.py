"""Using a plan: what it would pick, and the draw that picks it, once for each plan and period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from models.errors import Forbidden
from models.person import EVERYTHING, Viewer
from models.reason import Fact, Reason
from models.tables import DrawRow, PlanRow
from pipeline.sampling.population import Population, gather
from pipeline.sampling.ranking import rank
from scoring.sampling.draw import Draw, draw
from scoring.sampling.drawn import parts
from scoring.sampling.frame import CHANCE, Frame
from scoring.sampling.period import Span, before, last_over
from scoring.sampling.plan import SamplingPlan
from scoring.sampling.summary import Summary, summarise
from scoring.sampling.why import Why
from storage.people import audit
from storage.reason import restored
from storage.reason import stored as as_stored
from storage.review.reviews import Wanted, queue_calls
from storage.sampling import plans as stored
from storage.sampling import population as people

SUMMARY_JSON = TypeAdapter(Summary)

SHOWN = 200
"""Picked calls a preview lists."""


@dataclass(frozen=True, slots=True)
class Use:
    """A plan used on a period; `plan_id` is None where it is not stored yet. Seed and use decide what chance picks."""

    plan: SamplingPlan
    span: Span
    plan_id: int | None
    seed: str

    @property
    def full_seed(self) -> str:
        return f"{self.seed}/{self.plan_id or 0}/{self.span}"


@dataclass(frozen=True, slots=True)
class Pick:
    """A call a preview lists."""

    call_id: int
    agent: str
    team: str | None
    call_type: str
    seconds: float
    total: float | None
    probability: float
    double: bool
    is_queued: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """`drawn` is the draw there has been of this period already, None if none. `picks` are the first so many."""

    span: Span
    summary: Summary
    picks: tuple[Pick, ...]
    drawn: int | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    use: Use
    population: Population
    draw: Draw
    why: Why
    summary: Summary


def check_scope(viewer: Viewer) -> None:
    """Plans and estimates are about the whole centre.

    Raises:
        Forbidden: the viewer sees a part of it only.
    """
    if viewer.scope != EVERYTHING:
        raise Forbidden("pipeline.sampling_whole_centre")


def preview(session: Session, viewer: Viewer, use: Use, now: datetime) -> Preview:
    """What the plan, as it is given, would pick now. Drawing the same plan of the same calls picks the same.

    Raises:
        Forbidden: as `check_scope`.
    """
    check_scope(viewer)
    made = _prepare(session, use, now)
    drawn = None if use.plan_id is None else stored.draw_of_period(session, use.plan_id, use.span.start, use.span.end)
    return Preview(use.span, made.summary, tuple(_picks(made)), None if drawn is None else drawn.id)


def draw_plan(
    session: Session, viewer: Viewer, plan_id: int, span: Span, *, seed: str, now: datetime
) -> tuple[DrawRow, bool]:
    """Pick the calls of a period and queue them; and whether that was done now.

    Asking twice, or two people at once, makes one draw: whoever is later gets the first one's.

    Raises:
        Forbidden: as `check_scope`.
        NotFound: there is no such plan.
    """
    check_scope(viewer)
    row = stored.find_plan(session, plan_id, hold=True)
    known = stored.draw_of_period(session, plan_id, span.start, span.end)
    if known is not None:
        return known, False
    use = Use(SamplingPlan.model_validate(row.body), span, plan_id, seed)
    made = _prepare(session, use, now)
    drawn, _ = stored.add_draw(
        session,
        plan_id,
        span.start,
        span.end,
        body=row.body,
        seed=use.full_seed,
        facts=SUMMARY_JSON.dump_python(made.summary, mode="json"),
        strata=_strata(made),
        by=viewer.name,
        now=now,
    )
    stored.add_selections(session, list(_selections(made, drawn.id)))
    _queue(session, viewer, made, drawn)
    facts: dict[str, Fact] = {
        "plan": row.name,
        "period": str(span),
        "calls": made.summary.calls,
        "picked": made.summary.picked,
    }
    audit.record(session, viewer, "draw.made", now, target="sampling_plan", target_id=plan_id, facts=facts)
    session.flush()
    return drawn, True


def due_plans(session: Session, now: datetime) -> list[tuple[PlanRow, Span]]:
    """Active plans whose latest whole period has not been drawn yet. Plans for any range are drawn by hand only."""
    found: list[tuple[PlanRow, Span]] = []
    for row in stored.all_plans(session):
        plan = SamplingPlan.model_validate(row.body)
        if not row.active or plan.period == "range":
            continue
        span = last_over(plan.period, now)
        if stored.draw_of_period(session, row.id, span.start, span.end) is None:
            found.append((row, span))
    return found


def _prepare(session: Session, use: Use, now: datetime) -> _Prepared:
    plan, span = use.plan, use.span
    ranking = rank(session, plan, before(span, plan.period), plan_id=use.plan_id)
    population = gather(session, plan, span, ranking, plan_id=use.plan_id)
    made = draw(population.frame, plan, use.full_seed, span.weeks)
    warnings = list(population.warnings)
    if span.end > now:
        warnings.insert(0, Reason("pipeline.sampling_not_over"))
    if made.left_out:
        warnings.append(Reason("pipeline.sampling_capacity", {"left": made.left_out, "capacity": plan.capacity or 0}))
    summary = summarise(
        population.frame,
        made,
        plan,
        inspectors=people.count_inspectors(session),
        ranking=replace(ranking, names={a.id: a.name for a in population.frame.agents if a.rank and a.name}),
        warnings=warnings,
    )
    return _Prepared(use, population, made, Why(population.frame, made, plan), summary)


def _picks(made: _Prepared) -> Iterator[Pick]:
    """What is not queued yet first, the most pressing before the others."""
    frame, why = made.population.frame, made.why
    picked = np.flatnonzero(made.draw.picked)
    waits = frame.queued | frame.drawn
    for index in sorted(picked.tolist(), key=lambda i: (waits[i], -why.priority(i), i))[:SHOWN]:
        agent = frame.agents[frame.agent[index]]
        total = float(frame.total[index])
        yield Pick(
            call_id=int(frame.call[index]),
            agent=agent.name or agent.id,
            team=agent.team,
            call_type=frame.types[frame.type[index]],
            seconds=float(frame.seconds[index]),
            total=None if np.isnan(total) else total,
            probability=float(made.draw.probability[index]),
            double=bool(made.draw.double[index]),
            is_queued=bool(waits[index]),
            reasons=_said(made, index),
        )


def _said(made: _Prepared, index: int) -> tuple[Reason, ...]:
    """The draw's reasons; of what was queued for a reason that reason in place of the word that there is one."""
    row = made.population.rows[index]
    reasons = made.why.reasons(index)
    if made.population.frame.queued[index]:
        bodies = row.reasons or row.routed or ()
        return (*(restored(body) for body in bodies if body["code"] != CHANCE), *reasons[1:])
    return tuple(reasons)


def _strata(made: _Prepared) -> dict[str, Any]:
    frame, drawn = made.population.frame, made.draw
    return {
        "agents": [
            {
                "id": agent.id,
                "name": agent.name,
                "team": agent.team,
                "stage": agent.stage.value,
                "size": int(drawn.agents.sizes[place]),
                "takes": int(drawn.agents.takes[place]),
            }
            for place, agent in enumerate(frame.agents)
        ],
        "types": [
            {"name": name, "size": int(drawn.types.sizes[place]), "takes": int(drawn.types.takes[place])}
            for place, name in enumerate(frame.types)
        ],
        "cells": _cells(frame, drawn),
    }


def _cells(frame: Frame, drawn: Draw) -> list[list[int]]:
    """The population counted: agent, type, calls left to chance, calls that were certain."""
    width = max(len(frame.types), 1)
    cell = frame.agent * width + frame.type
    size = len(frame.agents) * width
    rest = np.bincount(cell[~drawn.certain], minlength=size)
    certain = np.bincount(cell[drawn.certain], minlength=size)
    return [[int(n // width), int(n % width), int(rest[n]), int(certain[n])] for n in np.flatnonzero(rest + certain)]


def _selections(made: _Prepared, draw_id: int) -> Iterator[dict[str, Any]]:
    frame, drawn = made.population.frame, made.draw
    columns = zip(
        frame.call.tolist(),
        drawn.picked.tolist(),
        drawn.double.tolist(),
        drawn.probability.tolist(),
        frame.agent.tolist(),
        frame.type.tolist(),
        frame.chance.tolist(),
        parts(frame, drawn, made.use.plan).tolist(),
        strict=True,
    )
    for index, (call, picked, double, probability, agent, kind, chance, part) in enumerate(columns):
        yield {
            "draw_id": draw_id,
            "call_id": call,
            "picked": picked,
            "double": double,
            "reasons": [as_stored(reason) for reason in _said(made, index)] if picked else [],
            "strata": {"a": agent, "t": kind, "b": chance, "p": part},
            "probability": probability,
        }


def _queue(session: Session, viewer: Viewer, made: _Prepared, row: DrawRow) -> None:
    """What waits already is tied to the draw; everything else is queued with why it was picked."""
    frame, drawn = made.population.frame, made.draw
    rows: Sequence[Any] = made.population.rows
    waiting = np.array([one.state is not None for one in rows], np.bool_) & (frame.queued | frame.drawn)
    stored.tie_reviews(session, row.id, frame.call[drawn.picked & waiting].tolist())
    wanted = [
        Wanted(
            call_id=int(frame.call[index]),
            score_id=rows[index].score_id,
            reasons=_said(made, index),
            priority=made.why.priority(index),
            fatal=bool(rows[index].fatal),
            due_at=row.drawn_at + timedelta(hours=made.use.plan.due_hours),
            draw_id=row.id,
            double=bool(drawn.double[index]),
        )
        for index in np.flatnonzero(drawn.picked & ~waiting).tolist()
    ]
    queue_calls(session, wanted, row.drawn_at, viewer)

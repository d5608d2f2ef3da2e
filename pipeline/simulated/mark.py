"""The mark of a made-up centre: what it was made with, and what is true of it, kept to be compared with estimates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CentreMarkRow
from pipeline.effects.windows import WEEKS
from pipeline.simulated import parameters
from pipeline.simulated.calls import Written
from pipeline.simulated.hearing import inspector_hears, judgement, truth_of
from pipeline.simulated.model import DAY, Flags, Floats, Taught
from pipeline.simulated.parameters import HIT, HITS
from pipeline.simulated.staff import Staff
from scoring.judgement import score_judgement

SIMULATED = "simulated"
REFERENCE = 600
"""Calls every inspector of the model hears, to know what their bias comes to in points."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mean(Part):
    """A true mean score, of so many calls."""

    name: str
    calls: int
    mean: float


class ItemTruth(Part):
    """`rate`: share of all calls it went wrong in; `hit` and `false_hit` of the machine's rules, None without rules."""

    rate: float
    hit: float | None
    false_hit: float | None


class InspectorTruth(Part):
    """`bias`: points they give more than is true, on average over the same calls, such as they are asked to hear."""

    name: str
    severity: float
    bias: float


class LessonTruth(Part):
    """Shares of the trained agents' calls with any of the items wrong, with the lesson less without it.

    `change` is true, `seen` what the machine's rules see of it on average.
    """

    title: str
    team: str
    items: tuple[str, ...]
    held_at: datetime
    trained: tuple[str, ...]
    learnt: tuple[str, ...]
    change: float
    seen: float
    effect_id: int | None = None


class Mark(Part):
    """`centre`, `teams` and `agents` are of the whole weeks, which are drawn from: until `drawn_to`."""

    seed: str
    weeks: int
    calls_a_day: int
    calls: int
    first: datetime
    drawn_to: datetime
    now: datetime
    plan_id: int
    card: str
    centre: Mean
    teams: dict[str, Mean]
    agents: dict[str, Mean]
    items: dict[str, ItemTruth]
    inspectors: dict[int, InspectorTruth]
    lessons: tuple[LessonTruth, ...]
    parameters: Annotated[dict[str, float], Field(default_factory=dict)]


def find_mark(session: Session) -> Mark | None:
    row = session.get(CentreMarkRow, SIMULATED)
    return None if row is None else Mark.model_validate(row.body)


def is_simulated(session: Session) -> bool:
    """Without reading all that the mark says."""
    return session.scalar(select(CentreMarkRow.name).where(CentreMarkRow.name == SIMULATED)) is not None


def keep_mark(session: Session, mark: Mark, now: datetime) -> None:
    session.add(CentreMarkRow(name=SIMULATED, body=mark.model_dump(mode="json"), at=now))
    session.flush()


def mark_of(  # noqa: PLR0917  (the centre, then what was seen of it)
    made: Written, staff: Staff, plan_id: int, effects: Mapping[str, int], until: datetime, heard: Sequence[int]
) -> Mark:
    """`effects` are ids of the windows the lessons' effects are looked for in.

    `until` is the end of what was drawn from; `heard` are calls people have judged.
    """
    centre, truth = made.centre, made.truth
    design = centre.design
    drawn: Flags = np.array([at < until for at in truth.started], np.bool_)
    teams = np.array([agent.team for agent in centre.agents])[truth.agent]
    return Mark(
        seed=design.seed,
        weeks=design.weeks,
        calls_a_day=design.calls_a_day,
        calls=len(truth),
        first=design.start,
        drawn_to=until,
        now=design.now,
        plan_id=plan_id,
        card=centre.items.card.name,
        centre=_mean("", made.outcomes.total[drawn]),
        teams={
            team.name: _mean(team.name, made.outcomes.total[drawn & (teams == team.name)]) for team in parameters.TEAMS
        },
        agents={
            agent.agent_id: _mean(agent.name, made.outcomes.total[drawn & (truth.agent == place)])
            for place, agent in enumerate(centre.agents)
        },
        items=_items(made, drawn),
        inspectors=_inspectors(made, staff, heard),
        lessons=tuple(_lesson(made, one, effects.get(one.lesson.key)) for one in centre.taught),
        parameters={
            "between_agents": parameters.BETWEEN_AGENTS,
            "between_heads": parameters.BETWEEN_HEADS,
            "drift": parameters.DRIFT,
            "weekly": parameters.WEEKLY,
            "missed": parameters.MISSED,
        },
    )


def _mean(name: str, totals: Floats) -> Mean:
    return Mean(name=name, calls=len(totals), mean=round(float(totals.mean()), 3) if len(totals) else 0.0)


def _items(made: Written, drawn: Flags) -> dict[str, ItemTruth]:
    wrong = made.truth.error[drawn].sum(axis=0) / max(int(drawn.sum()), 1)
    rates = dict(zip(made.centre.items.ids, wrong.round(5).tolist(), strict=True))
    found: dict[str, ItemTruth] = {}
    for spec in made.centre.items.specs:
        if not spec.faults:
            continue
        hit, false = HITS.get(spec.id, HIT)
        by_rules = not spec.by_people_only
        known = {"hit": hit if by_rules else None, "false_hit": false if by_rules else None}
        found[spec.id] = ItemTruth(rate=rates[spec.id], **known)
    return found


def _inspectors(made: Written, staff: Staff, heard: Sequence[int]) -> dict[int, InspectorTruth]:
    """Over calls like those they hear, which have more errors in them than others."""
    random, items = made.centre.design.random("reference"), made.centre.items
    calls = random.choice(sorted(heard), min(REFERENCE, len(heard)), replace=False).tolist()
    found: dict[int, InspectorTruth] = {}
    for inspector, viewer in staff.inspectors:
        totals = [
            score_judgement(
                items.card,
                judgement(items, inspector_hears(random, items, made.rates, truth_of(made.truth, call), inspector)),
            ).total
            for call in calls
        ]
        bias = float(np.mean([total or 0.0 for total in totals]) - made.outcomes.total[calls].mean())
        told = InspectorTruth(name=inspector.name, severity=inspector.severity, bias=round(bias, 3))
        found[viewer.user_id or 0] = told
    return found


def _lesson(made: Written, one: Taught, effect_id: int | None) -> LessonTruth:
    """Over the trained agents' calls from the day after on."""
    truth, centre = made.truth, made.centre
    after = (one.held_at + DAY).replace(hour=0, minute=0)
    until = after + timedelta(weeks=WEEKS)
    trained = np.array([agent.agent_id in one.trained for agent in centre.agents])[truth.agent]
    chosen = trained & np.array([after <= at < until for at in truth.started])
    places = [centre.items.places[item] for item in one.lesson.items if item in centre.items.places]
    change, seen = 0.0, 0.0
    if chosen.any() and places:
        change = _any(made, chosen, places, truth.chance) - _any(made, chosen, places, truth.untaught)
        rates = np.array([HITS.get(centre.items.ids[place], HIT) for place in places])
        with_it, without = (
            chance[:, places] * rates[:, 0] + (1 - chance[:, places]) * rates[:, 1]
            for chance in (truth.chance, truth.untaught)
        )
        columns = range(len(places))
        seen = _any(made, chosen, places, with_it, columns) - _any(made, chosen, places, without, columns)
    return LessonTruth(
        title=one.lesson.title,
        team=one.lesson.team,
        items=one.lesson.items,
        held_at=one.held_at,
        trained=one.trained,
        learnt=one.learnt,
        change=round(change, 4),
        seen=round(seen, 4),
        effect_id=effect_id,
    )


def _any(
    made: Written, chosen: Flags, places: list[int], chance: Floats, columns: Iterable[int] | None = None
) -> float:
    """The expected share of these calls in which any of the items is wrong."""
    own = chance[chosen][:, list(columns) if columns is not None else places]
    wrong = own * made.truth.applies[chosen][:, places]
    return float((1 - np.prod(1 - wrong, axis=1)).mean())

"""Stored draws with what people said about their calls, ready to be estimated from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.tables import DrawRow
from scoring.sampling.drawn import Drawn, picks_of
from scoring.sampling.estimate import Estimate, estimate
from scoring.sampling.frame import Floats, Wholes
from scoring.sampling.inclusion import Strata
from scoring.sampling.period import Span
from scoring.sampling.picks import responses
from scoring.sampling.plan import SamplingPlan
from storage.sampling import plans as stored

MEASURES = ("mean", "critical", "fatal", "passed")
IS_SHARE = (False, True, True, True)

AGENT, TYPE, REST, CERTAIN = range(4)
"""Columns of a draw's cells."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """An agent's: `key` is the agent id, `name` what people call them. A type's: both are its name."""

    key: str
    name: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class HeardDraw:
    """`cells` counts the population by agent and type: columns AGENT, TYPE, REST, CERTAIN.

    `values` are measures × picked calls, nan where nobody has heard the call.
    """

    id: int
    span: Span
    drawn: Drawn
    agents: tuple[Stratum, ...]
    types: tuple[Stratum, ...]
    cells: Wholes
    values: Floats

    @property
    def population(self) -> int:
        return int(self.cells[:, [REST, CERTAIN]].sum())


@dataclass(frozen=True, slots=True)
class Domain:
    """A part of the population: which of the picked calls are in it, and how many calls of it were left to chance."""

    key: str
    name: str
    team: str
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]]
    rest: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a domain: an estimate of each of `MEASURES`, beside the plain mean of the calls heard."""

    key: str
    name: str
    team: str
    naive: float | None
    measures: dict[str, Estimate]

    @property
    def mean(self) -> Estimate:
        return self.measures["mean"]


def load(session: Session, draws: Sequence[DrawRow]) -> list[HeardDraw]:
    """The draws that picked anything."""
    rows: dict[int, list[Row[Any]]] = {draw.id: [] for draw in draws}
    for row in stored.heard(session, list(rows)):
        rows[row.draw_id].append(row)
    return [_heard(draw, rows[draw.id]) for draw in draws if rows[draw.id]]


def centre(draws: Sequence[HeardDraw]) -> list[Domain]:
    size = sum(len(one.drawn.part) for one in draws)
    return [Domain("", "", "", np.ones(size, np.bool_), sum(int(one.cells[:, REST].sum()) for one in draws))]


def by_agent(draws: Sequence[HeardDraw]) -> list[Domain]:
    return _domains(draws, [[agent.key for agent in one.agents] for one in draws], AGENT)


def by_team(draws: Sequence[HeardDraw]) -> list[Domain]:
    return _domains(draws, [[agent.team for agent in one.agents] for one in draws], AGENT)


def by_type(draws: Sequence[HeardDraw]) -> list[Domain]:
    return _domains(draws, [[kind.key for kind in one.types] for one in draws], TYPE)


def standings(draws: Sequence[HeardDraw], domains: Sequence[Domain]) -> list[Standing]:
    """Estimates of each domain from the draws' picks together."""
    if not draws:
        return []
    picks = picks_of([one.drawn for one in draws], [one.values for one in draws])
    share = responses(picks)
    found: list[Standing] = []
    for domain in domains:
        made = estimate(picks, share, domain.inside, domain.rest, IS_SHARE)
        heard = picks.values[0][domain.inside & picks.heard]
        naive = float(heard.mean()) if len(heard) else None
        measures = dict(zip(MEASURES, made, strict=True))
        found.append(Standing(domain.key, domain.name, domain.team, naive, measures))
    return found


def agent_estimates(session: Session, plan_id: int, span: Span) -> dict[str, float]:
    """The estimated mean score of each agent of whom enough was heard."""
    draws = load(session, stored.draws_between(session, plan_id, span.start, span.end))
    found = standings(draws, by_agent(draws))
    return {one.key: one.mean.interval.value for one in found if one.key and one.mean.interval is not None}


def _heard(row: DrawRow, picked: Sequence[Row[Any]]) -> HeardDraw:
    plan = SamplingPlan.model_validate(row.body)
    agents, types = row.strata["agents"], row.strata["types"]
    places = [one.strata for one in picked]
    drawn = Drawn(
        agents=_strata(agents),
        types=_strata(types),
        teams=tuple(agent["team"] or "" for agent in agents),
        agent=np.array([place["a"] for place in places], np.int64),
        type=np.array([place["t"] for place in places], np.int64),
        chance=np.array([place["b"] for place in places], np.float64),
        part=np.array([place["p"] for place in places], np.int64),
    )
    return HeardDraw(
        id=row.id,
        span=Span(row.period_from, row.period_to),
        drawn=drawn,
        agents=tuple(Stratum(a["id"], a["name"] or a["id"], a["team"] or "") for a in agents),
        types=tuple(Stratum(t["name"], t["name"]) for t in types),
        cells=np.array(row.strata["cells"], np.int64).reshape(-1, 4),
        values=np.array([_values(one, plan.pass_mark) for one in picked], np.float64).T,
    )


def _strata(of: Sequence[dict[str, Any]]) -> Strata:
    return Strata(np.array([one["size"] for one in of], np.int64), np.array([one["takes"] for one in of], np.int64))


def _values(row: Row[Any], pass_mark: float) -> list[float]:
    """In the order of `MEASURES`. A fatal error is a critical one, and does not pass."""
    if row.total is None:
        return [np.nan] * len(MEASURES)
    critical = row.final_critical if row.final_id is not None else row.verdict_critical
    passed = row.total >= pass_mark and not row.fatal
    return [row.total, float(bool(row.fatal or critical)), float(row.fatal), float(passed)]


def _domains(draws: Sequence[HeardDraw], keys: Sequence[Sequence[str]], column: int) -> list[Domain]:
    """One for each key, over all draws; its name and team as the latest draw has them."""
    names: dict[str, Stratum] = {}
    for one, own in zip(draws, keys, strict=True):
        for stratum, key in zip(one.agents if column == AGENT else one.types, own, strict=True):
            names[key] = stratum if stratum.key == key else Stratum(key, key, key)
    order = {key: place for place, key in enumerate(names)}
    rest = np.zeros(len(order), np.int64)
    groups = []
    for one, own in zip(draws, keys, strict=True):
        places = np.array([order[key] for key in own], np.int64)
        np.add.at(rest, places[one.cells[:, column]], one.cells[:, REST])
        groups.append(places[one.drawn.agent if column == AGENT else one.drawn.type])
    group = np.concatenate(groups) if groups else np.zeros(0, np.int64)
    return [
        Domain(key, names[key].name, names[key].team, group == place, int(rest[place])) for key, place in order.items()
    ]

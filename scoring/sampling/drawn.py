"""A draw as it is remembered: its strata, and of each picked call which designs could have picked it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.sampling.collapse import collapse
from scoring.sampling.draw import Draw
from scoring.sampling.frame import Floats, Frame, Wholes
from scoring.sampling.inclusion import Strata, missed
from scoring.sampling.picks import REST, Picks
from scoring.sampling.plan import SamplingPlan
from scoring.sampling.targets import leading_sign

OTHERWISE = 99
"""The part of calls queued for a reason that is no `Sign`, such as by hand."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """`agent`, `type`, `chance` and `part` have an entry for each picked call; `teams` one for each agent's stratum.

    `part` is REST for what chance picked, else the position of the leading `Sign`, or OTHERWISE.
    """

    agents: Strata
    types: Strata
    teams: tuple[str, ...]
    agent: Wholes
    type: Wholes
    chance: Floats
    part: Wholes


def remember(frame: Frame, draw: Draw, plan: SamplingPlan) -> Drawn:
    picked = np.flatnonzero(draw.picked)
    return Drawn(
        agents=draw.agents,
        types=draw.types,
        teams=tuple(agent.team or "" for agent in frame.agents),
        agent=frame.agent[picked],
        type=frame.type[picked],
        chance=frame.chance[picked],
        part=parts(frame, draw, plan)[picked],
    )


def parts(frame: Frame, draw: Draw, plan: SamplingPlan) -> Wholes:
    """Of every call of the population; see `Drawn.part`."""
    sign = leading_sign(frame, plan)
    return np.where(draw.certain, np.where(sign < 0, OTHERWISE, sign), REST)


def picks_of(draws: Sequence[Drawn], values: Sequence[Floats]) -> Picks:
    """The picks of several draws of one plan, whose populations share no call. `values`: measures × picked calls.

    Strata and teams of different draws are different ones.
    """
    pieces, strata, teams = [], 0, 0
    for number, drawn in enumerate(draws):
        pieces.append(_piece(drawn, number, strata, teams))
        strata += len(drawn.teams) + len(drawn.types.takes)
        teams += len(set(drawn.teams))
    joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    return Picks(**joined, values=np.concatenate(list(values), axis=1))


def _piece(drawn: Drawn, number: int, strata: int, teams: int) -> dict[str, Any]:
    """The columns of one draw; `strata` and `teams` were there before it."""
    agent_group, agent_tie = collapse(drawn.agents, drawn.teams)
    type_group, type_tie = collapse(drawn.types, [""] * len(drawn.types.takes))
    places = {team: place for place, team in enumerate(dict.fromkeys(drawn.teams))}
    kin = np.array([places[team] for team in drawn.teams], np.int64)
    q = missed(drawn.agents.shares[drawn.agent], drawn.types.shares[drawn.type], drawn.chance)
    return {
        "part": drawn.part,
        "missed": np.where(drawn.part == REST, q, 0.0),
        "agent_group": agent_group[drawn.agent] + strata,
        "agent_tie": agent_tie[drawn.agent],
        "type_group": type_group[drawn.type] + strata,
        "type_tie": type_tie[drawn.type],
        "stratum": drawn.agent + strata,
        "kin": kin[drawn.agent] + teams,
        "draw": np.full(len(drawn.part), number, np.int64),
    }

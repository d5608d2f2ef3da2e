"""The population of a draw as arrays: every scored call of a period, its agent, its type, what the machine found."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.call import AgentStage
from models.reason import Reason
from scoring.sampling.plan import Sign

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Bits = NDArray[np.uint8]
Marks = NDArray[np.bool_]

ROUTED: dict[str, Sign] = {
    "scoring.routed_fatal": Sign.FATAL,
    "scoring.routed_critical": Sign.CRITICAL,
    "scoring.routed_by_model": Sign.CRITICAL,
    "scoring.routed_tag": Sign.TAGGED,
    "scoring.routed_tag_unsure": Sign.UNSURE,
    "scoring.routed_nothing_judged": Sign.UNSURE,
    "scoring.routed_low_coverage": Sign.UNSURE,
    "scoring.routed_unjudged": Sign.UNSURE,
    "scoring.routed_disputed": Sign.DISPUTED,
    "scoring.routed_low_score": Sign.LOW_SCORE,
    "scoring.doubt_disagreeing": Sign.DISPUTED,
    "scoring.doubt_unsure": Sign.UNSURE,
    "scoring.doubt_unhappy_yet_high": Sign.UNSURE,
    "scoring.doubt_happy_yet_low": Sign.UNSURE,
    "scoring.doubt_mixed": Sign.UNSURE,
    "scoring.doubt_unheard": Sign.UNSURE,
    "scoring.doubt_unfamiliar": Sign.UNSURE,
    "scoring.doubt_new_rule": Sign.UNSURE,
    "scoring.doubt_new_model": Sign.UNSURE,
}
CHANCE = "scoring.routed_random"
BY_CHANCE = {CHANCE, "scoring.picked_quota", "scoring.picked_type"}
"""Reasons that say nothing about the call."""

BIT = {sign: np.uint8(1 << place) for place, sign in enumerate(Sign)}


class Rank(StrEnum):
    """Where an agent stood in the period before."""

    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Agent:
    """A stratum. Calls that name no agent have one of their own, whose `id` is empty."""

    id: str
    name: str | None = None
    team: str | None = None
    stage: AgentStage = AgentStage.REGULAR
    is_new: bool = False
    rank: Rank | None = None
    in_roster: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry a call in every array, ordered by call id.

    `agent` and `type` index `agents` and `types`. `signs` are the bits of what routing found. `queued`: it waits for a
    person for a reason other than chance. `chance` is the probability with which routing drew it whatever it is, and
    `drawn` says whether it did. `total` and `satisfaction` are nan where missing, `seconds` 0.
    """

    call: Wholes
    agent: Wholes
    type: Wholes
    seconds: Floats
    total: Floats
    satisfaction: Floats
    signs: Bits
    queued: Marks
    chance: Floats
    drawn: Marks
    agents: tuple[Agent, ...]
    types: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.call)


def signs_of(reasons: list[Reason]) -> int:
    """The bits of `Frame.signs`."""
    bits = 0
    for reason in reasons:
        if (sign := ROUTED.get(reason.code)) is not None:
            bits |= int(BIT[sign])
    return bits

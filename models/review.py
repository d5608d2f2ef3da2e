"""A call's way through people's hands (design.md, section 10), and what a person said about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from models.finding import Evidence
from models.reason import Reason
from models.score import ItemState


class ReviewState(StrEnum):
    """MACHINE_SCORED is a call without a review. SUBMITTED: every verdict asked for is in."""

    MACHINE_SCORED = "machine_scored"
    QUEUED = "queued"
    IN_REVIEW = "in_review"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"
    APPEALED = "appealed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    FINAL = "final"


_S = ReviewState

MOVES: Mapping[ReviewState, frozenset[ReviewState]] = {
    _S.MACHINE_SCORED: frozenset({_S.QUEUED}),
    _S.QUEUED: frozenset({_S.IN_REVIEW, _S.MACHINE_SCORED}),
    _S.IN_REVIEW: frozenset({_S.SUBMITTED, _S.QUEUED, _S.MACHINE_SCORED}),
    _S.SUBMITTED: frozenset({_S.PUBLISHED, _S.IN_REVIEW}),
    _S.PUBLISHED: frozenset({_S.ACKNOWLEDGED, _S.APPEALED, _S.FINAL}),
    _S.ACKNOWLEDGED: frozenset({_S.APPEALED, _S.FINAL}),
    _S.APPEALED: frozenset({_S.UPHELD, _S.OVERTURNED}),
    _S.UPHELD: frozenset({_S.FINAL}),
    _S.OVERTURNED: frozenset({_S.FINAL}),
    _S.FINAL: frozenset(),
}
"""Where a review may go from each state; no other move is ever made.

Back to MACHINE_SCORED: it was cancelled, or scored anew and no longer picked. IN_REVIEW back to QUEUED: given back.
SUBMITTED back to IN_REVIEW: a further opinion is asked for. ACKNOWLEDGED is "read": an appeal may still follow.
"""

PRIORITIES: Mapping[str, float] = {
    "scoring.routed_fatal": 100,
    "scoring.routed_critical": 80,
    "scoring.routed_tag": 60,
    "scoring.routed_tag_unsure": 55,
    "scoring.routed_low_score": 50,
    "scoring.routed_by_model": 40,
    "scoring.routed_nothing_judged": 35,
    "scoring.routed_unjudged": 30,
    "scoring.routed_disputed": 30,
    "scoring.routed_low_coverage": 25,
    "scoring.doubt_disagreeing": 20,
    "scoring.doubt_unsure": 20,
    "scoring.doubt_unhappy_yet_high": 20,
    "scoring.doubt_happy_yet_low": 20,
    "scoring.doubt_mixed": 20,
    "scoring.doubt_unheard": 20,
    "scoring.doubt_unfamiliar": 15,
    "scoring.doubt_new_rule": 15,
    "scoring.doubt_new_model": 15,
    "scoring.routed_random": 10,
}
"""How urgent each reason of routing is: fatal, critical, complaint, low score, unsure, doubted, chance."""

STEP = 4.0
"""What the value of a doubted call adds at most: it orders calls of one step and lifts none to the next."""

ROUTED = ("scoring.routed_", "scoring.doubt_")
"""How the codes of routing's own reasons begin: scoring a call anew replaces them and no others."""


def priority_of(reasons: Iterable[Reason]) -> float:
    """The most urgent reason decides; what is not in the table counts as the least of it.

    Doubts carry what hearing the call is worth (`value`, percent).
    """
    told = list(reasons)
    least = min(PRIORITIES.values())
    worth = max((float(reason.facts.get("value", 0)) for reason in told if is_doubt(reason)), default=0.0)
    return max((PRIORITIES.get(reason.code, least) for reason in told), default=0.0) + STEP * min(worth / 100, 1.0)


def is_doubt(reason: Reason) -> bool:
    return reason.code.startswith("scoring.doubt_")


class Purpose(StrEnum):
    """Why somebody hears a call. DOUBLE is the second, independent opinion; CALIBRATION leaves the agent's averages."""

    REVIEW = "review"
    DOUBLE = "double"
    APPEAL = "appeal"
    CALIBRATION = "calibration"


class AssignmentState(StrEnum):
    """OPEN: nobody has begun (it may be shared out). STARTED: somebody holds its lease or left a draft."""

    OPEN = "open"
    STARTED = "started"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What a person says about one item: judged with points `lost` and `won`, or not applicable.

    A fatal item with points lost is fatal. UNJUDGED is an item not answered yet, which only drafts have.
    """

    item: str
    state: ItemState
    lost: float = 0.0
    won: float = 0.0
    comment: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole form. `comment` is for the agent, `note` for colleagues only."""

    items: tuple[ItemVerdict, ...]
    comment: str = ""
    note: str = ""


JUDGEMENT_JSON = TypeAdapter(Judgement)

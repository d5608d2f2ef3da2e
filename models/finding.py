"""What a rule answered about a call, with the evidence."""

from dataclasses import dataclass
from enum import StrEnum

from models.reason import Reason
from models.transcript import Role


class Answer(StrEnum):
    """Three values for what was asked (Kleene), and one for a question that did not arise."""

    HIT = "hit"
    CLEAN = "clean"
    CANNOT_JUDGE = "cannot_judge"
    NOT_APPLICABLE = "not_applicable"


class Effect(StrEnum):
    VIOLATION = "violation"
    PRAISE = "praise"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the call: seconds always; turn index, quote and character span in the turn's text if said.

    A finding about something missing points at the stretch where it should have been; its quote is empty. `meant` is
    the rule's phrase where the quote only sounds like it; `listened` says that listening again found it said there.
    """

    start: float
    end: float
    role: Role | None = None
    turn: int | None = None
    quote: str = ""
    span: tuple[int, int] | None = None
    confidence: float = 1.0
    meant: str = ""
    listened: bool = False


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's answer. `evidence` is not empty when it hit; `reason` is set when it could not judge.

    `queue`: where it hits, a person should hear the call.
    """

    pack: str
    pack_version: int
    rule: str
    name: str
    effect: Effect
    answer: Answer
    evidence: tuple[Evidence, ...] = ()
    reason: Reason | None = None
    queue: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the classifier thinks of one item of a scorecard: HIT is an error, CANNOT_JUDGE that it abstains.

    `probability` of an error, calibrated; `evidence` are the turns that drove it.
    """

    item: str
    probability: float
    answer: Answer
    evidence: tuple[Evidence, ...] = ()
    reason: Reason | None = None

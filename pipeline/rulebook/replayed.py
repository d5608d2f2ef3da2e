"""What a draft would change in calls that were heard already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.finding import Effect
from models.reason import Reason
from scoring.wilson import Share


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's word on whether a rule is right to hit in a call."""

    call: int
    rule: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A call in which a rule answers otherwise than before. `quotes` are of the answer that hit, at `start` seconds."""

    call: int
    file: str
    agent: str | None
    quotes: tuple[str, ...] = ()
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A rule against people's verdicts, on the calls that have one.

    `precision` is the share of its hits that people confirm, `recall` of what people found that it hits. What it could
    not judge is no hit.
    """

    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True)
class RuleReplay:
    """Calls in which a rule hit; None before where it did not exist, and after where it does no longer.

    `newly` and `no_longer` count the calls in which that changed; the first of them are listed beside.
    """

    rule: str
    name: str
    effect: Effect
    hits_before: int | None
    hits_after: int | None
    unjudged_before: int
    unjudged_after: int
    newly: int = 0
    no_longer: int = 0
    newly_in: tuple[Change, ...] = ()
    no_longer_in: tuple[Change, ...] = ()
    agreement_before: Agreement | None = None
    agreement_after: Agreement | None = None


@dataclass(frozen=True, slots=True)
class ScoreShift:
    """A call whose score changes. `fatal` are the items that newly zero it or its section."""

    call: int
    file: str
    agent: str | None
    total_before: float | None
    total_after: float | None
    grade_before: str | None
    grade_after: str | None
    fatal: tuple[str, ...] = ()

    @property
    def shift(self) -> float | None:
        if self.total_before is None or self.total_after is None:
            return None
        return self.total_after - self.total_before


@dataclass(frozen=True, slots=True)
class AgentShift:
    """Means over the agent's calls that have a total before and after."""

    agent: str | None
    calls: int
    mean_before: float
    mean_after: float

    @property
    def shift(self) -> float:
        return self.mean_after - self.mean_before


@dataclass(frozen=True, slots=True)
class ScoreReplay:
    """Over `calls` that were scored before and after; the means over those with a total both times.

    `grades` counts (before, after) where they differ; `spread` counts shifts by the lower bound of their bin; `low` is
    how many totals are below `low_score`. `fatal_newly` and `largest` list the first and the largest shifts.
    """

    calls: int
    mean_before: float | None
    mean_after: float | None
    raised: int
    lowered: int
    low_score: float
    low_before: int
    low_after: int
    grades_changed: int
    grades: Mapping[tuple[str | None, str | None], int]
    spread: Mapping[float, int]
    fatal_newly: int
    fatal_no_longer: int
    fatal_unconfirmed: int
    fatal_newly_in: tuple[ScoreShift, ...]
    largest: tuple[ScoreShift, ...]
    agents: tuple[AgentShift, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """`against` says how many calls were compared with which rules and card. `scores` is None without a scorecard.

    `unused_verdicts` speak of calls that were not replayed or of rules that the draft does not have.
    """

    pack: str
    pack_version: int
    card: str | None
    card_version: int | None
    calls: int
    compared: int
    against: Mapping[str, int]
    rules: tuple[RuleReplay, ...]
    scores: ScoreReplay | None
    cases: int
    failed_cases: int
    verdicts: int = 0
    unused_verdicts: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether nothing speaks against publishing. `figures` are what was counted, and the limits; plain JSON."""

    passed: bool
    reasons: tuple[Reason, ...] = ()
    figures: dict[str, object] = field(default_factory=dict)

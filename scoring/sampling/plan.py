"""A sampling plan (抽检计划) as a lead writes it: quotas, reasons, chance, coverage."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.call import AgentStage, Direction
from scoring.definition import parse_definition
from scoring.mistake import wrong

Period = Literal["day", "week", "month", "range"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Calls = Annotated[int, Field(ge=0, le=500)]
MOST_NAMES = 200


class Sign(StrEnum):
    """Why a call may be picked on purpose. The first five are what routing found; the rest is looked up here.

    TAGGED: a rule asked for a person, as when a customer threatens to complain.
    """

    FATAL = "fatal"
    CRITICAL = "critical"
    TAGGED = "tagged"
    UNSURE = "unsure"
    DISPUTED = "disputed"
    LOW_SCORE = "low_score"
    DISSATISFIED = "dissatisfied"
    EXCELLENT = "excellent"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quotas(Part):
    """Calls an agent and week. `watched` is for last week's bottom, `extra` for the first `extra_days` days."""

    intern: Calls = 5
    trainee: Calls = 5
    probation: Calls = 5
    regular: Calls = 2
    watched: Calls = 3
    extra: Calls = 2
    extra_days: Annotated[int, Field(ge=0, le=730)] = 90

    def of(self, stage: AgentStage) -> int:
        quota: int = getattr(self, stage.value)
        return quota


class Ranks(Part):
    """How many agents of each direction."""

    inbound: Annotated[int, Field(ge=0, le=1000)] = 0
    outbound: Annotated[int, Field(ge=0, le=1000)] = 0

    def of(self, direction: Direction) -> int:
        return self.inbound if direction is Direction.INBOUND else self.outbound


class Chance(Part):
    """The random stratum: of each agent's other calls this share, and at least `each`, whoever the agent is."""

    share: Share = 0.0
    each: Annotated[int, Field(ge=1, le=100)] = 1


class Coverage(Part):
    """At least `each` calls of every call type; of `only` these, or of all that were seen."""

    each: Calls = 2
    only: Annotated[tuple[str, ...], Field(max_length=MOST_NAMES)] = ()


class Target(Part):
    """`beyond` is the score below (LOW_SCORE) or from (EXCELLENT) which, or the satisfaction up to which it is so."""

    sign: Sign
    priority: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 50
    beyond: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None


DEFAULT_TARGETS = (
    Target(sign=Sign.FATAL, priority=100),
    Target(sign=Sign.CRITICAL, priority=90),
    Target(sign=Sign.TAGGED, priority=80),
    Target(sign=Sign.DISSATISFIED, priority=60, beyond=2),
    Target(sign=Sign.UNSURE, priority=50),
    Target(sign=Sign.LOW_SCORE, priority=40, beyond=70),
    Target(sign=Sign.EXCELLENT, priority=20, beyond=98),
)
DEFAULT_BEYOND = {Sign.LOW_SCORE: 70.0, Sign.EXCELLENT: 98.0, Sign.DISSATISFIED: 2.0}


class SamplingPlan(Part):
    """The defaults are the handbooks'.

    `capacity` is how many calls may be picked on purpose in a period beside those that routing has queued already.
    """

    period: Period = "week"
    direction: Direction | None = None
    teams: Annotated[tuple[str, ...], Field(max_length=MOST_NAMES)] = ()
    least_seconds: Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)] = 0
    quotas: Quotas = Quotas()
    exempt: Ranks = Ranks(inbound=1, outbound=5)
    watched: Ranks = Ranks(inbound=5, outbound=5)
    chance: Chance = Chance()
    coverage: Coverage = Coverage()
    capacity: Annotated[int, Field(ge=0, le=100_000)] | None = 30
    targets: Annotated[tuple[Target, ...], Field(max_length=len(Sign))] = DEFAULT_TARGETS
    double_share: Share = 0.1
    random_priority: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 10
    due_hours: Annotated[float, Field(gt=0, le=24 * 365, allow_inf_nan=False)] = 72
    pass_mark: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 60

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        signs = [target.sign for target in self.targets]
        again = next((sign for sign in signs if signs.count(sign) > 1), None)
        if again is not None:
            raise wrong("plan_target_twice", sign=again.value)
        return self

    def beyond(self, sign: Sign) -> float | None:
        """The threshold of a sign the plan asks for; None where it does not ask for it."""
        target = next((target for target in self.targets if target.sign is sign), None)
        if target is None:
            return None
        return DEFAULT_BEYOND.get(sign, 0.0) if target.beyond is None else target.beyond


def parse_plan(text: str, file: str = "plan.yaml") -> SamplingPlan:
    """A plan in YAML, of which JSON is a part.

    Raises:
        BadDefinition: every mistake with its line is in the details.
    """
    return parse_definition(text, file).fit(SamplingPlan)

"""The made-up centre in figures: its teams and call types, how often each item goes wrong, and how well it is heard.

Names of items and sections are those of the shipped scorecard; what another card has beside them gets the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.call import AgentStage, Direction


@dataclass(frozen=True, slots=True)
class Team:
    """`skill` is its agents' mean, in logits; `types` how its calls spread over call types."""

    name: str
    leader: str
    skill: float
    types: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CallType:
    """`harder` is by how many logits errors of a section are likelier in such calls."""

    name: str
    direction: Direction
    harder: Mapping[str, float] = field(default_factory=dict)


INBOUND, OUTBOUND = Direction.INBOUND, Direction.OUTBOUND

TYPES = (
    CallType("查询", INBOUND, {"accuracy": -0.1}),
    CallType("办理", INBOUND, {"handling": 0.15}),
    CallType("投诉", INBOUND, {"attitude": 0.7, "handling": 0.3}),
    CallType("回访", OUTBOUND, {"service-wording": 0.1}),
    CallType("营销", OUTBOUND, {"accuracy": 0.9}),
    CallType("催收", OUTBOUND, {"attitude": 0.6, "accuracy": 0.3}),
)

TEAMS = (
    Team("服务一组", "刘组长", 0.1, {"查询": 0.5, "办理": 0.3, "投诉": 0.2}),
    Team("服务二组", "马组长", -0.45, {"查询": 0.45, "办理": 0.3, "投诉": 0.25}),
    Team("服务三组", "郭组长", 0.5, {"查询": 0.55, "办理": 0.35, "投诉": 0.1}),
    Team("外呼组", "何组长", -0.15, {"营销": 0.5, "回访": 0.3, "催收": 0.2}),
)
IN_A_TEAM = 10

RATES: Mapping[str, float] = {
    "opening": 0.11,
    "polite-words": 0.1,
    "employee-number": 0.15,
    "closing-offer": 0.3,
    "satisfaction-invitation": 0.27,
    "farewell": 0.16,
    "respect": 0.028,
    "no-abuse": 0.0012,
    "patience": 0.06,
    "responsibility": 0.04,
    "care": 0.26,
    "listening": 0.13,
    "waiting": 0.2,
    "clear-answers": 0.15,
    "follow-through": 0.15,
    "transfer": 0.25,
    "understanding": 0.18,
    "promises": 0.02,
    "fair-selling": 0.01,
    "private-dealing": 0.005,
    "account-security": 0.0015,
    "no-threats": 0.0008,
    "correct-answer": 0.17,
}
"""How often an agent of skill 0 makes the error in an easy call."""

RATE = 0.05

APPLIES: Mapping[str, float] = {"care": 0.3, "follow-through": 0.4, "closing-offer": 0.9}
"""Share of calls an item applies to, where not all. Care applies to every complaint, transfers where there was one."""

NOT_OUTBOUND = frozenset({"closing-offer", "satisfaction-invitation"})
ONLY_TRANSFERRED = frozenset({"transfer"})
ALWAYS_IN_COMPLAINTS = frozenset({"care"})

PRAISE: Mapping[str, float] = {
    "shows-empathy": 0.15,
    "takes-ownership": 0.1,
    "confirms-understanding": 0.15,
    "thanks-for-waiting": 0.2,
    "protects-customer": 0.06,
}
"""How often the rule for praise holds."""

HITS: Mapping[str, tuple[float, float]] = {
    "opening": (0.97, 0.004),
    "employee-number": (0.95, 0.006),
    "closing-offer": (0.93, 0.012),
    "satisfaction-invitation": (0.95, 0.008),
    "listening": (0.78, 0.02),
    "clear-answers": (0.7, 0.02),
    "care": (0.8, 0.03),
    "respect": (0.82, 0.004),
    "responsibility": (0.84, 0.005),
    "promises": (0.88, 0.003),
    "fair-selling": (0.8, 0.003),
    "private-dealing": (0.92, 0.001),
    "account-security": (0.97, 0.0004),
    "no-threats": (0.95, 0.0003),
    "no-abuse": (0.93, 0.0003),
}
"""Of the machine's rules, item by item: how many of the true errors they hit, and how many right calls."""

HIT = (0.87, 0.008)

OPINIONS: Mapping[str, tuple[float, float, float, float]] = {
    "respect": (5, 2, 0.5, 18),
    "patience": (4, 2, 0.5, 14),
    "responsibility": (6, 2, 0.5, 20),
    "care": (4, 2, 0.8, 9),
    "clear-answers": (2, 2, 0.9, 8),
    "promises": (7, 2, 0.4, 24),
    "fair-selling": (4, 3, 0.5, 20),
    "account-security": (8, 2, 0.4, 30),
}
"""The classifier's probability of an error: Beta's a and b where there is one, and where there is none."""

ABSTAINS = (0.3, 0.7)
"""Between these it does not say."""

MISSED = 0.08
"""Of the true errors an inspector of severity 0 misses these; false errors are as many, so that they balance."""

STAGES: Mapping[AgentStage, float] = {
    AgentStage.REGULAR: 0.1,
    AgentStage.PROBATION: -0.25,
    AgentStage.TRAINEE: -0.45,
    AgentStage.INTERN: -0.6,
}
"""Mean skill by stage, in logits."""

BETWEEN_AGENTS, BETWEEN_HEADS = 0.45, 0.25
"""Standard deviations of skill: of agents of a team, and of one agent's sections, in logits."""

DRIFT, NEW_LEARN = 0.15, 0.6
"""How much skill changes over the whole time: its standard deviation, and what new agents learn, in logits."""

WEEKLY, EVENING = 0.06, 0.15
"""The centre's good and bad weeks (standard deviation), and what the evening costs from 18 o'clock on, in logits."""

HOURS = (0.4, 0.9, 1.4, 1.3, 0.8, 0.7, 1.1, 1.3, 1.2, 1.0, 0.7, 0.5, 0.4)
"""How busy the hours from 8 o'clock on are."""

OPENING = 8
DAYS = (1.06, 1.02, 1.0, 1.0, 0.96, 0.46, 0.34)
"""How busy the days from Monday on are."""

AT_WORK, AT_WEEKENDS = 0.85, 0.45
"""Share of agents who work on a day."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A training of a team in some items, `effect` logits for who takes it in (`share` of them)."""

    key: str
    team: str
    title: str
    items: tuple[str, ...]
    effect: float
    share: float


LESSONS = (
    Lesson("wording", "服务二组", "延伸服务与满意度邀评专项", ("closing-offer", "satisfaction-invitation"), -1.0, 0.8),
    Lesson("patience", "服务一组", "倾听与安抚专项", ("listening", "care", "waiting"), 0.0, 1.0),
)
"""The second does nothing, so that measuring effects can be seen to find nothing."""

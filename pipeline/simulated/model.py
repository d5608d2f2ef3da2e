"""What is true of every call of the made-up centre. docs/simulation.md writes the same down in formulas.

An item goes wrong with the probability

    logit p = logit(rate of the item) + how hard the call type is - skill of the agent in the item's section
              - drift of the agent x time + the week + the evening + what the agent has been taught

and all items of a call independently. Nothing here knows of databases, people's verdicts or the machine.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from models.call import Direction
from models.clock import CHINA_TIME
from pipeline.simulated import parameters as stated
from pipeline.simulated.items import Items
from pipeline.simulated.parameters import LESSONS, TEAMS, TYPES, Lesson
from pipeline.simulated.people import Agent, Known, Random, roster

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Wholes = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
ONCE_MORE = 0.15
"""How often an error that counts each time is made twice."""


@dataclass(frozen=True, slots=True)
class Design:
    """So many whole weeks before the one that `now` is in, and that one as far as it has come."""

    weeks: int
    calls_a_day: int
    seed: str
    now: datetime

    @property
    def monday(self) -> date:
        """Of the week that is running."""
        today = self.now.astimezone(CHINA_TIME).date()
        return today - today.weekday() * DAY

    @property
    def first(self) -> date:
        return self.monday - self.weeks * WEEK

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), CHINA_TIME)

    def week(self, number: int) -> datetime:
        """The midnight week `number` begins with."""
        return self.start + number * WEEK

    def random(self, about: str) -> Random:
        """Chance for one part of the model, the same for the same seed whatever the other parts draw."""
        digest = hashlib.sha256(f"{self.seed}\0{about}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16]))


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson that was held, and who of its team took it in."""

    lesson: Lesson
    held_at: datetime
    trained: tuple[str, ...]
    learnt: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Centre:
    design: Design
    items: Items
    agents: tuple[Agent, ...]
    weekly: tuple[float, ...]
    taught: tuple[Taught, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Of each call, in the order of their start; matrices are calls x items.

    `agent` and `kind` are places in the centre's agents and `TYPES`. `chance` is the probability of an error and
    `untaught` what it would be without any lesson. `fault` is which of the item's faults it was, `times` how often.
    `merit` is calls x merits.
    """

    agent: Wholes
    kind: Wholes
    started: tuple[datetime, ...]
    transferred: Flags
    applies: Flags
    chance: Floats
    untaught: Floats
    error: Flags
    fault: Wholes
    times: Wholes
    merit: Flags

    def __len__(self) -> int:
        return len(self.started)


def logit(p: Floats | float) -> Floats:
    odds: Floats = np.log(np.asarray(p) / (1 - np.asarray(p)))
    return odds


def sigmoid(x: Floats) -> Floats:
    share: Floats = 1 / (1 + np.exp(-x))
    return share


def make_centre(design: Design, items: Items, known: tuple[Known, ...]) -> Centre:
    agents = roster(design.random("roster"), known, len(items.sections), design.first)
    weekly = design.random("weeks").normal(0, stated.WEEKLY, design.weeks + 1)
    chance = design.random("lessons")
    held = design.week(max(design.weeks // 2 - 1, 0)) + 2 * DAY + timedelta(hours=14)
    taught: list[Taught] = []
    for number, lesson in enumerate(LESSONS):
        trained = [agent.agent_id for agent in agents if agent.team == lesson.team]
        learnt = [one for one in trained if chance.random() < lesson.share]
        taught.append(Taught(lesson, held + number * DAY, tuple(trained), tuple(learnt)))
    return Centre(design, items, agents, tuple(weekly.tolist()), tuple(taught))


def make_truth(centre: Centre) -> Truth:
    agent, started = _calls(centre)
    random = centre.design.random("calls")
    kind = _kinds(random, centre, agent)
    complaint = np.array([one.name == "投诉" for one in TYPES])[kind]
    transferred = random.random(len(agent)) < sigmoid(
        -3.0 + 0.7 * complaint - 0.5 * _skills(centre)[agent].mean(axis=1)
    )
    applies = _applies(random, centre.items, kind, complaint, transferred)
    untaught = _untaught(centre, agent, kind, started)
    chance = sigmoid(logit(untaught) + _lessons(centre, agent, started))
    error = (random.random(chance.shape) < chance) & applies
    fault, times = faults(random, centre.items, len(agent))
    merit = random.random((len(agent), len(centre.items.merits))) < [one.chance for one in centre.items.merits]
    return Truth(agent, kind, started, transferred, applies, chance, untaught, error, fault, times, merit)


def faults(random: Random, items: Items, calls: int) -> tuple[Wholes, Wholes]:
    """Which fault it is where there is one, and how often; drawn for all, used where there is an error."""
    fault = np.zeros((calls, len(items.specs)), np.int64)
    times = np.ones_like(fault)
    for place, spec in enumerate(items.specs):
        if not spec.faults:
            continue
        bounds = np.cumsum([one.chance for one in spec.faults])
        fault[:, place] = np.searchsorted(bounds[:-1], random.random(calls))
        counts_each = np.array([one.each for one in spec.faults])[fault[:, place]]
        times[:, place] += counts_each & (random.random(calls) < ONCE_MORE)
    return fault, times


def _calls(centre: Centre) -> tuple[Wholes, tuple[datetime, ...]]:
    """Who took a call when, in the order of time."""
    design = centre.design
    random = design.random("days")
    hours = np.array(stated.HOURS) / sum(stated.HOURS)
    found: list[tuple[datetime, int]] = []
    day = design.first
    while (midnight := datetime.combine(day, time(), CHINA_TIME)) < design.now:
        busy = np.array([agent.busy for agent in centre.agents])
        at_work = stated.AT_WEEKENDS if day.weekday() >= 5 else stated.AT_WORK
        busy = busy * (random.random(len(busy)) < at_work) + 1e-9
        count = int(random.poisson(design.calls_a_day * stated.DAYS[day.weekday()]))
        taken = random.choice(len(busy), count, p=busy / busy.sum())
        hour = random.choice(len(hours), count, p=hours) + random.random(count)
        found += [
            (midnight + timedelta(seconds=int((stated.OPENING + at) * 3600)), int(one))
            for at, one in zip(hour, taken, strict=True)
        ]
        day += DAY
    found = sorted(one for one in found if one[0] < design.now - timedelta(minutes=10))
    return np.array([one for _, one in found], np.int64), tuple(at for at, _ in found)


def _kinds(random: Random, centre: Centre, agent: Wholes) -> Wholes:
    shares = {team.name: np.cumsum([team.types.get(kind.name, 0.0) for kind in TYPES]) for team in TEAMS}
    bounds = np.array([shares[one.team] for one in centre.agents])[agent]
    kinds: Wholes = (random.random((len(agent), 1)) * bounds[:, -1:] >= bounds).sum(axis=1)
    return kinds


def _skills(centre: Centre) -> Floats:
    """Agents x sections."""
    return np.array([agent.skills for agent in centre.agents])


def _untaught(centre: Centre, agent: Wholes, kind: Wholes, started: tuple[datetime, ...]) -> Floats:
    """The probability of an error without any lesson: calls x items."""
    items, design = centre.items, centre.design
    heads = np.array([spec.head for spec in items.specs])
    base = logit(np.clip([spec.rate for spec in items.specs], 1e-9, None))
    harder = np.array([[kind.harder.get(section, 0.0) for section in items.sections] for kind in TYPES])
    passed = np.array([(at - design.start) / WEEK for at in started])
    drift = np.array([one.drift for one in centre.agents])[agent] * passed / (design.weeks + 1)
    week = np.array(centre.weekly)[passed.astype(np.int64)]
    evening = stated.EVENING * np.array([at.hour >= 18 for at in started])
    own = harder[kind] - _skills(centre)[agent]
    return sigmoid(base + own[:, heads] + (week + evening - drift)[:, None])


def _lessons(centre: Centre, agent: Wholes, started: tuple[datetime, ...]) -> Floats:
    """What lessons change, in logits: calls x items."""
    change = np.zeros((len(agent), len(centre.items.specs)))
    for one in centre.taught:
        learnt = np.array([each.agent_id in one.learnt for each in centre.agents])[agent]
        after = np.array([at >= one.held_at for at in started])
        places = [place for place, item in enumerate(centre.items.ids) if item in one.lesson.items]
        change[np.ix_(learnt & after, places)] += one.lesson.effect
    return change


def _applies(random: Random, items: Items, kind: Wholes, complaint: Flags, transferred: Flags) -> Flags:
    outbound = np.array([one.direction is Direction.OUTBOUND for one in TYPES])[kind]
    applies = np.ones((len(kind), len(items.specs)), np.bool_)
    for place, item in enumerate(items.ids):
        own = random.random(len(kind)) < stated.APPLIES.get(item, 1.0)
        if item in stated.ALWAYS_IN_COMPLAINTS:
            own |= complaint
        if item in stated.NOT_OUTBOUND:
            own &= ~outbound
        if item in stated.ONLY_TRANSFERRED:
            own &= transferred
        applies[:, place] = own
    return applies

"""A made-up call centre whose every call's true score is known, drawn from and estimated week after week.

The draw and the estimates are the product's own. The machine sees the true score through noise and finds most, not
all, fatal errors; routing queues what looks bad and draws its share by chance, as scoring/routing.py does.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from models.call import AgentStage
from scoring.sampling.draw import Draw, draw
from scoring.sampling.drawn import picks_of, remember
from scoring.sampling.estimate import Estimate, estimate
from scoring.sampling.frame import BIT, Agent, Floats, Frame, Rank, Wholes
from scoring.sampling.picks import REST, responses
from scoring.sampling.plan import SamplingPlan, Sign

MEASURES = ("mean", "fatal", "pass")
IS_SHARE = (False, True, True)
NAIVE = "naive"


@dataclass(frozen=True)
class Centre:
    """`values` are the true score, whether the call is fatal, whether it passes: measures × calls."""

    frame: Frame
    values: Floats
    team: Wholes
    heard_share: float = 1.0

    @cached_property
    def groups(self) -> dict[str, Wholes]:
        """Of each kind of domain which one each call is in."""
        whole = np.zeros(len(self.frame), np.int64)
        return {"centre": whole, "team": self.team, "agent": self.frame.agent, "type": self.frame.type}

    @cached_property
    def truths(self) -> dict[str, list[Floats]]:
        return {
            name: [self.values[:, group == d].mean(axis=1) for d in range(int(group.max()) + 1)]
            for name, group in self.groups.items()
        }


@dataclass
class Tally:
    """Of one kind of domain and measure: how far off, how often the interval held the truth."""

    errors: list[float] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    lacking: int = 0

    def add(self, made: Estimate, truth: float) -> None:
        if made.interval is None:
            self.lacking += 1
            return
        self.errors.append(made.interval.value - truth)
        self.held.append(made.interval.low - 1e-9 <= truth <= made.interval.high + 1e-9)
        self.widths.append(made.interval.high - made.interval.low)

    @property
    def bias(self) -> float:
        return float(np.mean(self.errors))

    @property
    def bias_error(self) -> float:
        """Its Monte-Carlo standard error."""
        return float(np.std(self.errors) / np.sqrt(len(self.errors)))

    @property
    def coverage(self) -> float:
        return float(np.mean(self.held))

    @property
    def width(self) -> float:
        return float(np.mean(self.widths))


def make_centre(
    seed: int, *, agents: int = 24, calls: int = 50, teams: int = 4, chance: float = 0.05, heard_share: float = 1.0
) -> Centre:
    rng = np.random.default_rng(seed)
    agent = np.repeat(np.arange(agents), rng.poisson(calls, agents) + 5)
    size = len(agent)
    kind = rng.choice(5, size, p=[0.5, 0.25, 0.15, 0.08, 0.02])
    skill = rng.normal(86, 4, agents)
    manner = np.clip(skill[agent] - 3.0 * kind + rng.normal(0, 8, size), 0, 100)
    fatal = rng.random(size) < 0.02
    true = np.where(fatal, 0.0, manner)
    seen = np.clip(np.where(fatal & (rng.random(size) < 0.7), 0.0, manner + rng.normal(0, 6, size)), 0, 100)
    queued = (seen < 70) | (rng.random(size) < 0.02)
    signs = np.where(seen == 0, BIT[Sign.FATAL], np.where(seen < 70, BIT[Sign.LOW_SCORE], 0)).astype(np.uint8)
    stages = [AgentStage.PROBATION, *[AgentStage.REGULAR] * 5]
    ranks = {1: Rank.TOP, 2: Rank.BOTTOM, 3: Rank.BOTTOM}
    team = np.arange(agents) % teams
    frame = Frame(
        call=np.arange(1, size + 1),
        agent=agent,
        type=kind,
        seconds=rng.gamma(2, 90, size),
        total=seen,
        satisfaction=np.full(size, np.nan),
        signs=signs,
        queued=queued,
        chance=np.full(size, chance),
        drawn=np.zeros(size, np.bool_),
        agents=tuple(
            Agent(str(a), team=str(team[a]), stage=stages[a % 6], is_new=a % 8 == 0, rank=ranks.get(a))
            for a in range(agents)
        ),
        types=tuple("abcde"),
    )
    return Centre(frame, np.array([true, fatal, true >= 60], np.float64), team[agent], heard_share)


def tallies(centre: Centre, plan: SamplingPlan, weeks: int, seed: int = 0) -> dict[tuple[str, str], Tally]:
    """By domain (`centre`, `team`, `agent`, `type`, and `naive` for the plain mean of what was heard) and measure."""
    rng = np.random.default_rng(seed)
    told: dict[tuple[str, str], Tally] = {}
    for week in range(weeks):
        frame = _with_chance(centre.frame, rng)
        _add_week(told, centre, plan, frame, draw(frame, plan, f"{seed}/{week}"), rng)
    return told


def merge(into: dict[tuple[str, str], Tally], other: dict[tuple[str, str], Tally]) -> None:
    for key, tally in other.items():
        own = into.setdefault(key, Tally())
        own.errors += tally.errors
        own.held += tally.held
        own.widths += tally.widths
        own.lacking += tally.lacking


def _with_chance(frame: Frame, rng: np.random.Generator) -> Frame:
    """The week's calls as routing has drawn among them."""
    columns = {name: getattr(frame, name) for name in frame.__dataclass_fields__}
    return Frame(**{**columns, "drawn": rng.random(len(frame)) < frame.chance})


def _add_week(  # noqa: PLR0917
    told: dict[tuple[str, str], Tally],
    centre: Centre,
    plan: SamplingPlan,
    frame: Frame,
    made: Draw,
    rng: np.random.Generator,
) -> None:
    picked = np.flatnonzero(made.picked)
    values = centre.values[:, picked].copy()
    values[:, rng.random(len(picked)) >= centre.heard_share] = np.nan
    picks = picks_of([remember(frame, made, plan)], [values])
    share = responses(picks)
    heard = values[:, ~np.isnan(values[0])]
    for m, measure in enumerate(MEASURES):
        told.setdefault((NAIVE, measure), Tally()).errors.append(heard[m].mean() - centre.truths["centre"][0][m])
    for name, group in centre.groups.items():
        own = group[picked]
        rest = np.bincount(group[~made.certain], minlength=len(centre.truths[name]))
        for d, truth in enumerate(centre.truths[name]):
            estimates = estimate(picks, share, own == d, int(rest[d]), IS_SHARE)
            for m, one in enumerate(estimates):
                told.setdefault((name, MEASURES[m]), Tally()).add(one, float(truth[m]))
    assert (picks.part != REST).sum() == made.certain.sum()

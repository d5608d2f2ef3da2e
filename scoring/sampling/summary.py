"""What a draw comes to, for the preview and for the record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.reason import Reason
from scoring.sampling.draw import Draw
from scoring.sampling.frame import Frame, Marks, Wholes
from scoring.sampling.plan import SamplingPlan, Sign
from scoring.sampling.targets import has_sign


@dataclass(frozen=True, slots=True)
class Line:
    """Of one stage, type or reason: its agents, calls, and how many are picked, of these by chance."""

    name: str
    agents: int
    calls: int
    picked: int
    by_chance: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who was best and worst in the period before, by agent id, and by what: `estimates`, `machine` or `nothing`.

    `names` has those that are known.
    """

    source: str
    top: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """`seconds` is the sound to be heard, second opinions counted twice; `fresh` those that are not queued yet.

    `expected` is the sum of all inclusion probabilities.
    """

    calls: int
    picked: int
    seconds: float
    expected: float
    queued: int
    targeted: int
    by_agent: int
    by_type: int
    by_chance: int
    double: int
    left_out: int
    fresh: int
    inspectors: int
    stages: tuple[Line, ...]
    types: tuple[Line, ...]
    signs: tuple[Line, ...]
    ranking: Ranking
    warnings: tuple[Reason, ...]


def summarise(
    frame: Frame,
    draw: Draw,
    plan: SamplingPlan,
    *,
    inspectors: int,
    ranking: Ranking,
    warnings: Sequence[Reason],
) -> Summary:
    chance = draw.by_agent | draw.by_type | draw.by_chance
    stages = [agent.stage.value for agent in frame.agents]
    return Summary(
        calls=len(frame),
        picked=int(draw.picked.sum()),
        seconds=float(frame.seconds[draw.picked].sum() + frame.seconds[draw.double].sum()),
        expected=float(draw.probability.sum()),
        queued=int(frame.queued.sum()),
        targeted=int(draw.targeted.sum()),
        by_agent=int(draw.by_agent.sum()),
        by_type=int(draw.by_type.sum()),
        by_chance=int(draw.by_chance.sum()),
        double=int(draw.double.sum()),
        left_out=draw.left_out,
        fresh=int((draw.picked & ~frame.queued & ~frame.drawn).sum()),
        inspectors=inspectors,
        stages=_lines(frame, draw, chance, ("intern", "trainee", "probation", "regular"), lambda a: stages[a]),
        types=_type_lines(frame, draw, chance),
        signs=tuple(_sign_lines(frame, draw, plan)),
        ranking=ranking,
        warnings=tuple(warnings),
    )


def _lines(frame: Frame, draw: Draw, chance: Marks, names: Sequence[str], of: Callable[[int], str]) -> tuple[Line, ...]:
    place = np.array([names.index(of(a)) for a in range(len(frame.agents))], np.int64)
    agents = np.bincount(place, minlength=len(names))
    calls, picked, drawn = _counts(place[frame.agent] if len(frame) else frame.agent, draw, chance, len(names))
    return tuple(
        Line(name, int(agents[n]), int(calls[n]), int(picked[n]), int(drawn[n]))
        for n, name in enumerate(names)
        if calls[n]
    )


def _type_lines(frame: Frame, draw: Draw, chance: Marks) -> tuple[Line, ...]:
    calls, picked, drawn = _counts(frame.type, draw, chance, len(frame.types))
    agents = [len(np.unique(frame.agent[frame.type == kind])) for kind in range(len(frame.types))]
    lines = [Line(name, agents[n], int(calls[n]), int(picked[n]), int(drawn[n])) for n, name in enumerate(frame.types)]
    return tuple(sorted(lines, key=lambda line: -line.calls))


def _sign_lines(frame: Frame, draw: Draw, plan: SamplingPlan) -> list[Line]:
    """Of each reason how many calls have it and how many of them are picked. A call may have several."""
    found: list[Line] = []
    for sign in Sign:
        has = has_sign(frame, sign, plan)
        calls, picked = int(has.sum()), int((has & draw.certain).sum())
        if calls:
            found.append(Line(sign.value, len(np.unique(frame.agent[has])), calls, picked, 0))
    return found


def _counts(group: Wholes, draw: Draw, chance: Marks, size: int) -> tuple[Wholes, Wholes, Wholes]:
    return (
        np.bincount(group, minlength=size),
        np.bincount(group[draw.picked], minlength=size),
        np.bincount(group[chance], minlength=size),
    )

"""What is picked on purpose: worst first, up to the capacity, the same whatever chance does."""

import numpy as np

from scoring.sampling.frame import BIT, Floats, Frame, Marks, Rank, Wholes
from scoring.sampling.plan import SamplingPlan, Sign, Target

NOTHING = -1.0


def has_sign(frame: Frame, sign: Sign, plan: SamplingPlan) -> Marks:
    """The calls with a sign, by the plan's own threshold where it has one."""
    beyond = plan.beyond(sign)
    routed: Marks = (frame.signs & BIT[sign]) > 0
    if beyond is None:
        return routed
    with np.errstate(invalid="ignore"):  # a call without a total is neither low nor excellent
        if sign is Sign.LOW_SCORE:
            return routed | (frame.total < beyond)
        if sign is Sign.EXCELLENT:
            return np.asarray((frame.total >= beyond) & ((frame.signs & ~BIT[Sign.UNSURE]) == 0), np.bool_)
        if sign is Sign.DISSATISFIED:
            return np.asarray(frame.satisfaction <= beyond, np.bool_)
    return routed


def priorities(frame: Frame, plan: SamplingPlan) -> Floats:
    """Of each call its most pressing target's; below 0 where it is none."""
    best = np.full(len(frame), NOTHING)
    for target in plan.targets:
        np.maximum(best, _priority(frame, target, plan), out=best)
    return best


def pick_targets(frame: Frame, plan: SamplingPlan) -> tuple[Marks, int]:
    """The calls the plan adds to those already queued, and how many more there would have been.

    Ties go to the lower total, then to the earlier call: nothing here may depend on the draw's seed. Exempt agents'
    calls are not picked on purpose; what routing has queued of them is heard all the same.
    """
    exempt = np.array([agent.rank is Rank.TOP for agent in frame.agents], np.bool_)
    priority = priorities(frame, plan)
    candidates = np.flatnonzero((priority >= 0) & ~frame.queued & ~exempt[frame.agent])
    total = np.nan_to_num(frame.total[candidates], nan=0.0)
    ordered = candidates[np.lexsort((frame.call[candidates], total, -priority[candidates]))]
    room = len(ordered) if plan.capacity is None else plan.capacity
    picked = np.zeros(len(frame), np.bool_)
    picked[ordered[:room]] = True
    return picked, max(len(ordered) - room, 0)


def leading_sign(frame: Frame, plan: SamplingPlan) -> Wholes:
    """Of each call the position among `Sign` of its most pressing reason; −1 where it has none.

    Reasons the plan does not ask for come after those it does, in `Sign`'s order.
    """
    signs = list(Sign)
    ranked = sorted(plan.targets, key=lambda target: -target.priority)
    order = [target.sign for target in ranked] + [sign for sign in signs if sign not in {t.sign for t in ranked}]
    leading = np.full(len(frame), -1, np.int64)
    for sign in reversed(order):
        leading[has_sign(frame, sign, plan)] = signs.index(sign)
    return leading


def _priority(frame: Frame, target: Target, plan: SamplingPlan) -> Floats:
    return np.where(has_sign(frame, target.sign, plan), target.priority, NOTHING)

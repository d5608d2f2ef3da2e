"""What machine and people make of the truth: both miss errors and find some that are not there."""

from dataclasses import dataclass, replace

import numpy as np

from models.finding import Answer, Opinion
from models.reason import Reason
from models.review import ItemVerdict, Judgement
from models.score import ItemState
from pipeline.simulated.items import Items, ItemSpec
from pipeline.simulated.model import Flags, Floats, Truth, Wholes, faults
from pipeline.simulated.parameters import ABSTAINS, HIT, HITS, MISSED, OPINIONS
from pipeline.simulated.people import Inspector, Random


@dataclass(frozen=True, slots=True)
class Heard:
    """As `Truth` has them: what the machine's rules found, and the classifier's probabilities (calls x opinions)."""

    error: Flags
    fault: Wholes
    times: Wholes
    merit: Flags
    opinions: Floats


@dataclass(frozen=True, slots=True)
class Found:
    """One call as somebody has it: an entry for each item, and for each merit."""

    applies: Flags
    error: Flags
    fault: Wholes
    times: Wholes
    merit: Flags


def opinion_items(items: Items) -> tuple[str, ...]:
    """The items of this card the classifier has an opinion of."""
    return tuple(item for item in OPINIONS if item in items.places)


def machine_hears(random: Random, items: Items, truth: Truth) -> Heard:
    """A hit of a true error is by the very rule; a false one by any of the item's."""
    rates = np.array([HITS.get(spec.id, HIT) for spec in items.specs])
    asked = np.array([not spec.by_people_only and bool(spec.faults) for spec in items.specs])
    chance = np.where(truth.error, rates[:, 0], rates[:, 1])
    error = (random.random(truth.error.shape) < chance) & truth.applies & asked
    other, again = faults(random, items, len(truth))
    merit = truth.merit ^ (random.random(truth.merit.shape) < np.where(truth.merit, 0.1, 0.02))
    return Heard(
        error=error,
        fault=np.where(truth.error, truth.fault, other),
        times=np.where(truth.error, truth.times, again),
        merit=merit,
        opinions=_opinions(random, items, truth),
    )


def _opinions(random: Random, items: Items, truth: Truth) -> Floats:
    asked = opinion_items(items)
    found = np.zeros((len(truth), len(asked)))
    for column, item in enumerate(asked):
        right, left, other_right, other_left = OPINIONS[item]
        there = random.beta(right, left, len(truth))
        absent = random.beta(other_right, other_left, len(truth))
        found[:, column] = np.where(truth.error[:, items.places[item]], there, absent)
    return found.round(4)


def opinion(item: str, probability: float) -> Opinion:
    low, high = ABSTAINS
    if low < probability < high:
        unsure = Reason("scoring.model_unsure", {"percent": round(100 * probability)})
        return Opinion(item, probability, Answer.CANNOT_JUDGE, reason=unsure)
    return Opinion(item, probability, Answer.HIT if probability >= high else Answer.CLEAN)


def usual_rates(truth: Truth) -> Floats:
    """How often each item goes wrong where it applies, on average."""
    applied = np.maximum(truth.applies.sum(axis=0), 1)
    rates: Floats = ((truth.chance * truth.applies).sum(axis=0) / applied).clip(0.0, 0.9)
    return rates


def truth_of(truth: Truth, call: int) -> Found:
    return Found(truth.applies[call], truth.error[call], truth.fault[call], truth.times[call], truth.merit[call])


def inspector_hears(random: Random, items: Items, rates: Floats, true: Found, inspector: Inspector) -> Found:
    """Of the true errors 8 % are missed at severity 0, and of an item as many false ones are found on average.

    A severity s divides what is missed by e^s and multiplies what is false by it. `rates` is how often each item goes
    wrong where it applies.
    """
    factor = float(np.exp(inspector.severity))
    false = np.minimum(MISSED * rates / (1 - rates) * factor, 0.5)
    chance = np.where(true.error, 1 - min(MISSED / factor, 0.5), false)
    error = (random.random(len(rates)) < chance) & true.applies & (rates > 0)
    other, again = faults(random, items, 1)
    return replace(
        true,
        error=error,
        fault=np.where(true.error, true.fault, other[0]),
        times=np.where(true.error, true.times, again[0]),
    )


def lost(spec: ItemSpec, fault: int, times: int) -> float:
    """Points one item loses, as a person may write them down."""
    one = spec.faults[fault]
    return min(one.points * (times if one.each else 1), spec.most)


def judgement(items: Items, found: Found, comments: tuple[str, ...] | None = None) -> Judgement:
    """The form filled in; `comments` by item, for those that lost points."""
    won = np.zeros(len(items.specs))
    for merit, is_there in zip(items.merits, found.merit.tolist(), strict=True):
        won[merit.item] += merit.points if is_there else 0.0
    verdicts: list[ItemVerdict] = []
    columns = (found.applies.tolist(), found.error.tolist(), found.fault.tolist(), found.times.tolist(), won.tolist())
    for place, (spec, applies, error, fault, times, more) in enumerate(zip(items.specs, *columns, strict=True)):
        if not applies:
            verdicts.append(ItemVerdict(spec.id, ItemState.NOT_APPLICABLE))
            continue
        costs = lost(spec, fault, times) if error else 0.0
        comment = comments[place] if error and comments else ""
        verdicts.append(ItemVerdict(spec.id, ItemState.JUDGED, costs, min(more, spec.wins), comment))
    return Judgement(tuple(verdicts))

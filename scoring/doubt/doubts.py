"""All reasons to doubt a call, and what hearing it is worth."""

from collections.abc import Callable, Iterable, Iterator
from math import sqrt

from models.reason import Reason
from scoring.doubt.case import Doubt, Doubted, greatest
from scoring.doubt.disagreeing import disagreeing
from scoring.doubt.learnt import learnt, votes
from scoring.doubt.mixed import mixed
from scoring.doubt.new_model import new_model
from scoring.doubt.new_rule import new_rule
from scoring.doubt.satisfaction import satisfaction_against_score
from scoring.doubt.stake import stake
from scoring.doubt.unfamiliar import unfamiliar
from scoring.doubt.unheard import unheard
from scoring.doubt.unsure import unsure

DOUBTS: tuple[Callable[[Doubted], Iterator[Doubt]], ...] = (
    disagreeing,
    unsure,
    satisfaction_against_score,
    mixed,
    unheard,
    unfamiliar,
    new_rule,
    new_model,
)
"""In the order in which they are said. Each yields a doubt per item, or one of the whole call."""


def doubts(case: Doubted) -> tuple[Reason, ...]:
    """Why the machine's score of this call is doubted: of each kind the doubt that matters most.

    Each reason carries the whole call's value in percent.
    """
    found = [tuple(function(case)) for function in DOUBTS]
    raised = [doubt for some in found if (doubt := greatest(some)) is not None]
    if not raised:
        return ()
    worth = _value(case, (doubt for some in found for doubt in some))
    return tuple(doubt.reason(worth) for doubt in raised)


def value(case: Doubted) -> float:
    """What a person's word on the call is worth, 0–1: what is at stake times what is learnt.

    Something is learnt also where nothing is doubted, since no opinion is certain. That alone queues no call.
    """
    return _value(case, (doubt for function in DOUBTS for doubt in function(case)))


def _value(case: Doubted, doubts: Iterable[Doubt]) -> float:
    """Several reasons to doubt one item are one question; several items add up as lengths do, to below 1.

    benchmarks/learning.py tried sums, greatest and lengths: verdicts ordered by these taught most.
    """
    best = {
        item.id: stake(item, case.card) * learnt(votes(item, score.moves, opinion))
        for item, score, opinion in case.items()
        if opinion is not None and not score.fatal
    }
    for doubt in doubts:
        best[doubt.item] = max(best.get(doubt.item, 0.0), doubt.value)
    length = sqrt(sum(one * one for one in best.values()))
    return length / (1 + length)

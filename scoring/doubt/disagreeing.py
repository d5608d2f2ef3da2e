"""Rules and classifier disagree about an item the classifier may not decide.

Where it may, the item is `disputed`, and routing says so itself.
"""

from collections.abc import Iterator

from models.reason import Fact
from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.learnt import learnt, votes
from scoring.doubt.stake import stake
from scoring.prescore import disagree


def disagreeing(case: Doubted) -> Iterator[Doubt]:
    for item, score, opinion in case.items():
        if opinion is not None and item.deducts and not score.disputed and disagree(score.moves, opinion):
            facts: dict[str, Fact] = {"item": item.name, "percent": round(100 * opinion.probability)}
            taught = learnt(votes(item, score.moves, opinion))
            yield Doubt("disagreeing", stake(item, case.card), taught, facts, item.id)

"""The classifier abstains."""

from collections.abc import Iterator

from models.finding import Answer
from models.reason import Fact
from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.learnt import learnt, votes
from scoring.doubt.stake import stake


def unsure(case: Doubted) -> Iterator[Doubt]:
    """What people judge anyway is doubted too, since their word teaches the model."""
    for item, score, opinion in case.items():
        if opinion is not None and opinion.answer is Answer.CANNOT_JUDGE and not score.fatal:
            facts: dict[str, Fact] = {"item": item.name, "percent": round(100 * opinion.probability)}
            taught = learnt(votes(item, score.moves, opinion))
            yield Doubt("unsure", stake(item, case.card), taught, facts, item.id)

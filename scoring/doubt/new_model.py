"""A classifier that decided something has not been in use for long."""

from collections.abc import Iterator

from models.finding import Answer
from models.reason import Fact
from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.new_rule import NEW, newness
from scoring.doubt.stake import stake


def new_model(case: Doubted) -> Iterator[Doubt]:
    days = case.facts.model_days
    if days is None or days >= NEW:
        return
    for item, score, opinion in case.items():
        if score.by_classifier and opinion is not None and opinion.answer is Answer.HIT:
            facts: dict[str, Fact] = {"item": item.name, "days": int(days)}
            yield Doubt("new_model", stake(item, case.card), newness(days), facts, item.id)

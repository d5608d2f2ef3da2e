"""A rule that took points has not been in use for long."""

from collections.abc import Iterator

from models.reason import Fact
from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.stake import stake

NEW = 14.0
"""Days: in two weeks some hundreds of calls have met it, and people have judged a part of them."""


def newness(days: float) -> float:
    """From 1 on the first day down to 0."""
    return max(1 - days / NEW, 0.0)


def new_rule(case: Doubted) -> Iterator[Doubt]:
    names = {result.rule: result.name for result in case.scored.results}
    for item, score, _ in case.items():
        for move in score.moves:
            days = case.facts.rule_days.get(move.rule)
            if move.lost and days is not None and days < NEW:
                facts: dict[str, Fact] = {"item": item.name, "rule": names.get(move.rule, move.rule), "days": int(days)}
                yield Doubt("new_rule", stake(item, case.card), newness(days), facts, item.id)

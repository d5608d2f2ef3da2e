"""From the rules' answers to points: the pre-score (预评分).

The arithmetic, in the order it is done:

1. An item's deductions are summed and limited by its `cap` (its points if it has none), its bonuses by `bonus_cap`;
   it gets points − lost + won.
2. A section gets the sum of its judged items, but at least its points − its `cap`, and never less than 0 nor more than
   its points: a bonus wins back what was lost in the section and no more.
3. The total is 100 × what the sections got / their points.
4. A fatal item that fired zeroes its section, or the whole call: the sections then still show what they got.
5. The grade needs the card's `grade_from_coverage`; a call zeroed by a fatal item is graded anyway.

An item is not applicable when none of its rules is; it is unjudged when nothing was found and one of its deductions
could not be judged (nobody gets full points on a guess), or when it is left to people. Both leave the sums; unjudged
ones lower the coverage. What was found counts even if another rule of the item could not be judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.finding import Answer, RuleResult
from models.reason import Reason
from models.score import ItemClass, ItemScore, ItemState, PreScore, SectionScore
from scoring.scorecard import Item, Move, Scorecard, Section

HUMAN_ONLY = "scoring.human_only"
"""The reason of items that no machine is asked to judge."""


def pre_score(card: Scorecard, results: Sequence[RuleResult]) -> PreScore:
    """The call's score; the order of the results does not matter."""
    by_rule = {result.rule: result for result in results}
    sections = tuple(_section(section, by_rule) for section in card.sections)
    fatal = tuple(item.id for section in sections for item in section.items if item.fatal)
    zeroed = {item.id for item in card.items if item.fatal == "call"} & set(fatal)
    total = 0.0 if zeroed else _total(sections)
    coverage = _coverage(sections)
    return PreScore(
        card=card.name,
        card_version=card.version,
        total=total,
        grade=card.grade(total, 1.0 if zeroed else coverage),
        coverage=coverage,
        sections=sections,
        fatal=fatal,
        critical=_critical(card, by_rule),
    )


def _section(section: Section, results: Mapping[str, RuleResult]) -> SectionScore:
    items = tuple(_item(item, results) for item in section.items)
    judged = [item for item in items if item.state is ItemState.JUDGED]
    points = sum(item.points for item in judged)
    got = sum(item.got or 0.0 for item in judged)
    if section.cap is not None:
        got = max(got, points - section.cap)
    if any(score.fatal and item.fatal == "section" for item, score in zip(section.items, items, strict=True)):
        got = 0.0
    return SectionScore(section.id, section.name, points, min(max(got, 0.0), points), items)


def _item(item: Item, results: Mapping[str, RuleResult]) -> ItemScore:
    if item.judge == "human":
        return _unjudged(item, Reason(HUMAN_ONLY))
    answers = {move.rule: _answer(move, results) for move in item.rules}
    if all(answer is Answer.NOT_APPLICABLE for answer in answers.values()):
        return replace(_unjudged(item, None), state=ItemState.NOT_APPLICABLE)
    hits = [move for move in item.rules if answers[move.rule] is Answer.HIT]
    open_moves = [
        move for move in item.rules if answers[move.rule] is Answer.CANNOT_JUDGE and (move.deduct or _only_bonus(item))
    ]
    reason = _why_open(open_moves[0], results) if open_moves else None
    if open_moves and not hits:
        return _unjudged(item, reason)
    return ItemScore(
        id=item.id,
        name=item.name,
        item_class=item.item_class,
        state=ItemState.JUDGED,
        points=item.worth,
        got=_got(item, hits, results),
        rules=tuple(move.rule for move in hits),
        fatal=item.fatal is not None and any(move.deduct for move in hits),
        reason=reason,
    )


def _got(item: Item, hits: Sequence[Move], results: Mapping[str, RuleResult]) -> float:
    lost = sum(_times(move, results) * move.deduct for move in hits if move.deduct)
    won = sum(_times(move, results) * move.bonus for move in hits if move.bonus)
    if item.fatal and lost:
        return 0.0
    lost = min(lost, item.points if item.cap is None else min(item.cap, item.points))
    won = won if item.bonus_cap is None else min(won, item.bonus_cap)
    return (item.points - lost + won) * item.weight


def _times(move: Move, results: Mapping[str, RuleResult]) -> int:
    return len(results[move.rule].evidence) if move.each else 1


def _answer(move: Move, results: Mapping[str, RuleResult]) -> Answer:
    return results[move.rule].answer if move.rule in results else Answer.CANNOT_JUDGE


def _why_open(move: Move, results: Mapping[str, RuleResult]) -> Reason:
    result = results.get(move.rule)
    return result.reason if result and result.reason else Reason("scoring.rule_not_asked", {"rule": move.rule})


def _only_bonus(item: Item) -> bool:
    return not any(move.deduct for move in item.rules)


def _unjudged(item: Item, reason: Reason | None) -> ItemScore:
    return ItemScore(item.id, item.name, item.item_class, ItemState.UNJUDGED, item.worth, None, reason=reason)


def _total(sections: Sequence[SectionScore]) -> float | None:
    points = sum(section.points for section in sections)
    return round(100 * sum(section.got for section in sections) / points, 2) if points else None


def _coverage(sections: Sequence[SectionScore]) -> float:
    """The judged share of the points that apply; 1 where none do."""
    applicable = [item for section in sections for item in section.items if item.state is not ItemState.NOT_APPLICABLE]
    points = sum(item.points for item in applicable)
    judged = sum(item.points for item in applicable if item.state is ItemState.JUDGED)
    return judged / points if points else 1.0


def _critical(card: Scorecard, results: Mapping[str, RuleResult]) -> tuple[ItemClass, ...]:
    """The critical classes with an error, in the order of ItemClass."""
    erred = {
        item.item_class
        for item in card.items
        if any(move.deduct and move.rule in results and results[move.rule].answer is Answer.HIT for move in item.rules)
    }
    return tuple(one for one in ItemClass if one in erred and one is not ItemClass.ORDINARY)

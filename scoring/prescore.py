"""From the rules' answers to points: the pre-score (预评分). docs/scorecards.md says it for those who write cards.

The arithmetic, in the order it is done, in whole hundredths of a point:

1. An item's deductions are summed and limited by its `cap` (its points if it has none), its bonuses by `bonus_cap`;
   it gets points − lost + won. A fatal item that fired loses all.
2. A section gets the points of its judged items − lost + won: it loses at most its `cap`, and its bonuses win back
   what was lost in it and no more. A section zeroed by a fatal item gets nothing.
3. The total is 100 × what the sections got / their points, plus or minus what the sections on the total say, between
   0 and 100, half a hundredth rounded up. A card of sections on the total alone starts from 100.
4. A fatal item that fired for the whole call limits the total, to 0 unless it says how much is left; the sections
   still show what they got.
5. The grade needs the card's `grade_from_coverage`; a call to which a fatal item leaves only the worst grade gets it.

An item is not applicable when none of its deductions is, or its `only_if` did not hit; it is unjudged when nothing was
found and one of its deductions could not be judged (nobody gets full points on a guess), or when it is left to people.
Both leave the sums; unjudged ones lower the coverage. What was found counts even where another deduction of the item
could not be judged: then the points lost are all of it that was judged, and the rest of them stays open.

So no deduction that is found raises a total, and no bonus lowers one, whatever else could or could not be judged.

Levels say how far the classifier counts (`models.learning.Level`). Below DECIDES its opinion stands beside the item and
moves nothing: the score is the one without a classifier. At DECIDES an opinion counts unless it is doubted: one that
abstains leaves the item to people (`scoring.doubt.withheld` makes doubted opinions abstain).
"""

from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any

from models.finding import Answer, Opinion, RuleResult
from models.learning import Levels
from models.reason import Reason
from models.score import ItemClass, ItemMove, ItemScore, ItemState, PreScore, SectionScore
from scoring.answers import Answers
from scoring.card_item import Item, Move
from scoring.hundredths import hundredths, percentage, points
from scoring.scorecard import Scorecard, Section
from scoring.section_sum import section_score
from scoring.thought import Thought

HUMAN_ONLY = "scoring.human_only"
"""The reason of items that no machine is asked to judge."""

MOST_KNOWN = 10_000
"""Scores of items that are kept for the next calls on a card."""

LEVEL_TOO_LOW = "scoring.level_too_low"
"""The reason of items that are the classifier's and that it may not decide yet."""


def pre_score(
    card: Scorecard, results: Sequence[RuleResult], opinions: Sequence[Opinion] = (), levels: Levels | None = None
) -> PreScore:
    """The call's score; the order of the results does not matter. `levels` None: every opinion may decide."""
    by_item = {opinion.item: opinion for opinion in opinions}
    heard = Answers({result.rule: result for result in results}, by_item, levels)
    scores = [tuple([_item(item, section, heard, card.known) for item in section.items]) for section in card.sections]
    return summed(card, scores)


def summed(card: Scorecard, judged: Sequence[tuple[ItemScore, ...]]) -> PreScore:
    """The score of a call whose items are judged, whoever judged them; `judged` by section, in the card's order."""
    sections = tuple(section_score(section, items) for section, items in zip(card.sections, judged, strict=True))
    items = [item for section in sections for item in section.items]
    limits = [item.total_at_most for item in items if item.total_at_most is not None]
    total = sum_of(sections)
    total = min([total or 0.0, *limits]) if limits else total
    coverage = _coverage(items)
    failed = bool(limits) and card.grade(min(limits), 1.0) == card.grades[-1].name
    return PreScore(
        card=card.name,
        card_version=card.version,
        total=total,
        grade=card.grade(total, 1.0 if failed else coverage),
        coverage=coverage,
        sections=sections,
        fatal=tuple(item.id for item in items if item.fatal),
        critical=_critical(items),
    )


def sum_of(sections: Sequence[SectionScore]) -> float | None:
    """The total (0–100) of these sections before any fatal item limits it; None where nothing was judged."""
    judged = [item for section in sections for item in section.items if item.state is ItemState.JUDGED]
    if not any(item.points > item.open for item in judged):
        return None
    shares = [section for section in sections if not section.on_total]
    whole = sum(hundredths(section.points) for section in shares)
    share = percentage(sum(hundredths(section.got) for section in shares), whole) if whole else 100_00
    total = share + sum(hundredths(section.got) for section in sections if section.on_total)
    return points(min(max(total, 0), 100_00))


def _item(item: Item, section: Section, heard: Answers, known: dict[Hashable, ItemScore]) -> ItemScore:
    """Few different scores of an item occur: those that rules alone decide are `known` once they were worked out."""
    if item.only_if is not None and heard.answer(item.only_if) is not Answer.HIT:
        return _without_precondition(item, item.only_if, heard)
    answers = tuple([heard.counted(move) for move in item.rules])
    if Answer.CANNOT_JUDGE in answers or item.id in heard.opinions:
        # Why it was left open, and what the classifier thinks, is each call's own.
        return _of_answers(item, section, heard)
    key = section.id, item.id, answers
    score = known.get(key)
    if score is None:
        if len(known) >= MOST_KNOWN:
            known.clear()
        score = known[key] = _of_answers(item, section, heard)
    return score


def _of_answers(item: Item, section: Section, heard: Answers) -> ItemScore:
    thought = heard.thought(item)
    if item.judge == "human":
        return _unjudged(item, Reason(HUMAN_ONLY), **thought.noted)
    moves = tuple([_move(move, item, heard) for move in item.rules])
    if _does_not_apply(item, moves, thought.counts):
        disputed = item.deducts and disagree(moves, thought.counts)
        return _not_applicable(item, moves=moves, disputed=disputed, **thought.noted)
    return _judged(item, section, heard, moves, thought)


def _does_not_apply(item: Item, moves: Sequence[ItemMove], opinion: Opinion | None) -> bool:
    """None of its deductions applies (of an item for bonuses, none of its rules), and no bonus was won either."""
    if item.only_classifier:
        return opinion is not None and opinion.answer is Answer.NOT_APPLICABLE
    for move, answered in zip(item.rules, moves, strict=True):
        if answered.answer is not Answer.NOT_APPLICABLE and (move.deduct or not item.deducts):
            return False
    return not any(one.won for one in moves)


def _unjudged(item: Item, reason: Reason, **more: Any) -> ItemScore:
    return ItemScore(item.id, item.name, item.item_class, ItemState.UNJUDGED, item.worth, None, reason=reason, **more)


def _not_applicable(item: Item, **more: Any) -> ItemScore:
    return ItemScore(item.id, item.name, item.item_class, ItemState.NOT_APPLICABLE, item.worth, None, **more)


def _move(move: Move, item: Item, heard: Answers) -> ItemMove:
    answer = heard.answer(move.rule)
    if answer is not Answer.HIT:
        return _unmoved(move.rule, answer)
    times = heard.times(move.rule) if move.each else 1
    lost, won = (times * hundredths(gain or 0.0, item.weight) for gain in (move.deduct, move.bonus))
    return ItemMove(move.rule, answer, points(lost), points(won), times)


@lru_cache(maxsize=10_000)
def _unmoved(rule: str, answer: Answer) -> ItemMove:
    return ItemMove(rule, answer)


def _without_precondition(item: Item, rule: str, heard: Answers) -> ItemScore:
    """Not applicable where the rule was clean or did not apply itself; unjudged where nobody knows."""
    if heard.answer(rule) is Answer.CANNOT_JUDGE:
        return _unjudged(item, heard.why_open(rule))
    return _not_applicable(item, reason=Reason("scoring.precondition_not_met", {"rule": heard.results[rule].name}))


def _judged(item: Item, section: Section, heard: Answers, moves: tuple[ItemMove, ...], thought: Thought) -> ItemScore:
    """By the rules; what they leave open is the classifier's, where it may decide and the item is not fatal."""
    opinion = thought.counts
    open_rules = _open_rules(item, moves)
    is_open = bool(open_rules) or item.only_classifier
    by_classifier = is_open and _decides(opinion) and not item.fatal
    hits = [move for move in moves if move.answer is Answer.HIT]
    unknown = is_open and not by_classifier
    reason = None
    if unknown:
        reason = heard.why_open(open_rules[0]) if open_rules else _no_opinion(thought)
        if not hits:
            return _unjudged(item, reason, moves=moves, **thought.noted)
    fired = item.fatal is not None and any(move.lost for move in hits)
    lost, won = 0, 0
    if hits or by_classifier:
        lost, won = _lost_and_won(item, section, hits, opinion if by_classifier else None, fired=fired)
    worth = hundredths(item.worth)
    left = max(worth - lost, 0) if unknown and not fired else 0
    return ItemScore(
        id=item.id,
        name=item.name,
        item_class=item.item_class,
        state=ItemState.JUDGED,
        points=item.worth,
        got=points(won - lost if section.on_total else worth - left - lost + won),
        rules=tuple(move.rule for move in hits),
        fatal=fired,
        reason=None if fired else reason,
        moves=moves,
        lost=points(lost),
        won=points(won),
        open=points(left),
        total_at_most=(item.total_at_most or 0.0) if fired and item.fatal == "call" else None,
        by_classifier=by_classifier,
        disputed=item.deducts and disagree(moves, opinion),
        **thought.noted,
    )


def _lost_and_won(
    item: Item, section: Section, hits: Sequence[ItemMove], opinion: Opinion | None, *, fired: bool
) -> tuple[int, int]:
    """After the item's caps, in hundredths."""
    lost = sum(hundredths(move.lost) for move in hits)
    won = sum(hundredths(move.won) for move in hits)
    if opinion is not None and opinion.answer is Answer.HIT:
        deduct = item.points if item.classifier_deduct is None else item.classifier_deduct
        lost = max(lost, hundredths(deduct, item.weight))
    return capped(item, section, lost, won, fired=fired)


def capped(item: Item, section: Section, lost: int, won: int, *, fired: bool) -> tuple[int, int]:
    """What an item loses and wins after its caps, in hundredths. Doing it again changes nothing."""
    worth = hundredths(item.worth)
    cap = worth if item.cap is None else hundredths(item.cap, item.weight)
    lost = min(lost, cap if section.on_total else min(cap, worth))
    if fired:
        return max(lost, worth), 0
    return lost, won if item.bonus_cap is None else min(won, hundredths(item.bonus_cap, item.weight))


def _open_rules(item: Item, moves: Sequence[ItemMove]) -> list[str]:
    """Rules that could not be judged and might have cost points; of an item for bonuses, any of them."""
    return [
        move.rule
        for move, answered in zip(item.rules, moves, strict=True)
        if answered.answer is Answer.CANNOT_JUDGE and (move.deduct or not item.deducts)
    ]


def _decides(opinion: Opinion | None) -> bool:
    return opinion is not None and opinion.answer in {Answer.HIT, Answer.CLEAN}


def _no_opinion(thought: Thought) -> Reason:
    opinion = thought.opinion
    if opinion is None:
        return Reason("scoring.no_model")
    if thought.counts is None and thought.level is not None:
        return Reason(LEVEL_TOO_LOW, {"level": thought.level.value})
    return opinion.reason or Reason("scoring.model_unsure", {"percent": round(100 * opinion.probability)})


def disagree(moves: Sequence[ItemMove], opinion: Opinion | None) -> bool:
    """Whether the rules, which can take points, found an error and the classifier none, or the other way round."""
    if opinion is None or not moves or not _decides(opinion):
        return False
    found = any(move.lost for move in moves)
    if not found and any(move.answer is Answer.CANNOT_JUDGE for move in moves):
        return False
    return found is not (opinion.answer is Answer.HIT)


def _coverage(items: Sequence[ItemScore]) -> float:
    """The judged share of the points that apply; 1 where none do."""
    applicable = [item for item in items if item.state is not ItemState.NOT_APPLICABLE]
    whole = sum([hundredths(item.points) for item in applicable])
    judged = sum([hundredths(item.points) - hundredths(item.open) for item in applicable if item.got is not None])
    return judged / whole if whole else 1.0


def _critical(items: Sequence[ItemScore]) -> tuple[ItemClass, ...]:
    """The critical classes with an error, in the order of ItemClass."""
    erred = {item.item_class for item in items if has_error(item)}
    return tuple(one for one in ItemClass if one in erred and one is not ItemClass.ORDINARY)


def has_error(item: ItemScore) -> bool:
    """Whether something was found that counts against it, even where a cap left it without cost."""
    by_model = item.by_classifier and item.opinion is not None and item.opinion.answer is Answer.HIT
    return item.state is ItemState.JUDGED and (by_model or any(move.lost for move in item.moves))

"""From a person's item verdicts to points, with the arithmetic of the pre-score, and what a form still lacks.

A person says what an item loses and wins; caps of items and sections, what is not applicable and what is fatal then
count as they do for the machine (`scoring/prescore.py`), so that the two can be compared point by point.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from models.errors import BadInput
from models.finding import Answer, Evidence
from models.reason import Reason
from models.review import ItemVerdict, Judgement
from models.score import ItemMove, ItemScore, ItemState, PreScore
from models.transcript import Turn
from scoring.card_item import Item
from scoring.hundredths import hundredths, points
from scoring.prescore import capped, has_error, summed
from scoring.scorecard import Scorecard, Section

CommentNeeded = Literal["lost", "critical", "never"]
"""Where a comment must say why: wherever points are lost, only on items of a critical class, nowhere."""

PERSON = ""
"""Stands where a move names its rule: a person said so."""

MOST = 1000.0
"""No item of any card is worth more."""


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """An item on which two scores differ; None where one of them has no such item.

    `kind`: `fatal` where only one says so, `state` where only one judged it or says that it applies, else `points`.
    `points` is what the second gives more than the first, where both judged.
    """

    item: str
    name: str
    section: str
    kind: Literal["fatal", "state", "points"]
    machine: ItemScore | None
    human: ItemScore | None
    points: float | None = None


def opening_judgement(card: Scorecard) -> Judgement:
    """The empty form: nothing answered yet, so that nobody is led to an answer."""
    return Judgement(tuple(ItemVerdict(item.id, ItemState.UNJUDGED) for item in card.items))


def score_judgement(card: Scorecard, judgement: Judgement) -> PreScore:
    """What the verdicts come to; items without a verdict are unjudged. For a form that is legal, or not yet full."""
    said = {verdict.item: verdict for verdict in judgement.items}
    return summed(
        card,
        [tuple(_item(item, section, said.get(item.id)) for item in section.items) for section in card.sections],
    )


def judgement_of(card: Scorecard, score: PreScore) -> Judgement:
    """The form filled in as this score has it, without comments: what the machine, or another, would have said."""
    scored = {item.id: item for section in score.sections for item in section.items}
    return Judgement(
        tuple(_verdict(item, section, scored.get(item.id)) for section in card.sections for item in section.items)
    )


def check_judgement(
    card: Scorecard,
    judgement: Judgement,
    *,
    turns: Sequence[Turn] | None = None,
    comment_needed: CommentNeeded = "never",
) -> None:
    """Whether every item is answered, with points it can have.

    Raises:
        BadInput: no; its details are the `mistakes_in` it.
    """
    mistakes = mistakes_in(card, judgement, turns=turns, comment_needed=comment_needed)
    if mistakes:
        raise BadInput("scoring.judgement_wrong", details=mistakes, count=len(mistakes))


def mistakes_in(
    card: Scorecard,
    judgement: Judgement,
    *,
    turns: Sequence[Turn] | None = None,
    comment_needed: CommentNeeded = "never",
) -> tuple[Reason, ...]:
    """What is missing or cannot be, each with the item's id and name; empty where it may be submitted.

    With the call's `turns`, evidence must lie in them: an existing turn, a span within its text, and its very words.
    """
    said: dict[str, ItemVerdict] = {}
    reasons: list[Reason] = []
    known = {item.id for item in card.items}
    for verdict in judgement.items:
        if verdict.item not in known or verdict.item in said:
            what = "repeated" if verdict.item in said else "unknown"
            reasons.append(
                Reason(
                    f"scoring.item_{what}", {"field": f"items.{verdict.item}", "item": verdict.item, "card": card.title}
                )
            )
        said.setdefault(verdict.item, verdict)
    for section in card.sections:
        for item in section.items:
            reasons += _mistakes(item, section, said.get(item.id), turns, comment_needed)
    return tuple(reasons)


def can_lose(item: Item, section: Section) -> float:
    """The most a person can say an item loses. Where nothing can be lost an error can still be said, and fatal."""
    cap = item.worth if item.cap is None else points(hundredths(item.cap, item.weight))
    most = cap if section.on_total else min(cap, item.worth)
    if item.fatal:
        most = max(most, item.worth)
    return most or max([1.0, *(points(hundredths(move.deduct, item.weight)) for move in item.rules if move.deduct)])


def can_win(item: Item) -> float:
    """The most a person can say an item wins: what its rules give, within its cap."""
    gains = [move for move in item.rules if move.bonus]
    most = points(sum(hundredths(move.bonus or 0.0, item.weight) for move in gains))
    if any(move.each for move in gains):
        most = MOST
    if item.bonus_cap is None:
        return most
    cap = points(hundredths(item.bonus_cap, item.weight))
    return min(most, cap) if gains else cap


def differences(machine: PreScore, human: PreScore) -> tuple[ItemDifference, ...]:
    """The items two scores do not agree on, in the order of the second's card."""
    first, second = _by_item(machine), _by_item(human)
    found = []
    for item in dict.fromkeys([*second, *first]):
        section, one = first.get(item, ("", None))
        section, other = second.get(item, (section, None))
        kind = _kind(one, other)
        shown = other or one
        if kind is None or shown is None:
            continue
        both = one is not None and other is not None and one.got is not None and other.got is not None
        more = round(other.got - one.got, 2) if both else None  # type: ignore[union-attr, operator]  # both are there
        found.append(ItemDifference(item, shown.name, section, kind, one, other, more))
    return tuple(found)


def _by_item(score: PreScore) -> Mapping[str, tuple[str, ItemScore]]:
    return {item.id: (section.name, item) for section in score.sections for item in section.items}


def _kind(one: ItemScore | None, other: ItemScore | None) -> Literal["fatal", "state", "points"] | None:
    if one is None or other is None:
        return "state"
    if one.fatal is not other.fatal:
        return "fatal"
    if one.state is not other.state:
        return "state"
    return "points" if one.got != other.got else None


def _item(item: Item, section: Section, said: ItemVerdict | None) -> ItemScore:
    state = ItemState.UNJUDGED if said is None else said.state
    if said is None or state is not ItemState.JUDGED:
        reason = Reason("scoring.not_answered") if state is ItemState.UNJUDGED else None
        return ItemScore(item.id, item.name, item.item_class, state, item.worth, None, reason=reason)
    fired = item.fatal is not None and said.lost > 0
    lost, won = capped(item, section, hundredths(said.lost), hundredths(said.won), fired=fired)
    worth = hundredths(item.worth)
    answer = Answer.HIT if said.lost or said.won else Answer.CLEAN
    return ItemScore(
        id=item.id,
        name=item.name,
        item_class=item.item_class,
        state=ItemState.JUDGED,
        points=item.worth,
        got=points(won - lost if section.on_total else worth - lost + won),
        fatal=fired,
        moves=(ItemMove(PERSON, answer, said.lost, said.won, int(answer is Answer.HIT)),),
        lost=points(lost),
        won=points(won),
        total_at_most=(item.total_at_most or 0.0) if fired and item.fatal == "call" else None,
    )


def _verdict(item: Item, section: Section, scored: ItemScore | None) -> ItemVerdict:
    if scored is None or scored.state is not ItemState.JUDGED:
        return ItemVerdict(item.id, ItemState.UNJUDGED if scored is None else scored.state)
    erred = scored.fatal or has_error(scored)
    lost = scored.cost or (can_lose(item, section) if erred else 0.0)
    return ItemVerdict(item.id, ItemState.JUDGED, lost, scored.won)


def _mistakes(
    item: Item,
    section: Section,
    said: ItemVerdict | None,
    turns: Sequence[Turn] | None,
    comment_needed: CommentNeeded,
) -> Iterator[Reason]:
    facts = {"field": f"items.{item.id}", "item": item.id, "name": item.name, "section": section.name}
    if said is None or said.state is ItemState.UNJUDGED:
        yield Reason("scoring.item_open", facts)
        return
    if said.state is ItemState.NOT_APPLICABLE:
        if said.lost or said.won:
            yield Reason("scoring.item_na_with_points", facts)
        return
    for what, value, most in (("lose", said.lost, can_lose(item, section)), ("win", said.won, can_win(item))):
        if not isfinite(value) or not 0 <= value <= most:
            yield Reason(f"scoring.item_{what}", {**facts, "most": most, "points": str(value)})
        elif round(value, 2) != value:
            yield Reason("scoring.item_decimals", {**facts, "points": value})
    needed = comment_needed == "lost" or (comment_needed == "critical" and item.item_class != "ordinary")
    if said.lost and needed and not said.comment.strip():
        yield Reason("scoring.item_comment", facts)
    for evidence in said.evidence:
        if turns is not None and not _lies_in(evidence, turns):
            yield Reason("scoring.item_evidence", {**facts, "quote": evidence.quote, "start": evidence.start})


def _lies_in(evidence: Evidence, turns: Sequence[Turn]) -> bool:
    if not 0 <= evidence.start <= evidence.end or not isfinite(evidence.end):
        return False
    if evidence.turn is None:
        return evidence.span is None
    if not 0 <= evidence.turn < len(turns):
        return False
    text = turns[evidence.turn].text
    if evidence.span is None:
        return evidence.quote in text
    first, last = evidence.span
    return 0 <= first < last <= len(text) and evidence.quote in ("", text[first:last])

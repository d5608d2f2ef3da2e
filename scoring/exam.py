"""Marking exams: which questions are drawn, what an answer is worth, and what the answers say about a question.

How an answer is marked, as a share of the question's points:

one, judge    all or nothing.
several       (right choices taken − wrong ones taken) / right choices there are, never below 0: ticking everything
              earns nothing, leaving one out costs its share.
listening     as an F1 over items (van Rijsbergen, Information Retrieval, 1979, ch. 7): twice what was found, by what
              was said plus what there was to find. So an item that is missed costs as much as one that is invented. An
              item found counts 1, and half where it was heard more than `NEAR` seconds away from the reference, or
              nowhere in particular although the reference knows the place. A clip without fault earns
              everything for saying so (`Given.true`), and nothing else.
text          nothing by itself: a trainer marks it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random

from models.training import (
    ChoiceKey,
    Fault,
    Given,
    Heard,
    JudgeKey,
    ListeningKey,
    Question,
    QuestionKind,
)

NEAR = 5.0
"""Seconds an agent may be off: what is wrong is often heard only when the sentence is over."""

FAR = 0.5
"""What finding an item is worth at the wrong place."""

LEAST_SITTINGS = 10
"""With fewer people a correlation says nothing about a question."""


def draw(ids: Sequence[int], number: int | None, seed: str) -> tuple[int, ...]:
    """So many of the questions, in an order of chance; all of them in their own order where `number` is None.

    The same seed draws the same questions.
    """
    if number is None:
        return tuple(ids)
    return tuple(Random(seed).sample(list(ids), min(number, len(ids))))  # noqa: S311  (a draw, not a secret)


def mark(question: Question, given: Given | None) -> float | None:
    """The points an answer gets, 0 for none; None where somebody has to read it."""
    if question.kind is QuestionKind.TEXT:
        return 0.0 if given is None or not given.text.strip() else None
    if given is None or given.is_open:
        return 0.0
    return round(question.points * _share(question, given), 4)


def score(questions: Sequence[Question], marks: Mapping[int, float]) -> float:
    """Of 100. Every question needs its mark; without questions there is nothing to get."""
    most = sum(question.points for question in questions)
    return round(100 * sum(marks[question.id] for question in questions) / most, 2) if most else 0.0


def _share(question: Question, given: Given) -> float:
    key = question.key
    if isinstance(key, JudgeKey):
        return float(given.true is key.right)
    if isinstance(key, ChoiceKey):
        return _choices(question.kind, frozenset(key.right), frozenset(given.chosen))
    assert isinstance(key, ListeningKey)
    if not given.heard and given.true is not True:
        return 0.0  # something is wrong, but nothing is named
    return listening(key.faults, given.heard)


def _choices(kind: QuestionKind, right: frozenset[int], chosen: frozenset[int]) -> float:
    if kind is QuestionKind.ONE:
        return float(chosen == right)
    return max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))


def listening(faults: Sequence[Fault], heard: Sequence[Heard]) -> float:
    """0 to 1. An item that was said at several places counts once, by their mean: naming every second finds nothing."""
    said = {one.item for one in heard}
    there = {fault.item for fault in faults}
    if not said and not there:
        return 1.0
    found = sum(_found(item, faults, heard) for item in said & there)
    return 2 * found / (len(said) + len(there))


def _found(item: str, faults: Sequence[Fault], heard: Sequence[Heard]) -> float:
    """What naming it is worth: each place it was said at counts by the fault nearest to it."""
    near = [max(_near(fault, one) for fault in faults if fault.item == item) for one in heard if one.item == item]
    return sum(near) / len(near)


def _near(fault: Fault, heard: Heard) -> float:
    if fault.start is None or fault.end is None:
        return 1.0
    if heard.at is None:
        return FAR
    return 1.0 if fault.start - NEAR <= heard.at <= fault.end + NEAR else FAR


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """How a question did. `share` of its points were got on average by `n` people; None where nobody had it.

    `discrimination` is the correlation of the question with the rest of the exam (corrected item-total correlation):
    near 0 or below, those who know the matter do no better on it; None with fewer than `LEAST_SITTINGS` people, or
    where all did alike.
    """

    question_id: int
    n: int
    share: float | None
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked sitting: points got and points there were, by question."""

    got: Mapping[int, float]
    most: Mapping[int, float]


def question_figures(question_id: int, sittings: Sequence[Marked]) -> QuestionFigures:
    had = [one for one in sittings if one.most.get(question_id)]
    shares = [one.got[question_id] / one.most[question_id] for one in had]
    rests = [_rest(one, question_id) for one in had]
    pairs = [(share, rest) for share, rest in zip(shares, rests, strict=True) if rest is not None]
    return QuestionFigures(
        question_id,
        len(had),
        sum(shares) / len(shares) if shares else None,
        _correlation(pairs) if len(pairs) >= LEAST_SITTINGS else None,
    )


def _rest(one: Marked, question_id: int) -> float | None:
    """The share of the other questions' points."""
    most = sum(points for id_, points in one.most.items() if id_ != question_id)
    return sum(got for id_, got in one.got.items() if id_ != question_id) / most if most else None


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's; None where one side does not vary."""
    n = len(pairs)
    mean_x, mean_y = (sum(pair[side] for pair in pairs) / n for side in (0, 1))
    xx = sum((x - mean_x) ** 2 for x, _ in pairs)
    yy = sum((y - mean_y) ** 2 for _, y in pairs)
    if xx < 1e-12 or yy < 1e-12:
        return None
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sqrt(xx * yy)

"""A phrase laid on a stretch of text: what it costs to hear the one in the other, and where they differ."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from scoring.phonetic import CLOSE, NEVER, OTHER, PARTICLES, counts, distance, dropped, guessed, nearest
from scoring.phonetic_numbers import SPELLED
from scoring.phonetic_words import is_word

SAID, EXTRA, MISSING = "said", "extra", "missing"
SURE = 1.0
"""Weight from which a character counts as it is written."""
GUESSED = 0.95
"""Weight up to which Whisper may have written what only sounds so: at a confidence of 0.8 (phonetic_match.weight)."""
TELLING = 8
"""Syllables from which a phrase is told by the rest of it, though a real word stands where it sounds otherwise."""
MOST, MET = 4096, 256
"""Characters of phrases of which distances are kept, and of how many others each."""


class Alignment(NamedTuple):
    """The phrase lies on `start:end` of the text; `pairs` are the indexes of a character of each that were matched."""

    start: int
    end: int
    cost: float
    pairs: tuple[tuple[int, int], ...]


def align(phrase: str, text: str, most: float, weights: Sequence[float]) -> Alignment | None:
    """The place in the text that is most like the phrase, its first and last syllables in it; None where it costs more.

    The text is longer than the phrase by as much as the phrase may be shifted in it: weighted edit distance in a band
    (Ukkonen 1985) with free ends of the text (Sellers 1980); of equally good places the first. `weights` say how much
    each character of the text counts where it sounds otherwise.
    """
    width = len(text) - len(phrase) + 1
    last = len(phrase) - 1
    costs, steps = [0.0] * width, []
    for number, character in enumerate(phrase):
        sure, guess = _FAR[character], _GUESSED[character]
        is_edge = number in {0, last}
        absent = missing(character, is_edge=is_edge)
        row, taken, cost = [], [], NEVER
        costs.append(NEVER)
        for at, (before, after) in enumerate(pairwise(costs), number):
            # What costs too much already is on no way: only the others are worked out.
            step = EXTRA
            if cost <= most:
                cost += dropped(text[at]) * weights[at]
            if after + absent < cost:
                cost, step = after + absent, MISSING
            if before <= most:
                weight = weights[at]
                other = (sure if weight > GUESSED else guess)[text[at]] * weight
                # At an edge of the phrase no other word may stand: 你是不是跟 is not 你是不是傻.
                if is_edge and other > CLOSE * weight >= CLOSE * SURE:
                    other = NEVER
                if before + other <= cost:
                    cost, step = before + other, SAID
            row.append(cost)
            taken.append(step)
        if min(row) > most:
            return None
        costs = row
        steps.append(taken)
    end = min(range(width), key=costs.__getitem__)
    start, pairs = _back(steps, end)
    return Alignment(start, end + len(phrase), costs[end], pairs)


def missing(character: str, *, is_edge: bool) -> float:
    """What it costs that a character of a phrase is not in the text."""
    return NEVER if is_edge and character not in PARTICLES else dropped(character)


class _Measured(dict[str, float]):
    """How far a character of a phrase is from those of texts met so far: calls are made of few different ones."""

    def __init__(self, measure: Callable[[str, str], float], character: str) -> None:
        super().__init__()
        self._measure, self._character = measure, character

    def __missing__(self, other: str) -> float:
        if len(self) >= MET:
            self.clear()
        far = self[other] = self._measure(self._character, other)
        return far


class _Table(dict[str, _Measured]):
    """By character of a phrase."""

    def __init__(self, measure: Callable[[str, str], float]) -> None:
        super().__init__()
        self._measure = measure

    def __missing__(self, character: str) -> _Measured:
        if len(self) >= MOST:
            self.clear()
        row = self[character] = _Measured(self._measure, character)
        return row


_FAR, _GUESSED = _Table(distance), _Table(guessed)
NEAREST = _Table(nearest)
"""The least that a character of a phrase may be from one of a text."""


def _back(steps: list[list[str]], shift: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    pairs: list[tuple[int, int]] = []
    number = len(steps) - 1
    while number >= 0:
        step = steps[number][shift]
        if step == SAID:
            pairs.append((number, number + shift))
        if step == EXTRA:
            shift -= 1
        else:
            number -= 1
            shift += step == MISSING
    return shift, tuple(reversed(pairs))


def strangers(phrase: str, text: str, alignment: Alignment) -> int:
    """How many characters sound altogether otherwise, however unsure Whisper was of them."""
    return sum(_GUESSED[phrase[ours]][text[theirs]] >= OTHER for ours, theirs in alignment.pairs)


def means_otherwise(phrase: str, text: str, alignment: Alignment, weights: Sequence[float]) -> bool:
    """Whether the text has a word of its own where it does not sound like the phrase: 办理投保 is not 办理退保.

    Where Whisper did not understand, it mostly writes characters that make no word, and is not sure of them. A long
    phrase is told by the rest of it: only a word that is altogether another counts (提供一下身份证, 提供一下手机号).
    A numeral of the phrase is in no other word, however unsure Whisper was (六年开始, 流量开始), and nothing is said
    between those of one number.
    """
    if any(counts(phrase[ours]) and not counts(text[at]) and _in_word(text, at) for ours, at in alignment.pairs):
        return True
    if _breaks_number(phrase, alignment):
        return True
    others = {
        theirs
        for ours, theirs in alignment.pairs
        if weights[theirs] >= SURE and _FAR[phrase[ours]][text[theirs]] >= CLOSE
    }
    if len(phrase) >= TELLING:
        return any(at + 1 in others and is_word(text[at : at + 2]) for at in others)
    return any(_in_word(text, at) for at in others)


def _breaks_number(phrase: str, alignment: Alignment) -> bool:
    return any(
        phrase[before[0]] in SPELLED and phrase[after[0]] in SPELLED and after[1] - before[1] > 1
        for before, after in pairwise(alignment.pairs)
    )


def _in_word(text: str, at: int) -> bool:
    return is_word(text[max(at - 1, 0) : at + 1]) or is_word(text[at : at + 2])

"""A phrase laid on a stretch of text: what it costs to hear the one in the other, and where they differ."""

from typing import NamedTuple

from scoring.phonetic import CLOSE, NEVER, PARTICLES, distance, dropped
from scoring.phonetic_words import is_word

BREAK = "\n"
SAID, EXTRA, MISSING = "said", "extra", "missing"


class Alignment(NamedTuple):
    """The phrase lies on `start:end` of the text; `pairs` are the indexes of a character of each that were matched."""

    start: int
    end: int
    cost: float
    pairs: tuple[tuple[int, int], ...]


def align(phrase: str, text: str, most: float) -> Alignment | None:
    """The place in the text that is most like the phrase, its first and last syllables in it; None where it costs more.

    Weighted edit distance with free ends of the text (Sellers 1980); of equally good places the shortest, first.
    """
    extra = [NEVER if character == BREAK else dropped(character) for character in text]
    costs = [0.0] * (len(text) + 1)
    steps: list[list[str]] = []
    for number, character in enumerate(phrase):
        edge = number in {0, len(phrase) - 1} and character not in PARTICLES
        missing = NEVER if edge else dropped(character)
        row, taken = [costs[0] + missing], [MISSING]
        for at, other in enumerate(text):
            cost, step = costs[at] + distance(character, other), SAID
            if costs[at + 1] + missing < cost:
                cost, step = costs[at + 1] + missing, MISSING
            if row[at] + extra[at] < cost:
                cost, step = row[at] + extra[at], EXTRA
            row.append(cost)
            taken.append(step)
        if min(row) > most:
            return None
        costs = row
        steps.append(taken)
    end = min(range(len(costs)), key=costs.__getitem__)
    start, pairs = _back(steps, end)
    return Alignment(start, end, costs[end], pairs)


def _back(steps: list[list[str]], end: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    pairs: list[tuple[int, int]] = []
    number, at = len(steps), end
    while number:
        step = steps[number - 1][at]
        if step == SAID:
            pairs.append((number - 1, at - 1))
        number -= step != EXTRA
        at -= step != MISSING
    return at, tuple(reversed(pairs))


def means_otherwise(phrase: str, text: str, alignment: Alignment) -> bool:
    """Whether the text has a word of its own where it does not sound like the phrase: 办理投保 is not 办理退保.

    Where Whisper did not understand, it mostly writes characters that make no word.
    """
    for ours, theirs in alignment.pairs:
        if distance(phrase[ours], text[theirs]) >= CLOSE:
            around = text[max(theirs - 1, 0) : theirs + 2]
            if is_word(around[:2]) or is_word(around[1:]):
                return True
    return False

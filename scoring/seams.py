"""Phrases torn over two speakers of one channel: told apart by voice, words of one may be given to the other.

People who take turns pause for a fifth of a second or more; where a change of speaker is placed in the middle of a
sentence, the next word follows at once. Only there is a phrase looked for across it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.transcript import Role, Turn
from scoring.call_text import CallText
from scoring.phonetic import NEGATIONS
from scoring.phonetic_match import SHORTEST
from scoring.phrases import Occurrence, PhraseIndex
from scoring.speakers import is_announcement

PAUSE = 0.2
"""Seconds between two speakers from which somebody else speaks: of 191 changes in calls with two voices in one channel
none was shorter, and of those within a sentence none was longer than 0.02."""
CLEARLY = 2 / 3
"""Of a phrase: who has so much of it said it."""


class Seam(NamedTuple):
    """The turn that has the `rest` of a torn phrase, whether it is `clear` who said it, and if the rest is less."""

    rest: int
    clear: bool
    larger: bool


def runs(turns: Sequence[Turn]) -> list[list[int]]:
    """Indexes of turns of one channel that follow one another at once, where they are not all of one speaker."""
    found: list[list[int]] = []
    latest: dict[int, list[int]] = {}
    for index, turn in enumerate(turns):
        if is_announcement(turn):
            continue
        run = latest.get(turn.channel)
        if run and turn.start - turns[run[-1]].end < PAUSE:
            run.append(index)
        else:
            run = latest[turn.channel] = [index]
            found.append(run)
    return [run for run in found if len({turns[index].role for index in run}) > 1]


def torn(
    turns: Sequence[Turn],
    run_text: CallText,
    text: CallText,
    phrases: PhraseIndex,
    confidences: NDArray[np.float64],
) -> Iterator[tuple[str, Occurrence, Seam]]:
    """Phrases found across seams of the `run_text`, by the place in the `text` of the turn that has most of them.

    Where that is less than two thirds, the other's place follows.
    """
    for phrase, places in phrases.find(run_text.text, confidences).items():
        if len(phrase) >= SHORTEST:
            for place in places:
                yield from _pieces(phrase, place, turns, run_text, text)


def _pieces(
    phrase: str, place: Occurrence, turns: Sequence[Turn], run_text: CallText, text: CallText
) -> Iterator[tuple[str, Occurrence, Seam]]:
    here = slice(place.start, place.end)
    at = list(zip(run_text.turn_at[here], run_text.in_turn[here], strict=True))
    of_role = Counter(turns[turn].role for turn, _ in at)
    if len(of_role) < 2:
        return
    first, second = (_largest(role, at, turns) for role, _ in of_role.most_common(2))
    share = of_role[turns[first].role] / len(at)
    rest = (run_text.text[number] for number, (turn, _) in enumerate(at, place.start) if turn != first)
    clear = share >= CLEARLY and turns[first].role is not Role.UNKNOWN and NEGATIONS.isdisjoint(rest)
    for turn, other in ((first, second), (second, first))[: 1 if clear else 2]:
        offsets = [offset for index, offset in at if index == turn]
        likeness = round(place.likeness * len(offsets) / len(at), 4)
        start, end = text.places(turn, offsets[0], offsets[-1] + 1)
        yield phrase, Occurrence(start, end, likeness, phrase), Seam(other, clear, turn == first)


def _largest(role: Role, at: Iterable[tuple[int, int]], turns: Sequence[Turn]) -> int:
    """The role's turn that has most of it."""
    return Counter(turn for turn, _ in at if turns[turn].role is role).most_common(1)[0][0]

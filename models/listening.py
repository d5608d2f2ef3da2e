"""Listening again (复听): whether a phrase was said where a transcript has something that sounds a little like it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Doubt:
    """`phrase`, as rules look for it (normalised), may have been said where `span` of a turn's text stands.

    `likeness` is how alike the two sound, 0 to 1.
    """

    phrase: str
    turn: int
    span: tuple[int, int]
    likeness: float


@dataclass(frozen=True, slots=True)
class Listened:
    """What the sound says to a doubt.

    `gain`: the natural logarithm of how many times as likely Whisper finds what it wrote with the phrase in the place
    of the span; mostly negative, as what it wrote is what it finds likely.
    """

    phrase: str
    turn: int
    span: tuple[int, int]
    likeness: float
    gain: float


def with_new(known: Sequence[Listened], new: Iterable[Listened]) -> tuple[Listened, ...]:
    """Both, in order of turn and place; of what answers the same doubt the one that is known."""
    by_place = {(one.turn, one.span, one.phrase): one for one in (*new, *known)}
    return tuple(by_place[place] for place in sorted(by_place))


LISTENED_JSON = TypeAdapter(tuple[Listened, ...])

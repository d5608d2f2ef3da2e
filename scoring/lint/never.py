"""Regular expressions with characters that the text they are matched against never has.

Matching sees simplified, half-width text in lower case without punctuation, blanks and fillers (scoring/normalise.py).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from re import _constants as kind  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from re import error as re_error
from typing import Any

from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Reading
from scoring.literals import required_literals
from scoring.normalise import normalise

POINT = "."
"""Stays between digits."""


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        for key in ("regex", "unless"):
            for index, pattern in enumerate(getattr(placed.operator, key, ())):
                marks = sorted({mark for mark in _characters(pattern) if is_never_there(mark)})
                if marks:
                    never = _needs_one(pattern, marks)
                    code = "scoring.lint_pattern_never" if never else "scoring.lint_pattern_partly"
                    facts = {"pattern": pattern, "marks": " ".join(map(_shown, marks))}
                    level = Level.ERROR if never else Level.WARNING
                    yield reading.at(placed, code, level, key=(key, index), **facts)


@lru_cache(maxsize=8192)
def is_never_there(character: str) -> bool:
    """Whether it is taken out of the text, or becomes another character."""
    low = character.lower()
    return character != POINT and normalise(f"甲{low}甲").text != f"甲{low}甲"


def parsed(pattern: str) -> Iterable[Any] | None:
    """The pattern's parts; None for syntax that only the `regex` module knows."""
    try:
        parts: Iterable[Any] = parser.parse(pattern)
    except (re_error, RecursionError, OverflowError):
        return None
    return parts


def _needs_one(pattern: str, marks: list[str]) -> bool:
    literals = required_literals(pattern)
    return literals is not None and all(any(mark.lower() in one for mark in marks) for one in literals)


def _shown(mark: str) -> str:
    return "␣" if mark.isspace() else mark


def _characters(pattern: str) -> Iterator[str]:
    """Characters that it asks for; those that it excludes are no matter."""
    yield from _of(parsed(pattern) or ())


def _of(parts: Iterable[Any]) -> Iterator[str]:
    for code, value in parts:
        if code is kind.LITERAL:
            yield chr(value)
        elif code is kind.IN and value[0][0] is not kind.NEGATE:
            yield from (chr(one) for inner, one in value if inner is kind.LITERAL)
        else:
            for inner_parts in inner_sequences(code, value):
                yield from _of(inner_parts)


def inner_sequences(code: Any, value: Any) -> Iterator[Iterable[Any]]:
    """The sequences a part is made of."""
    if code is kind.SUBPATTERN:
        yield value[-1]
    elif code is kind.BRANCH:
        yield from value[1]
    elif code in {kind.MAX_REPEAT, kind.MIN_REPEAT, kind.POSSESSIVE_REPEAT}:
        yield value[2]
    elif code is kind.ATOMIC_GROUP:
        yield value
    elif code is kind.ASSERT:
        yield value[1]

"""How large a regular expression is, and in how many ways it may match: from its parsed form, before it is ever run."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as kind  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

TOO_MANY = 1e9
UNLIMITED = 2250.0
"""Times that something may repeat where only the text limits it."""
REPEATS = {kind.MAX_REPEAT, kind.MIN_REPEAT, kind.POSSESSIVE_REPEAT}
ASSERTIONS = {kind.ASSERT, kind.ASSERT_NOT}
EDGES = {kind.AT_BEGINNING, kind.AT_END}
BASIC = {kind.LITERAL, kind.NOT_LITERAL, kind.ANY, kind.BRANCH}
LISTED = {kind.LITERAL, kind.RANGE, kind.NEGATE}
SETS = re.compile(r"\[[^\]]*(?:\[|--|&&|~~|\|\|)")
"""What Python warns of, as it may mean something else one day."""
FLAGS = re.compile(r"[A-Z]|\(\?[a-z]")
"""Capitals are matched in either case, of which each engine has its own table."""
COUNT = re.compile(r"\{(\d+)")
RECURSION = re.compile(r"\(\?(?:[R0-9+-]\d*\)|&|P>)")


@dataclass(frozen=True, slots=True)
class Shape:
    """`size` is how many characters it is with its repeats written out, as the engine may do when it compiles it.

    `ways` is how many ways of matching from one place it may have to try at most, in a text of fewer than UNLIMITED
    characters; infinite where nothing limits them but the text, several times over.
    `plain` is False where the `regex` library reads it as something else than Python's own `re` does. `basic` is True
    where both find the very same, since it has nothing that one of them knows better.
    """

    size: float
    ways: float
    plain: bool = True
    basic: bool = False


def parsed(pattern: str) -> Iterable[tuple[Any, Any]]:
    """As `re` reads it.

    Raises:
        re.error: `re` cannot read it, or may come to read it otherwise.
        RecursionError, OverflowError: it is nested too deeply, its numbers are too large.
    """
    if SETS.search(pattern):
        raise re.error("sets within sets")
    found: Iterable[tuple[Any, Any]] = parser.parse(pattern)
    return found


def shape_of(pattern: str) -> Shape:
    """Syntax that only the `regex` library knows is guessed at: large rather than small, and never limited."""
    try:
        return _shape(parsed(pattern), flags=bool(FLAGS.search(pattern)))
    except RecursionError:
        return Shape(math.inf, math.inf)
    except (re.error, OverflowError):
        counts = math.prod(max(float(count), 1.0) for count in COUNT.findall(pattern))
        return Shape(counts * len(pattern), math.inf, plain=not RECURSION.search(pattern))


def _shape(pattern: Iterable[Any], *, flags: bool) -> Shape:
    # What `re` takes for a brace is a fuzzy match to `regex`; and no brace is ever in the text.
    braces = (code is kind.LITERAL and value == ord("{") for code, value in _all(pattern))
    basic = not flags and all(_is_basic(code, value) for code, value in _all(pattern))
    return Shape(_size(pattern), _ways(pattern), not any(braces), basic)


def _is_basic(code: Any, value: Any) -> bool:
    if code in ASSERTIONS:
        least, most = value[1].getwidth()
        return bool(value[0] > 0 or least == most)
    if code in {kind.MAX_REPEAT, kind.MIN_REPEAT}:
        # What may be empty and repeats ends in either engine's own way.
        return bool(value[1] == 1 or value[2].getwidth()[0] > 0)
    if code is kind.SUBPATTERN:
        return not value[1] and not value[2]
    if code is kind.IN:
        return all(member in LISTED for member, _ in value)
    return code in BASIC or (code is kind.AT and value in EDGES)


def _size(sequence: Iterable[Any]) -> float:
    return sum(_item_size(code, value) for code, value in sequence)


def _item_size(code: Any, value: Any) -> float:
    inner = sum(_size(part) for part in _parts(code, value))
    return max(value[0], 1) * max(inner, 1.0) if code in REPEATS else max(inner, 1.0)


def _ways(sequence: Iterable[Any]) -> float:
    ways = 1.0
    for code, value in sequence:
        ways *= _item_ways(code, value)
        if ways > TOO_MANY:
            return math.inf
    return ways


def _item_ways(code: Any, value: Any) -> float:
    inner = sum(_ways(part) for part in _parts(code, value)) or 1.0
    if code not in REPEATS:
        return inner
    least, most, _ = value
    if inner == 1:
        return UNLIMITED if most is kind.MAXREPEAT else float(most - least + 1)
    if most is kind.MAXREPEAT or inner == math.inf:
        return math.inf
    # Every number of repeats, each in all its ways.
    return inner ** (most + 1) if (most + 1) * math.log(inner) < math.log(TOO_MANY) else math.inf


def _parts(code: Any, value: Any) -> Iterable[Any]:
    """The sequences inside an item."""
    parts: Iterable[Any] = ()
    if code is kind.BRANCH:
        parts = value[1]
    elif code is kind.ATOMIC_GROUP:
        parts = (value,)
    elif code is kind.GROUPREF_EXISTS:
        parts = [part for part in value[1:] if part]
    elif code is kind.SUBPATTERN or code in ASSERTIONS or code in REPEATS:
        parts = (value[-1],)
    return parts


def _all(sequence: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for code, value in sequence:
        yield code, value
        for part in _parts(code, value):
            yield from _all(part)

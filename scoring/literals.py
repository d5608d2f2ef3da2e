"""Which words must be in a text for a pattern to match at all.

Most patterns of a pack have nothing to do with most sentences. From the pattern's parsed form a set of literals is
derived, at least one of which every match contains (the idea of Russ Cox's "Regular Expression Matching with a Trigram
Index", here with whole literals), so that the slow engine only looks at sentences that have one. Most patterns need one
of several such sets each: 帮 or 给, then 您, then 申请 or 查.
"""

from collections.abc import Iterable, Iterator, Sequence
from re import _constants as kind  # type: ignore[attr-defined]
from re import error as re_error
from typing import Any

from scoring.pattern_shape import parsed

Literals = frozenset[str]
MOST = 64
"""Alternatives followed at the same time."""
NOTHING: Literals = frozenset({""})


def required_literals(pattern: str) -> Literals | None:
    """Literals in lower case of which every match contains at least one; None where that cannot be said."""
    try:
        return _required(parsed(pattern))
    except (re_error, RecursionError, OverflowError):
        # Syntax that only the `regex` module knows.
        return None


def alternatives(pattern: str) -> Sequence[Sequence[Literals]] | None:
    """For each alternative of the whole pattern the sets of which a match has one literal each, the most telling first.

    None where there is an alternative of which that cannot be said.
    """
    try:
        ways = [sorted(set(_candidates(way)), key=_telling, reverse=True) for way in _ways(list(parsed(pattern)))]
    except (re_error, RecursionError, OverflowError):
        return None
    return ways if all(ways) else None


def _ways(sequence: list[Any]) -> Iterator[list[Any]]:
    """The sequence with each branch of its first choice; as it is where it has none."""
    choice = next((at for at, (code, _) in enumerate(sequence) if code is kind.BRANCH), None)
    if choice is None:
        yield sequence
        return
    for branch in sequence[choice][1][1]:
        yield [*sequence[:choice], *branch, *sequence[choice + 1 :]]


def _telling(found: Literals) -> tuple[int, int]:
    """How telling a set is: by its shortest literal, then by how few they are."""
    return min(map(len, found)), -len(found)


def _required(sequence: Iterable[Any]) -> Literals | None:
    return max(_candidates(sequence), key=_telling, default=None)


def _candidates(sequence: Iterable[Any]) -> Iterator[Literals]:
    run = NOTHING
    for item in sequence:
        exact = _exact(item)
        if exact is not None and len(run) * len(exact) <= MOST:
            run = frozenset(head + tail for head in run for tail in exact)
            continue
        yield from _needed(run)
        run = exact or NOTHING
        inner = _inside(item) if exact is None else None
        if inner:
            yield inner
    yield from _needed(run)


def _needed(run: Literals) -> Iterator[Literals]:
    if "" not in run:
        yield run


def _exact(item: Any) -> Literals | None:
    """All strings the item can match, if they are few."""
    code, value = item
    found: Literals | None = None
    if code is kind.LITERAL:
        found = frozenset({chr(value).lower()})
    elif code in {kind.AT, kind.ASSERT, kind.ASSERT_NOT}:
        found = NOTHING
    elif code is kind.IN:
        found = _characters(value)
    elif code is kind.SUBPATTERN:
        found = _exact_sequence(value[-1])
    elif code is kind.BRANCH:
        found = _union(_exact_sequence(branch) for branch in value[1])
    elif code in {kind.MAX_REPEAT, kind.MIN_REPEAT} and value[1] == 1:
        inner = _exact_sequence(value[2])
        found = inner | NOTHING if inner is not None and value[0] == 0 else inner
    return found


def _characters(members: Iterable[Any]) -> Literals | None:
    listed = list(members)
    if len(listed) > MOST or any(code is not kind.LITERAL for code, _ in listed):
        return None
    return frozenset(chr(value).lower() for _, value in listed)


def _exact_sequence(sequence: Iterable[Any]) -> Literals | None:
    run = NOTHING
    for item in sequence:
        exact = _exact(item)
        if exact is None or len(run) * len(exact) > MOST:
            return None
        run = frozenset(head + tail for head in run for tail in exact)
    return run


def _inside(item: Any) -> Literals | None:
    """What an item that is not exact requires."""
    code, value = item
    if code is kind.SUBPATTERN:
        return _required(value[-1])
    if code is kind.BRANCH:
        return _union(_required(branch) for branch in value[1])
    if code in {kind.MAX_REPEAT, kind.MIN_REPEAT} and value[0] >= 1:
        return _required(value[2])
    return None


def _union(parts: Iterable[Literals | None]) -> Literals | None:
    whole: Literals = frozenset()
    for part in parts:
        if part is None:
            return None
        whole |= part
    return whole if len(whole) <= 4 * MOST else None

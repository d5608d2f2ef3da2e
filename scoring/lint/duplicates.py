"""The same thing asked by two rules."""

from collections.abc import Iterator
from typing import Any

from scoring.lint.finding import Lint
from scoring.lint.reading import Placed, Reading
from scoring.normalise import normalise
from scoring.operators.anchored import SIDES
from scoring.operators.phrase import Phrase

CONDITION_DEPTH = 3
"""Keys from the top of the file to a rule's condition: rules, which of them, when."""
SHOWN = 5
"""Phrases named in a sentence; more do not help."""


def check(reading: Reading) -> Iterator[Lint]:
    same = list(_same_condition(reading))
    yield from same
    yield from _same_phrases(reading, {one.rule for one in same})


def _same_condition(reading: Reading) -> Iterator[Lint]:
    first: dict[str, str] = {}
    for index, rule in enumerate(reading.pack.rules):
        asked = repr(_in_any_order(reading.written(("rules", index, "when"))))
        if asked in first:
            other = first[asked]
            line = reading.lines[other]
            yield reading.of_rule(rule, "scoring.lint_same_condition", other=other, line_of_other=line)
        first.setdefault(asked, rule.id)


def _in_any_order(value: Any) -> Any:
    """Order of keys and of what is listed does not matter, but that of pairs of numbers does."""
    if isinstance(value, dict):
        return sorted((key, repr(_in_any_order(one))) for key, one in value.items())
    if isinstance(value, list | tuple) and not all(isinstance(one, int | float) for one in value):
        return sorted(repr(_in_any_order(one)) for one in value)
    return value


def _same_phrases(reading: Reading, said: set[str]) -> Iterator[Lint]:
    """A phrase that alone sets off two rules of one effect in the same part of the call."""
    first: dict[tuple[str, ...], Placed] = {}
    twice: dict[tuple[str, str], tuple[Placed, list[str]]] = {}
    for placed in reading.conditions:
        operator = placed.operator
        if not (placed.alone and isinstance(operator, Phrase) and operator.need in {"any", 1}) or operator.unless:
            continue
        where = (placed.rule.effect, repr(operator.scope), _around(placed, reading))
        for phrase in operator.phrase:
            key = (normalise(phrase).text, *where)
            before = first.setdefault(key, placed)
            if before.rule.id != placed.rule.id:
                twice.setdefault((before.rule.id, placed.rule.id), (placed, []))[1].append(phrase)
    for (other, rule), (placed, phrases) in twice.items():
        if rule in said:
            continue
        line, shown = reading.lines[other], listed(phrases)
        yield reading.at(placed, "scoring.lint_same_phrase", other=other, line_of_other=line, phrases=shown)


def _around(placed: Placed, reading: Reading) -> str:
    """What else must hold where it is said: what stands beside it in the conditions it is a part of."""
    beside = []
    for length in range(CONDITION_DEPTH, len(placed.place)):
        whole, step = reading.written(placed.place[:length]), placed.place[length]
        if isinstance(whole, dict):
            beside.append({key: value for key, value in whole.items() if key != step})
    own = reading.written(placed.place)
    beside.append({key: value for key, value in own.items() if key in {*SIDES, "within"}})
    return repr([one for one in beside if one])


def listed(phrases: list[str]) -> str:
    """The first few, for a sentence."""
    shown = "、".join(phrases[:SHOWN])
    return f"{shown}…" if len(phrases) > SHOWN else shown

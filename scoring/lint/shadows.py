"""Members of an `any` that add nothing, because another member holds wherever they do."""

from collections.abc import Iterator

from scoring.lint.finding import Lint
from scoring.lint.phrases import covers
from scoring.lint.reading import Placed, Reading
from scoring.operators.logic import Any
from scoring.operators.operator import Operator, Scoped
from scoring.operators.phrase import Phrase
from scoring.operators.regex import Regex


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        if isinstance(placed.operator, Any):
            yield from _shadowed(reading, placed, placed.operator.conditions)


def _shadowed(reading: Reading, placed: Placed, members: tuple[Operator, ...]) -> Iterator[Lint]:
    for index, member in enumerate(members):
        for other_index, other in enumerate(members):
            if index == other_index or not _holds_wherever(other, member):
                continue
            if other_index > index and _holds_wherever(member, other):
                continue  # the same twice: said once, of the later one
            facts = {"member": index + 1, "other": other_index + 1}
            yield reading.at(placed, "scoring.lint_shadowed", key=("any", index), **facts)
            break


def _holds_wherever(wide: Operator, narrow: Operator) -> bool:
    if wide == narrow:
        return True
    if isinstance(wide, Phrase) and isinstance(narrow, Phrase):
        asks_one = wide.need in {"any", 1} and narrow.need != "none" and not wide.unless
        as_tolerant = narrow.exact or not wide.exact
        phrases = all(any(covers(short, phrase) for short in wide.phrase) for phrase in narrow.phrase)
        return asks_one and as_tolerant and phrases and _reaches(wide, narrow)
    if isinstance(wide, Regex) and isinstance(narrow, Regex):
        asks = wide.need == narrow.need == "any" and set(wide.unless) <= set(narrow.unless)
        return asks and set(narrow.regex) <= set(wide.regex) and _reaches(wide, narrow)
    return False


def _reaches(wide: Scoped, narrow: Scoped) -> bool:
    """Whether all that the narrow one looks at the wide one looks at, too."""
    return all(
        getattr(wide, key) is None or getattr(wide, key) == getattr(narrow, key)
        for key in ("role", "turns", "seconds", "share")
    )

"""Conditions that can never hold, by their own numbers; and parts that contradict one another."""

from collections.abc import Iterator

from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Placed, Reading
from scoring.operators.duration import Duration, Range
from scoring.operators.late_hangup import LateHangup
from scoring.operators.logic import All, Any, Not
from scoring.operators.operator import Operator, Scoped
from scoring.operators.phrase import Phrase
from scoring.operators.speech_rate import SpeechRate
from scoring.operators.talk_share import TalkShare


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        yield from _empty_range(reading, placed)
        yield from _too_many(reading, placed)
        yield from _opposites(reading, placed)
        yield from _apart(reading, placed)


def _empty_range(reading: Reading, placed: Placed) -> Iterator[Lint]:
    bounds = _range(placed.operator)
    if bounds and bounds.at_least is not None and bounds.at_most is not None and bounds.at_least > bounds.at_most:
        key = placed.operator.KEY
        facts = {"at_least": bounds.at_least, "at_most": bounds.at_most}
        yield reading.at(placed, "scoring.lint_empty_range", Level.ERROR, key=(key,), operator=key, **facts)


def _range(operator: Operator) -> Range | None:
    match operator:
        case Duration():
            return operator.duration
        case SpeechRate():
            return operator.speech_rate
        case TalkShare():
            return operator.talk_share
        case LateHangup():
            return operator.late_hangup
    return None


def _too_many(reading: Reading, placed: Placed) -> Iterator[Lint]:
    operator = placed.operator
    if isinstance(operator, Phrase) and isinstance(operator.need, int) and operator.need > len(set(operator.phrase)):
        facts = {"need": operator.need, "phrases": len(set(operator.phrase))}
        yield reading.at(placed, "scoring.lint_needs_more", Level.ERROR, key=("need",), **facts)


def _opposites(reading: Reading, placed: Placed) -> Iterator[Lint]:
    """`all` of a condition and its `not` never holds; `any` of the two always does."""
    operator = placed.operator
    if not isinstance(operator, All | Any):
        return
    for index, part in enumerate(operator.conditions):
        if isinstance(part, Not) and part.condition in operator.conditions:
            code = "scoring.lint_never_both" if isinstance(operator, All) else "scoring.lint_always_either"
            yield reading.at(placed, code, Level.ERROR, key=(operator.KEY, index))


def _apart(reading: Reading, placed: Placed) -> Iterator[Lint]:
    """The first seconds and a later share of the call meet in long calls not at all; the last ones likewise."""
    operator = placed.operator
    if not isinstance(operator, Scoped) or operator.seconds is None or operator.share is None:
        return
    first, last, (low, high) = operator.seconds.first, operator.seconds.last, operator.share
    longest = first / low if first is not None and low else last / (1 - high) if last is not None and high < 1 else None
    if longest is not None:
        yield reading.at(placed, "scoring.lint_scopes_apart", key=("seconds",), longest=round(longest))

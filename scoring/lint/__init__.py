"""What is dubious about a pack that is correct: rules that cannot fire, say the same twice, or will take too long.

Nothing here reads files or calls: what real calls say is given as counts.
"""

from collections.abc import Callable, Iterator, Mapping

from scoring.cases import RuleOnCases
from scoring.lint import bounds, cards, duplicates, guesses, hits, never, phrases, reasons, roles, runaway, shadows
from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Reading
from scoring.pack import Pack
from scoring.scorecard import Scorecard

__all__ = ["Level", "Lint", "lint", "lint_card"]

KINDS: tuple[Callable[[Reading], Iterator[Lint]], ...] = (
    reasons.check,
    roles.check,
    guesses.check,
    bounds.check,
    duplicates.check,
    phrases.check,
    shadows.check,
    never.check,
    runaway.check,
)


def lint(
    pack: Pack,
    *,
    hits_on_calls: Mapping[str, int] | None = None,
    calls: int = 0,
    asked: Mapping[str, RuleOnCases] | None = None,
) -> tuple[Lint, ...]:
    """What to look at again, in the order of the text.

    `hits_on_calls` says in how many of `calls` each rule hit; without it only the rules' own cases are asked. `asked`
    are those, by rule, where that was done before.
    """
    reading = Reading.of(pack, asked)
    found = [one for kind in KINDS for one in kind(reading)]
    if hits_on_calls is not None:
        found += hits.check(reading, hits_on_calls, calls)
    return _in_order(found)


def lint_card(card: Scorecard, pack: Pack, *, asked: Mapping[str, RuleOnCases] | None = None) -> tuple[Lint, ...]:
    """What does not reach the score: rules nobody listens to (lines of the pack), items nothing can move."""
    reading = Reading.of(pack, asked)
    return (*_in_order(cards.unheard(card, reading)), *_in_order(cards.unmoved(card, reading)))


def _in_order(found: Iterator[Lint] | list[Lint]) -> tuple[Lint, ...]:
    """Each once, though several conditions of a rule may give rise to it."""
    distinct = {(one.rule, one.line, one.reason.say("en")): one for one in found}
    return tuple(sorted(distinct.values(), key=lambda one: (one.line, one.rule)))

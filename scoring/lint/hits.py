"""What real calls say about rules: those that never fire, and those that always do."""

from collections.abc import Iterator, Mapping

from models.finding import Effect
from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Reading

ENOUGH_CALLS = 20
"""In fewer calls it says little that a rule never fired."""
NEARLY_ALL = 0.95


def check(reading: Reading, hits: Mapping[str, int], calls: int) -> Iterator[Lint]:
    if calls < ENOUGH_CALLS:
        return
    for rule in reading.pack.rules:
        times = hits.get(rule.id, 0)
        if not times:
            yield reading.of_rule(rule, "scoring.lint_never_on_calls", Level.NOTE, calls=calls)
        elif times >= NEARLY_ALL * calls and rule.effect is not Effect.PRAISE:
            yield reading.of_rule(rule, "scoring.lint_always_on_calls", hits=times, calls=calls)

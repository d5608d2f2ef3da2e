"""Rules that say too little for people: why they are asked, and cases that show what they mean."""

from collections.abc import Iterator

from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Reading
from scoring.normalise import normalise

SHORTEST_WHY = 6
"""Characters: with fewer an agent learns nothing from it."""
ENOUGH_CASES = 3
"""Of either kind: one shows that the rule fires, three show what it is after."""


def check(reading: Reading) -> Iterator[Lint]:
    for rule in reading.pack.rules:
        if len(normalise(rule.why).text) < SHORTEST_WHY or rule.why.strip() == rule.name.strip():
            yield reading.of_rule(rule, "scoring.lint_short_why", why=rule.why, least=SHORTEST_WHY)
        if not rule.fires:
            yield reading.of_rule(rule, "scoring.lint_no_firing_case")
        elif not reading.fires(rule.id):
            yield reading.of_rule(rule, "scoring.lint_never_fires", Level.ERROR)
        if not rule.silent:
            yield reading.of_rule(rule, "scoring.lint_no_silent_case")
        few = min(len(rule.fires), len(rule.silent))
        if 0 < few < ENOUGH_CASES:
            facts = {"fires": len(rule.fires), "silent": len(rule.silent), "enough": ENOUGH_CASES}
            yield reading.of_rule(rule, "scoring.lint_few_cases", Level.NOTE, **facts)

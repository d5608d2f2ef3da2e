"""What an agent is blamed for although anybody may have said it."""

from collections.abc import Iterator

from models.finding import Effect
from scoring.lint.finding import Lint
from scoring.lint.reading import Reading
from scoring.operators.near import Near
from scoring.operators.phrase import Phrase
from scoring.operators.regex import Regex
from scoring.operators.similar import Similar


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        operator = placed.operator
        if placed.rule.effect is not Effect.VIOLATION or not placed.alone:
            continue
        if not isinstance(operator, Phrase | Regex | Near | Similar) or operator.role is not None:
            continue
        if isinstance(operator, Phrase | Regex) and operator.need == "none":
            continue
        yield reading.at(placed, "scoring.lint_no_role", operator=operator.KEY)

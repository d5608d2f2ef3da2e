"""Rules that blame somebody on the classifier's word alone."""

from collections.abc import Iterator

from models.finding import Effect
from scoring.lint.finding import Lint
from scoring.lint.reading import Reading
from scoring.operators.classifier import Classifier


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        blames = placed.rule.effect is Effect.VIOLATION and not placed.rule.queue
        if blames and isinstance(placed.operator, Classifier) and placed.alone and not placed.denied:
            yield reading.at(placed, "scoring.lint_classifier_alone")

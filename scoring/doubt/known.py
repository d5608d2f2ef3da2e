"""What a classifier knows of a call beside its opinions."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.transcript import Transcript
from scoring.classifier.classifier import Classifier
from scoring.doubt.case import Facts


def facts_of(
    classifier: Classifier,
    transcript: Transcript,
    *,
    rule_days: Mapping[str, float] | None = None,
    model_days: float | None = None,
    probabilities: NDArray[np.float32] | None = None,
) -> Facts:
    """`probabilities` of turns × labels where the caller has them already."""
    turns = transcript.turns
    return Facts(
        rule_days=rule_days or {},
        model_days=model_days,
        familiarity=classifier.turn.familiarity(turns),
        probabilities=classifier.turn.probabilities(turns) if probabilities is None else probabilities,
        satisfaction=classifier.satisfaction.of(turns) if classifier.satisfaction is not None and turns else None,
    )

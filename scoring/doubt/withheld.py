"""Opinions that rest only on what may not have been said, or on words the model never saw, abstain.

So an item the classifier may decide is left to a person where it is doubted.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.finding import Answer, Opinion
from models.reason import Reason
from models.transcript import Transcript
from scoring.doubt.unheard import WELL, confidence

KNOWN = 0.5
"""With less of its pairs of characters known, a turn might as well be in another language."""


def withheld(
    opinions: Sequence[Opinion], transcript: Transcript, familiarity: NDArray[np.float32] | None = None
) -> tuple[Opinion, ...]:
    """The same opinions; doubted ones cannot judge, and say why. `familiarity` is by turn (0–1), None if not known."""
    return tuple(_withheld(opinion, transcript, familiarity) for opinion in opinions)


def _withheld(opinion: Opinion, transcript: Transcript, familiarity: NDArray[np.float32] | None) -> Opinion:
    """An error stands where one of the turns that speak for it was heard well and is familiar."""
    said = [one for one in opinion.evidence if one.quote]
    if opinion.answer is not Answer.HIT or not said:
        return opinion
    heard = [one for one in said if confidence(one, transcript) >= WELL]
    if not heard:
        return _abstaining(opinion, "withheld_unheard")
    if familiarity is None or any(one.turn is None or familiarity[one.turn] >= KNOWN for one in heard):
        return opinion
    return _abstaining(opinion, "withheld_unfamiliar")


def _abstaining(opinion: Opinion, why: str) -> Opinion:
    reason = Reason(f"scoring.{why}", {"percent": round(100 * opinion.probability), "quote": opinion.evidence[0].quote})
    return replace(opinion, answer=Answer.CANNOT_JUDGE, reason=reason)

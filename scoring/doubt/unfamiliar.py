"""The model judges in words it never saw."""

from collections.abc import Iterator

import numpy as np

from models.transcript import ANNOUNCEMENT
from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.stake import stake

MUCH = 0.45
"""Of the call's characters, in pairs the model never saw. In real
helpdesk dialogues the starter model finds 0.31 at the median and 0.39 in one of ten; in the sample calls 0.07."""


def unfamiliar(case: Doubted) -> Iterator[Doubt]:
    asked = [item for item, _, opinion in case.items() if opinion is not None]
    share = unknown_share(case)
    if asked and share >= MUCH:
        most = max(stake(item, case.card) for item in asked)
        yield Doubt("unfamiliar", most, share, {"percent": round(100 * share)})


def unknown_share(case: Doubted) -> float:
    """0 where nobody knows."""
    known = case.facts.familiarity
    turns = case.transcript.turns
    if known is None or len(known) != len(turns):
        return 0.0
    said = np.array([0 if ANNOUNCEMENT in turn.flags else len(turn.text) for turn in turns], np.float32)
    return float(((1 - known) * said).sum() / said.sum()) if said.sum() else 0.0

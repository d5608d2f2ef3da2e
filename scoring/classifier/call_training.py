"""What signs of turns mean for a whole call, learnt from the starter's dialogues."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.classifier.calibrate import platt
from scoring.classifier.signs import CallSigns, Floats, heard_once, sign_turns
from scoring.classifier.turn_model import ROLES, label_roles
from scoring.classifier.turn_training import Example, FittedTurns
from scoring.starter.labels import label_ids
from scoring.starter.signs import sign_ids

LONGER = (1, 1, 2, 3, 4)
"""Dialogues of the starter have about ten turns, calls up to hundred: each is also heard joined to others."""


def fit_signs(examples: Sequence[Example], fitted: FittedTurns, seed: int) -> CallSigns:
    """From dialogues' turns as models heard them that did not know the dialogue."""
    dialogues = list(_dialogues(examples, fitted).values())
    slopes = np.tile(np.array([1.0, 0.0], np.float32), (len(sign_ids()), 1))
    if not dialogues:
        return CallSigns(slopes)
    generator = np.random.default_rng(seed)
    order = [generator.permutation(len(dialogues)) for _ in LONGER]
    heard: list[Floats] = []
    true: list[NDArray[np.bool_]] = []
    for joined, shuffled in zip(LONGER, order, strict=True):
        for start in range(0, len(shuffled) - joined + 1, joined):
            parts = [dialogues[index] for index in shuffled[start : start + joined]]
            heard.append(heard_once(sign_turns(np.concatenate([part[0] for part in parts]))))
            true.append(sign_turns(np.concatenate([part[1] for part in parts])).max(axis=0) > 0.5)
    scores, truth = np.array(heard), np.array(true)
    for column in range(len(sign_ids())):
        slopes[column] = platt(scores[:, column], truth[:, column])
    return CallSigns(slopes)


def _dialogues(examples: Sequence[Example], fitted: FittedTurns) -> Mapping[int, tuple[Floats, Floats]]:
    """By group: turns × labels as heard, and as they are."""
    of_group: dict[int, list[int]] = {}
    for index, example in enumerate(examples):
        if example.in_dialogue and example.written:
            of_group.setdefault(example.group, []).append(index)
    found = {}
    for group, members in of_group.items():
        roles = np.array([ROLES.index(examples[index].role) for index in members])
        heard = expit(fitted.unseen[members]) * (label_roles() == roles[:, None])
        true = np.array([[label in examples[index].labels for label in label_ids()] for index in members], np.float32)
        found[group] = heard.astype(np.float32), true
    return found

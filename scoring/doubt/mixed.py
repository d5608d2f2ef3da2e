"""Turns of the agent speak against each other: an error in one, and a skill that does not go with it in another."""

from collections.abc import Iterator

import numpy as np

from models.clock import clock
from models.reason import Fact
from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.learnt import entropy
from scoring.doubt.stake import stake
from scoring.starter.labels import label_ids, turn_labels

CLEARLY = 0.6
"""How probable both must be."""

OPPOSITES = {
    "impatient": ("soothing", "apology"),
    "confronting": ("soothing", "apology"),
    "mocking": ("soothing", "apology"),
    "shirking": ("initiative",),
    "perfunctory": ("explaining", "initiative"),
    "blunt_refusal": ("explaining", "initiative"),
}
"""Skills that one who makes this error would hardly show in the same call."""


def mixed(case: Doubted) -> Iterator[Doubt]:
    found = case.facts.probabilities
    if found is None or not len(found) or len(found) != len(case.transcript.turns):
        return
    names = {label.id: label.name for label in turn_labels()}
    for item, _, opinion in case.items():
        for sign in item.signs if opinion is not None else ():
            for skill in OPPOSITES.get(sign, ()):
                bad, good = (found[:, label_ids().index(label)] for label in (sign, skill))
                at, other = int(np.argmax(bad)), int(np.argmax(good))
                if at != other and min(bad[at], good[other]) >= CLEARLY:
                    taught = float(min(bad[at], good[other])) * entropy(float(bad[at] / (bad[at] + good[other])))
                    start, start2 = (case.transcript.turns[turn].start for turn in (at, other))
                    facts: dict[str, Fact] = {"item": item.name, "sign": names[sign], "skill": names[skill]}
                    places: dict[str, Fact] = {
                        "at": clock(start),
                        "start": start,
                        "at2": clock(start2),
                        "start2": start2,
                    }
                    yield Doubt("mixed", stake(item, case.card), taught, facts | places, item.id)

"""What people's verdicts on calls say of their turns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.learning import ItemLabel, LabelledCall
from models.transcript import Turn
from scoring.card_item import Item
from scoring.classifier.turn_model import ROLES, Floats, Sayings, TurnModel, label_roles, sayings
from scoring.classifier.turn_training import Example
from scoring.scorecard import Scorecard
from scoring.starter.labels import label_ids

COUNTS = 3.0
"""A turn from a verdict counts as so many of the starter's."""
TAKEN = 3
"""Turns of a call without an error that the model is told about, of each sign."""
NEARLY = 0.1
"""Less probable turns teach nothing: the model knows."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the people who judged an item of a call found together: `error` is the weighted share that found one."""

    error: float
    weight: float
    pointed: frozenset[int]

    @property
    def found(self) -> bool:
        return self.error >= HALF


def verdicts_of(call: LabelledCall) -> Mapping[str, Verdict]:
    """By item."""
    of_item: dict[str, list[ItemLabel]] = {}
    for label in call.labels:
        of_item.setdefault(label.item, []).append(label)
    return {item: _verdict(labels, len(call.transcript.turns)) for item, labels in of_item.items()}


def _verdict(labels: Sequence[ItemLabel], turns: int) -> Verdict:
    weight = sum(label.weight for label in labels)
    error = sum(label.weight for label in labels if label.error) / weight
    pointed = {one.turn for label in labels if label.error for one in label.evidence if one.turn is not None}
    return Verdict(error, weight, frozenset(turn for turn in pointed if turn < turns))


def examples_from(model: TurnModel, calls: Sequence[LabelledCall], cards: Mapping[str, Scorecard]) -> list[Example]:
    """Turns people pointed at are signs; in calls without an error none is.

    Of the latter those are taken that the model would have taken for signs: the others teach it nothing. The group is
    −1 for the first call, −2 for the second, and so on.
    """
    found: list[Example] = []
    for number, call in enumerate(calls, start=1):
        verdicts = verdicts_of(call)
        items = [item for item in cards[call.card].items if item.id in verdicts] if call.card in cards else []
        asked = [item for item in items if label_ids_of(item)]
        if asked:
            said = sayings(call.transcript.turns)
            probabilities = model.probabilities(call.transcript.turns)
            for item in asked:
                taught = _taught(item, verdicts[item.id], probabilities)
                found.extend(_examples(call.transcript.turns, said, taught, -number))
    return found


def label_ids_of(item: Item) -> list[str]:
    """Its signs that are labels of turns."""
    return [sign for sign in item.signs if sign in label_ids()]


def _taught(item: Item, verdict: Verdict, probabilities: Floats) -> Iterator[tuple[int, str, bool]]:
    """Turn, label, and whether it has it."""
    labels = label_ids_of(item)
    columns = [label_ids().index(label) for label in labels]
    if verdict.found:
        for turn in sorted(verdict.pointed):
            best = int(probabilities[turn, columns].argmax())
            if probabilities[turn, columns].max() > 0:
                yield turn, labels[best], True
    elif verdict.error == 0:
        for label, column in zip(labels, columns, strict=True):
            for turn in np.argsort(-probabilities[:, column], kind="stable")[:TAKEN].tolist():
                if probabilities[turn, column] >= NEARLY:
                    yield turn, label, False


def _examples(
    turns: Sequence[Turn], said: Sayings, taught: Iterator[tuple[int, str, bool]], group: int
) -> Iterator[Example]:
    for index, label, has in taught:
        role = int(label_roles()[label_ids().index(label)])
        saying = int(np.flatnonzero((said.turn == index) & (said.role == role))[0])
        before = int(said.before[saying])
        yield Example(
            before=turns[said.turn[before]].text if before >= 0 else "",
            role=ROLES[role],
            text=turns[index].text,
            labels=frozenset({label} if has else ()),
            group=group,
            place=index / max(len(turns) - 1, 1),
            weight=COUNTS,
            known=frozenset({label}),
        )

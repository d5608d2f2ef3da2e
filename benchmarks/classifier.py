"""How fast the classifier is, and how good the starter's turn labels are on turns it has not seen.

python -m benchmarks.classifier [speed|turns|industries|samples]

speed: seconds to train the starter, and calls of 60 turns a second on one core. turns: cross-validation by dialogue
(near copies of single turns together). industries: each industry by the others. Texts as they are written and, since
Whisper writes few marks, without them. samples: what the starter says of the sample calls, as they were spoken.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from models.transcript import ANNOUNCEMENT, Recording, Role, Transcript, Turn
from scoring.classifier.classifier import opinions
from scoring.classifier.features import without_marks
from scoring.classifier.metrics import draws_of, ece
from scoring.classifier.training import from_starter
from scoring.classifier.turn_model import ROLES, TurnModel, label_roles
from scoring.classifier.turn_training import Example, examples_of, fit_turns, folds_of
from scoring.scorecard import load_scorecard, shipped_scorecards
from scoring.starter.corpus import Line, starter_corpus
from scoring.starter.labels import label_ids

Numbers = NDArray[Any]
TURNS = 60
ROUNDS = 300


def turn(role: Role, text: str, index: int, *flags: str) -> Turn:
    return Turn(role, ROLES.index(role), 4.0 * index, 4.0 * index + 3.0, text, 1.0, flags)


def call_of(lines: Sequence[Line]) -> Transcript:
    turns = tuple(turn(line.role, line.text, index) for index, line in enumerate(lines))
    return Transcript(Recording("call", "", 4.0 * len(turns), 2, "none"), turns)


def speed() -> None:
    corpus = starter_corpus()
    begun = time.process_time()
    classifier = from_starter(corpus)[1]
    print(f"training the starter: {time.process_time() - begun:.1f} s of one core")
    lines = [line for dialogue in corpus.dialogues for line in dialogue.lines]
    calls = [call_of(lines[start : start + TURNS]) for start in range(0, len(lines) - TURNS, TURNS)]
    card = load_scorecard("inbound-service")
    characters = np.mean([sum(len(one.text) for one in call.turns) for call in calls])
    items = sum(bool(item.signs) for item in card.items)
    print(f"{len(calls)} calls of {TURNS} turns and {characters:.0f} characters; {items} items")
    opinions(classifier, card, calls[0], ())
    begun = time.process_time()
    for number in range(ROUNDS):
        opinions(classifier, card, calls[number % len(calls)], ())
    print(f"opinions: {ROUNDS / (time.process_time() - begun):.0f} calls a second on one core")


def asked(model: TurnModel, example: Example) -> Numbers:
    """Its probabilities, in the middle of a call."""
    other = ROLES[1 - ROLES.index(example.role)]
    first = turn(other, example.before, 0, *(() if example.before else (ANNOUNCEMENT,)))
    turns = [first, turn(example.role, example.text, 1), turn(other, "", 2, ANNOUNCEMENT)]
    return model.probabilities(turns)[1]


def cross(groups: Callable[[list[Example]], Numbers], title: str) -> None:
    """One row for each label: as written | without marks."""
    examples = examples_of(starter_corpus())
    fold = groups(examples)
    chosen = [index for index, example in enumerate(examples) if example.written]
    found = {kind: np.zeros((len(examples), len(label_ids()))) for kind in ("written", "bare")}
    for number in np.unique(fold).tolist():
        model = fit_turns([example for example, own in zip(examples, fold, strict=True) if own != number]).model
        for index in (index for index in chosen if fold[index] == number):
            example = examples[index]
            bare = replace(example, text=without_marks(example.text), before=without_marks(example.before))
            for kind, one in (("written", example), ("bare", bare)):
                found[kind][index] = asked(model, one)
    print(f"{title}: {len(chosen)} turns\n{'label':18s} {'n':>5s}   ROC-AUC PR-AUC ECE as written | without marks")
    rows = [list(row(examples, chosen, column, found)) for column in range(len(label_ids()))]
    for label, (n, *values) in zip(label_ids(), rows, strict=True):
        print(f"{label:18s} {n:5.0f}   " + " ".join(f"{value:.3f}" for value in values))
    for role in (0, 1):
        means = np.mean([own for own, at in zip(rows, label_roles(), strict=True) if at == role], axis=0)
        print(f"{'mean ' + ROLES[role]:18s} {means[0]:5.0f}   " + " ".join(f"{value:.3f}" for value in means[1:]))
    worst = max(max(own[3], own[6]) for own in rows)
    print(f"largest ECE {worst:.3f}")


def row(examples: list[Example], chosen: list[int], column: int, found: dict[str, Numbers]) -> Iterator[float]:
    own = [index for index in chosen if examples[index].role is ROLES[label_roles()[column]]]
    truth = np.array([label_ids()[column] in examples[index].labels for index in own])
    yield float(truth.sum())
    for probabilities in found.values():
        probability = probabilities[own, column]
        yield float(roc_auc_score(truth, probability))
        yield float(average_precision_score(truth, probability))
        yield float(ece(probability, truth, draws_of(len(own), 0)[:1])[0])


def by_dialogue(examples: list[Example]) -> Numbers:
    return folds_of([example.group for example in examples], seed=7)


def by_industry(examples: list[Example]) -> Numbers:
    """As `examples_of` lists them: single turns, then dialogues; a near copy goes with the first of its group."""
    corpus = starter_corpus()
    industries = sorted(corpus.turns)
    lines = [(number, line) for number, name in enumerate(industries) for line in corpus.turns[name]]
    lines += [(len(industries), line) for line in corpus.standard]
    lines += [(industries.index(one.industry), line) for one in corpus.dialogues for line in one.lines]
    origin = iter(lines)
    own: list[int] = []
    for example in examples:
        own.append(next(origin)[0] if example.written else own[-1])
    first: dict[int, int] = {}
    return np.array([first.setdefault(example.group, number) for example, number in zip(examples, own, strict=True)])


def sample_calls() -> None:
    classifier = from_starter(starter_corpus())[1]
    for file in sorted(Path("sample_audio/truth").glob("*.json")):
        lines = json.loads(file.read_text("utf8"))["lines"]
        turns = tuple(turn(Role(line["role"]), line["text"], index) for index, line in enumerate(lines))
        call = Transcript(Recording(file.stem, "", 4.0 * len(turns), 2, "none"), turns)
        print(f"\n{file.stem}")
        for name in shipped_scorecards():
            for one in opinions(classifier, load_scorecard(name), call, ()):
                if one.evidence:
                    print(f"  {name} {one.item} {one.probability:.2f} {one.answer}: {[e.quote for e in one.evidence]}")


def main() -> None:
    parts = {
        "speed": speed,
        "turns": lambda: cross(by_dialogue, "by dialogue"),
        "industries": lambda: cross(by_industry, "by industry"),
        "samples": sample_calls,
    }
    for name in sys.argv[1:] or ("speed", "turns", "industries"):
        parts[name]()


if __name__ == "__main__":
    main()

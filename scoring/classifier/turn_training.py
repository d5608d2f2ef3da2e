"""The turn model's training: one linear support vector machine a label, calibrated on turns it has not seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from sklearn.svm import LinearSVC

from models.transcript import Role
from scoring.classifier.calibrate import platt
from scoring.classifier.features import BITS, Grams, grams, lengths, without_marks
from scoring.classifier.turn_model import BEFORE, BEFORE_LONGEST, ROLES, Floats, TurnModel, dense, label_roles
from scoring.starter.corpus import Corpus, Line
from scoring.starter.labels import label_ids

REGULARISATION = 0.5
"""LinearSVC's C, by cross-validation over dialogues."""
SEEN = 2
"""Turns a gram must stand in to be learnt."""
NEAR = 80
"""Turns so alike (RapidFuzz's ratio) are one in cross-validation: who knows one knows the other."""
OFTEN = 3.0
"""What is said in every call counts as so many turns: to take a farewell for an error is to be wrong in every call."""
MIDDLE = 0.5
"""The place of a turn that is of no call."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled turn. Examples of one `group` are never on both sides of a cross-validation.

    `known` are the labels somebody judged, `labels` those it has; it counts `weight` times for them. `written`: as its
    writer wrote it, rather than as it may be heard.
    """

    before: str
    role: Role
    text: str
    labels: frozenset[str]
    group: int
    place: float | None = None
    weight: float = 1.0
    known: frozenset[str] | None = None
    written: bool = True
    in_dialogue: bool = False

    def judged(self, label: str) -> bool:
        return self.known is None or label in self.known


@dataclass(frozen=True, slots=True)
class FittedTurns:
    """`unseen` are examples × labels in calibrated log-odds from models that did not see the example's group."""

    model: TurnModel
    unseen: Floats


def examples_of(corpus: Corpus) -> list[Example]:
    """Every turn twice: as it was written, and as it may be heard. A dialogue is one group, and those come last."""
    single = [*chain.from_iterable(corpus.turns.values()), *corpus.standard]
    often = {id(line) for line in corpus.standard}
    groups = near_copies([line.text for line in single])
    first = max(groups, default=-1) + 1
    found = [
        replace(example, weight=OFTEN if id(line) in often else 1.0)
        for line, group in zip(single, groups, strict=True)
        for example in _examples(line, group)
    ]
    for number, dialogue in enumerate(corpus.dialogues, start=first):
        said = chain.from_iterable(_examples(line, number) for line in dialogue.lines)
        found.extend(replace(example, in_dialogue=True) for example in said)
    return found


def _examples(line: Line, group: int) -> Iterator[Example]:
    """As written, and as it may be heard: what Whisper made of it where that is known, else without marks."""
    yield Example(line.before, line.role, line.text, line.labels, group, line.place)
    before, heard = without_marks(line.before), line.heard or without_marks(line.text)
    if heard:
        yield Example(before, line.role, heard, line.labels, group, line.place, written=False)


def near_copies(texts: Sequence[str]) -> list[int]:
    """A number per text; texts that are alike, or alike to one that is, have the same."""
    if not texts:
        return []
    alike = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=np.uint8)
    numbers: list[int] = sp.csgraph.connected_components(sp.csr_matrix(alike), directed=False)[1].tolist()
    return numbers


def fit_turns(examples: Sequence[Example], seed: int = 0) -> FittedTurns:
    """Weights from all examples; calibration by what models of four fifths of them say of the rest."""
    problems = _Problems.of(examples, seed)
    unseen = np.zeros((len(examples), len(label_ids())), np.float32)
    slopes = np.zeros((len(label_ids()), 2), np.float32)
    for column, problem in problems.each():
        scores = problem.unseen()
        slopes[column] = platt(scores, problem.truth)
        unseen[problem.rows, column] = scores * slopes[column, 0] + slopes[column, 1]
    return FittedTurns(problems.model(slopes), unseen)


def fit_again(examples: Sequence[Example], model: TurnModel, seed: int = 0) -> TurnModel:
    """Weights from these examples, calibration as it was.

    What verdicts add are the turns the model was wrong about: a calibration by them would think errors frequent.
    """
    return _Problems.of(examples, seed).model(model.platt)


def folds_of(groups: Sequence[int], seed: int, folds: int = FOLDS) -> NDArray[np.intp]:
    """The fold of each, the same for all of one group."""
    distinct, of_group = np.unique(np.asarray(groups), return_inverse=True)
    dealt = np.random.default_rng(seed).permutation(len(distinct)) % folds
    return dealt[of_group]


@dataclass(frozen=True, slots=True)
class _Problem:
    """One label's: to tell turns that have it from turns that have not. `rows` are the examples asked about it."""

    rows: NDArray[np.intp]
    matrix: sp.csr_matrix
    truth: NDArray[np.bool_]
    counts: NDArray[np.float64]
    fold: NDArray[np.intp]
    seed: int

    def weights(self) -> Floats:
        return self._fit(np.ones(len(self.truth), bool))

    def unseen(self) -> Floats:
        """What models of the other folds say of each."""
        scores = np.zeros(len(self.truth), np.float32)
        for number in np.unique(self.fold):
            asked = self.fold == number
            scores[asked] = self.matrix[asked] @ self._fit(~asked)
        return scores

    def _fit(self, among: NDArray[np.bool_]) -> Floats:
        truth = self.truth[among]
        if truth.all() or not truth.any():
            return np.zeros(self.matrix.shape[1], np.float32)
        machine = LinearSVC(C=REGULARISATION, fit_intercept=False, random_state=self.seed)
        machine.fit(self.matrix[among], truth, self.counts[among])
        return np.asarray(machine.coef_[0], np.float32)


@dataclass(frozen=True, slots=True)
class _Problems:
    """All labels': the examples of each role as a matrix."""

    examples: Sequence[Example]
    vocabulary: "_Vocabulary"
    fold: NDArray[np.intp]
    seed: int

    @classmethod
    def of(cls, examples: Sequence[Example], seed: int) -> "_Problems":
        fold = folds_of([example.group for example in examples], seed)
        return cls(examples, _Vocabulary.of(examples), fold, seed)

    def each(self) -> Iterator[tuple[int, _Problem]]:
        """The label's column, and its problem."""
        counts = np.array([example.weight for example in self.examples])
        for role in range(2):
            chosen = np.flatnonzero([example.role is ROLES[role] for example in self.examples])
            matrix = self.vocabulary.matrix([self.examples[index] for index in chosen.tolist()])
            for column in np.flatnonzero(label_roles() == role).tolist():
                label = label_ids()[column]
                asked = np.flatnonzero([self.examples[index].judged(label) for index in chosen.tolist()])
                rows = chosen[asked]
                truth = np.array([label in self.examples[index].labels for index in rows.tolist()], bool)
                yield column, _Problem(rows, matrix[asked], truth, counts[rows], self.fold[rows], self.seed)

    def model(self, platt: Floats) -> TurnModel:
        size, idf = len(self.vocabulary.slots), self.vocabulary.idf
        weights = np.zeros((2, size + 1, len(label_ids()) + 2), np.float32)
        weights[:, 1:, -2] = idf**2
        weights[:, 1:, -1] = idf**2 * (self.vocabulary.size <= BEFORE_LONGEST)
        dense_weights = np.zeros((len(label_ids()), 3), np.float32)
        for column, problem in self.each():
            role = int(label_roles()[column])
            own, before, dense_weights[column] = np.split(problem.weights(), [size, 2 * size])
            weights[role, 1:, column] = own * idf
            weights[1 - role, 1:, column] = before * idf
        return TurnModel(label_ids(), self.vocabulary.slots, weights, dense_weights, platt)


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    slots: NDArray[np.uint32]
    size: NDArray[np.uint8]
    idf: Floats

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "_Vocabulary":
        found = grams([example.text for example in examples])
        turns_of = np.unique(np.stack([found.slot.astype(np.intp), found.text]), axis=1)[0]
        slots, often = np.unique(turns_of, return_counts=True)
        kept = often >= SEEN
        size = np.zeros(1 << BITS, np.uint8)
        size[found.slot] = found.size
        idf = np.log((1 + len(examples)) / (1 + often[kept])) + 1
        return cls(slots[kept].astype(np.uint32), size[slots[kept]], idf.astype(np.float32))

    def matrix(self, examples: Sequence[Example]) -> sp.csr_matrix:
        """Examples × (grams of the turn, grams of the turn before, length, place, 1)."""
        texts = [example.text for example in examples]
        place = np.array([MIDDLE if example.place is None else example.place for example in examples])
        befores = grams([example.before for example in examples])
        said = [index for index, example in enumerate(examples) if not example.before]
        counted = (befores.size <= BEFORE_LONGEST) & ~np.isin(befores.text, said)
        parts = [
            self._part(grams(texts), len(examples), None),
            BEFORE * self._part(befores, len(examples), counted),
            sp.csr_matrix(dense(lengths(texts), place)),
        ]
        return sp.hstack(parts, format="csr", dtype=np.float64)

    def _part(self, found: Grams, examples: int, counted: NDArray[np.bool_] | None) -> sp.csr_matrix:
        row = np.searchsorted(self.slots, found.slot)
        known = np.isin(found.slot, self.slots)
        if counted is not None:
            known &= counted
        row, text = row[known], found.text[known]
        squares = np.bincount(text, self.idf[row] ** 2, minlength=examples)
        values = self.idf[row] / np.sqrt(np.maximum(squares, 1e-6))[text]
        return sp.csr_matrix((values, (text, row)), shape=(examples, len(self.slots)))

"""Training how content customers are: on dialogues that people rated."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.special import logit
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold

from scoring.classifier.features import BITS, grams
from scoring.classifier.satisfaction import BAD, FAIR, WEIGHTS, Floats, RatedDialogue, Satisfaction, shape, views

SHAPE_WEIGHT = 0.05
"""What a dialogue's lengths count beside its words."""
ALPHA = 1.0
FOLDS = 5
SEEN = 2
"""Dialogues a gram must stand in to be learnt."""
NEVER = -20.0
"""Log-odds of a bad rating where none was seen."""


def train_satisfaction(dialogues: Sequence[RatedDialogue], seed: int = 0) -> Satisfaction:
    """Fit on dialogues, at least FOLDS of them; the chance of a bad rating is calibrated (Platt) on folds left out."""
    left_out = np.zeros(len(dialogues))
    for train, test in KFold(FOLDS, shuffle=True, random_state=seed).split(left_out):
        model = _fit([dialogues[one] for one in train])
        left_out[test] = [logit(model.of(dialogues[one].turns).bad) for one in test]
    bad = np.array([dialogue.rating <= BAD for dialogue in dialogues])
    if bad.all() or not bad.any():
        return replace(_fit(dialogues), slope=0.0, offset=-NEVER if bad.all() else NEVER)
    platt = LogisticRegression(C=100.0)
    platt.fit(left_out[:, None], bad, sample_weight=[dialogue.weight for dialogue in dialogues])
    return replace(_fit(dialogues), slope=float(platt.coef_[0, 0]), offset=float(platt.intercept_[0]))


def _fit(dialogues: Sequence[RatedDialogue]) -> Satisfaction:
    """Not calibrated yet: the log-odds of a bad rating are the rating up to FAIR."""
    bags = [_bags([views(dialogue.turns)[view] for dialogue in dialogues]) for view in range(len(WEIGHTS))]
    often = np.zeros(1 << BITS, np.int32)
    for bag in bags:
        often = np.maximum(often, np.asarray((bag > 0).sum(axis=0)).ravel())
    slots = np.flatnonzero(often >= SEEN).astype(np.uint32)
    parts, idf = [], []
    for bag, weight in zip(bags, WEIGHTS, strict=True):
        rare, part = _tf_idf(bag[:, slots])
        idf.append(rare)
        parts.append(weight * part)
    parts.append(csr_matrix(SHAPE_WEIGHT * np.array([shape(dialogue.turns) for dialogue in dialogues])))
    ratings = np.array([dialogue.rating for dialogue in dialogues])
    weights = np.array([dialogue.weight for dialogue in dialogues])
    ridge = Ridge(alpha=ALPHA, solver="sparse_cg")
    ridge.fit(hstack(parts).tocsr(), np.column_stack([ratings, np.minimum(ratings, FAIR)]), weights)
    many = len(slots) * len(WEIGHTS)
    return Satisfaction(
        slots=slots,
        idf=np.array(idf, np.float32),
        weights=ridge.coef_[:, :many].reshape(2, len(WEIGHTS), -1).astype(np.float32),
        shape=(SHAPE_WEIGHT * ridge.coef_[:, many:]).astype(np.float32),
        intercept=ridge.intercept_.astype(np.float32),
        slope=1.0,
        offset=0.0,
    )


def _bags(documents: Sequence[Sequence[str]]) -> csr_matrix:
    """How often each gram (column: its slot) stands in each document."""
    owner = np.repeat(np.arange(len(documents)), [len(texts) for texts in documents])
    found = grams([text for texts in documents for text in texts])
    rows = owner[found.text] if len(found.text) else found.text
    ones = np.ones(len(rows), np.float32)
    return csr_matrix((ones, (rows, found.slot)), shape=(len(documents), 1 << BITS))


def _tf_idf(bag: csr_matrix) -> tuple[Floats, csr_matrix]:
    """Smoothed idf, and the weighted rows, each of length one or empty (as scikit-learn's TfidfTransformer)."""
    bag = bag.tocsr().copy()
    many = np.asarray((bag > 0).sum(axis=0)).ravel()
    idf = (np.log((1 + bag.shape[0]) / (1 + many)) + 1).astype(np.float32)
    bag.data = (1 + np.log(bag.data)) * idf[bag.indices]
    norms = np.sqrt(np.asarray(bag.multiply(bag).sum(axis=1)).ravel())
    norms[norms == 0] = 1
    bag.data /= np.repeat(norms, np.diff(bag.indptr))
    return idf, bag

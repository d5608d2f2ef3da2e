"""How alike two sentences are: version 1.

The share of characters that stand in both in the same order: twice the longest common subsequence by the sum of the
lengths (the normalised indel similarity, Levenshtein without substitution), on normalised text. It is a fixed formula:
rapidfuzz only computes it, and no version of it may answer differently.
"""

from collections.abc import Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

SIMILARITY_VERSION = 1

LEAST_PART = 0.75
"""Widened is not what is less alike than this share of what is asked for: it would hardly reach it."""
LONGEST = 64
"""Characters of a sentence; up to here rapidfuzz looks at every stretch, for longer ones it guesses."""


def similarity(one: str, other: str, at_least: float = 0.0) -> float:
    """From 0 to 1; 0 where it is less than `at_least`."""
    return fuzz.ratio(one, other, score_cutoff=100 * at_least) / 100


def most_similar(sentence: str, text: str, at_least: float) -> tuple[int, int, float] | None:
    """The stretch of a text that is most like the sentence.

    That is the best one of the sentence's own length, or what it can be widened to, by up to half of it at either end,
    if that is more alike. A shorter text is taken whole. Start, end (not included) and similarity; None where it is
    less than `at_least`.
    """
    if len(text) <= len(sentence):
        whole = similarity(sentence, text, at_least)
        return (0, len(text), whole) if whole else None
    found = fuzz.partial_ratio_alignment(sentence, text, score_cutoff=100 * at_least * LEAST_PART)
    if not found or not found.score:
        return None
    best = found.dest_start, found.dest_end, found.score / 100
    length, more = len(sentence), len(sentence) // 2
    begin = max(min(found.dest_start, found.dest_end - length) - more, 0)
    stop = max(found.dest_end, found.dest_start + length) + more
    blocks = LCSseq.opcodes(sentence, text[begin:stop]).as_matching_blocks()
    start, end = begin + blocks[0].b, begin + max(block.b + block.size for block in blocks if block.size)
    best = max(best, (start, end, similarity(sentence, text[start:end])), key=itemgetter(2))
    return best if best[2] >= at_least else None


def alike(sentences: Sequence[str], at_least: float) -> NDArray[np.bool_]:
    """Which of the sentences are alike, each with each."""
    ratios = process.cdist(sentences, sentences, scorer=fuzz.ratio, score_cutoff=100 * at_least)
    return np.asarray(ratios > 0)

"""How alike two sentences are: version 2.

The share of characters that stand in both in the same order: twice the longest common subsequence by the sum of the
lengths (the normalised indel similarity, Levenshtein without substitution), on normalised text as it sounds
(scoring/sounded.py): in version 1 a homophone was another character. It is a fixed formula: rapidfuzz only computes it,
and no version of it may answer differently.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq, MatchingBlock

from scoring.grams import codes_of

SIMILARITY_VERSION = 2

LEAST_PART = 0.75
"""Widened is not what is less alike than this share of what is asked for: it would hardly reach it."""
ROOM = 1e-4
"""By so much less than what is asked for something is still looked at, so that nothing is lost by rounding."""
LONGEST = 64
"""Characters of a sentence; up to here rapidfuzz looks at every stretch, for longer ones it guesses."""


def similarity(one: str, other: str, at_least: float = 0.0) -> float:
    """From 0 to 1; 0 where it is less than `at_least`."""
    return fuzz.ratio(one, other, score_cutoff=100 * at_least) / 100


def hopeful(sentences: Sequence[str], texts: Sequence[str], at_least: float) -> Iterator[tuple[int, int]]:
    """Numbers of a text and a sentence, in order, where a stretch of the text may be so similar.

    No stretch has more in common with the sentence than the whole text has, and none is shorter than what it has in
    common with it: of most texts that is too little, and told for all at once.
    """
    common = process.cdist(texts, sentences, scorer=LCSseq.similarity, dtype=np.uint8).astype(float)
    lengths = np.array([len(sentence) for sentence in sentences])
    text, sentence = np.nonzero(2 * common / (lengths + common) >= at_least - ROOM)
    return zip(text.tolist(), sentence.tolist(), strict=True)


def most_similar(sentence: str, text: str, at_least: float) -> tuple[int, int, float] | None:
    """The stretch of a text that is most like the sentence.

    Looked at is the best one of the sentence's own length, by up to half of it wider at either end (a shorter text
    whole); of this the part from one to another of the pieces it has in common with the sentence that is most alike.
    Start, end (not included) and similarity; None where it is less than `at_least`.
    """
    begin, stop = 0, len(text)
    if len(text) > len(sentence):
        found = fuzz.partial_ratio_alignment(sentence, text, score_cutoff=100 * at_least * LEAST_PART)
        if not found or not found.score:
            return None
        length, more = len(sentence), len(sentence) // 2
        begin = max(min(found.dest_start, found.dest_end - length) - more, 0)
        stop = max(found.dest_end, found.dest_start + length) + more
    pieces = [b for b in LCSseq.opcodes(sentence, text[begin:stop]).as_matching_blocks() if b.size]
    if not pieces:
        return None
    first, last = max(combinations_with_replacement(range(len(pieces)), 2), key=partial(_alike, sentence, pieces))
    start, end = begin + pieces[first].b, begin + pieces[last].b + pieces[last].size
    best = similarity(sentence, text[start:end], at_least)
    return (start, end, best) if best else None


def _alike(sentence: str, pieces: Sequence[MatchingBlock], ends: tuple[int, int]) -> float:
    """How alike the stretch from one to another of the pieces is, if it has nothing else in common."""
    own = pieces[ends[0] : ends[1] + 1]
    return 2 * sum(piece.size for piece in own) / (len(sentence) + own[-1].b + own[-1].size - own[0].b)


def often_alike(sentences: Sequence[str], at_least: float, times: int) -> list[int]:
    """Numbers of the sentences that may be like so many (each is like itself), and of those they may be like.

    A character that only one of two sentences has makes them less alike. A bit stands for some characters (Bloom 1970):
    bits that only one has are no more than such characters.
    """
    lengths = np.array([len(sentence) for sentence in sentences])
    bits = np.uint64(1) << (codes_of("".join(sentences)) & np.uint32(63)).astype(np.uint64)
    own = np.bitwise_or.reduceat(bits, lengths.cumsum() - lengths)
    apart = np.bitwise_count(own[:, None] ^ own)
    near = apart <= (1 - at_least + ROOM) * (lengths[:, None] + lengths)
    often = np.count_nonzero(near, axis=1) >= times
    if not often.any():
        return []
    return np.flatnonzero((near & often[:, None]).any(axis=0)).tolist()


def alike(sentences: Sequence[str], at_least: float) -> NDArray[np.bool_]:
    """Which of the sentences are alike, each with each."""
    ratios = process.cdist(sentences, sentences, scorer=fuzz.ratio, score_cutoff=100 * at_least, dtype=np.uint8)
    return np.asarray(ratios > 0)

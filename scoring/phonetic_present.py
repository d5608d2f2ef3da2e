"""Whether enough of a phrase's sounds are where it may lie, in whatever order: for many places at once.

A bit for each sound (Bloom 1970): sounds that share one are taken as there where only the other is.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.grams import Codes, Places, codes_of

_BITS = np.uint32(63)


class Present:
    """Of phrases by their numbers, as they sound. `widths` are those of where each may lie.

    `at_least` so many of its sounds are asked for.
    """

    def __init__(self, phrases: Sequence[str], widths: Places, at_least: Places) -> None:
        # The greatest power of two within the width: two stretches so wide cover it.
        self.widths = widths
        self._levels = np.array([int(width).bit_length() - 1 for width in widths], np.intp)
        self._shifts: Places = widths - (1 << self._levels)
        self._bits = np.array([np.bitwise_or.reduce(_bits(codes_of(phrase))) for phrase in phrases], np.uint64)
        # Those of a phrase that share a bit are told by it once.
        shared = np.array([len(phrase) for phrase in phrases], np.intp) - np.bitwise_count(self._bits)
        self._at_least = (at_least - shared).astype(np.int8)

    def enough(self, numbers: Places, firsts: Places, codes: Codes) -> NDArray[np.bool_]:
        """For each phrase and where the place begins in which it may lie."""
        count = len(codes)
        near = np.zeros((int(self._levels.max()) + 1, count), np.uint64)
        near[0] = _bits(codes)
        for level in range(1, len(near)):
            half = 1 << level - 1
            np.bitwise_or(near[level - 1, :-half], near[level - 1, half:], out=near[level, :-half])
        every = near.ravel()
        at = self._levels[numbers] * count + firsts
        there = (every[at] | every[at + self._shifts[numbers]]) & self._bits[numbers]
        return np.asarray(np.bitwise_count(there) >= self._at_least[numbers])


def _bits(codes: Codes) -> NDArray[np.uint64]:
    return np.uint64(1) << (codes & _BITS).astype(np.uint64)

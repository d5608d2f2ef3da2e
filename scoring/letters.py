"""Which of certain letters stand on which line of a text: a row of bits for each line, found for all lines at once."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scoring.grams import Codes

Bits = NDArray[np.uint64]
CODES = 1 << 16
"""Code points that are told apart; the rare ones beyond are all taken as there, so that nothing is missed."""
WORDS = 4
"""Of 64 bits. With more letters than bits some share one, and are taken as there where only the other is."""


class Letters:
    """Bit 0 is set on every line."""

    def __init__(self, letters: Iterable[str]) -> None:
        known = [letter for letter in dict.fromkeys(letters) if ord(letter) < CODES]
        self._bit_of = {letter: number % (64 * WORDS - 1) + 1 for number, letter in enumerate(known)}
        self._bits = np.zeros(CODES, np.intp)
        for letter, bit in self._bit_of.items():
            self._bits[ord(letter)] = bit

    def bits(self, letters: Iterable[str] | None) -> Bits:
        """A row that has a bit in common with the lines that have one of these letters; None: with every line."""
        row = np.zeros(64 * WORDS, bool)
        row[[self._bit_of.get(letter, 0) for letter in letters] if letters else 0] = True
        return np.packbits(row, bitorder="little").view(np.uint64)

    def on_lines(self, codes: Codes, line_at: NDArray[np.intp], lines: int) -> Bits:
        """A column for each line; `line_at` gives the line of each character."""
        present = np.zeros((lines, 64 * WORDS), bool)
        present[:, 0] = True
        present[line_at, self._bits[np.where(codes < CODES, codes, 0)]] = True
        return np.packbits(present, axis=1, bitorder="little").view(np.uint64).T.copy()

"""The least that phrases can cost where they may lie, for many places at once: of most candidates that is too much.

A phrase costs no less than its characters do one by one, each at the place within its reach where it costs least
(scoring/phonetic_align.py has what each costs).
"""

import sys
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from scoring.grams import Codes, Places, spread
from scoring.phonetic import CLOSE, NEVER
from scoring.phonetic_align import NEAREST, SURE, missing

ROUNDING = 1e-6
"""Of distances and their sums."""
FEW, MOST = 512, 8191
"""Different characters of texts of which distances are kept, at first and at most; further ones are as near as can be,
so that nothing is missed."""


class LeastCosts:
    """Of phrases by their numbers; each may be shifted by as much as its `slack` to either side."""

    def __init__(self, phrases: Sequence[str], slack: Places) -> None:
        tokens = "".join(phrases)
        self._lengths = np.array(list(map(len, phrases)), np.intp)
        self._firsts = self._lengths.cumsum() - self._lengths
        self._slack = slack
        self._tokens = list(dict.fromkeys(tokens))
        rows = {token: row for row, token in enumerate(self._tokens)}
        self._rows = np.array([rows[token] for token in tokens], np.intp)
        self._is_edge = np.zeros(len(tokens), bool)
        self._is_edge[[*self._firsts, *(self._firsts + self._lengths - 1)]] = True
        edges = self._is_edge.tolist()
        self._missing = np.array([missing(one, is_edge=edge) for one, edge in zip(tokens, edges, strict=True)])
        # How far each of them is from each character of texts met so far; column 0 is of those not met yet.
        self._columns = np.zeros(sys.maxunicode + 1, np.int32)
        self._apart = np.full((len(self._tokens), FEW), np.nan, np.float32)
        self._met = 0
        self._learning = Lock()

    def of(self, numbers: Places, begins: Places, codes: Codes, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each phrase where it may begin in a text; `weights` are those of the text's characters."""
        token, source = spread(self._firsts[numbers], self._lengths[numbers])
        slack = self._slack[numbers][source]
        first = begins[source] + token - self._firsts[numbers][source] - slack
        place, source_place = spread(first, 2 * slack + 1)
        at = token[source_place]
        rows, columns, weight = self._rows[at], self._columns[codes][place], weights[place]
        apart = self._apart[rows, columns]
        # At an edge of the phrase no other word may stand.
        never = self._is_edge[at] & (weight >= SURE) & (apart > CLOSE)
        costs = np.where(never, NEVER, apart * weight)
        least = np.minimum.reduceat(costs, (2 * slack + 1).cumsum() - 2 * slack - 1)
        lengths = self._lengths[numbers]
        found = np.add.reduceat(np.minimum(least, self._missing[token]), lengths.cumsum() - lengths)
        if np.isnan(found).any():
            unknown = np.isnan(apart)
            self._learn(rows[unknown], codes[place[unknown]])
            return self.of(numbers, begins, codes, weights)
        return np.asarray(found)

    def _learn(self, rows: Places, codes: Codes) -> None:
        with self._learning:
            for row, code in set(zip(rows.tolist(), codes.tolist(), strict=True)):
                column = self._column(code)
                self._apart[row, column] = NEAREST[self._tokens[row]][chr(code)] if column < MOST else 0.0

    def _column(self, code: int) -> int:
        if not self._columns[code]:
            self._met = min(self._met + 1, MOST)
            if self._met == self._apart.shape[1]:
                self._apart = np.concatenate([self._apart, np.full_like(self._apart, np.nan)], axis=1)
            self._columns[code] = self._met
        return int(self._columns[code])

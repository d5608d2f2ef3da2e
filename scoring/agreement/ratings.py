"""Who answered what about which unit: the table every coefficient of agreement is made from."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """`values` is units × raters, NaN where a rater said nothing; a category is a number, ordered if it means more.

    `calls` says which call each unit is of: calls are drawn anew for intervals, as answers about one call go together.
    """

    values: Floats
    calls: Integers

    @classmethod
    def table(cls, rows: Sequence[Sequence[float | None]], calls: Sequence[int] | None = None) -> Self:
        """One row per unit, one column per rater. Without `calls` each unit is a call of its own."""
        width = max((len(row) for row in rows), default=0)
        values = np.array([[np.nan if v is None else v for v in row] for row in rows], float).reshape(len(rows), width)
        return cls(values, np.arange(len(rows)) if calls is None else _numbered(calls))

    @classmethod
    def pairs(
        cls, first: Sequence[float] | Floats, second: Sequence[float] | Floats, calls: Sequence[int] | None = None
    ) -> Self:
        """Two raters, neither answer missing unless it is NaN."""
        values = np.column_stack([np.asarray(first, float), np.asarray(second, float)])
        return cls(values, np.arange(len(values)) if calls is None else _numbered(calls))

    @classmethod
    def of(cls, answers: Iterable[tuple[Hashable, Hashable, float]]) -> Self:
        """(call, rater, answer), in any order; of one rater's answers about a call the last counts."""
        calls: dict[Hashable, int] = {}
        raters: dict[Hashable, int] = {}
        cells = [
            (calls.setdefault(call, len(calls)), raters.setdefault(rater, len(raters)), answer)
            for call, rater, answer in answers
        ]
        values = np.full((len(calls), len(raters)), np.nan)
        for row, column, answer in cells:
            values[row, column] = answer
        return cls(values, np.arange(len(calls)))

    @property
    def pairable(self) -> Self:
        """Without the units that fewer than two raters answered."""
        keep = (~np.isnan(self.values)).sum(axis=1) >= 2
        return type(self)(self.values[keep], self.calls[keep])

    @property
    def call_count(self) -> int:
        return len(np.unique(self.calls))

    @property
    def categories(self) -> Floats:
        """The answers that were given, in order."""
        return np.unique(self.values[~np.isnan(self.values)])

    def counts(self, categories: Floats) -> Floats:
        """Units × categories: how many raters gave each answer."""
        return np.asarray((self.values[:, :, None] == categories).sum(axis=1), float)

    def by_call(self, rows: Floats) -> Floats:
        """Rows of units (units × columns) summed within each call (calls × columns)."""
        _, index = np.unique(self.calls, return_inverse=True)
        summed = np.zeros((int(index.max(initial=-1)) + 1, rows.shape[1]))
        np.add.at(summed, index, rows)
        return summed


def _numbered(calls: Sequence[int]) -> Integers:
    return np.asarray(calls, dtype=np.int64)

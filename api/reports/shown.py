"""What a report's sections are made of: put together once, shown on pages, on paper, in workbooks and terminals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from api.charts.theme import Tone

Kind = Literal["text", "whole", "points", "change", "share", "share_change", "seconds", "clock", "day", "moment"]
"""How a value is written: 1,234 · 86.5 · +1.2 · 12.3 % · +1.2 % · 3.1 · 2:05 · text as it is."""

MOST_REACHING = 2
MOST_TILES = 6
Mood = Literal["", "good", "warm", "bad"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, None where it is not known; `lack` then says why. `low` and `high` are its 95 % interval.

    `href` leads to the calls behind it. `note` stands below, smaller.
    """

    value: object
    href: str = ""
    low: float | None = None
    high: float | None = None
    lack: str = ""
    note: str = ""
    mood: Mood = ""
    is_few: bool = False
    """Something is known, but too little to say more than `lack`."""


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """`note` says what the numbers are about; `empty` what to say where there are no rows."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    empty: str = ""
    sheet: str = ""
    """Of a workbook, where the title is too long for its name."""
    is_wide: bool = True

    @property
    def is_dense(self) -> bool:
        """Many columns with intervals: these go below their values then."""
        reaching = [any(row[at].low is not None for row in self.rows) for at, _ in enumerate(self.columns)]
        return sum(reaching) > MOST_REACHING


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a chart's legend."""

    words: str
    tone: Tone
    shape: Literal["dot", "line", "diamond"] = "dot"


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg` is empty where there is nothing to draw, which `empty` says. `table` has the same numbers."""

    title: str
    svg: str
    table: Table
    note: str = ""
    keys: Sequence[Key] = ()
    empty: str = ""
    is_wide: bool = False
    shows_table: bool = False
    """Beside the drawing; else it is folded away below it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A big number. `before` is what it was in the period before, in words."""

    label: str
    cell: Cell
    kind: Kind = "whole"
    before: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is its address and its words' (`report_tab_<name>`); `intro` says what it is about and what it is not."""

    name: str
    title: str
    intro: str = ""
    tiles: Sequence[Tile] = ()
    parts: Sequence[Chart | Table] = field(default_factory=tuple)
    warning: str = ""

    @property
    def columns(self) -> int:
        """Tiles beside each other: all of them, or half where they are many."""
        return len(self.tiles) if len(self.tiles) <= MOST_TILES else -(-len(self.tiles) // 2)

    @property
    def tables(self) -> list[Table]:
        """All of its numbers, those of charts included."""
        return [part.table if isinstance(part, Chart) else part for part in self.parts]

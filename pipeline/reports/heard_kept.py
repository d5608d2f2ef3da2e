"""Draws with what people said of their calls, kept in memory: reading thousands of verdicts anew takes seconds.

Each time it is asked whether the draw's calls got verdicts or final scores since, both of which are only appended.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Pool
from sqlalchemy.orm import Session

from models.tables import DrawRow
from pipeline.sampling.drawn import HeardDraw, load
from storage.database import is_reading
from storage.reports.drawn_errors import Newest, added_since, newest, picked_calls

MOST_KEPT = 120
"""Draws: of a big centre's weeks each is about two megabytes."""

MOST_FOUND = 50

Found = TypeVar("Found")


@dataclass(eq=False)
class Kept:
    """`calls` are those the draw picked, in the order of its arrays."""

    draw: HeardDraw
    calls: Sequence[int]
    picked: frozenset[int]
    newest: Newest
    _found: dict[Hashable, Any] = field(default_factory=dict)

    def found(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What was found for the key since the draw was read, else what is found now."""
        if key in self._found:
            known: Found = self._found[key]
            return known
        if len(self._found) >= MOST_FOUND:
            self._found.clear()
        found = self._found[key] = find()
        return found


_KEPT: WeakKeyDictionary[Pool, OrderedDict[int, Kept]] = WeakKeyDictionary()
"""By the connections to a database: two databases have draws of the same number."""

_LOCK = Lock()


def heard(session: Session, rows: Sequence[DrawRow]) -> list[Kept]:
    """The draws that picked anything, in the order of `rows`."""
    pool = session.connection().engine.pool
    with _LOCK:
        kept = _KEPT.setdefault(pool, OrderedDict())
        known = {row.id: kept[row.id] for row in rows if row.id in kept}
    if known:
        added = added_since(session, [one.newest for one in known.values()])
        known = {draw: one for draw, one in known.items() if not one.picked & added.after(one.newest)}
    missing = [row for row in rows if row.id not in known]
    if missing:
        now = newest(session)  # before the draws: what comes meanwhile is then read twice, not missed
        for draw in load(session, missing):
            calls = picked_calls(session, draw.id)
            known[draw.id] = Kept(draw, calls, frozenset(calls), now)
    if is_reading(session):  # what is not committed may be taken back, and its numbers given anew
        _keep(kept, known)
    return [known[row.id] for row in rows if row.id in known]


def found_of(kept: Sequence[Kept], key: Hashable, find: Callable[[], Found]) -> Found:
    """Of several draws together: kept by the last of them, for as long as all are as they were."""
    return kept[-1].found((key, tuple(id(one) for one in kept)), find)


def _keep(kept: OrderedDict[int, Kept], found: dict[int, Kept]) -> None:
    with _LOCK:
        for draw, one in found.items():
            kept[draw] = one
            kept.move_to_end(draw)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)

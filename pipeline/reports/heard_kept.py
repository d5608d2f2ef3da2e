"""Draws with what people said of their calls, kept in memory: reading thousands of verdicts anew takes seconds.

What is kept is asked each time whether verdicts or final scores came since, both of which are only ever appended; and
it is read anew after `KEPT_SECONDS` anyway, since a transaction may come late with a number that was given early.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from sqlalchemy.orm import Session

from models.tables import DrawRow
from pipeline.sampling.drawn import HeardDraw, Standing, load
from storage.reports.drawn_errors import Newest, changed_draws, newest

KEPT_SECONDS = 600
MOST_KEPT = 120
"""Draws: of a big centre's weeks each is about a megabyte."""


@dataclass(eq=False)
class Kept:
    """`standings` are the draw's own, by the name of a part; whoever estimates one keeps it here."""

    draw: HeardDraw
    newest: Newest
    read_at: float
    standings: dict[str, list[Standing]] = field(default_factory=dict)
    errors: dict[tuple[tuple[str, str], ...], HeardDraw] = field(default_factory=dict)


_KEPT: OrderedDict[tuple[str, int], Kept] = OrderedDict()
_LOCK = Lock()


def heard(session: Session, rows: Sequence[DrawRow]) -> list[Kept]:
    """The draws that picked anything, in the order of `rows`."""
    database = str(session.get_bind().engine.url)
    with _LOCK:
        known = {row.id: _KEPT[database, row.id] for row in rows if (database, row.id) in _KEPT}
    known = {draw: kept for draw, kept in known.items() if monotonic() - kept.read_at < KEPT_SECONDS}
    if known:
        since = Newest(*map(min, zip(*(kept.newest for kept in known.values()), strict=True)))
        for draw in changed_draws(session, list(known), since):
            known.pop(draw)
    missing = [row for row in rows if row.id not in known]
    if missing:
        now, at = newest(session), monotonic()
        known |= {one.row.id: Kept(one, now, at) for one in load(session, missing)}
        _keep(database, known)
    return [known[row.id] for row in rows if row.id in known]


def _keep(database: str, found: dict[int, Kept]) -> None:
    with _LOCK:
        for draw, kept in found.items():
            _KEPT[database, draw] = kept
            _KEPT.move_to_end((database, draw))
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)

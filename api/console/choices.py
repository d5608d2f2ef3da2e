"""What a list can be narrowed by, found out at most every few seconds: most readers of a centre are shown the same."""

from time import monotonic

from fastapi import Request
from sqlalchemy.orm import Session

from models.person import Scope, Viewer
from pipeline import browse
from pipeline.browse import SeenLately

KEPT_SECONDS = 15
MOST_KEPT = 200
"""Scopes; a centre has as many as teams."""


class Choices:
    """By whose calls they are. One for each application."""

    def __init__(self) -> None:
        self._kept: dict[Scope, tuple[float, SeenLately]] = {}

    def of(self, session: Session, viewer: Viewer) -> SeenLately:
        now = monotonic()
        kept = self._kept.get(viewer.scope)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        found = browse.seen_lately(session, viewer)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[viewer.scope] = now, found
        return found


def choices(request: Request, session: Session, viewer: Viewer) -> SeenLately:
    """Values the newest of the viewer's calls have, as of the last `KEPT_SECONDS`."""
    kept: Choices = request.app.state.choices
    return kept.of(session, viewer)

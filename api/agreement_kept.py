"""Figures of agreement, worked out at most once a minute: from thousands of verdicts they take about a second."""

from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from pipeline.calibration.answers import AnswerBook

KEPT_SECONDS = 60
MOST_KEPT = 50

Found = TypeVar("Found")


class AgreementKept:
    """One for each application: the verdicts it has read, and what was found from them lately."""

    def __init__(self) -> None:
        self.book = AnswerBook()
        self._lock = Lock()
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def found(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What was found for the key, else what is found now; two readers at once may find it twice."""
        now = monotonic()
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            known: Found = kept[1]
            return known
        found = find()
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = now, found
        return found

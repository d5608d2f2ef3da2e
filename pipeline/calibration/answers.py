"""What verdicts and scores say of each item, read once: neither of them ever changes."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from pydantic_core import from_json
from sqlalchemy.orm import Session

from models.finding import Answer
from models.score import ItemState
from scoring.agreement.ratings import Floats
from storage.calibration import agreement as stored

ERROR, LOST, OPINION = range(3)
"""What is known of an item: whether there is an error, the points it lost, and for the machine what its classifier
thinks; NaN where it was not judged, and where the classifier abstains or was not asked."""

MOST = 100_000
"""Verdicts and scores kept, the last used: some 1 kB each."""

Read = Callable[[str], Iterator[tuple[str, str, tuple[float, float, float]]]]
"""From stored JSON to items: id, name (empty in verdicts), and what is known."""


class AnswerBook:
    """One per process, for all threads. Items have the same place in every answer about a card, new ones come last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._names: dict[str, dict[str, str]] = {}
        self._known: OrderedDict[tuple[str, int], Floats] = OrderedDict()

    def verdicts(self, session: Session, card: str, ids: Sequence[int]) -> Floats:
        """Verdicts × what is known × items."""
        return self._answers("verdict", card, ids, lambda new: stored.verdict_items(session, new), verdict_items)

    def scores(self, session: Session, card: str, ids: Sequence[int | None]) -> Floats:
        """The same of the machine's scores; nothing is known of None."""
        return self._answers("score", card, ids, lambda new: stored.score_sections(session, new), score_items)

    def judgements(self, card: str, texts: Iterable[str]) -> Floats:
        """The same of what was agreed, which may change and is not kept."""
        with self._lock:
            return self._stacked(card, [self._row(card, text, verdict_items) for text in texts])

    def items(self, card: str) -> Mapping[str, str]:
        """Id → name, in the order in which answers have them."""
        with self._lock:
            return dict(self._names.get(card, {}))

    def _answers(
        self,
        kind: str,
        card: str,
        ids: Sequence[int | None],
        load: Callable[[Sequence[int]], Iterator[tuple[int, str]]],
        read: Read,
    ) -> Floats:
        with self._lock:
            new = [id_ for id_ in dict.fromkeys(ids) if id_ is not None and (kind, id_) not in self._known]
        found = list(load(new))
        with self._lock:
            for id_, text in found:
                self._known[kind, id_] = self._row(card, text, read)
            rows = [self._known.get((kind, id_), EMPTY) if id_ is not None else EMPTY for id_ in ids]
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            return self._stacked(card, rows)

    def _row(self, card: str, text: str, read: Read) -> Floats:
        names = self._names.setdefault(card, {})
        items = list(read(text))
        for item, name, _ in items:
            names[item] = name or names.get(item, item)
        places = {item: place for place, item in enumerate(names)}
        row = np.full((3, len(names)), np.nan)
        for item, _, known in items:
            row[:, places[item]] = known
        return row

    def _stacked(self, card: str, rows: Sequence[Floats]) -> Floats:
        stack = np.full((len(rows), 3, len(self._names.get(card, {}))), np.nan)
        for place, row in enumerate(rows):
            stack[place, :, : row.shape[1]] = row
        return stack


EMPTY = np.empty((3, 0))


def verdict_items(text: str) -> Iterator[tuple[str, str, tuple[float, float, float]]]:
    for item in from_json(text):
        judged = item["state"] == ItemState.JUDGED
        lost = float(item.get("lost") or 0.0)
        yield item["item"], "", (float(lost > 0), lost, np.nan) if judged else UNKNOWN


def score_items(text: str) -> Iterator[tuple[str, str, tuple[float, float, float]]]:
    for section in from_json(text):
        for item in section["items"]:
            opinion = _opinion(item.get("opinion"))
            known = (float(_has_error(item)), _cost(item)) if item["state"] == ItemState.JUDGED else UNKNOWN[:2]
            yield item["id"], item["name"], (*known, opinion)


UNKNOWN = (np.nan, np.nan, np.nan)


def _has_error(item: Mapping[str, Any]) -> bool:
    """As `scoring.prescore.has_error`, and what is fatal."""
    by_model = item.get("by_classifier") and _opinion(item.get("opinion")) == 1.0
    return bool(item.get("fatal") or by_model or _cost(item) > 0 or any(m["lost"] > 0 for m in item.get("moves") or ()))


def _cost(item: Mapping[str, Any]) -> float:
    """As `models.score.ItemScore.cost`."""
    if item.get("got") is None or item.get("moves") or item.get("opinion"):
        return float(item.get("lost") or 0.0)
    return max(float(item["points"]) - float(item["got"]), 0.0)


def _opinion(opinion: Mapping[str, Any] | None) -> float:
    answer = opinion and opinion["answer"]
    return 1.0 if answer == Answer.HIT else 0.0 if answer == Answer.CLEAN else np.nan

"""How far the machine and people agree about an item, counted from when both were what they are now."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.calibration.agreement import Figures, machine_agreements
from pipeline.calibration.answers import AnswerBook
from pipeline.learning.in_use import STARTER
from pipeline.learning.level_bars import Bars
from pipeline.rulebook.in_use import versions
from pipeline.rulebook.version import read_card
from scoring.agreement.figure import Figure, too_few
from scoring.card_item import Item
from scoring.scorecard import Scorecard
from storage.learning import classifiers

UNSEEN = "name", "hint"
"""Fields of an item that say nothing about how it is judged."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one item: verdicts given since `since` beside what the classifier thought. `figures` None: there are none.

    `classifier` is the version in use (None the starter), `item` marks how the item is judged.
    """

    classifier: int | None
    item: str
    since: datetime
    figures: Figures | None

    @property
    def kappa(self) -> Figure:
        return too_few(0, 0) if self.figures is None else self.figures.kappa

    @property
    def errors(self) -> int:
        """Calls compared in which people found an error."""
        return 0 if self.figures is None else self.figures.errors

    def as_stored(self) -> dict[str, Any]:
        kappa = self.kappa
        known = {"n": kappa.n, "kappa": kappa.value, "low": kappa.low, "high": kappa.high}
        since = self.since.isoformat()
        return {**known, "errors": self.errors, "since": since, "classifier": self.classifier, "item": self.item}


def evidence_of(
    session: Session, card: Scorecard, bars: Bars, now: datetime, book: AnswerBook | None = None
) -> Mapping[str, Evidence]:
    """Of every item of the card in use, by id.

    Verdicts count that were given within the window, since the classifier came into use, and since the item was last
    changed. What is compared is the classifier's opinion, whether or not it counted: where it abstains or nobody
    judged, there is nothing to compare; nor where another classifier had scored the call before this one came into use.
    """
    used = next(iter(classifiers.uses(session, 1)), None)
    latest = max(now - bars.window, used.at) if used is not None else now - bars.window
    changed = item_changes(session, card)
    since = {item.id: max(latest, changed.get(item.id) or latest) for item in card.items}
    book = book or AnswerBook()
    version = None if used is None else used.version
    own = f"{STARTER}-" if version is None else f"{version}/"
    found = {
        start: machine_agreements(session, card.name, start, by="opinion", book=book, classifier=own)
        for start in {*since.values()}
    }
    return {
        item.id: Evidence(version, item_mark(item), since[item.id], found[since[item.id]].get(item.id))
        for item in card.items
    }


def item_mark(item: Item) -> str:
    """Changes whenever the item is judged otherwise."""
    text = item.model_dump_json(exclude=set(UNSEEN))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def item_changes(session: Session, card: Scorecard) -> Mapping[str, datetime]:
    """When each item of the card became as it is now, where a published version changed it."""
    marks = {item.id: item_mark(item) for item in card.items}
    since: dict[str, datetime] = {}
    same = set(marks)
    for version in versions(session, "scorecard", card.name):
        if version.version > card.version or version.origin == "file":
            continue
        before = {item.id: item_mark(item) for item in read_card(version.text, card.name).items}
        same = {item for item in same if before.get(item) == marks[item]}
        if version.published_at is not None:
            since |= dict.fromkeys(same, version.published_at)
        else:
            # A shipped version has no date: what is like it has been so all the time.
            for item in same:
                since.pop(item, None)
    return since

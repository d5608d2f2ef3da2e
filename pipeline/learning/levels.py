"""How much the machine decides about each item: shown, raised and lowered by a lead, lowered by itself.

Raised one step at a time, and only where agreement with people meets the bar (`level_bars.Bars`). Lowered by a lead at
any time; by itself where agreement has fallen (`drifting.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.errors import BadInput, CallqaError, Conflict, NotFound, Stale
from models.learning import Level
from models.person import Viewer
from models.reason import Reason
from pipeline.calibration.answers import AnswerBook
from pipeline.learning.level_bars import ORDER, Bars, above
from pipeline.learning.level_evidence import Evidence, evidence_of
from pipeline.rulebook.in_use import load_in_use, names
from scoring.card_item import Item
from scoring.scorecard import Scorecard
from scoring.thought import highest
from storage.learning import classifiers
from storage.learning import levels as store
from storage.learning.levels import LevelLine
from storage.people import audit

LONGEST_WHY = 200
RECENT = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands. `next` is the level it could be raised to, None at the top; `missing` why not yet.

    `highest` is what the card allows. `revision` is 0 where nobody ever changed the level.
    """

    item: Item
    level: Level
    highest: Level
    evidence: Evidence
    next: Level | None
    missing: tuple[Reason, ...]
    changed: LevelLine | None

    @property
    def revision(self) -> int:
        return 0 if self.changed is None else self.changed.revision

    @property
    def may_rise(self) -> bool:
        return self.next is not None and not self.missing


@dataclass(frozen=True, slots=True)
class CardLevels:
    """`items` are those the classifier has something to say of. `changes` are the latest, newest first."""

    card: Scorecard
    classifier: int | None
    items: tuple[Standing, ...]
    changes: tuple[LevelLine, ...]


def all_levels(session: Session, bars: Bars, now: datetime, book: AnswerBook | None = None) -> tuple[CardLevels, ...]:
    """Of every scorecard in use on which the classifier has something to say."""
    book = book or AnswerBook()
    found = (card_levels(session, card, bars, now, book) for card in cards_in_use(session))
    return tuple(levels for levels in found if levels.items)


def cards_in_use(session: Session) -> list[Scorecard]:
    cards = []
    for name in names(session, "scorecard"):
        try:
            cards.append(load_in_use(session, "scorecard", name))
        except CallqaError:
            continue  # every version is retired, or cannot be read: nothing is scored with it
    return cards


def card_levels(
    session: Session, card: Scorecard, bars: Bars, now: datetime, book: AnswerBook | None = None
) -> CardLevels:
    used = next(iter(classifiers.uses(session, 1)), None)
    lines = store.lines_of(session, card.name)
    evidence = evidence_of(session, card, bars, now, book)
    standings = (_standing(item, lines.get(item.id), evidence[item.id], bars) for item in card.items)
    shown = tuple(one for one in standings if _is_asked(one))
    return CardLevels(card, None if used is None else used.version, shown, store.history(session, card.name, RECENT))


def find_standing(session: Session, card_name: str, item_id: str, bars: Bars, now: datetime) -> Standing:
    """One item of a card in use.

    Raises:
        NotFound: no card in use has it.
    """
    card = _card(session, card_name)
    item = next((item for item in card.items if item.id == item_id), None)
    if item is None:
        raise NotFound("pipeline.level_no_item", card=card_name, item=item_id)
    line = store.lines_of(session, card_name).get(item_id)
    return _standing(item, line, evidence_of(session, card, bars, now)[item_id], bars)


def set_level(
    session: Session,
    viewer: Viewer,
    card: str,
    item: str,
    level: Level,
    *,
    why: str,
    revision: int,
    bars: Bars,
    now: datetime,
) -> Standing:
    """Raise or lower an item's level; what it is already stays.

    Raises:
        NotFound: no card in use has the item.
        BadInput: nobody said why.
        Stale: the level was changed since it was read.
        Conflict: it cannot rise so far; `details` say what is missing.
    """
    classifiers.choosing(session)
    before = find_standing(session, card, item, bars, now)
    said = why.strip()[:LONGEST_WHY]
    if not said:
        raise BadInput("pipeline.level_why")
    if before.revision != revision:
        raise Stale("pipeline.level_changed", item=before.item.name)
    if level is before.level:
        return before
    if ORDER.index(level) > ORDER.index(before.level):
        _check_rise(before, level)
    reason = Reason("pipeline.level_by_person", {"why": said})
    change(session, viewer, card, before, level, reason, now)
    return find_standing(session, card, item, bars, now)


def change(  # noqa: PLR0917  (who, what, why, when, as everywhere)
    session: Session, viewer: Viewer, card: str, before: Standing, level: Level, why: Reason, now: datetime
) -> LevelLine:
    """Written down with its evidence, and in the audit log."""
    evidence: dict[str, Any] = before.evidence.as_stored()
    line = store.add_level(session, card, before.item.id, level, evidence=evidence, why=why, by=viewer, now=now)
    did = "level.raised" if ORDER.index(level) > ORDER.index(before.level) else "level.lowered"
    facts = {"level_before": before.level.value, "level_after": level.value, "n": before.evidence.kappa.n}
    audit.record(session, viewer, did, now, target="level", target_id=f"{card} {before.item.id}", facts=facts)
    return line


def _card(session: Session, name: str) -> Scorecard:
    if name not in names(session, "scorecard"):
        raise NotFound("pipeline.level_no_card", card=name)
    return load_in_use(session, "scorecard", name)


def _check_rise(before: Standing, level: Level) -> None:
    if ORDER.index(level) > ORDER.index(before.highest):
        raise Conflict("pipeline.level_not_asked", item=before.item.name)
    if level is not before.next:
        raise Conflict("pipeline.level_one_step", item=before.item.name)
    if before.missing:
        raise Conflict("pipeline.level_too_early", details=before.missing, item=before.item.name)


def _standing(item: Item, line: LevelLine | None, evidence: Evidence, bars: Bars) -> Standing:
    most = highest(item)
    level = Level.REPORT_ONLY if line is None else line.level
    level = min(level, most, key=ORDER.index)
    upward = above(level)
    following = upward if upward is not None and ORDER.index(upward) <= ORDER.index(most) else None
    missing = () if following is None else bars.missing(following, evidence.kappa)
    return Standing(item, level, most, evidence, following, missing, line)


def _is_asked(one: Standing) -> bool:
    """Whether the classifier has anything to say of the item, or ever had."""
    heard = one.evidence.figures is not None and one.evidence.figures.n > 0
    return bool(one.item.signs) or one.item.judge in {"classifier", "both"} or heard or one.changed is not None

"""Levels that are no longer borne by evidence are lowered, without anybody asking.

Two things lower a level, one step at a time: agreement with people fell, in enough calls and by more than chance would
(`Bars.fell`); or what decides is not what was measured. The latter holds from DECIDES alone, where another classifier
came into use, or the item is judged otherwise in a new version of its card, and too few verdicts tell of that yet. A
suggestion does no harm while it proves itself.

Asked again it does nothing more: what was lowered stands lower, and is measured by the lower bar.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.learning import Level
from models.person import SYSTEM
from models.reason import Reason
from pipeline.calibration.answers import AnswerBook
from pipeline.learning.level_bars import Bars, below
from pipeline.learning.levels import Standing, card_levels, cards_in_use, change
from storage.learning import classifiers
from storage.learning.levels import LevelLine, cards_with_levels


@dataclass(frozen=True, slots=True)
class Lowered:
    card: str
    item: str
    line: LevelLine


@dataclass(frozen=True, slots=True)
class Unborne:
    """An item whose level should be lowered, and why."""

    card: str
    standing: Standing
    why: Reason


def unborne(session: Session, bars: Bars, now: datetime, book: AnswerBook | None = None) -> tuple[Unborne, ...]:
    """What should be lowered; nothing is written. Where nothing is above report-only it costs one query."""
    raised = cards_with_levels(session)
    book = book or AnswerBook()
    return tuple(
        Unborne(card.name, one, why)
        for card in (cards_in_use(session) if raised else ())
        for one in (card_levels(session, card, bars, now, book).items if card.name in raised else ())
        if (why := why_lower(one, bars)) is not None
    )


def lower_unborne(session: Session, bars: Bars, now: datetime, book: AnswerBook | None = None) -> tuple[Lowered, ...]:
    """What was lowered, in the caller's transaction."""
    classifiers.choosing(session)
    return tuple(
        Lowered(
            one.card,
            one.standing.item.name,
            change(session, SYSTEM, one.card, one.standing, below(one.standing.level), one.why, now),
        )
        for one in unborne(session, bars, now, book)
    )


def why_lower(one: Standing, bars: Bars) -> Reason | None:
    kappa = one.evidence.kappa
    if bars.fell(one.level, kappa):
        value = 0.0 if kappa.value is None else round(kappa.value, 2)
        facts = {"value": value, "n": kappa.n, "bar": round(bars.of(one.level) - bars.margin, 2)}
        return Reason("pipeline.level_drifted", facts)
    if one.level is not Level.DECIDES or one.changed is None or kappa.n >= bars.calls:
        return None
    then = one.changed.evidence
    if then.get("item") != one.evidence.item:
        return Reason("pipeline.level_item_changed", {"n": kappa.n, "needed": bars.calls})
    if then.get("classifier") != one.evidence.classifier:
        return Reason("pipeline.level_new_classifier", {"n": kappa.n, "needed": bars.calls})
    return None

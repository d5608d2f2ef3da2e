"""What a section gets of its items' points: scoring/prescore.py has the order in which it is done."""

from math import inf

from models.score import ItemScore, ItemState, SectionScore
from scoring.hundredths import hundredths, points
from scoring.scorecard import Section


def section_score(section: Section, items: tuple[ItemScore, ...]) -> SectionScore:
    """Of its items, in the card's order."""
    if section.on_total:
        return _on_total(section, items)
    return _share(section, items)


def _share(section: Section, items: tuple[ItemScore, ...]) -> SectionScore:
    """The section's part of the 100 points.

    Bonuses win back what was lost in items that are known in full, and not fatal. What was found in the others counts
    as so many points judged and lost; it comes last, in what the cap leaves after losses and bonuses. In any other
    order one more deduction could raise the score. A zeroed section loses all of it, whatever its cap: were that to
    shorten its points, a bonus that makes room below the cap would lower the score.
    """
    judged = [item for item in items if item.state is ItemState.JUDGED]
    firm = [item for item in judged if _is_firm(item)]
    cap = inf if section.cap is None else hundredths(section.cap)
    bonus_cap = inf if section.bonus_cap is None else hundredths(section.bonus_cap)
    whole = sum([hundredths(item.points) for item in firm])
    lost = min(sum([hundredths(item.lost) for item in firm]), cap)
    won = min(sum([hundredths(item.won) for item in judged]), bonus_cap, lost)
    beside: float = sum([hundredths(item.lost) for item in judged if not _is_firm(item)])
    if any(score.fatal and item.fatal == "section" for item, score in zip(section.items, items, strict=True)):
        return _summed(section, items, whole + beside, whole + beside, 0)
    beside = min(beside, cap - lost + won)
    return _summed(section, items, whole + beside, lost + beside, won)


def _is_firm(item: ItemScore) -> bool:
    return item.reason is None and not item.fatal


def _on_total(section: Section, items: tuple[ItemScore, ...]) -> SectionScore:
    cap = inf if section.cap is None else hundredths(section.cap)
    bonus_cap = inf if section.bonus_cap is None else hundredths(section.bonus_cap)
    lost = min(sum(hundredths(item.lost) for item in items), cap)
    won = min(sum(hundredths(item.won) for item in items), bonus_cap)
    return _summed(section, items, 0, lost, won)


def _summed(section: Section, items: tuple[ItemScore, ...], possible: float, lost: float, won: float) -> SectionScore:
    got = points(int(possible - lost + won))
    whole, minus, plus = (points(int(one)) for one in (possible, lost, won))
    return SectionScore(section.id, section.name, whole, got, items, minus, plus, section.on_total)

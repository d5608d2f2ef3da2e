"""Which version scores new calls, and whether the packs and scorecards in use fit each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, overload

from sqlalchemy.orm import Session

from models.errors import BadDefinition, CallqaError, Conflict
from models.reason import Fact, Reason
from pipeline.rulebook.version import (
    Pair,
    Version,
    read_card,
    read_pack,
    shipped_names,
    shipped_version,
    stored_version,
)
from scoring.pack import Pack, load_pack
from scoring.scorecard import Scorecard, load_scorecard
from storage.rulebook.definitions import Kind, stored_versions


def versions(session: Session, kind: Kind, name: str) -> tuple[Version, ...]:
    """Newest first, the shipped one included; empty where there is none.

    A shipped version of a number that is taken by another text here is left out: what is stored never changes.
    """
    found = [stored_version(row) for row in stored_versions(session, kind, name)]
    own = shipped_version(kind, name)
    if own is not None and own.version not in {version.version for version in found}:
        found.append(own)
    return tuple(sorted(found, key=lambda version: -version.version))


def newest_in_use(found: tuple[Version, ...]) -> Version | None:
    """Of the versions of one name, newest first: the newest published that is not retired, else the shipped one."""
    usable = [version for version in found if version.retired_at is None]
    published = (version for version in usable if version.origin == "published")
    return next(published, None) or next((version for version in usable if version.origin == "shipped"), None)


@overload
def load_in_use(session: Session, kind: Literal["pack"], source: str | Path) -> Pack: ...
@overload
def load_in_use(session: Session, kind: Literal["scorecard"], source: str | Path) -> Scorecard: ...
@overload
def load_in_use(session: Session, kind: Kind, source: str | Path) -> Pack | Scorecard: ...
def load_in_use(session: Session, kind: Kind, source: str | Path) -> Pack | Scorecard:
    """A path: the file. A name: the newest version published and not retired, the shipped one where there is none.

    Raises:
        Conflict: every version is retired, or the shipped one differs from what was stored here under its number.
        NotFound: there is no such name and no such file.
        BadDefinition: the text is wrong.
    """
    found = versions(session, kind, source) if isinstance(source, str) else ()
    if all(version.origin == "file" for version in found):
        own = shipped_version(kind, str(source))
        if own is not None and own.version in {version.version for version in found}:
            raise Conflict(f"pipeline.shipped_differs_{kind}", name=own.name, version=own.version)
        return load_pack(source) if kind == "pack" else load_scorecard(source)
    version = newest_in_use(found)
    if version is None:
        retired = next(version for version in found if version.retired_at is not None)
        raise Conflict(f"pipeline.all_retired_{kind}", name=retired.name, by=retired.retired_by or "-")
    return _pack(version) if kind == "pack" else _card(version)


def pack_of(session: Session, card: Scorecard, pair: Pair | None = None) -> Pack | None:
    """The pack in use that the card listens to; None where no pack has any of its rules.

    It is the one set beside it, else that of its name, else the one with most of its rules.
    """
    if pair is not None and pair[1] == card.name:
        try:
            return load_in_use(session, "pack", pair[0])
        except CallqaError:
            return None
    if (same := _usable_pack(session, card.name)) is not None:
        return same
    rules = rules_of(card)
    packs = [pack for name in names(session, "pack") if (pack := _usable_pack(session, name)) is not None]
    best = max(packs, key=lambda pack: len(rules & pack.rule_ids), default=None)
    return best if best is not None and rules & best.rule_ids else None


def cards_of(session: Session, pack: str, pair: Pair | None = None) -> Iterator[Scorecard]:
    """The scorecards in use that listen to the pack of that name."""
    for name in names(session, "scorecard"):
        version = newest_in_use(versions(session, "scorecard", name))
        try:
            card = None if version is None else _card(version)
        except BadDefinition:
            continue  # nothing can be scored on it as it is
        partner = None if card is None else pack_of(session, card, pair)
        if card is not None and partner is not None and partner.name == pack:
            yield card


def names(session: Session, kind: Kind) -> list[str]:
    """Of everything shipped or stored."""
    return sorted({*shipped_names(kind), *(row.name for row in stored_versions(session, kind))})


def rules_of(card: Scorecard) -> frozenset[str]:
    return frozenset(move.rule for item in card.items for move in item.rules)


def listeners(card: Scorecard, rules: frozenset[str]) -> Iterator[Reason]:
    """The card's items that listen to one of these rules."""
    for item in card.items:
        for rule in (move.rule for move in item.rules if move.rule in rules):
            where: dict[str, Fact] = {"card": card.name, "version": card.version, "item": item.name}
            yield Reason("pipeline.item_listens", {**where, "rule": rule})


def _usable_pack(session: Session, name: str) -> Pack | None:
    version = newest_in_use(versions(session, "pack", name))
    try:
        return None if version is None else _pack(version)
    except BadDefinition:
        return None


def _pack(version: Version) -> Pack:
    return read_pack(version.text, f"{version.name} v{version.version}")


def _card(version: Version) -> Scorecard:
    return read_card(version.text, f"{version.name} v{version.version}")

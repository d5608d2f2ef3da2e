"""Rule packs and scorecards in all their versions: the one door to reading, drafting, publishing and retiring them.

A published version never changes. No function here commits.
"""

from sqlalchemy.orm import Session

from models.errors import NotFound
from pipeline.rulebook.comparison import Comparison, compare
from pipeline.rulebook.drafts import create_draft, discard_draft, drafts, read_draft, rebase_draft, save_draft
from pipeline.rulebook.in_use import load_in_use, names, newest_in_use, pack_of, versions
from pipeline.rulebook.publishing import mistakes, partner, publish, retire
from pipeline.rulebook.version import Draft, Origin, Overview, Pair, Version
from storage.rulebook.definitions import Kind
from storage.rulebook.drafts import count_drafts

__all__ = [
    "Comparison",
    "Draft",
    "Kind",
    "Origin",
    "Overview",
    "Pair",
    "Version",
    "compare",
    "create_draft",
    "discard_draft",
    "drafts",
    "load_in_use",
    "mistakes",
    "overview",
    "pack_of",
    "partner",
    "publish",
    "read_draft",
    "read_version",
    "rebase_draft",
    "retire",
    "save_draft",
    "versions",
]


def overview(session: Session, kind: Kind) -> tuple[Overview, ...]:
    """Every pack or scorecard there is, shipped, stored or only drafted, by name."""
    counts = count_drafts(session, kind)
    every = sorted({*names(session, kind), *counts})
    return tuple(_overview(session, kind, name, counts.get(name, 0)) for name in every)


def read_version(session: Session, kind: Kind, name: str, version: int) -> Version:
    """One version.

    Raises:
        NotFound: there is no such version.
    """
    for one in versions(session, kind, name):
        if one.version == version:
            return one
    raise NotFound(f"pipeline.no_version_{kind}", name=name, version=version)


def _overview(session: Session, kind: Kind, name: str, drafts: int) -> Overview:
    """Titled and placed as the version in use; else as the latest."""
    found = versions(session, kind, name)
    used = newest_in_use(found)
    shown = used or next(iter(found), None)
    return Overview(
        kind=kind,
        name=name,
        title=shown.title if shown else name,
        in_use=used.version if used else None,
        latest=found[0].version if found else None,
        origin=shown.origin if shown else "published",
        drafts=drafts,
    )

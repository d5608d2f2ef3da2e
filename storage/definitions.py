"""Packs and scorecards as they were when they judged calls."""

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from models.errors import Conflict
from models.tables import DefinitionRow
from storage.once import insert_once


def remember(  # noqa: PLR0917  (a definition is its parts, in the order of the table)
    session: Session, kind: Literal["pack", "scorecard"], name: str, version: int, sha256: str, body: str, now: datetime
) -> DefinitionRow:
    """The stored definition with this name and version; `body` is its YAML text. Does not commit.

    Raises:
        Conflict: this version was stored before with another text. Published versions never change.
    """
    row, _ = insert_once(
        session,
        DefinitionRow,
        {"kind": kind, "name": name, "version": version},
        sha256=sha256,
        body=body,
        created_at=now,
    )
    if row.sha256 != sha256:
        raise Conflict("storage.definition_changed", kind=kind, name=name, version=version, next=version + 1)
    return row

"""Drafts of packs and scorecards: texts people are working on. No function here commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.tables import DefinitionRow, DraftRow
from storage.rulebook.definitions import Kind


def add_draft(
    session: Session, kind: Kind, name: str, body: str, *, based_on: int | None, by: str, now: datetime
) -> DraftRow:
    """`based_on` is a definition's row."""
    draft = DraftRow(
        kind=kind,
        name=name,
        body=body,
        revision=1,
        based_on=based_on,
        created_at=now,
        created_by=by,
        updated_at=now,
        updated_by=by,
    )
    session.add(draft)
    session.flush()
    return draft


def all_drafts(session: Session, kind: Kind | None = None) -> list[tuple[DraftRow, int | None]]:
    """Each with the version it is based on; last saved first."""
    query = (
        select(DraftRow, DefinitionRow.version)
        .outerjoin(DefinitionRow, DefinitionRow.id == DraftRow.based_on)
        .order_by(DraftRow.updated_at.desc(), DraftRow.id.desc())
    )
    if kind is not None:
        query = query.where(DraftRow.kind == kind)
    return [(draft, version) for draft, version in session.execute(query)]


def count_drafts(session: Session, kind: Kind) -> dict[str, int]:
    """How many there are of each name."""
    query = select(DraftRow.name, func.count()).where(DraftRow.kind == kind).group_by(DraftRow.name)
    return dict(session.execute(query).all())


def find_draft(session: Session, draft_id: int) -> tuple[DraftRow, int | None]:
    """The draft, as it is stored now, and the version it is based on.

    Raises:
        NotFound: it was discarded or published, or never there.
    """
    query = (
        select(DraftRow, DefinitionRow.version)
        .outerjoin(DefinitionRow, DefinitionRow.id == DraftRow.based_on)
        .where(DraftRow.id == draft_id)
        .execution_options(populate_existing=True)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("storage.no_draft", id=draft_id)
    return found[0], found[1]


def change_draft(
    session: Session, draft_id: int, *, revision: int, by: str, now: datetime, values: Mapping[str, Any]
) -> None:
    """Save `values` as the next revision.

    Raises:
        NotFound: there is no such draft.
        Conflict: `revision` is not the stored one: somebody saved meanwhile.
    """
    changed = session.execute(
        update(DraftRow)
        .where(DraftRow.id == draft_id, DraftRow.revision == revision)
        .values(**values, revision=revision + 1, updated_by=by, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    _check(session, changed, draft_id, revision)


def remove_draft(session: Session, draft_id: int, *, revision: int) -> None:
    """Delete it.

    Raises:
        NotFound, Conflict: as `change_draft`.
    """
    chosen = delete(DraftRow).where(DraftRow.id == draft_id, DraftRow.revision == revision)
    gone = session.execute(chosen.execution_options(synchronize_session="fetch"))
    _check(session, gone, draft_id, revision)


def _check(session: Session, result: Any, draft_id: int, revision: int) -> None:
    assert isinstance(result, CursorResult)
    if result.rowcount:
        return
    draft, _ = find_draft(session, draft_id)
    raise Conflict(
        "storage.draft_saved_meanwhile", name=draft.name, by=draft.updated_by, revision=revision, stored=draft.revision
    )

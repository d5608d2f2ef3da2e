"""Machines' tokens. Nothing here commits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.person import Right
from models.tables import TokenRow


def add_token(
    session: Session,
    *,
    key: str,
    start: str,
    name: str,
    scopes: Collection[Right],
    by: str,
    now: datetime,
    expires_at: datetime | None,
) -> TokenRow:
    """`key` is the token's hash, `start` what it is known by."""
    row = TokenRow(
        key=key,
        start=start,
        name=name,
        scopes=[scope.value for scope in Right if scope in scopes],
        created_by=by,
        created_at=now,
        expires_at=expires_at,
        used_at=None,
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return row


def find_token(session: Session, key: str) -> TokenRow | None:
    return session.scalars(select(TokenRow).where(TokenRow.key == key)).one_or_none()


def hold_token(session: Session, token_id: int) -> TokenRow | None:
    query = select(TokenRow).where(TokenRow.id == token_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def list_tokens(session: Session) -> Sequence[TokenRow]:
    """Newest first."""
    return session.scalars(select(TokenRow).order_by(TokenRow.id.desc())).all()


def note_used(session: Session, token_id: int, now: datetime) -> None:
    row = session.get(TokenRow, token_id)
    if row is not None and (row.used_at is None or row.used_at < now):
        row.used_at = now

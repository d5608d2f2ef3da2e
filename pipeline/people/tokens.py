"""Tokens by which machines are known: shown once, kept as a hash, limited to some rights."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.person import Right, Viewer
from models.tables import TokenRow
from pipeline.people.signing_in import hashed
from storage.people import tokens
from storage.people.audit import record

PREFIX = "cq_"
SHOWN = 8
"""Characters a token is known by afterwards."""

NOTED_EVERY = timedelta(minutes=1)

FOR_TOKENS = tuple(right for right in Right if right not in {Right.ADMINISTER, Right.OWN_RESULTS, Right.REVIEW})
"""What a machine may be given. Accounts and verdicts are people's."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself nobody knows."""

    id: int
    start: str
    name: str
    scopes: tuple[Right, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


@dataclass(frozen=True, slots=True)
class Machine:
    """Who a token stands for. `is_due`: it is time to note that it was used."""

    viewer: Viewer
    is_due: bool


def make_token(
    session: Session,
    viewer: Viewer,
    *,
    name: str,
    scopes: Collection[Right],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token, and its text, which is not to be had again.

    Raises:
        BadInput: without a name or rights, with rights no machine may have, or over already.
    """
    name = name.strip()
    if not name:
        raise BadInput("pipeline.token_name")
    if not scopes:
        raise BadInput("pipeline.token_scopes")
    if wrong := [scope.value for scope in scopes if scope not in FOR_TOKENS]:
        raise BadInput("pipeline.token_scope", scope=", ".join(wrong))
    if expires_at is not None and expires_at <= now:
        raise BadInput("pipeline.token_over")
    text = PREFIX + secrets.token_urlsafe(32)
    row = tokens.add_token(
        session,
        key=hashed(text),
        start=text[:SHOWN],
        name=name,
        scopes=scopes,
        by=viewer.name,
        now=now,
        expires_at=expires_at,
    )
    facts = {"token": name, "scopes": " ".join(row.scopes)}
    record(session, viewer, "token.made", now, target="token", target_id=row.id, facts=facts)
    return _token(row), text


def list_tokens(session: Session) -> tuple[Token, ...]:
    """Newest first, also those that are over."""
    return tuple(_token(row) for row in tokens.list_tokens(session))


def revoke_token(session: Session, viewer: Viewer, token_id: int, now: datetime) -> Token:
    """It opens nothing any more.

    Raises:
        NotFound: no such token.
        Conflict: it is revoked already.
    """
    row = tokens.hold_token(session, token_id)
    if row is None:
        raise NotFound("pipeline.no_token", id=token_id)
    if row.revoked_at is not None:
        raise Conflict("pipeline.token_revoked", name=row.name)
    row.revoked_at = now
    record(session, viewer, "token.revoked", now, target="token", target_id=row.id, facts={"token": row.name})
    return _token(row)


def machine_of(session: Session, text: str, now: datetime) -> Machine | None:
    """Who holds this token; None where it is unknown, revoked or over."""
    row = tokens.find_token(session, hashed(text)) if text.startswith(PREFIX) else None
    if row is None or _token(row).state(now) != "valid":
        return None
    rights = frozenset(right for right in FOR_TOKENS if right.value in row.scopes)
    is_due = row.used_at is None or now - row.used_at >= NOTED_EVERY
    return Machine(Viewer(None, row.name, None, rights, token_id=row.id), is_due)


def note_used(session: Session, token_id: int, now: datetime) -> None:
    tokens.note_used(session, token_id, now)


def _token(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        start=row.start,
        name=row.name,
        scopes=tuple(Right(scope) for scope in row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )

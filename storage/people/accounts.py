"""Accounts, the browsers they are signed in with, and wrong passwords. Nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from models.person import UserRole
from models.tables import LoginFailureRow, LoginRow, UserRow


@dataclass(frozen=True, slots=True)
class UserFilter:
    """What a list of accounts is narrowed to; None asks nothing. `text` is part of a login or a name."""

    text: str | None = None
    role: UserRole | None = None
    team: str | None = None
    active: bool | None = None


def add_user(
    session: Session,
    *,
    login: str,
    name: str,
    role: UserRole,
    now: datetime,
    team: str | None = None,
    agent_id: str | None = None,
    password: str | None = None,
    must_change: bool = False,
) -> UserRow:
    """A new account with its id; `login` case-folded and `password` hashed already."""
    row = UserRow(
        login=login,
        name=name,
        role=role.value,
        team=team,
        agent_id=agent_id,
        password=password,
        must_change=must_change,
        active=True,
        language=None,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def find_user(session: Session, user_id: int) -> UserRow | None:
    return session.get(UserRow, user_id)


def hold_user(session: Session, user_id: int) -> UserRow | None:
    """The account as it is now, kept from other writers until the transaction ends."""
    query = select(UserRow).where(UserRow.id == user_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find_by_login(session: Session, login: str) -> UserRow | None:
    return session.scalars(select(UserRow).where(UserRow.login == login)).one_or_none()


def find_by_agent(session: Session, agent_id: str) -> UserRow | None:
    return session.scalars(select(UserRow).where(UserRow.agent_id == agent_id)).one_or_none()


def hold_admins(session: Session) -> Sequence[UserRow]:
    """Everybody who can administer, kept from other writers: two admins must not remove each other at once."""
    query = select(UserRow).where(UserRow.role == UserRole.ADMIN.value, UserRow.active).order_by(UserRow.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def has_users(session: Session) -> bool:
    return session.scalar(select(UserRow.id).limit(1)) is not None


def list_users(
    session: Session, wanted: UserFilter, *, after: str | None, limit: int
) -> tuple[Sequence[UserRow], str | None]:
    """One page by login, and the login after which the next begins, None on the last."""
    query = select(UserRow).where(*_conditions(wanted)).order_by(UserRow.login)
    if after is not None:
        query = query.where(UserRow.login > after)
    rows = session.scalars(query.limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].login if len(rows) > limit else None


def teams(session: Session) -> tuple[str, ...]:
    """Of accounts, in order."""
    query = select(UserRow.team).where(UserRow.team.is_not(None)).distinct().order_by(UserRow.team)
    return tuple(team for team in session.scalars(query) if team)


def _conditions(wanted: UserFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        fits = [c.icontains(wanted.text, autoescape=True) for c in (UserRow.login, UserRow.name, UserRow.agent_id)]
        conditions.append(or_(*fits))
    if wanted.role is not None:
        conditions.append(UserRow.role == wanted.role.value)
    if wanted.team is not None:
        conditions.append(UserRow.team == wanted.team)
    if wanted.active is not None:
        conditions.append(UserRow.active == wanted.active)
    return conditions


def add_login(
    session: Session, user_id: int, *, key: str, address: str, browser: str, now: datetime, expires_at: datetime
) -> LoginRow:
    """A browser that is signed in from now on; `key` is the hash of its cookie."""
    row = LoginRow(
        key=key,
        user_id=user_id,
        address=address,
        browser=browser,
        created_at=now,
        seen_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


def find_login(session: Session, key: str) -> tuple[LoginRow, UserRow] | None:
    query = select(LoginRow, UserRow).join(UserRow, UserRow.id == LoginRow.user_id).where(LoginRow.key == key)
    row = session.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


def logins_of(session: Session, user_id: int, *, seen_after: datetime, now: datetime) -> Sequence[LoginRow]:
    """Browsers in which the account is still signed in, the last used first."""
    alive = (LoginRow.user_id == user_id, LoginRow.seen_at > seen_after, LoginRow.expires_at > now)
    return session.scalars(select(LoginRow).where(*alive).order_by(LoginRow.seen_at.desc(), LoginRow.id.desc())).all()


def note_seen(session: Session, login_id: int, now: datetime) -> None:
    row = session.get(LoginRow, login_id)
    if row is not None and row.seen_at < now:
        row.seen_at = now


def end_logins(session: Session, user_id: int) -> None:
    session.execute(delete(LoginRow).where(LoginRow.user_id == user_id))


def end_login(session: Session, login_id: int) -> None:
    session.execute(delete(LoginRow).where(LoginRow.id == login_id))


def sweep_logins(session: Session, *, seen_before: datetime, now: datetime) -> None:
    """Forget browsers whose time is over."""
    session.execute(delete(LoginRow).where(or_(LoginRow.expires_at <= now, LoginRow.seen_at <= seen_before)))


def add_failure(session: Session, login: str, address: str, now: datetime) -> LoginFailureRow:
    row = LoginFailureRow(login=login, address=address, at=now)
    session.add(row)
    session.flush()
    return row


def failures_for(session: Session, login: str, since: datetime) -> tuple[int, datetime | None]:
    """Wrong passwords for the login since then, and when the last was."""
    return _failures(session, LoginFailureRow.login == login, since)


def failures_from(session: Session, address: str, since: datetime) -> tuple[int, datetime | None]:
    """Wrong passwords from the address since then, and when the last was."""
    return _failures(session, LoginFailureRow.address == address, since)


def forgive(session: Session, login: str, failure_id: int) -> None:
    """Forget the login's failures, and the one written down before its password was looked at."""
    session.execute(
        delete(LoginFailureRow).where(or_(LoginFailureRow.login == login, LoginFailureRow.id == failure_id))
    )


def sweep_failures(session: Session, before: datetime) -> None:
    session.execute(delete(LoginFailureRow).where(LoginFailureRow.at < before))


def _failures(session: Session, whose: ColumnElement[bool], since: datetime) -> tuple[int, datetime | None]:
    query = select(func.count(), func.max(LoginFailureRow.at)).where(whose, LoginFailureRow.at >= since)
    count, last = session.execute(query).one()
    return count, last

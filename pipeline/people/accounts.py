"""Accounts: made, changed, shut, and whose they are."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound, Stale
from models.person import UserRole, Viewer
from models.reason import Fact
from models.tables import UserRow
from pipeline.people.passwords import Secret
from pipeline.people.signing_in import folded
from storage.once import insert_once
from storage.people import accounts
from storage.people.accounts import UserFilter
from storage.people.audit import record

LONGEST_NAME = 60
LOGIN = re.compile(r"[\w.@+-]{2,60}")
LANGUAGES = (None, "zh", "en")


@dataclass(frozen=True, slots=True)
class User:
    """An account as others see it; its password nobody sees."""

    id: int
    login: str
    name: str
    role: UserRole
    team: str | None
    agent_id: str | None
    active: bool
    has_password: bool
    must_change: bool
    language: str | None
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What an administrator decides about an account. Agents need their `agent_id`, team leads their `team`."""

    name: str
    role: UserRole
    team: str | None = None
    agent_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Users:
    """`next` is the login after which the following page begins, None on the last."""

    users: tuple[User, ...]
    next: str | None


def has_users(session: Session) -> bool:
    return accounts.has_users(session)


def create_user(
    session: Session, viewer: Viewer, login: str, profile: Profile, now: datetime, *, secret: Secret | None = None
) -> User:
    """A new account; without a secret nobody can sign in to it until a password is set.

    Raises:
        BadInput: the login or the name cannot be one, or what the role needs is missing.
        Conflict: the login or the agent's id is another account's.
    """
    login = folded(login)
    if not LOGIN.fullmatch(login):
        raise BadInput("pipeline.bad_login", login=login[:LONGEST_NAME])
    wanted = _checked(profile)
    _check_agent(session, wanted.agent_id, None)
    values = {
        "name": wanted.name,
        "role": wanted.role.value,
        "team": wanted.team,
        "agent_id": wanted.agent_id,
        "password": secret and secret.hashed,
        "must_change": secret is not None and secret.must_change,
        "active": wanted.active,
        "language": None,
        "revision": 1,
        "created_at": now,
        "updated_at": now,
    }
    row, is_new = insert_once(session, UserRow, {"login": login}, **values)
    if not is_new:
        raise Conflict("pipeline.login_taken", login=login)
    facts: dict[str, Fact] = {"login": login, "role": wanted.role.value}
    record(session, viewer, "user.created", now, target="user", target_id=row.id, facts=facts)
    return user_of(row)


def edit_user(
    session: Session, viewer: Viewer, user_id: int, profile: Profile, *, revision: int, now: datetime
) -> User:
    """Change an account as it was at `revision`; one that is shut is signed out everywhere.

    Raises:
        NotFound: no such account.
        Stale: somebody changed it meanwhile.
        BadInput, Conflict: as `create_user`, or nobody would be left to administer.
    """
    wanted = _checked(profile)
    if wanted.role is not UserRole.ADMIN or not wanted.active:
        _check_admins(session, user_id)
    row = _held(session, user_id)
    if row.revision != revision:
        raise Stale("pipeline.user_changed", name=row.name, revision=revision, stored=row.revision)
    _check_agent(session, wanted.agent_id, user_id)
    facts: dict[str, Fact] = {}
    for name in ("name", "role", "team", "agent_id", "active"):
        before, after = getattr(row, name), getattr(wanted, name)
        if before != after:
            facts |= {f"{name}_before": _fact(before), name: _fact(after)}
            setattr(row, name, after)
    if not facts:
        return user_of(row)
    _changed(row, now)
    if not row.active:
        accounts.end_logins(session, row.id)
    action = "user.deactivated" if facts.get("active") == 0 else "user.changed"
    record(session, viewer, action, now, target="user", target_id=row.id, facts=facts)
    return user_of(row)


def set_password(session: Session, viewer: Viewer, user_id: int, secret: Secret, now: datetime) -> User:
    """Give an account another password; whoever is signed in to it has to sign in again.

    Raises:
        NotFound: no such account.
    """
    row = _held(session, user_id)
    row.password, row.must_change = secret.hashed, secret.must_change
    _changed(row, now)
    accounts.end_logins(session, row.id)
    record(session, viewer, "user.password_reset", now, target="user", target_id=row.id)
    return user_of(row)


def change_password(session: Session, viewer: Viewer, secret: Secret, now: datetime) -> None:
    """One's own, once the old one was confirmed; every browser has to sign in again."""
    row = _held(session, viewer.user_id or 0)
    row.password, row.must_change = secret.hashed, False
    _changed(row, now)
    accounts.end_logins(session, row.id)
    record(session, viewer, "user.password_changed", now, target="user", target_id=row.id)


def choose_language(session: Session, viewer: Viewer, language: str | None, now: datetime) -> None:
    """The language the person's pages begin in; None leaves it to the centre."""
    if language not in LANGUAGES:
        raise BadInput("pipeline.bad_language")
    row = _held(session, viewer.user_id or 0)
    row.language, row.updated_at = language, now


def list_users(session: Session, wanted: UserFilter, *, after: str | None, limit: int) -> Users:
    rows, place = accounts.list_users(session, wanted, after=after, limit=limit)
    return Users(tuple(user_of(row) for row in rows), place)


def read_user(session: Session, user_id: int) -> User:
    """One account.

    Raises:
        NotFound: no such account.
    """
    row = accounts.find_user(session, user_id)
    if row is None:
        raise NotFound("pipeline.no_user", id=user_id)
    return user_of(row)


def find_user(session: Session, login: str) -> User:
    """The account of that login.

    Raises:
        NotFound: no such account.
    """
    row = accounts.find_by_login(session, folded(login))
    if row is None:
        raise NotFound("pipeline.no_login", login=login)
    return user_of(row)


def teams(session: Session) -> tuple[str, ...]:
    return accounts.teams(session)


def profile_of(user: User) -> Profile:
    return Profile(user.name, user.role, user.team, user.agent_id, user.active)


def user_of(row: UserRow) -> User:
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        role=UserRole(row.role),
        team=row.team,
        agent_id=row.agent_id,
        active=row.active,
        has_password=row.password is not None,
        must_change=row.must_change,
        language=row.language,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _checked(profile: Profile) -> Profile:
    name, team, agent_id = (" ".join((text or "").split()) for text in (profile.name, profile.team, profile.agent_id))
    if not name:
        raise BadInput("pipeline.name_missing")
    if max(len(name), len(team), len(agent_id)) > LONGEST_NAME:
        raise BadInput("pipeline.name_long", most=LONGEST_NAME)
    if profile.role is UserRole.AGENT and not agent_id:
        raise BadInput("pipeline.agent_id_missing")
    if profile.role is UserRole.TEAM_LEAD and not team:
        raise BadInput("pipeline.team_missing")
    return Profile(name, profile.role, team or None, agent_id or None, profile.active)


def _check_agent(session: Session, agent_id: str | None, user_id: int | None) -> None:
    other = None if agent_id is None else accounts.find_by_agent(session, agent_id)
    if other is not None and other.id != user_id:
        raise Conflict("pipeline.agent_taken", agent=agent_id or "", login=other.login)


def _check_admins(session: Session, user_id: int) -> None:
    """Whether somebody else is left to administer."""
    if [admin.id for admin in accounts.hold_admins(session)] == [user_id]:
        raise Conflict("pipeline.last_admin")


def _held(session: Session, user_id: int) -> UserRow:
    row = accounts.hold_user(session, user_id)
    if row is None:
        raise NotFound("pipeline.no_user", id=user_id)
    return row


def _changed(row: UserRow, now: datetime) -> None:
    row.revision += 1
    row.updated_at = now


def _fact(value: str | bool | None) -> Fact:  # noqa: FBT001  (a value, not a switch)
    return int(value) if isinstance(value, bool) else value or ""

"""Accounts for tests, and signing in without waiting for a real hash more often than needed."""

from datetime import UTC, datetime, timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session, sessionmaker

from models.person import SYSTEM, UserRole, Viewer
from pipeline.people import passwords
from pipeline.people.accounts import Profile, User, create_user
from pipeline.people.passwords import Secret
from pipeline.people.signing_in import Asking, Lasting, SignedIn, sign_in, viewer_of
from storage.people.accounts import find_by_login

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
LASTING = Lasting(whole=timedelta(hours=12), idle=timedelta(hours=2))
PASSWORD = "correct horse battery"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""Argon2 that takes no time: to be set by `monkeypatch`, or every hash takes most of a second on a busy machine."""

SECRET = Secret(CHEAP.hash(PASSWORD))


def hash_cheaply(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(passwords, "_hasher", CHEAP)
    passwords._dummy.cache_clear()


def make_account(
    make: sessionmaker[Session],
    login: str = "li",
    role: UserRole = UserRole.INSPECTOR,
    *,
    team: str | None = None,
    agent_id: str | None = None,
    secret: Secret | None = SECRET,
) -> User:
    with make.begin() as session:
        return create_user(session, SYSTEM, login, Profile(login, role, team, agent_id), NOW, secret=secret)


def viewer(make: sessionmaker[Session], login: str) -> Viewer:
    with make() as session:
        row = find_by_login(session, login)
        assert row is not None
        return viewer_of(row)


def enter(
    make: sessionmaker[Session],
    login: str = "li",
    password: str = PASSWORD,
    *,
    now: datetime = NOW,
    address: str = "10.0.0.1",
) -> SignedIn:
    return sign_in(make, Asking(login, password, address, "Firefox"), LASTING, now)

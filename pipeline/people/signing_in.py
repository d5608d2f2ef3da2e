"""Signing in with a password, and knowing again who did.

A browser holds 32 random bytes; the database only their SHA-256, so that who reads it cannot be anybody.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy.orm import Session, sessionmaker

from models.errors import NotSignedIn, TooMany
from models.person import RIGHTS, UserRole, Viewer
from models.tables import LoginRow, UserRow
from pipeline.people.passwords import Checked, check_password
from storage.people import accounts
from storage.people.audit import record

NOTED_EVERY = timedelta(minutes=1)
"""How often it is written down that somebody is still there."""

FAILURES_KEPT = timedelta(days=1)
LONGEST_WAIT = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=5)
"""Doubles with every further wrong password."""

FREE_FOR_LOGIN = 5
FREE_FROM_ADDRESS = 20
"""Wrong passwords before there is a wait. A whole floor may share one address."""

LONGEST_NOTE = 200
"""Characters of a browser's own description that are kept."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a browser stays signed in: at most, and without a sign of life."""

    whole: timedelta
    idle: timedelta


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants in, from where."""

    login: str
    password: str
    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`key` is for the browser alone."""

    key: str
    expires_at: datetime
    viewer: Viewer
    must_change: bool
    language: str | None


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody is signed in. `browser` is what it calls itself."""

    id: int
    address: str
    browser: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Present:
    """Who a browser's key stands for. `is_due`: it is time to note that they are still there."""

    viewer: Viewer
    login_id: int
    must_change: bool
    is_due: bool


@dataclass(frozen=True, slots=True)
class _Attempt:
    """`user_id` and `password` are None where there is no such account to sign in to."""

    login: str
    address: str
    failure_id: int
    user_id: int | None
    password: str | None
    checked: Checked


def folded(login: str) -> str:
    """A login as it is kept: nobody should need to know how it was capitalised."""
    return login.strip().casefold()


def hashed(secret: str) -> str:
    """Of a random key; these need no salt."""
    return sha256(secret.encode()).hexdigest()


def viewer_of(user: UserRow) -> Viewer:
    role = UserRole(user.role)
    return Viewer(user.id, user.name, role, RIGHTS[role], team=user.team, agent_id=user.agent_id)


def sign_in(make: sessionmaker[Session], asking: Asking, lasting: Lasting, now: datetime) -> SignedIn:
    """A new key for who gives the right password.

    The try is written down as a failure before the password is looked at, so that many tries at once are counted,
    and outside any transaction, since a password takes long to look at.

    Raises:
        TooMany: too many wrong passwords for this login or from this address.
        NotSignedIn: no such account, or not its password, or it is not active; nobody is told which.
    """
    attempt = _attempt(make, asking, now)
    with make.begin() as session:
        user = _finish(session, attempt, now)
        if user is not None:
            accounts.sweep_logins(session, seen_before=now - lasting.idle, now=now)
            record(
                session, viewer_of(user), "login.made", now, target="user", target_id=user.id, address=asking.address
            )
            return let_in(session, user, lasting, now, address=asking.address, browser=asking.browser)
    raise NotSignedIn("pipeline.wrong_password")


def confirm(make: sessionmaker[Session], asking: Asking, now: datetime) -> None:
    """Ask who is signed in for their password once more, as slow to guess at as when signing in.

    Raises:
        TooMany, NotSignedIn: as `sign_in`.
    """
    attempt = _attempt(make, asking, now)
    with make.begin() as session:
        is_right = _finish(session, attempt, now) is not None
    if not is_right:
        raise NotSignedIn("pipeline.wrong_old_password")


def let_in(
    session: Session, user: UserRow, lasting: Lasting, now: datetime, *, address: str = "", browser: str = ""
) -> SignedIn:
    """Sign the account in, whose password was right."""
    key = secrets.token_urlsafe(32)
    expires_at = now + lasting.whole
    accounts.add_login(
        session,
        user.id,
        key=hashed(key),
        address=address,
        browser=browser[:LONGEST_NOTE],
        now=now,
        expires_at=expires_at,
    )
    return SignedIn(key, expires_at, viewer_of(user), user.must_change, user.language)


def let_in_again(session: Session, viewer: Viewer, lasting: Lasting, asking: Asking, now: datetime) -> SignedIn:
    """A new key for who is signed in, when their old keys have just been ended.

    Raises:
        NotSignedIn: it is no person, or their account is not active any more.
    """
    user = accounts.find_user(session, viewer.user_id or 0)
    if user is None or not user.active:
        raise NotSignedIn("pipeline.no_person")
    return let_in(session, user, lasting, now, address=asking.address, browser=asking.browser)


def recognise(session: Session, key: str, lasting: Lasting, now: datetime) -> Present | None:
    """Who holds this key; None where the key is unknown or its time is over."""
    found = accounts.find_login(session, hashed(key))
    if found is None:
        return None
    login, user = found
    if not user.active or is_over(login, lasting, now):
        return None
    return Present(viewer_of(user), login.id, user.must_change, is_due=now - login.seen_at >= NOTED_EVERY)


def is_over(login: LoginRow, lasting: Lasting, now: datetime) -> bool:
    """Also where the settings were made stricter since."""
    return now >= min(login.expires_at, login.created_at + lasting.whole, login.seen_at + lasting.idle)


def browsers(session: Session, viewer: Viewer, lasting: Lasting, now: datetime) -> tuple[Browser, ...]:
    """Where the viewer is signed in, the last used first."""
    found = accounts.logins_of(session, viewer.user_id or 0, seen_after=now - lasting.idle, now=now)
    return tuple(
        Browser(row.id, row.address, row.browser, row.created_at, row.seen_at)
        for row in found
        if not is_over(row, lasting, now)
    )


def note_seen(session: Session, login_id: int, now: datetime) -> None:
    accounts.note_seen(session, login_id, now)


def sign_out(session: Session, key: str, now: datetime, *, address: str = "") -> None:
    """The key opens nothing any more; it need not have."""
    found = accounts.find_login(session, hashed(key))
    if found is not None:
        accounts.end_login(session, found[0].id)
        record(session, viewer_of(found[1]), "login.ended", now, target="user", target_id=found[1].id, address=address)


def sign_out_everywhere(session: Session, viewer: Viewer, now: datetime) -> None:
    """End all the viewer's logins."""
    if viewer.user_id is None:
        raise NotSignedIn("pipeline.no_person")
    accounts.end_logins(session, viewer.user_id)
    record(session, viewer, "login.ended_everywhere", now, target="user", target_id=viewer.user_id)


def _attempt(make: sessionmaker[Session], asking: Asking, now: datetime) -> _Attempt:
    login = folded(asking.login)[:LONGEST_NOTE]
    with make.begin() as session:
        user = accounts.find_by_login(session, login)
        if user is not None:  # tries for one account are counted one after the other
            user = accounts.hold_user(session, user.id)
        _check_waits(session, login, asking.address, now)
        failure = accounts.add_failure(session, login, asking.address, now)
        usable = user if user is not None and user.active else None
        user_id, password = (usable.id, usable.password) if usable else (None, None)
    checked = check_password(password, asking.password)
    return _Attempt(login, asking.address, failure.id, user_id, password, checked)


def _check_waits(session: Session, login: str, address: str, now: datetime) -> None:
    since = now - FAILURES_KEPT
    waits = (
        _wait(*accounts.failures_for(session, login, since), FREE_FOR_LOGIN, now),
        _wait(*accounts.failures_from(session, address, since), FREE_FROM_ADDRESS, now),
    )
    if (wait := max(waits)) > timedelta():
        raise TooMany("pipeline.too_many_logins", seconds=ceil(wait.total_seconds()))


def _wait(failures: int, last: datetime | None, free: int, now: datetime) -> timedelta:
    """How long to wait still."""
    if failures < free or last is None:
        return timedelta()
    wait = min(FIRST_WAIT * float(2 ** min(failures - free, 10)), LONGEST_WAIT)
    return last + wait - now


def _finish(session: Session, attempt: _Attempt, now: datetime) -> UserRow | None:
    """The account where the password was right, and no trace of failures; else None, and it is written down."""
    accounts.sweep_failures(session, now - FAILURES_KEPT)
    user = None if attempt.user_id is None else accounts.hold_user(session, attempt.user_id)
    # The account may have been shut, or its password changed, while this password was looked at.
    is_right = user is not None and user.active and user.password == attempt.password and attempt.checked.is_right
    if user is None or not is_right:
        who = Viewer(None, attempt.login or "-", None) if user is None else viewer_of(user)
        target = "" if user is None else user.id
        record(
            session,
            who,
            "login.failed",
            now,
            target="user",
            target_id=target,
            facts={"login": attempt.login},
            address=attempt.address,
        )
        return None
    accounts.forgive(session, attempt.login, attempt.failure_id)
    if attempt.checked.better is not None:
        user.password = attempt.checked.better
    return user

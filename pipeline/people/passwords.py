"""Passwords: which are taken, and argon2 through pwdlib.

Hashing takes 64 MiB and a good part of a tenth of a second on purpose. Only a few are hashed at a time, or a burst
of logins would take the machine's memory.
"""

import secrets
from dataclasses import dataclass
from functools import cache
from importlib import resources
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from models.errors import BadInput

SHORTEST = 10
LONGEST = 200
"""Characters. Longer ones cost time to hash and help nobody."""

AT_ONCE = 3

COMMON = frozenset(resources.files("pipeline").joinpath("common_passwords.txt").read_text("utf8").split())
"""Among those tried first, of ten characters and more."""

_hasher = PasswordHash.recommended()
_turns = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Checked:
    """`better`: the right password's hash as it would be made now, where it was made with weaker settings."""

    is_right: bool
    better: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A password's hash, to be stored. `must_change`: somebody else knows the password."""

    hashed: str
    must_change: bool = False


def chosen(password: str, login: str, *, must_change: bool = False) -> Secret:
    """A password as it is stored. Slow: not inside a transaction.

    Raises:
        BadInput: as `check_new`.
    """
    check_new(password, login)
    return Secret(_hash(password), must_change)


def invented() -> tuple[Secret, str]:
    """A password for somebody to change, and its text for who gives it to them. Slow, as `chosen`."""
    password = new_password()
    return Secret(_hash(password), must_change=True), password


def check_password(kept: str | None, given: str) -> Checked:
    """Whether the password is the one whose hash is kept; without one it takes as long, and is wrong."""
    with _turns:
        dummy = _dummy()
        try:
            right, better = _hasher.verify_and_update(given[: LONGEST + 1], kept or dummy)
        except UnknownHashError:
            return Checked(is_right=False)
    return Checked(right and kept is not None, better if right and kept is not None else None)


def check_new(password: str, login: str) -> None:
    """Whether a password may be set.

    Raises:
        BadInput: too short, too long, the login itself, or one that everybody tries first.
    """
    if len(password) < SHORTEST:
        raise BadInput("pipeline.password_short", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise BadInput("pipeline.password_long", longest=LONGEST)
    plain = password.casefold()
    if login and login in plain and len(plain) - len(login) < SHORTEST - 4:
        raise BadInput("pipeline.password_login")
    if plain in COMMON or len(set(plain)) < 4:
        raise BadInput("pipeline.password_common")


def new_password() -> str:
    """A password for somebody to change: easy to read aloud, without letters that look alike; 64 bits and more."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _hash(password: str) -> str:
    with _turns:
        return _hasher.hash(password)


@cache
def _dummy() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))

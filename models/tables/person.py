"""Accounts, their sessions, machines' tokens, the roster of agents, absences, and the audit log."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class UserRow(Base):
    """`login` is kept case-folded. `password` is an argon2 hash, None until one is set. `agent_id` is an agent's own.

    `language` is the one the person chose, if any.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    team: Mapped[str | None]
    agent_id: Mapped[str | None] = mapped_column(unique=True)
    password: Mapped[str | None]
    must_change: Mapped[bool]
    active: Mapped[bool]
    language: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class LoginRow(Base):
    """A browser that is signed in; `key` is the hash of what its cookie holds."""

    __tablename__ = "logins"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str]
    browser: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class LoginFailureRow(Base):
    """A wrong password, for throttling; swept when old."""

    __tablename__ = "login_failures"
    __table_args__ = (Index(None, "login", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]


class TokenRow(Base):
    """A machine's token; `key` is its hash, `start` its first characters to know it by, `scopes` are `Right`s."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    start: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AgentRow(Base):
    """The roster (花名册): who takes the calls. Added from call metadata where nobody entered them.

    `joined_on` counts the first three months, in which more of an agent's calls are heard. `exempt_until` and
    `watched_until` are the weekly top and bottom of the handbooks, set by a lead or a plan.
    """

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]
    team: Mapped[str | None] = mapped_column(index=True)
    stage: Mapped[str | None]
    joined_on: Mapped[date | None] = mapped_column(Date)
    active: Mapped[bool]
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]


class AbsenceRow(Base):
    """Days an inspector is away, both included: nothing is shared out to them."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    why: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class AuditRow(Base):
    """Who did what, when, from where. Triggers refuse to change or delete a row."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "target", "target_id"), Index(None, "who", "id"), Index(None, "action", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    token_id: Mapped[int | None]
    who: Mapped[str]
    action: Mapped[str]
    target: Mapped[str]
    target_id: Mapped[str]
    facts: Mapped[dict[str, Any]]
    address: Mapped[str]

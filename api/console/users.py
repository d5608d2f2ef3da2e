"""The pages of accounts: the list, and one of them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, onward, render, words_for
from api.database import ReadSession
from api.routes.users import UserId, UsersQuery
from models.person import RIGHTS, Right, UserRole
from pipeline.people import accounts, roster
from pipeline.people.accounts import User
from pipeline.people.audit import AuditEntry, AuditFilter, read_audit

router = APIRouter(prefix="/users", include_in_schema=False, default_response_class=HTMLResponse)

LATELY = 10
"""Lines of the audit log on an account's page."""


@dataclass(frozen=True, slots=True)
class UsersPage:
    """`asked` are the form's values; `next` and `first` are addresses, None where there is nothing there."""

    users: tuple[User, ...]
    asked: UsersQuery
    roles: tuple[UserRole, ...]
    teams: tuple[str, ...]
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class UserPage:
    """`lately` is what was done to the account, and the signing in to it."""

    user: User
    roles: tuple[UserRole, ...]
    teams: tuple[str, ...]
    rights: tuple[Right, ...]
    lately: tuple[AuditEntry, ...]


@router.get("")
def users(request: Request, session: ReadSession, asked: Annotated[UsersQuery, Query()]) -> HTMLResponse:
    found = accounts.list_users(session, asked.as_filter(), after=asked.cursor, limit=asked.limit)
    page = UsersPage(
        users=found.users,
        asked=asked,
        roles=tuple(UserRole),
        teams=_teams(session),
        next=onward(request, found.next),
        first=onward(request, "") if asked.cursor else None,
    )
    return render(request, "users.html", Frame(words_for(request)("title_users"), "users"), page)


@router.get("/{user_id}")
def user(request: Request, session: ReadSession, user_id: UserId) -> HTMLResponse:
    found = accounts.read_user(session, user_id)
    wanted = AuditFilter(target="user", target_id=str(user_id))
    page = UserPage(
        user=found,
        roles=tuple(UserRole),
        teams=_teams(session),
        rights=tuple(right for right in Right if right in RIGHTS[found.role]),
        lately=read_audit(session, wanted, before=None, limit=LATELY).entries,
    )
    return render(request, "user.html", Frame(found.name, "users"), page)


def _teams(session: ReadSession) -> tuple[str, ...]:
    """Of accounts and of agents."""
    return tuple(sorted({*accounts.teams(session), *roster.teams(session)}))

"""Accounts from a CSV: all of them, or none and every mistake."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import BadManifest, CallqaError
from models.person import UserRole, Viewer
from models.reason import Reason
from pipeline.csv_rows import CsvRow, read_rows
from pipeline.people.accounts import Profile, User, create_user
from pipeline.people.passwords import Secret

HEADINGS = {
    **{name: name for name in ("login", "name", "role", "team", "agent_id")},
    "账号": "login",
    "姓名": "name",
    "角色": "role",
    "班组": "team",
    "工号": "agent_id",
    "座席工号": "agent_id",
}

ROLES = {
    "管理员": UserRole.ADMIN,
    "质检主管": UserRole.LEAD,
    "主管": UserRole.LEAD,
    "质检员": UserRole.INSPECTOR,
    "培训师": UserRole.TRAINER,
    "班组长": UserRole.TEAM_LEAD,
    "组长": UserRole.TEAM_LEAD,
    "座席": UserRole.AGENT,
}


@dataclass(frozen=True, slots=True)
class Line:
    """An account to be made, and the line it stands on."""

    line: int
    login: str
    profile: Profile


def read_users(content: bytes, *, file: str = "users.csv") -> tuple[Line, ...]:
    """Every account, or every mistake that can be seen without the database.

    Raises:
        BadManifest: the file cannot be read, or a line is wrong; `details` names each.
    """
    rows, problems = read_rows(content, HEADINGS, ("login", "name", "role"), file=file)
    lines = [line for row in rows if (line := _line(row, problems)) is not None]
    _raise(problems, file)
    if not lines:
        raise BadManifest("pipeline.csv_no_rows", file=file)
    return tuple(lines)


def import_users(
    session: Session, viewer: Viewer, lines: tuple[Line, ...], secrets: Callable[[int], Secret | None], now: datetime
) -> tuple[User, ...]:
    """Make all accounts; `secrets` gives the password of the one with that index.

    Raises:
        BadManifest: one or more cannot be made, and then the caller must make none.
    """
    users: list[User] = []
    problems: list[Reason] = []
    for index, line in enumerate(lines):
        try:
            users.append(create_user(session, viewer, line.login, line.profile, now, secret=secrets(index)))
        except CallqaError as error:
            problems.append(Reason("pipeline.csv_line", {"line": line.line, "what": error.say()}))
    _raise(problems, "users.csv")
    return tuple(users)


def _line(row: CsvRow, problems: list[Reason]) -> Line | None:
    cells = row.cells
    try:
        role = ROLES.get(cells["role"]) or UserRole(cells["role"].lower())
    except ValueError:
        problems.append(Reason("pipeline.users_role", {"line": row.line, "text": cells["role"][:60]}))
        return None
    return Line(row.line, cells["login"], Profile(cells["name"], role, cells.get("team"), cells.get("agent_id")))


def _raise(problems: list[Reason], file: str) -> None:
    if problems:
        told = sorted(problems, key=lambda problem: int(problem.facts["line"]))
        raise BadManifest("pipeline.roster_wrong", details=told, file=file, count=len(told))

"""An account for every role, so that a visitor of the demo can see the pages as each of them does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session, sessionmaker

from batch.wording import say
from models.errors import NotFound
from models.person import UserRole, Viewer
from models.reason import Language
from pipeline.people import accounts
from pipeline.people.accounts import Profile
from pipeline.people.passwords import chosen, new_password

FILE = "demo-accounts.txt"

PROFILES: Mapping[str, Profile] = {
    "admin": Profile("管理员", UserRole.ADMIN),
    "lead": Profile("李主管", UserRole.LEAD),
    "inspector": Profile("王质检", UserRole.INSPECTOR),
    "inspector2": Profile("陈质检", UserRole.INSPECTOR),
    "trainer": Profile("周培训", UserRole.TRAINER),
    "teamlead": Profile("刘组长", UserRole.TEAM_LEAD, team="服务一组"),
    "agent": Profile("邹凯", UserRole.AGENT, team="服务一组", agent_id="3041"),
    "agent2": Profile("方敏", UserRole.AGENT, team="服务二组", agent_id="6603"),
}
"""Teams and agents are those of the sample calls' manifest."""

DEMO = Viewer(None, "callqa demo", UserRole.ADMIN)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    login: str
    password: str
    profile: Profile


def make_demo_accounts(make: sessionmaker[Session], home: Path, now: datetime) -> tuple[DemoAccount, ...]:
    """Accounts with passwords of their own, kept readable in the home folder for who runs the demo again.

    An account that is there without a password in that file was not made here, and is left alone.
    """
    path = home / FILE
    kept: dict[str, str] = json.loads(path.read_text("utf8")) if path.exists() else {}
    with make.begin() as session:
        there = {login for login in PROFILES if _is_there(session, login)}
    ours = [login for login in PROFILES if login in kept or login not in there]
    passwords = {login: kept.get(login) or new_password() for login in ours}
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords, indent=1) + "\n", "utf8")  # before the accounts: else nobody could use them
    secrets = {login: chosen(passwords[login], "") for login in ours if login not in there}
    with make.begin() as session:
        for login, secret in secrets.items():
            accounts.create_user(session, DEMO, login, PROFILES[login], now, secret=secret)
    return tuple(DemoAccount(login, passwords[login], PROFILES[login]) for login in ours)


def print_demo_accounts(console: Console, made: tuple[DemoAccount, ...], home: Path, language: Language) -> None:
    table = Table(*(say(language, f"users_{head}") for head in ("login", "password", "role", "name")), box=None)
    for account in made:
        role = say(language, f"role_{account.profile.role.value}")
        table.add_row(account.login, f"[bold]{account.password}[/]", role, account.profile.name)
    console.print()
    console.print(say(language, "demo_accounts", file=str(home / FILE)), soft_wrap=True)
    console.print(table)


def _is_there(session: Session, login: str) -> bool:
    try:
        accounts.find_user(session, login)
    except NotFound:
        return False
    return True

"""`callqa users`: accounts and tokens from the command line. Passwords are typed or piped in, never given as words."""

import json
import sys
from datetime import timedelta
from getpass import getpass, getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.commands.options import AsJson, Home, Lang
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import now, open_workplace
from models.errors import BadInput, BadManifest
from models.person import Right, UserRole, Viewer
from models.reason import Language
from pipeline.people import accounts, tokens
from pipeline.people.accounts import Profile, User
from pipeline.people.passwords import Secret, chosen, invented
from pipeline.people.signing_in import folded
from pipeline.people.users_file import import_users, read_users
from storage.people.accounts import UserFilter

app = typer.Typer(no_args_is_help=True, help="Accounts: who may sign in, in which role; and machines' tokens.")

Login = Annotated[str, typer.Argument(help="What the person signs in with.")]
ON_A_PAGE = 200


@app.command()
def add(
    login: Login,
    *,
    role: Annotated[UserRole, typer.Option(help="What the person may do.")],
    name: Annotated[str | None, typer.Option(help="The person's name; else the login.")] = None,
    team: Annotated[str | None, typer.Option(help="The team; a team lead needs one.")] = None,
    agent: Annotated[str | None, typer.Option("--agent-id", help="An agent's id, as calls have it.")] = None,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """Make an account. The password is asked for, or read from a pipe; left empty, one is made up and shown."""
    settings = read_settings(home=home, language=lang)
    language = settings.language
    secret, told = _secret(login, language)
    with open_workplace(settings) as workplace, workplace.sessions.begin() as session:
        profile = Profile(name or login, role, team, agent)
        user = accounts.create_user(session, _operator(), login, profile, now(), secret=secret)
    _say(language, "user_added", login=user.login, role=_role(user.role, language))
    _tell(told, language)


@app.command("list")
def list_users(
    *,
    role: Annotated[UserRole | None, typer.Option(help="Only this role.")] = None,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Every account."""
    settings = read_settings(home=home, language=lang)
    users: list[User] = []
    with open_workplace(settings) as workplace, workplace.reading() as session:
        after: str | None = None
        while True:
            page = accounts.list_users(session, UserFilter(role=role), after=after, limit=ON_A_PAGE)
            users += page.users
            after = page.next
            if after is None:
                break
    if as_json:
        typer.echo(json.dumps([_json(user) for user in users], ensure_ascii=False))
    else:
        Console().print(_table(users, settings.language))


@app.command()
def password(login: Login, *, home: Home = None, lang: Lang = None) -> None:
    """Give an account another password; it is asked for, or read from a pipe, or made up and shown where left empty.

    The person has to change it at the next sign-in, and is signed out everywhere.
    """
    settings = read_settings(home=home, language=lang)
    secret, told = _secret(login, settings.language)
    handed_over = Secret(secret.hashed, must_change=True)
    with open_workplace(settings) as workplace, workplace.sessions.begin() as session:
        user = accounts.find_user(session, login)
        accounts.set_password(session, _operator(), user.id, handed_over, now())
    _say(settings.language, "user_password", login=user.login)
    _tell(told, settings.language)


@app.command()
def deactivate(login: Login, *, home: Home = None, lang: Lang = None) -> None:
    """Shut an account: it is signed out at once and cannot sign in. Its history stays."""
    settings = read_settings(home=home, language=lang)
    with open_workplace(settings) as workplace, workplace.sessions.begin() as session:
        user = accounts.find_user(session, login)
        shut = Profile(user.name, user.role, user.team, user.agent_id, active=False)
        accounts.edit_user(session, _operator(), user.id, shut, revision=user.revision, now=now())
    _say(settings.language, "user_deactivated", login=user.login)


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Which system uses it.")],
    *,
    scopes: Annotated[list[Right], typer.Option("--scope", help="A right it has; may be given several times.")],
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Valid so long; else until revoked.")] = None,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """Make a token for a machine and print it, once."""
    settings = read_settings(home=home, language=lang)
    made_at = now()
    until = None if days is None else made_at + timedelta(days=days)
    with open_workplace(settings) as workplace, workplace.sessions.begin() as session:
        _, text = tokens.make_token(session, _operator(), name=name, scopes=scopes, now=made_at, expires_at=until)
    typer.echo(text)
    Console(stderr=True).print(say(settings.language, "token_made"), soft_wrap=True)


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV: login, name, role, team, agent_id (账号, 姓名, 角色, 班组, 工号).")
    ],
    *,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Make the accounts of a CSV, all or none, and print the password made up for each."""
    settings = read_settings(home=home, language=lang)
    try:
        lines = read_users(file.read_bytes(), file=file.name)
    except OSError as error:
        raise BadManifest("pipeline.manifest_unreadable", file=str(file), what=error.strerror or "") from error
    secrets = [invented() for _ in lines]
    with open_workplace(settings) as workplace, workplace.sessions.begin() as session:
        users = import_users(session, _operator(), lines, lambda index: secrets[index][0], now())
    told = [(user, text) for user, (_, text) in zip(users, secrets, strict=True)]
    if as_json:
        typer.echo(json.dumps([{**_json(user), "password": text} for user, text in told], ensure_ascii=False))
        return
    table = Table("login", "password", box=None)
    for user, text in told:
        table.add_row(escape(user.login), text)
    Console().print(table)
    _say(settings.language, "users_imported", count=len(told))


def _operator() -> Viewer:
    """Whoever may run commands here may do anything; the audit log says as whom the machine knows them."""
    try:
        who = getuser()
    except (KeyError, OSError):  # no name for the user's number, as in some containers
        who = "?"
    return Viewer(None, f"callqa users ({who})", UserRole.ADMIN)


def _secret(login: str, language: Language) -> tuple[Secret, str | None]:
    """The password to keep, and its text where it was made up here."""
    if sys.stdin.isatty():
        typed = getpass(say(language, "password_ask") + " ")
        if typed and getpass(say(language, "password_again") + " ") != typed:
            raise BadInput("batch.passwords_differ")
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    return (chosen(typed, folded(login)), None) if typed else invented()


def _tell(told: str | None, language: Language) -> None:
    """On stdout alone, so that it can be piped on."""
    if told is not None:
        _say(language, "password_made_up")
        typer.echo(told)


def _say(language: Language, sentence: str, **facts: str | int) -> None:
    Console(stderr=True).print(escape(say(language, sentence, **facts)), soft_wrap=True)


def _role(role: UserRole, language: Language) -> str:
    return say(language, f"role_{role.value}")


def _json(user: User) -> dict[str, object]:
    shown = ("id", "login", "name", "role", "team", "agent_id", "active", "has_password", "must_change")
    return {name: getattr(user, name) for name in shown}


def _table(users: list[User], language: Language) -> Table:
    heads = ("login", "name", "role", "team", "agent", "state")
    table = Table(*(say(language, f"users_{head}") for head in heads))
    for user in users:
        state = say(language, "users_active" if user.active else "users_off")
        cells = (user.login, user.name, _role(user.role, language), user.team or "", user.agent_id or "", state)
        table.add_row(*(escape(cell) for cell in cells))
    return table

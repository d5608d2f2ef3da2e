"""`callqa users`, and what the first start and the demo say about accounts."""

import json
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from batch.demo_accounts import FILE, PROFILES, make_demo_accounts
from models.person import UserRole
from pipeline.people.accounts import find_user
from pipeline.people.signing_in import Asking, Lasting, sign_in
from storage.database import open_database, sessions
from tests.batch.conftest import CallqaCommand

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_accounts_are_made_listed_and_shut(callqa: CallqaCommand) -> None:
    added = callqa.run("users", "add", "Admin", "--role", "admin", "--lang", "en", typed="correct horse battery\n")
    assert (added.returncode, added.stdout) == (0, "")
    made_up = callqa.run("users", "add", "li", "--role", "team_lead", "--team", "服务一组", typed="\n")
    assert re.fullmatch(r"(\w{4}-){3}\w{4}\n", made_up.stdout)
    users = json.loads(callqa.run("users", "list", "--json").stdout)
    assert [(user["login"], user["role"], user["must_change"]) for user in users] == [
        ("admin", "admin", False),
        ("li", "team_lead", True),
    ]
    last = callqa.run("users", "deactivate", "admin", "--lang", "en")
    assert (last.returncode, "last active administrator" in last.stderr) == (3, True)
    assert callqa.run("users", "deactivate", "li").returncode == 0
    assert not json.loads(callqa.run("users", "list", "--json", "--role", "team_lead").stdout)[0]["active"]


def test_a_bad_password_is_refused_and_nothing_made(callqa: CallqaCommand) -> None:
    done = callqa.run("users", "add", "admin", "--role", "admin", "--lang", "en", typed="short\n")
    assert (done.returncode, "at least 10 characters" in done.stderr) == (3, True)
    assert json.loads(callqa.run("users", "list", "--json").stdout) == []


def test_a_file_of_accounts_is_taken_whole_or_not_at_all(callqa: CallqaCommand, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(
        "账号,姓名,角色,班组,工号\nwang,王小北,座席,服务二组,6603\nli,李,组长,,\nzhao,赵,老板,,\n".encode("gb18030")
    )
    wrong = callqa.run("users", "import", str(file))
    assert wrong.returncode == 3
    assert "第 4 行" in wrong.stderr
    file.write_text("login,name,role,team,agent_id\nwang,王小北,agent,服务二组,6603\nli,李,team_lead,,\n", "utf8")
    wrong = callqa.run("users", "import", str(file))
    assert "第 3 行" in wrong.stderr
    assert json.loads(callqa.run("users", "list", "--json").stdout) == []
    file.write_text("login,name,role,team,agent_id\nwang,王小北,agent,服务二组,6603\nli,李,team_lead,一组,\n", "utf8")
    made = json.loads(callqa.run("users", "import", str(file), "--json").stdout)
    assert [(user["login"], len(user["password"])) for user in made] == [("wang", 19), ("li", 19)]


def test_the_demo_has_an_account_for_every_role(database_url: str, tmp_path: Path) -> None:
    engine = open_database(database_url)
    make = sessions(engine)
    made = make_demo_accounts(make, tmp_path, NOW)
    assert {account.profile.role for account in made} == set(UserRole)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert make_demo_accounts(make, tmp_path, NOW) == made  # once more: the same
    lasting = Lasting(whole=datetime.resolution * 10**9, idle=datetime.resolution * 10**9)
    agent = next(account for account in made if account.login == "agent")
    signed_in = sign_in(make, Asking("agent", agent.password, "here"), lasting, NOW)
    assert (signed_in.viewer.agent_id, signed_in.must_change) == (PROFILES["agent"].agent_id, False)
    (tmp_path / FILE).unlink()
    assert make_demo_accounts(make, tmp_path, NOW) == ()  # whose passwords are unknown are left alone
    with make() as session:
        assert _active(session) == len(PROFILES)
    engine.dispose()


def _active(session: Session) -> int:
    return sum(find_user(session, login).active for login in PROFILES)

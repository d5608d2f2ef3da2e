import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from models.call import AgentStage, Metadata
from models.errors import BadInput, BadManifest, Conflict, NotFound, NotSignedIn, Stale
from models.person import SYSTEM, Right, UserRole
from models.tables import AuditRow
from pipeline.people import accounts, roster, tokens
from pipeline.people.accounts import Profile, profile_of
from pipeline.people.audit import AuditFilter, read_audit
from pipeline.people.passwords import check_new, chosen, invented
from pipeline.people.roster import Details
from pipeline.people.roster_file import read_roster
from pipeline.people.signing_in import recognise
from storage.database import sessions
from storage.people.accounts import UserFilter
from storage.people.audit import record
from storage.people.roster import AgentFilter, note_agent
from tests.pipeline.people.staff import LASTING, NOW, enter, hash_cheaply, make_account, viewer


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture
def make(engine: Engine) -> sessionmaker[Session]:
    return sessions(engine)


@pytest.mark.parametrize("bad", ["", "x", "two words", "a" * 61, "semi;colon", "new\nline"])
def test_a_login_is_a_word(session: Session, bad: str) -> None:
    with pytest.raises(BadInput):
        accounts.create_user(session, SYSTEM, bad, Profile("李", UserRole.LEAD), NOW)


def test_what_a_role_needs_is_asked_for(session: Session) -> None:
    for profile in (
        Profile("王", UserRole.AGENT),
        Profile("刘", UserRole.TEAM_LEAD, team=" "),
        Profile(" ", UserRole.LEAD),
    ):
        with pytest.raises(BadInput):
            accounts.create_user(session, SYSTEM, "someone", profile, NOW)


def test_logins_and_agents_belong_to_one_account(make: sessionmaker[Session]) -> None:
    make_account(make, "wang", UserRole.AGENT, agent_id="6603")
    with pytest.raises(Conflict, match="taken"):
        make_account(make, "WANG")
    with pytest.raises(Conflict, match="6603"):
        make_account(make, "other", UserRole.AGENT, agent_id="6603")


def test_an_edit_says_what_changed_and_on_which_revision(make: sessionmaker[Session]) -> None:
    user = make_account(make)
    wanted = Profile("李主管", UserRole.LEAD)
    with make.begin() as session:
        changed = accounts.edit_user(session, SYSTEM, user.id, wanted, revision=1, now=NOW)
    assert (changed.name, changed.role, changed.revision) == ("李主管", UserRole.LEAD, 2)
    with make.begin() as session:
        with pytest.raises(Stale, match="revision 1"):
            accounts.edit_user(session, SYSTEM, user.id, wanted, revision=1, now=NOW)
        assert accounts.edit_user(session, SYSTEM, user.id, wanted, revision=2, now=NOW).revision == 2  # nothing new
    with make() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.action == "user.changed")).one()
    assert row.facts == {"name_before": "li", "name": "李主管", "role_before": "inspector", "role": "lead"}


def test_somebody_can_always_administer(make: sessionmaker[Session]) -> None:
    first = make_account(make, "first", UserRole.ADMIN)
    with make.begin() as session:
        for gone in (Profile("first", UserRole.LEAD), Profile("first", UserRole.ADMIN, active=False)):
            with pytest.raises(Conflict, match="last active administrator"):
                accounts.edit_user(session, SYSTEM, first.id, gone, revision=1, now=NOW)
    make_account(make, "second", UserRole.ADMIN)
    with make.begin() as session:
        gone = Profile("first", UserRole.ADMIN, active=False)
        assert not accounts.edit_user(session, SYSTEM, first.id, gone, revision=1, now=NOW).active


def test_two_admins_cannot_remove_each_other_at_once(make: sessionmaker[Session]) -> None:
    users = [make_account(make, login, UserRole.ADMIN) for login in ("first", "second")]
    begin = threading.Barrier(2)
    refused: list[Conflict] = []

    def remove(user: accounts.User) -> None:
        begin.wait()
        try:
            with make.begin() as session:
                shut = replace(profile_of(user), active=False)
                accounts.edit_user(session, SYSTEM, user.id, shut, revision=1, now=NOW)
        except Conflict as error:
            refused.append(error)

    threads = [threading.Thread(target=remove, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with make() as session:
        left = accounts.list_users(session, UserFilter(active=True), after=None, limit=9).users
    assert len(left) == 1


def test_a_reset_password_ends_sessions_and_has_to_be_changed(make: sessionmaker[Session]) -> None:
    user = make_account(make)
    key = enter(make).key
    secret, password = invented()
    with make.begin() as session:
        accounts.set_password(session, SYSTEM, user.id, secret, NOW)
    with make() as session:
        assert recognise(session, key, LASTING, NOW) is None
    with pytest.raises(NotSignedIn):
        enter(make)
    assert enter(make, password=password).must_change
    with make.begin() as session:
        accounts.change_password(session, viewer(make, "li"), chosen("another good one", "li"), NOW)
    assert not enter(make, password="another good one").must_change


@pytest.mark.parametrize(
    "bad", ["short", "1234567890", "Password123", "zhangsan12", "aaaaaaaaaaaa", "x" * 201, "WoAiNi1314"]
)
def test_passwords_that_are_guessed_first_are_refused(bad: str) -> None:
    with pytest.raises(BadInput):
        check_new(bad, "zhangsan")


def test_a_long_sentence_is_a_password() -> None:
    check_new("今天下雨我没有带伞只好等", "zhangsan")


def test_accounts_are_found_and_paged(make: sessionmaker[Session]) -> None:
    for login in ("wang", "li", "zhao"):
        make_account(make, login, UserRole.TEAM_LEAD, team="一组" if login == "li" else "二组")
    with make() as session:
        first = accounts.list_users(session, UserFilter(), after=None, limit=2)
        rest = accounts.list_users(session, UserFilter(), after=first.next, limit=2)
        assert [user.login for user in (*first.users, *rest.users)] == ["li", "wang", "zhao"]
        assert rest.next is None
        for wanted in (
            UserFilter(text="ZHA"),
            UserFilter(text="zh", team="二组", role=UserRole.TEAM_LEAD, active=True),
        ):
            assert [user.login for user in accounts.list_users(session, wanted, after=None, limit=9).users] == ["zhao"]
        assert accounts.teams(session) == ("一组", "二组")
        with pytest.raises(NotFound):
            accounts.read_user(session, 99)


def test_a_token_is_known_until_it_is_revoked_or_over(make: sessionmaker[Session]) -> None:
    later = NOW.replace(day=21)
    with make.begin() as session:
        token, text = tokens.make_token(
            session, SYSTEM, name="录音平台", scopes=[Right.UPLOAD], now=NOW, expires_at=later
        )
        assert text.startswith("cq_")
        assert token.start == text[:8]
    with make.begin() as session:
        machine = tokens.machine_of(session, text, NOW)
        assert machine is not None
        assert (machine.viewer.name, machine.viewer.rights, machine.is_due) == ("录音平台", {Right.UPLOAD}, True)
        tokens.note_used(session, token.id, NOW)
        again = tokens.machine_of(session, text, NOW)
        assert again is not None
        assert not again.is_due
        assert tokens.machine_of(session, text, later) is None
        assert tokens.machine_of(session, text + "x", NOW) is None
    with make.begin() as session:
        tokens.revoke_token(session, SYSTEM, token.id, NOW)
    with make.begin() as session:
        assert tokens.machine_of(session, text, NOW) is None
        with pytest.raises(Conflict):
            tokens.revoke_token(session, SYSTEM, token.id, NOW)
        with pytest.raises(NotFound):
            tokens.revoke_token(session, SYSTEM, 99, NOW)


@pytest.mark.parametrize("scopes", [[], [Right.ADMINISTER], [Right.UPLOAD, Right.REVIEW]])
def test_what_only_people_may_do_no_token_may(session: Session, scopes: list[Right]) -> None:
    with pytest.raises(BadInput):
        tokens.make_token(session, SYSTEM, name="x", scopes=scopes, now=NOW)


def test_the_roster_learns_from_calls_and_keeps_what_people_entered(session: Session) -> None:
    note_agent(
        session, Metadata(agent_id="6603", agent_name="王小北", team="二组", agent_stage=AgentStage.TRAINEE), NOW
    )
    details = Details("王小北", "一组", AgentStage.PROBATION, date(2026, 9, 1))
    roster.edit_agent(session, SYSTEM, "6603", details, revision=1, now=NOW)
    note_agent(session, Metadata(agent_id="6603", agent_name="王", team="三组"), NOW)
    note_agent(session, Metadata(team="三组"), NOW)
    found = roster.list_agents(session, AgentFilter(), after=None, limit=9).agents
    assert [(one.agent_id, one.team, one.stage, one.revision) for one in found] == [("6603", "一组", "probation", 2)]
    with pytest.raises(Stale):
        roster.edit_agent(session, SYSTEM, "6603", details, revision=1, now=NOW)
    with pytest.raises(NotFound):
        roster.edit_agent(session, SYSTEM, "7", details, revision=1, now=NOW)
    with pytest.raises(BadInput):
        roster.edit_agent(session, SYSTEM, "6603", replace(details, joined_on=date(1912, 1, 1)), revision=2, now=NOW)


def test_a_roster_file_fills_what_it_says_and_leaves_the_rest(session: Session) -> None:
    note_agent(session, Metadata(agent_id="6603", agent_name="王小北", team="二组"), NOW)
    note_agent(session, Metadata(agent_id="6604", agent_name="丁"), NOW)
    text = "工号,姓名,阶段,入职日期,在岗\n6603,,试用,2026/9/1,\n6604,丁,,,是\n7001,新人,实习,2026-11-01,\n\n"
    done = roster.import_roster(session, SYSTEM, read_roster(text.encode("gb18030")), NOW)
    assert (done.added, done.changed, done.same) == (1, 1, 1)
    wang = roster.read_agent(session, "6603")
    assert (wang.name, wang.team, wang.stage, wang.joined_on) == ("王小北", "二组", "probation", date(2026, 9, 1))
    assert roster.read_agent(session, "7001").revision == 1


def test_every_mistake_of_a_roster_file_is_told_with_its_line() -> None:
    text = (
        "工号,姓名,阶段,入职日期\n6603,王,老手,2026-13-01\n,无名,,\n6603,再来,,\n6605,少一格\n6606,李,正式,2026-01-02\n"
    )
    with pytest.raises(BadManifest) as wrong:
        read_roster(text.encode())
    assert {(detail.code, detail.facts["line"]) for detail in wrong.value.details} == {
        ("pipeline.roster_stage", 2),
        ("pipeline.roster_joined_on", 2),
        ("pipeline.csv_empty", 3),
        ("pipeline.roster_twice", 4),
        ("pipeline.manifest_cells", 5),
    }
    for content in (b"\xff\xfe\x00", "姓名\n王\n".encode(), "工号,密码\n1,2\n".encode(), "工号\n".encode(), b""):
        with pytest.raises(BadManifest):
            read_roster(content)


def test_the_audit_log_is_found_through_and_paged(session: Session) -> None:
    for day in range(1, 6):
        record(
            session,
            SYSTEM,
            "user.changed" if day % 2 else "token.made",
            NOW.replace(day=day),
            target="user",
            target_id=day,
        )
    first = read_audit(session, AuditFilter(), before=None, limit=3)
    rest = read_audit(session, AuditFilter(), before=first.next, limit=3)
    assert [entry.target_id for entry in (*first.entries, *rest.entries)] == ["5", "4", "3", "2", "1"]
    assert rest.next is None
    for wanted, found in (
        (AuditFilter(action="user"), "531"),
        (AuditFilter(action="token.made"), "42"),
        (AuditFilter(first_day=date(2026, 11, 2), last_day=date(2026, 11, 3)), "32"),
        (AuditFilter(target="user", target_id="4"), "4"),
        (AuditFilter(who="nobody"), ""),
    ):
        assert "".join(entry.target_id for entry in read_audit(session, wanted, before=None, limit=9).entries) == found


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_nobody_changes_the_audit_log(engine: Engine, session: Session, change: str) -> None:
    record(session, SYSTEM, "user.changed", NOW)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(change)
    with sessions(engine)() as again:
        assert len(read_audit(again, AuditFilter(), before=None, limit=9).entries) == 1

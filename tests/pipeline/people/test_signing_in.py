from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from models.errors import NotSignedIn, TooMany
from models.person import SYSTEM, UserRole
from models.tables import AuditRow, LoginRow
from pipeline.people import signing_in
from pipeline.people.accounts import Profile, edit_user, profile_of, read_user
from pipeline.people.signing_in import FREE_FOR_LOGIN, FREE_FROM_ADDRESS, recognise
from storage.database import sessions
from tests.pipeline.people.staff import LASTING, NOW, PASSWORD, enter, hash_cheaply, make_account, viewer


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture
def make(engine: Engine) -> sessionmaker[Session]:
    return sessions(engine)


def actions(make: sessionmaker[Session]) -> list[str]:
    with make() as session:
        return list(session.scalars(select(AuditRow.action).order_by(AuditRow.id)))


def fail(make: sessionmaker[Session], times: int, login: str = "li", **where: str) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            enter(make, login, "wrong", **where)


def wait_told(make: sessionmaker[Session], login: str = "li", **more: object) -> int:
    with pytest.raises(TooMany) as refused:
        enter(make, login, **more)  # type: ignore[arg-type]
    return refused.value.seconds


def test_the_right_password_opens_and_the_key_is_nowhere_in_the_database(make: sessionmaker[Session]) -> None:
    make_account(make, "li", UserRole.TEAM_LEAD, team="服务一组")
    signed_in = enter(make, " LI ")
    with make() as session:
        found = recognise(session, signed_in.key, LASTING, NOW)
        (kept,) = session.scalars(select(LoginRow.key))
    assert found is not None
    assert (found.viewer.name, found.viewer.team, found.viewer.role) == ("li", "服务一组", UserRole.TEAM_LEAD)
    assert signed_in.key not in kept
    assert enter(make).key != signed_in.key
    assert actions(make) == ["user.created", "login.made", "login.made"]


def test_a_wrong_password_an_unknown_login_and_a_shut_account_are_told_the_same(make: sessionmaker[Session]) -> None:
    user = make_account(make)
    make_account(make, "none", secret=None)
    codes = set()
    for login, password in (("li", "wrong"), ("nobody", PASSWORD), ("none", PASSWORD), ("none", "")):
        with pytest.raises(NotSignedIn) as refused:
            enter(make, login, password)
        codes.add((refused.value.reason.code, tuple(refused.value.reason.facts)))
    with make.begin() as session:
        edit_user(session, SYSTEM, user.id, shut_profile(session, user.id), revision=1, now=NOW)
    with pytest.raises(NotSignedIn) as refused:
        enter(make)
    codes.add((refused.value.reason.code, tuple(refused.value.reason.facts)))
    assert codes == {("pipeline.wrong_password", ())}


def test_wrong_passwords_make_a_login_wait_longer_and_longer(make: sessionmaker[Session]) -> None:
    make_account(make)
    fail(make, FREE_FOR_LOGIN)
    assert wait_told(make) == 5
    now = NOW
    waits = []
    for _ in range(9):
        now += timedelta(seconds=wait_told(make, now=now))
        with pytest.raises(NotSignedIn):
            enter(make, password="wrong", now=now)
        waits.append(wait_told(make, now=now))
    assert waits == [10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert enter(make, now=now + timedelta(minutes=15)).viewer.name == "li"
    fail(make, FREE_FOR_LOGIN - 1)  # forgiven: it begins anew
    assert enter(make).viewer.name == "li"


def test_nobody_else_has_to_wait(make: sessionmaker[Session]) -> None:
    make_account(make)
    make_account(make, "wang")
    fail(make, FREE_FOR_LOGIN)
    assert enter(make, "wang").viewer.name == "wang"
    assert wait_told(make, address="10.0.0.2") == 5  # the login waits wherever it is tried from


def test_an_unknown_login_waits_like_a_known_one(make: sessionmaker[Session]) -> None:
    fail(make, FREE_FOR_LOGIN, "nobody")
    assert wait_told(make, "nobody") == 5


def test_an_address_that_tries_many_logins_waits(make: sessionmaker[Session]) -> None:
    make_account(make)
    for number in range(FREE_FROM_ADDRESS):
        fail(make, 1, f"guess{number}", address="10.9.9.9")
    assert wait_told(make, address="10.9.9.9") == 5
    assert enter(make, address="10.0.0.1").viewer.name == "li"


def test_a_refused_try_is_no_try(make: sessionmaker[Session]) -> None:
    make_account(make)
    fail(make, FREE_FOR_LOGIN)
    for _ in range(5):
        assert wait_told(make) == 5
    assert enter(make, now=NOW + timedelta(seconds=5)).viewer.name == "li"


def test_failures_are_in_the_audit_log(make: sessionmaker[Session]) -> None:
    user = make_account(make)
    fail(make, 1)
    fail(make, 1, "nobody")
    with make() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.action == "login.failed").order_by(AuditRow.id)).all()
    assert [(row.who, row.user_id, row.target_id) for row in rows] == [
        ("li", user.id, str(user.id)),
        ("nobody", None, ""),
    ]
    assert {row.address for row in rows} == {"10.0.0.1"}


@pytest.mark.parametrize(
    ("seen", "later", "still"),
    [
        ([], timedelta(minutes=119), True),
        ([], timedelta(hours=2), False),
        ([timedelta(minutes=100)], timedelta(minutes=200), True),
        ([timedelta(hours=hour) for hour in range(1, 12)], timedelta(hours=11, minutes=59), True),
        ([timedelta(hours=hour) for hour in range(1, 12)], timedelta(hours=12), False),
    ],
)
def test_who_does_nothing_or_stays_too_long_has_to_sign_in_again(
    make: sessionmaker[Session], seen: list[timedelta], later: timedelta, *, still: bool
) -> None:
    make_account(make)
    key = enter(make).key
    for moment in seen:
        with make.begin() as session:
            found = recognise(session, key, LASTING, NOW + moment)
            assert found is not None
            assert found.is_due
            signing_in.note_seen(session, found.login_id, NOW + moment)
    with make() as session:
        assert (recognise(session, key, LASTING, NOW + later) is not None) is still


def test_signing_out_ends_this_browser_or_all(make: sessionmaker[Session]) -> None:
    make_account(make)
    first, second, third = (enter(make).key for _ in range(3))
    with make.begin() as session:
        signing_in.sign_out(session, first, NOW)
        signing_in.sign_out(session, "no such key", NOW)
    li = viewer(make, "li")
    with make() as session:
        alive = [recognise(session, key, LASTING, NOW) is not None for key in (first, second, third)]
        assert alive == [False, True, True]
        assert len(signing_in.browsers(session, li, LASTING, NOW)) == 2
    with make.begin() as session:
        signing_in.sign_out_everywhere(session, li, NOW)
    with make() as session:
        assert not any(recognise(session, key, LASTING, NOW) for key in (first, second, third))


def test_a_shut_account_is_out_at_once(make: sessionmaker[Session]) -> None:
    user = make_account(make)
    key = enter(make).key
    with make.begin() as session:
        edit_user(session, SYSTEM, user.id, shut_profile(session, user.id), revision=1, now=NOW)
    with make() as session:
        assert recognise(session, key, LASTING, NOW) is None


def shut_profile(session: Session, user_id: int) -> Profile:
    return replace(profile_of(read_user(session, user_id)), active=False)

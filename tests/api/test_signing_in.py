"""Signing in and out over HTTP: pages, JSON, cookies, tokens, and what other sites cannot do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, update

from api.console.session import local
from api.signed_in import COOKIE
from models.person import SYSTEM, Right
from models.tables import LoginRow, TokenRow
from pipeline.people.tokens import make_token
from tests.api.conftest import Centre, SignInAs, make_user
from tests.pipeline.people.staff import PASSWORD, SECRET, hash_cheaply


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def browser(centre: Centre, app: FastAPI) -> Iterator[TestClient]:
    """Nobody is signed in; there is an account `li` of a lead."""
    with centre.make.begin() as session:
        make_user(session, "lead", login="li", name="李主管", password=SECRET.hashed)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def sign_in(client: TestClient, password: str = PASSWORD, **more: str) -> Response:
    answer: Response = client.post("/login", data={"login": "LI", "password": password, **more})
    return answer


def must_change(centre: Centre, **values: Any) -> None:
    from models.tables import UserRow

    with centre.make.begin() as session:
        session.execute(update(UserRow).values(**values))


def test_a_page_asks_to_sign_in_and_goes_on_to_what_was_asked(browser: TestClient) -> None:
    asked = browser.get("/queue?cursor=abc&lang=zh")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=%2Fqueue%3Fcursor%3Dabc%26lang%3Dzh")
    form = browser.get(asked.headers["location"])
    assert 'name="next" value="/queue?cursor=abc&amp;lang=zh"' in form.text
    done = sign_in(browser, next="/queue")
    assert (done.status_code, done.headers["location"]) == (303, "/queue")
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age" not in cookie
    assert "李主管" in browser.get("/queue").text
    assert sign_in(browser).headers["location"] == "/home"  # without a wish: where the role begins


def test_over_https_the_cookie_stays_there(browser: TestClient) -> None:
    browser.base_url = "https://testserver"
    assert "secure" in sign_in(browser).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "evil.example",
        "javascript:alert(1)",
        "/\t/evil",
        "\\\\evil",
    ],
)
def test_nobody_is_sent_to_another_site(browser: TestClient, elsewhere: str) -> None:
    assert local(elsewhere) is None
    assert sign_in(browser, next=elsewhere).headers["location"] == "/home"


def test_a_script_asking_for_a_piece_is_told_and_not_sent_to_a_form(browser: TestClient) -> None:
    answer = browser.get("/queue", headers={"Sec-Fetch-Dest": "empty"})
    assert (answer.status_code, answer.json()["code"]) == (401, "api.not_signed_in")


def test_a_wrong_password_is_told_with_the_login_kept(browser: TestClient) -> None:
    answer = sign_in(browser, "wrong", next="/queue")
    assert answer.status_code == 401
    assert "账号或密码不对" in answer.text
    assert 'value="LI"' in answer.text
    assert 'value="/queue"' in answer.text
    assert "wrong" not in answer.text
    unknown = browser.post("/v1/session", json={"login": "nobody", "password": PASSWORD})
    known = browser.post("/v1/session", json={"login": "li", "password": "wrong"})
    assert unknown.status_code == 401
    assert unknown.content == known.content


def test_too_many_wrong_passwords_have_to_wait(browser: TestClient) -> None:
    for _ in range(5):
        assert sign_in(browser, "wrong").status_code == 401
    refused = sign_in(browser)
    assert (refused.status_code, 1 <= int(refused.headers["retry-after"]) <= 5) == (429, True)
    assert "秒再试" in refused.text
    answer = browser.post("/v1/session", json={"login": "li", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "pipeline.too_many_logins")
    assert "retry-after" in answer.headers


def test_a_key_somebody_planted_is_never_taken_over(browser: TestClient) -> None:
    browser.cookies.set(COOKIE, "planted")
    sign_in(browser)
    keys = {cookie.value for cookie in browser.cookies.jar if cookie.name == COOKIE}
    assert keys != {"planted"}
    assert TestClient(browser.app, cookies={COOKIE: "planted"}).get("/v1/session").status_code == 401


def test_each_sign_in_has_a_key_of_its_own_and_signing_out_ends_it(browser: TestClient) -> None:
    sign_in(browser)
    first = browser.cookies[COOKIE]
    sign_in(browser)
    assert browser.cookies[COOKIE] != first
    out = browser.post("/logout")
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert COOKIE not in browser.cookies
    other = TestClient(browser.app, cookies={COOKIE: first})
    assert other.get("/v1/session").status_code == 200
    assert other.post("/v1/account/sign-out-everywhere").status_code == 204
    assert TestClient(browser.app, cookies={COOKIE: first}).get("/v1/session").status_code == 401


def test_json_signs_in_and_out(browser: TestClient) -> None:
    answer = browser.post("/v1/session", json={"login": "li", "password": PASSWORD})
    assert answer.json()["viewer"]["role"] == "lead"
    assert "administer" not in answer.json()["viewer"]["rights"]
    assert browser.get("/v1/session").json() == answer.json()["viewer"]
    assert browser.delete("/v1/session").status_code == 204
    assert browser.get("/v1/session").status_code == 401


@pytest.mark.parametrize("path", ["/login", "/logout", "/v1/session", "/v1/drafts"])
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_another_sites_page_neither_signs_in_nor_out_nor_writes(
    browser: TestClient, path: str, headers: dict[str, str]
) -> None:
    sign_in(browser)
    assert browser.post(path, headers=headers, data={"login": "li", "password": PASSWORD}).status_code == 403
    assert browser.get("/v1/session").status_code == 200


def test_a_handed_over_password_opens_only_the_page_on_which_it_is_changed(centre: Centre, browser: TestClient) -> None:
    must_change(centre, must_change=True)
    assert sign_in(browser).headers["location"] == "/home"
    sent = browser.get("/queue")
    assert (sent.status_code, sent.headers["location"]) == (303, "/account?next=%2Fqueue")
    assert browser.get("/v1/calls").json()["code"] == "api.must_change"
    assert "先换成自己的密码" in browser.get("/account?next=/queue").text
    before = browser.cookies[COOKIE]
    change = {"old": PASSWORD, "new": "a far better one"}
    assert browser.put("/v1/account/password", json=change).status_code == 204
    assert browser.cookies[COOKIE] != before
    assert browser.get("/queue").status_code == 200
    assert TestClient(browser.app, cookies={COOKIE: before}).get("/v1/session").status_code == 401
    assert sign_in(browser).status_code == 401
    assert sign_in(browser, "a far better one").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", "a far better one", "pipeline.wrong_old_password"),
        (PASSWORD, PASSWORD, "api.same_password"),
        (PASSWORD, "short", "pipeline.password_short"),
        (PASSWORD, "password123", "pipeline.password_common"),
    ],
)
def test_a_password_is_changed_by_who_knows_it_to_a_good_one(
    browser: TestClient, old: str, new: str, code: str
) -> None:
    sign_in(browser)
    answer = browser.put("/v1/account/password", json={"old": old, "new": new})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert browser.get("/v1/session").status_code == 200


def test_the_last_sign_of_life_is_noted_once_a_minute(centre: Centre, browser: TestClient) -> None:
    sign_in(browser)
    long_ago = datetime.now(UTC) - timedelta(minutes=30)
    for seen, is_noted in ((datetime.now(UTC) - timedelta(seconds=30), False), (long_ago, True)):
        with centre.make.begin() as session:
            session.execute(update(LoginRow).values(seen_at=seen))
        browser.get("/v1/session")
        with centre.make() as session:
            assert (session.scalars(select(LoginRow.seen_at)).one() != seen) is is_noted


def test_who_was_away_too_long_signs_in_again(centre: Centre, browser: TestClient) -> None:
    sign_in(browser)
    with centre.make.begin() as session:
        session.execute(update(LoginRow).values(seen_at=datetime.now(UTC) - timedelta(hours=3)))
    assert browser.get("/queue").headers["location"].startswith("/login")


def test_a_machine_uploads_with_its_token_until_it_is_revoked(
    centre: Centre, browser: TestClient, client_as: SignInAs
) -> None:
    with centre.make.begin() as session:
        token, text = make_token(session, SYSTEM, name="录音平台", scopes=[Right.READ_CALLS], now=datetime.now(UTC))
    headers = {"Authorization": f"Bearer {text}"}
    assert browser.get("/v1/calls", headers=headers).status_code == 200
    with centre.make() as session:
        assert session.scalars(select(TokenRow.used_at)).one() is not None
    refused = browser.get("/v1/packs", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "api.forbidden")
    admin = client_as("admin")
    assert admin.post(f"/v1/tokens/{token.id}/revoke").json()["revoked_at"]
    gone = browser.get("/v1/calls", headers=headers)
    assert (gone.status_code, gone.headers["www-authenticate"]) == (401, 'Bearer realm="callqa"')


def test_who_begins_elsewhere_is_sent_there_from_the_list_of_calls(client_as: SignInAs) -> None:
    agent = client_as("agent", agent_id="6603")
    answer = agent.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine")


def test_the_form_says_how_to_make_the_first_account(anonymous: TestClient, client_as: SignInAs) -> None:
    assert "callqa users add admin --role admin" in anonymous.get("/login").text
    client_as("lead")
    assert "callqa users add" not in anonymous.get("/login").text


def test_a_page_that_is_not_there_still_leads_on(browser: TestClient) -> None:
    html = {"Accept": "text/html"}
    assert "/logout" not in browser.get("/nowhere", headers=html).text
    sign_in(browser)
    missing = browser.get("/nowhere", headers=html)
    assert (missing.status_code, "李主管" in missing.text) == (404, True)

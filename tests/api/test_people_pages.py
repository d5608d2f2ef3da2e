"""Accounts, tokens, the roster and the audit log over HTTP; what a team lead cannot reach; pages in a browser."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.call import Metadata
from tests.api.browser import TabAs, backend, eventually, server, tab, tab_as  # noqa: F401
from tests.api.conftest import ADMIN, SHIRKING_CALL, Centre, SignInAs
from tests.pipeline.people.staff import PASSWORD, hash_cheaply


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


def made(client: TestClient, **more: Any) -> dict[str, Any]:
    asked = {"login": "wang", "name": "王小北", "role": "inspector", **more}
    answer = client.post("/v1/users", json=asked)
    assert answer.status_code == 201, answer.text
    user: dict[str, Any] = answer.json()
    return user


def test_an_administrator_makes_an_account_and_hands_over_its_password(client: TestClient) -> None:
    answer = client.post("/v1/users", json={"login": "Wang", "name": "王小北", "role": "inspector"})
    user = answer.json()
    assert (user["login"], user["must_change"], user["revision"]) == ("wang", True, 1)
    assert answer.headers["cache-control"] == "private, no-store"
    stranger = TestClient(client.app)
    session = stranger.post("/v1/session", json={"login": "wang", "password": user["password"]}).json()
    assert (session["must_change"], session["viewer"]["name"]) == (True, "王小北")
    assert "password" not in client.get(f"/v1/users/{user['id']}").json()
    assert client.post("/v1/users", json={"login": "WANG", "name": "x", "role": "lead"}).status_code == 409
    chosen = made(client, login="li", password=PASSWORD)
    assert chosen["password"] is None
    reset = client.post(f"/v1/users/{chosen['id']}/password", json={}).json()["password"]
    assert stranger.post("/v1/session", json={"login": "li", "password": PASSWORD}).status_code == 401
    assert stranger.post("/v1/session", json={"login": "li", "password": reset}).status_code == 200


def test_an_answer_with_a_secret_is_not_kept_to_be_given_again(client: TestClient) -> None:
    asked = {"name": "录音平台", "scopes": ["upload"]}
    first, second = (client.post("/v1/tokens", json=asked, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["token"] != second.json()["token"]
    assert "Idempotent-Replayed" not in second.headers
    signing_in = {"login": "nobody", "password": "x"}
    assert (
        TestClient(client.app).post("/v1/session", json=signing_in, headers={"Idempotency-Key": "k"}).status_code == 401
    )


def test_an_edit_needs_the_revision_that_was_read(client: TestClient) -> None:
    user = made(client)
    address = f"/v1/users/{user['id']}"
    assert client.get(address).headers["etag"] == '"1"'
    wanted = {"name": "王北", "role": "lead"}
    assert client.put(address, json=wanted).status_code == 422
    assert client.put(address, json=wanted, headers={"If-Match": '"1"'}).json()["revision"] == 2
    late = client.put(address, json=wanted, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "pipeline.user_changed")


def test_the_last_administrator_stays(client: TestClient) -> None:
    (admin,) = client.get("/v1/users?role=admin").json()["users"]
    answer = client.put(f"/v1/users/{admin['id']}", json={"name": ADMIN, "role": "lead"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (409, "pipeline.last_admin")


def test_the_pages_show_what_there_is_and_nothing_is_markup(centre: Centre, client: TestClient) -> None:
    user = made(client, name="<em>王</em>", role="agent", agent_id='6603"<em>')
    client.post("/v1/tokens", json={"name": "<em>平台</em>", "scopes": ["upload"]})
    client.post(
        "/v1/agents/import", content="工号,姓名\n7001,<em>新人\n".encode(), headers={"Content-Type": "text/csv"}
    )
    centre.receive("shop-refund-shirking.wav", SHIRKING_CALL)
    for path, words in {
        "/users": ("wang", "管理员", "等待改密码"),
        f"/users/{user['id']}": ("看自己的成绩", "新建账号"),
        "/users?text=nobody": ("没有符合条件",),
        "/agents": ("6603", "王小北", "试用", "7001"),
        "/agents?stage=probation&team=服务二组": ("6603",),
        "/tokens": ("上传录音", "还没用过"),
        "/audit": ("新建令牌", "导入花名册", "上传录音", '<option value="token" >令牌</option>'),
        "/audit?target=webhook": ('<option value="webhook" selected>事件推送</option>',),
        "/audit?action=token&who=管理员&first_day=2026-01-01": ("新建令牌",),
        "/account": ("修改密码", "本机"),
    }.items():
        page = client.get(path)
        assert page.status_code == 200
        text = page.text
        assert [word for word in words if word not in text] == [], path
        assert "<em>" not in text
    for path in ("/users/99", "/users?role=boss", "/audit?cursor=x"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code in {404, 422}


def test_a_roster_file_is_refused_with_every_wrong_line(client: TestClient) -> None:
    text = "工号,阶段\n7001,新手\n,正式\n"
    headers = {"Content-Type": "text/csv", "Accept-Language": "zh"}
    answer = client.post("/v1/agents/import", content=text.encode("gb18030"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "pipeline.roster_wrong")
    assert [mistake["detail"][:5] for mistake in answer.json()["mistakes"]] == ["第 2 行", "第 3 行"]
    assert client.get("/v1/agents").json()["agents"] == []


def test_lists_are_paged(client: TestClient) -> None:
    for number in range(5):
        made(client, login=f"user{number}")
    rows = "".join(f"{number},座席\n" for number in range(7001, 7006))
    client.post("/v1/agents/import", content=("工号,姓名\n" + rows).encode())
    for path, key in (("/v1/users", "users"), ("/v1/agents", "agents"), ("/v1/audit", "entries")):
        seen: list[object] = []
        cursor = ""
        while True:
            page = client.get(f"{path}?limit=2{cursor}").json()
            seen += [one.get("login") or one.get("agent_id") or one["id"] for one in page[key]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert len(seen) == len(set(seen))
        assert len(seen) >= 5
    assert 'href="?limit=2&amp;cursor=' in client.get("/users?limit=2").text


def test_another_teams_call_is_not_there_for_a_team_lead(centre: Centre, client_as: SignInAs) -> None:
    theirs = centre.shirked_call()
    own = centre.note(metadata=Metadata(team="服务一组", agent_id="3041"))
    client = client_as("team_lead", team="服务一组")
    below = ("", "/audio", "/peaks", "/transcript", "/findings", "/scores")
    paths = [f"/v1/calls/{theirs}{path}" for path in below] + [f"/calls/{theirs}", f"/calls/{theirs}/scores"]
    for path in paths:
        assert client.get(path).status_code == 404, path
    missing = client.get("/v1/calls/999").json()
    assert client.get(f"/v1/calls/{theirs}").json() == {
        **missing,
        "detail": missing["detail"].replace("999", str(theirs)),
        "facts": {"id": theirs},
    }
    for path in (
        "/v1/calls",
        "/v1/calls?team=服务二组",
        "/v1/calls?rule=shirking",
        "/v1/queue",
        "/v1/calls?sort=lowest",
    ):
        assert theirs not in [call["id"] for call in client.get(path).json()["calls"]]
    assert [call["id"] for call in client.get("/v1/calls").json()["calls"]] == [own]
    page = client.get("/").text
    assert "服务二组" not in page
    assert "6603" not in page
    assert client.get(f"/calls/{own}").status_code == 200


def test_an_inspector_sees_no_score_of_a_call_that_waits(centre: Centre, client_as: SignInAs) -> None:
    call_id = centre.shirked_call(name="20261120.wav")
    inspector, lead = client_as("inspector"), client_as("lead")
    assert "62.5" in lead.get(f"/calls/{call_id}").text
    for path in (f"/calls/{call_id}", "/", "/queue"):
        page = inspector.get(path).text
        assert "盲评中" in page
        assert [
            told for told in ("62.5", "推诿", "一票否决") if told in page.split("<main")[1].split("filters")[0]
        ] == []
    for path in (f"/v1/calls/{call_id}", f"/v1/calls/{call_id}/findings", f"/v1/calls/{call_id}/scores"):
        answer = inspector.get(path)
        assert answer.json()["hidden"] is True
        assert [told for told in ("62.5", "推诿", "shirking") if told in answer.text] == []
    assert inspector.get("/v1/calls?rule=shirking").json()["calls"] == []
    refused = inspector.get(f"/calls/{call_id}/scores", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "pipeline.hidden_until_judged")


@pytest.mark.browser
def test_an_account_is_made_signed_in_to_and_given_its_own_password(tab: Any, tab_as: TabAs) -> None:
    tab.goto("/users")
    tab.get_by_role("button", name="新建账号").click()
    tab.get_by_label("账号", exact=True).fill("wang")
    dialog = tab.locator("dialog[open]")
    dialog.get_by_label("姓名").fill("王小北")
    dialog.get_by_role("button", name="建立").click()
    tab.locator("#told[open]").wait_for()
    password = tab.locator("[data-secret]").inner_text()
    tab.get_by_role("button", name="已经记下").click()
    tab.locator("tr[data-login=wang]").wait_for()
    other = tab_as(None)
    other.goto("/rules")
    other.wait_for_url("**/login?next=%2Frules")
    other.get_by_label("账号").fill("Wang")
    other.get_by_label("密码").fill(password)
    other.get_by_role("button", name="登录").click()
    other.wait_for_url("**/account?next=%2Frules")
    other.get_by_label("原密码").fill(password)
    other.get_by_label("新密码").fill(PASSWORD)
    other.get_by_role("button", name="修改密码").click()
    other.wait_for_url("**/rules")
    assert other.get_by_role("button", name="新建草稿").count() == 0  # an inspector only reads
    other.locator(".who-menu summary").click()
    other.get_by_role("button", name="退出登录").click()
    other.wait_for_url("**/login")
    tab.locator("tr[data-login=wang] .row-link").click()
    tab.get_by_label("启用这个账号").uncheck()
    tab.get_by_role("button", name="保存").click()
    tab.locator(".intro .state-off").wait_for()


@pytest.mark.browser
def test_a_token_is_told_once_and_the_roster_edited_and_imported(tab: Any) -> None:
    tab.goto("/tokens")
    tab.get_by_role("button", name="新建令牌").click()
    tab.get_by_label("名称").fill("录音平台")
    tab.get_by_label("上传录音").check()
    tab.get_by_role("button", name="建立").click()
    tab.locator("#told[open]").wait_for()
    assert tab.locator("[data-secret]").inner_text().startswith("cq_")
    tab.get_by_role("button", name="已经记下").click()
    tab.get_by_role("button", name="作废").first.click()
    tab.locator("dialog[open]").get_by_role("button", name="作废").click()
    tab.locator("tr.is-off").wait_for()
    tab.goto("/agents")
    tab.get_by_role("button", name="导入花名册").click()
    file = {"name": "roster.csv", "mimeType": "text/csv", "buffer": "工号,姓名\n7001,新人\n".encode("gb18030")}
    tab.locator("input[type=file]").set_input_files(file)
    tab.locator("dialog[open] button.primary").click()
    tab.locator("[data-done]", has_text="新增 1 人").wait_for()
    tab.reload()
    tab.get_by_role("button", name="修改").click()
    tab.locator("dialog[open]").get_by_label("阶段").select_option("trainee")
    tab.locator("dialog[open] button.primary").click()
    tab.locator("tr[data-agent='7001']", has_text="见习").wait_for()

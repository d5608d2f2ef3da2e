"""The case library over the API: who may, revisions, sound, packs, and its pages."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, update

from models.person import UserRole
from models.tables import AssignmentRow, CaseRow
from tests.api.conftest import Centre, SignInAs
from tests.api.waiting import Waiting

CASE = {
    "kind": "failing",
    "title": "推诿客户",
    "teaching": "先安抚再查单。",
    "items": ["no-shirking"],
    "tags": ["投诉"],
}


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def call(centre: Centre) -> int:
    """A call nobody is to judge any more."""
    call_id = centre.shirked_call()
    with centre.make.begin() as session:
        session.execute(delete(AssignmentRow))
    return call_id


@pytest.fixture
def trainer(client_as: SignInAs) -> TestClient:
    return client_as(UserRole.TRAINER, name="孙培训")


@pytest.fixture
def case(trainer: TestClient, call: int) -> int:
    """A published one."""
    made = trainer.post("/v1/cases", json={**CASE, "call": call})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/v1/cases/{made.json()['id']}"
    done = trainer.post(f"{made.headers['location']}/publish", headers={"If-Match": made.headers["etag"]})
    assert done.json()["state"] == "published"
    return int(made.json()["id"])


def test_a_case_is_made_published_read_and_heard(trainer: TestClient, case: int) -> None:
    read = trainer.get(f"/v1/cases/{case}")
    body = read.json()
    assert (read.headers["etag"], body["items"]) == ('"2"', [{"item": "no-shirking", "name": "不推诿"}])
    assert body["provenance"]["pack"] == {"name": "服务规范", "version": 1}
    assert any(mark["name"] == "推诿" for turn in body["turns"] for mark in turn["marks"])
    clip = trainer.get(f"/v1/cases/{case}/clip")
    assert (clip.status_code, clip.headers["content-type"]) == (200, "audio/mpeg")
    part = trainer.get(f"/v1/cases/{case}/clip", headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    listed = trainer.get("/v1/cases", params={"text": "不归我们管", "item": "no-shirking", "state": "published"}).json()
    assert [one["id"] for one in listed["cases"]] == [case]


def test_an_edit_needs_the_revision_and_a_withdrawal_its_reason(trainer: TestClient, case: int) -> None:
    address = f"/v1/cases/{case}"
    assert trainer.put(address, json=CASE).status_code == 422, "no If-Match"
    assert trainer.put(address, json=CASE, headers={"If-Match": '"1"'}).status_code == 412
    changed = trainer.put(address, json={**CASE, "title": "换个标题", "last_turn": 2}, headers={"If-Match": '"2"'})
    assert (changed.json()["title"], changed.json()["last_turn"], changed.headers["etag"]) == ("换个标题", 2, '"3"')
    why = trainer.post(f"{address}/withdraw", json={"why": " "}, headers={"If-Match": '"3"'})
    assert why.status_code == 422
    gone = trainer.post(f"{address}/withdraw", json={"why": "措辞过时"}, headers={"If-Match": '"3"'})
    assert (gone.json()["state"], gone.json()["withdrawn_why"]) == ("withdrawn", "措辞过时")
    assert trainer.post(f"{address}/publish", headers={"If-Match": '"4"'}).status_code == 409


def test_the_same_creation_asked_for_twice_makes_one(trainer: TestClient, call: int) -> None:
    asked = {"json": {**CASE, "call": call}, "headers": {"Idempotency-Key": "k1"}}
    first, second = trainer.post("/v1/cases", **asked), trainer.post("/v1/cases", **asked)  # type: ignore[arg-type]
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.parametrize(
    ("role", "facts", "answers"),
    [
        (UserRole.LEAD, {}, (200, 422)),
        (UserRole.TEAM_LEAD, {"team": "服务二组"}, (200, 403)),
        (UserRole.TEAM_LEAD, {"team": "服务一组"}, (404, 403)),
        (UserRole.AGENT, {"agent_id": "6603", "team": "服务二组"}, (403, 403)),
    ],
)
def test_who_may_what(
    client_as: SignInAs, case: int, role: UserRole, facts: dict[str, str], answers: tuple[int, int]
) -> None:
    reads, edits = answers
    client = client_as(role, **facts)
    for address in (f"/v1/cases/{case}", f"/v1/cases/{case}/clip", f"/v1/cases/pack?ids={case}", f"/cases/{case}"):
        assert client.get(address).status_code == reads, address
    assert client.post("/v1/cases", json={}).status_code == edits


def test_a_pack_is_one_file_and_its_outline_names_nobody(trainer: TestClient, case: int) -> None:
    pack = trainer.get("/v1/cases/pack", params={"ids": f"{case}", "title": "投诉处理课"})
    assert pack.headers["content-disposition"].startswith("attachment")
    assert "data:audio/mpeg;base64," in pack.text
    for leak in ("http://", "https://", "/static/", "王小北", 'src="/'):
        assert leak not in pack.text, leak
    outline = trainer.get("/v1/cases/pack", params={"ids": case, "format": "markdown"}).text
    assert "## 1. 推诿客户" in outline
    assert "座席A" in outline
    assert "王小北" not in outline
    assert trainer.get("/v1/cases/pack", params={"ids": "1,x"}).status_code == 422
    assert trainer.get("/v1/cases/pack", params={"ids": "999"}).status_code == 404


def test_what_a_person_writes_is_text_everywhere(trainer: TestClient, call: int) -> None:
    evil = "</script><script>alert(1)</script>"
    made = trainer.post("/v1/cases", json={**CASE, "title": evil, "teaching": evil, "tags": [evil[:30]], "call": call})
    case_id = made.json()["id"]
    trainer.post(f"/v1/cases/{case_id}/publish", headers={"If-Match": '"1"'})
    for address in ("/cases", f"/cases/{case_id}", f"/cases/{case_id}/edit", f"/v1/cases/pack?ids={case_id}"):
        assert "<script>alert" not in trainer.get(address).text, address


def test_pages_of_the_library(trainer: TestClient, case: int, call: int) -> None:
    assert "推诿客户" in trainer.get("/cases?text=安抚&kind=failing&tag=投诉").text
    assert "没有符合条件的案例" in trainer.get("/cases?min_total=99").text
    assert "这个月没有推荐的案例" in trainer.get("/cases/suggested").text
    new = trainer.get(f"/cases/new?call={call}&turn=4").text
    assert 'data-first="2" data-last="6"' in new
    assert "编辑案例" in trainer.get(f"/cases/{case}/edit").text
    assert f"/cases/new?call={call}" in trainer.get(f"/calls/{call}").text


def test_near_duplicates_of_calls_that_one_is_to_judge_are_not_told_of(
    centre: Centre, trainer: TestClient, case: int, client_as: SignInAs
) -> None:
    waiting = Waiting(centre).call("telecom-bill-query.wav")[0].call_id
    hidden = trainer.post("/v1/cases", json={**CASE, "title": "还要盲评的", "items": [], "call": waiting}).json()["id"]
    with centre.make.begin() as session:
        session.execute(update(CaseRow).where(CaseRow.id == hidden).values(alike=case))
    assert "还要盲评的" in trainer.get(f"/cases/{case}").text
    inspector = client_as(UserRole.INSPECTOR)
    page = inspector.get(f"/cases/{case}")
    assert page.status_code == 200
    assert "还要盲评的" not in page.text
    assert inspector.get(f"/cases/{hidden}").status_code == 403


def test_readers_are_offered_no_tags_of_drafts(trainer: TestClient, case: int, call: int, client_as: SignInAs) -> None:
    del case
    trainer.post("/v1/cases", json={**CASE, "tags": ["还没公开"], "call": call})
    assert "还没公开" in trainer.get("/cases").text
    assert "还没公开" not in client_as(UserRole.TEAM_LEAD, team="服务二组").get("/cases").text


def test_a_packs_own_title_is_text_in_the_outline(trainer: TestClient, case: int) -> None:
    asked: dict[str, str | int] = {"ids": case, "format": "markdown", "title": "<script>x</script>[a](javascript:b)"}
    assert trainer.get("/v1/cases/pack", params=asked).text.startswith(
        "# \\<script\\>x\\</script\\>\\[a\\](javascript:b)"
    )


def test_a_class_that_asks_for_a_clip_all_at_once_hears_the_same(
    trainer: TestClient, centre: Centre, case: int
) -> None:
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda _: trainer.get(f"/v1/cases/{case}/clip").content, range(8)))
    assert len(set(heard)) == 1
    assert len(list((centre.settings.audio_dir / "cases").rglob("*"))) == 2, "its folder and the one file"

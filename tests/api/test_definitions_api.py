"""Packs and scorecards over HTTP: what there is, drafts and what becomes of them."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models.tables import TranscriptRow
from scoring.pack import load_pack
from tests.api.conftest import Centre, SignInAs
from tests.api.drafting import CARD, LEAD, NEW_RULE, PACK
from tests.starter_kept import keep_starter


def begun(client: TestClient, text: str = PACK, kind: str = "pack") -> dict[str, Any]:
    """A draft of a new definition."""
    answer = client.post("/v1/drafts", json={"kind": kind, "name": "hotline", "text": text})
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


def published(client: TestClient, draft: dict[str, Any], why: str = "第一版", *, anyway: bool = True) -> Any:
    """Without calls to replay the gate has nothing to go by: `anyway`."""
    asked = {"revision": draft["revision"], "why": why, "anyway": anyway}
    return client.post(f"/v1/drafts/{draft['id']}/publish", json=asked)


def check(client: TestClient, text: str, kind: str = "pack") -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/drafts/check", json={"kind": kind, "text": text}).json()
    return answer


def test_what_is_shipped_is_there_and_in_use(client: TestClient) -> None:
    packs = {pack["name"]: pack for pack in client.get("/v1/packs").json()}
    number = load_pack("inbound-service").version
    assert packs["inbound-service"]["in_use"] == number
    assert packs["inbound-service"]["origin"] == "shipped"
    cards = [card["name"] for card in client.get("/v1/scorecards").json()]
    assert "inbound-service" in cards
    version = client.get(f"/v1/packs/inbound-service/versions/{number}").json()
    assert version["text"].count("pack: inbound-service") == 1
    assert version["by"] is None


def test_a_draft_becomes_a_version_with_who_and_why(client: TestClient) -> None:
    draft = begun(client)
    answer = published(client, draft)
    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    (version,) = client.get("/v1/packs/hotline/versions").json()
    assert (version["by"], version["why"], version["origin"]) == (LEAD, "第一版", "published")
    assert client.get("/v1/drafts").json() == []
    assert client.get(f"/v1/drafts/{draft['id']}").status_code == 404


def test_a_new_definition_begins_with_what_it_needs(client: TestClient) -> None:
    for kind in ("pack", "scorecard"):
        draft = client.post("/v1/drafts", json={"kind": kind, "name": "hotline"}).json()
        (mistake,) = check(client, draft["text"], kind)["mistakes"]
        assert (mistake["code"], draft["based_on"]) == ("scoring.too_few", None)
    filled = client.post("/v1/drafts/rule", json={"text": "pack: hotline\nversion: 1\nrules: []\n", "rule": NEW_RULE})
    assert filled.json()["check"]["publishable"]


def test_a_draft_from_the_version_in_use_becomes_the_next(client: TestClient) -> None:
    published(client, begun(client))
    draft = client.post("/v1/drafts", json={"kind": "pack", "name": "hotline"}).json()
    assert (draft["based_on"], draft["text"]) == (1, PACK)
    text = draft["text"].replace("不归我们管, ", "不归我们管, 您找别人, ")
    draft = client.put(f"/v1/drafts/{draft['id']}", json={"text": text, "revision": 1}).json()
    assert published(client, draft, "客户常被这样推开").json()["version"] == 2
    assert client.get("/v1/packs").json()[1]["in_use"] == 2
    compared = client.get("/v1/packs/hotline/compare?old=1&new=2").json()
    assert compared["changed"] == {"shirking": ["when"]}
    assert any(line.startswith("+") and "您找别人" in line for line in compared["lines"])


def test_who_saves_over_anothers_revision_is_told_the_stored_one(client: TestClient) -> None:
    draft = begun(client)
    mine, theirs = PACK.replace("推诿", "推脱"), PACK.replace("推诿", "推卸")
    assert client.put(f"/v1/drafts/{draft['id']}", json={"text": theirs, "revision": 1}).status_code == 200
    answer = client.put(f"/v1/drafts/{draft['id']}", json={"text": mine, "revision": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "storage.draft_saved_meanwhile")
    assert answer.json()["facts"]["stored"] == 2
    assert client.get(f"/v1/drafts/{draft['id']}").json()["text"] == theirs
    assert client.delete(f"/v1/drafts/{draft['id']}?revision=1").status_code == 409
    assert client.delete(f"/v1/drafts/{draft['id']}?revision=2").status_code == 204


def test_mistakes_are_told_with_their_lines(client: TestClient) -> None:
    found = check(client, PACK.replace("role: agent", "rolle: agent", 1))
    (mistake,) = found["mistakes"]
    assert (mistake["line"], mistake["path"], mistake["code"]) == (
        11,
        "rules[0].when.rolle",
        "scoring.misspelt_key",
    )
    assert mistake["sentence"].startswith("没有“rolle”这个字段")  # the place is said apart
    assert not found["publishable"]
    broken = check(client, PACK + "  bad: [\n")
    assert (broken["mistakes"][0]["code"], broken["mistakes"][0]["column"]) == ("scoring.not_yaml", 3)
    assert client.get("/v1/drafts").json() == []


def test_cases_that_fail_are_told_with_the_answer(client: TestClient) -> None:
    found = check(client, PACK.replace("这个不归我们管，你找售后。", "我帮您查。"))
    (failure,) = found["failures"]
    assert (failure["rule"], failure["kind"], failure["number"], failure["line"]) == ("shirking", "fires", 1, 14)
    assert (failure["answer"], found["publishable"]) == ("clean", False)


def test_a_scorecard_is_held_against_its_pack(client: TestClient) -> None:
    published(client, begun(client))
    asked = {"kind": "scorecard", "name": "hotline", "text": CARD.replace("rule: no-greeting", "rule: no-greting")}
    (mistake,) = client.post("/v1/drafts/check", json=asked).json()["mistakes"]
    assert (mistake["code"], mistake["line"]) == ("scoring.rule_misspelt", 17)
    assert check(client, CARD, "scorecard")["publishable"]


def test_what_is_wrong_is_not_published(client: TestClient) -> None:
    draft = begun(client, PACK.replace("effect: violation", "effect: violent", 1))
    answer = published(client, draft)
    assert (answer.status_code, answer.json()["code"]) == (422, "api.not_publishable")
    assert "violent" in answer.json()["mistakes"][0]["detail"]
    failing = begun(client, PACK.replace("这个不归我们管，你找售后。", "我帮您查。"))
    answer = published(client, failing)
    assert "shirking" in answer.json()["mistakes"][0]["detail"]
    assert client.get("/v1/packs/hotline/versions").status_code == 404


def test_the_replay_speaks_against_publishing_until_anyway_is_said(client: TestClient) -> None:
    draft = begun(client)
    answer = published(client, draft, anyway=False)
    assert (answer.status_code, answer.json()["code"]) == (409, "api.gate_failed")
    assert answer.json()["mistakes"]
    assert published(client, draft).status_code == 201
    gate = client.get("/v1/packs/hotline/versions/1").json()["gate"]
    assert (gate["passed"], gate["reasons"][0]["code"]) == (False, "pipeline.gate_few_calls")


@pytest.mark.parametrize("missing", [{"by": "李主管"}, {"why": ""}])
def test_nobody_publishes_without_grounds_or_in_anothers_name(client: TestClient, missing: dict[str, str]) -> None:
    draft = begun(client)
    asked = {"revision": 1, "why": "第一版", "anyway": True} | missing
    assert client.post(f"/v1/drafts/{draft['id']}/publish", json=asked).status_code == 422
    retiring = {"why": "不用了"} | missing
    assert client.post("/v1/packs/inbound-service/versions/1/retire", json=retiring).status_code == 422


def test_a_retired_version_is_followed_by_the_one_before_it(client: TestClient, client_as: SignInAs) -> None:
    published(client, begun(client))
    draft = client.post("/v1/drafts", json={"kind": "pack", "name": "hotline"}).json()
    text = PACK.replace("跟我们没关系", "跟我没关系")
    draft = client.put(f"/v1/drafts/{draft['id']}", json={"text": text, "revision": 1}).json()
    published(client, draft)
    lead = client_as("lead", name="王")
    answer = lead.post("/v1/packs/hotline/versions/2/retire", json={"why": "误伤太多"})
    assert (answer.status_code, answer.json()["retired_by"]) == (200, "王")
    assert next(pack for pack in client.get("/v1/packs").json() if pack["name"] == "hotline")["in_use"] == 1
    again = client.post("/v1/packs/hotline/versions/2/retire", json={"why": "再一次"})
    assert again.status_code == 409


def test_a_draft_is_tried_on_a_pasted_dialogue(client: TestClient) -> None:
    published(client, begun(client))
    published(client, begun(client, CARD, "scorecard"))
    draft = client.post("/v1/drafts", json={"kind": "pack", "name": "hotline"}).json()
    dialogue = "座席：您好。\n客户：能退吗？\n[5] 座席：这个不归我们管。\n先生您别急"
    tried = client.post(f"/v1/drafts/{draft['id']}/try", json={"dialogue": dialogue}).json()
    assert [turn["role"] for turn in tried["turns"]] == ["agent", "customer", "agent", "unknown"]
    shirking, no_greeting = tried["results"]
    assert (shirking["answer"], no_greeting["answer"]) == ("hit", "clean")
    (evidence,) = shirking["evidence"]
    turn = tried["turns"][evidence["turn"]]["text"]
    assert turn[slice(*evidence["span"])] == evidence["quote"] == "不归我们管"
    assert tried["turns"][2]["start"] - tried["turns"][1]["end"] == pytest.approx(5)
    assert (tried["pre_score"]["card"], tried["pre_score"]["total"]) == ("hotline", 40)


def test_a_draft_is_tried_on_a_stored_call_and_with_a_text_not_saved_yet(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    draft = begun(client)
    asked = {"call": call_id, "text": PACK.replace("[不归我们管, 跟我们没关系]", "[我已经找了三遍了]")}
    tried = client.post(f"/v1/drafts/{draft['id']}/try", json=asked).json()
    assert [result["answer"] for result in tried["results"]] == ["clean", "clean"]  # it is the customer who says so
    assert tried["pre_score"] is None
    answer = client.post(f"/v1/drafts/{draft['id']}/try", json={"call": 999})
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_call")
    for nothing in ({}, {"call": call_id, "dialogue": "座席：您好"}, {"dialogue": " \n "}):
        assert client.post(f"/v1/drafts/{draft['id']}/try", json=nothing).status_code == 422


def test_a_homophone_is_told_with_what_was_meant(client: TestClient) -> None:
    draft = begun(
        client,
        PACK.replace("不归我们管, 跟我们没关系", "保证给您退款").replace(
            "这个不归我们管，你找售后。", "保证给您退款。"
        ),
    )
    tried = client.post(f"/v1/drafts/{draft['id']}/try", json={"dialogue": "agent: 宝证给您退款"}).json()
    (evidence,) = tried["results"][0]["evidence"]
    assert (evidence["quote"], evidence["meant"], evidence["listened"]) == ("宝证给您退款", "保证给您退款", False)


def test_a_draft_is_tried_on_what_was_listened_for_in_a_stored_call(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    with centre.make.begin() as session:
        row = session.scalars(select(TranscriptRow)).one()
        turn, text = next((n, one["text"]) for n, one in enumerate(row.body["turns"]) if "跟我们没关系" in one["text"])
        span = [text.index("跟我们没关系"), text.index("跟我们没关系") + 6]
        told = {"phrase": "归我们没问题", "turn": turn, "span": span, "likeness": 0.9, "gain": 3.0}
        row.body = {**row.body, "listened": [told]}
    text = PACK.replace("不归我们管, 跟我们没关系", "归我们没问题")
    draft = begun(client)["id"]
    tried = client.post(f"/v1/drafts/{draft}/try", json={"call": call_id, "text": text}).json()
    (evidence,) = tried["results"][0]["evidence"]
    assert (evidence["quote"], evidence["meant"], evidence["listened"]) == ("跟我们没关系", "归我们没问题", True)
    piece = client.post(f"/rules/drafts/{draft}/try", json={"call": call_id, "text": text}).text
    assert "听到“跟我们没关系”<em>（机器复听确认为“归我们没问题”）</em>" in piece


ASKING = """\
pack: hotline
version: 1
rules:
  - id: shirking-politely
    name: 婉转推诿
    why: 客户会投诉
    effect: violation
    when: {classifier: {signs: shirking}}
    fires: ["agent: 您好，这个真的不归我们部门管，您自己去找厂家问吧。"]
    silent: ["agent: 好的，我马上帮您登记，今天之内给您回电话。"]
"""


def test_a_rule_that_asks_the_classifier_is_checked_tried_and_published(centre: Centre, client: TestClient) -> None:
    keep_starter(centre.settings.home)
    assert check(client, ASKING)["publishable"]
    draft = begun(client, ASKING)
    said = "客户：洗衣机坏了。\n座席：您好，这个真的不归我们部门管，您自己去找厂家问吧。"
    (result,) = client.post(f"/v1/drafts/{draft['id']}/try", json={"dialogue": said}).json()["results"]
    assert (result["answer"], result["evidence"][0]["turn"]) == ("hit", 1)
    assert published(client, draft).status_code == 201


def test_a_form_becomes_a_rule_behind_the_one_it_was_asked_for(client: TestClient) -> None:
    made = client.post("/v1/drafts/rule", json={"text": PACK, "rule": NEW_RULE, "after": 8}).json()
    lines = made["text"].splitlines()
    assert lines[made["line"] - 1] == "  - id: promise-refund"
    assert lines[0] == "# 热线规则"
    assert made["check"]["publishable"]
    assert [line.split(": ")[1] for line in lines if line.lstrip().startswith("- id")] == [
        "shirking",
        "promise-refund",
        "no-greeting",
    ]


def test_a_form_filled_in_wrongly_says_which_field(client: TestClient) -> None:
    for wrong, field in (({"phrases": []}, "phrases"), ({"id": "Bad Id"}, "id"), ({"fires": ""}, "fires")):
        answer = client.post("/v1/drafts/rule", json={"text": PACK, "rule": {**NEW_RULE, **wrong}})
        assert answer.status_code == 422
        assert answer.json()["mistakes"][0]["where"].endswith(f".{field}")
    both = client.post("/v1/drafts/rule", json={"text": PACK, "rule": {**NEW_RULE, "first": 5, "last": 5}})
    assert both.json()["mistakes"][0]["detail"] == "开头几秒和最后几秒只能填一个。"
    assert client.post("/v1/drafts/rule", json={"text": "pack: a\n", "rule": NEW_RULE}).status_code == 422


def test_a_replay_says_what_would_change(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    published(client, begun(client))
    draft = client.post("/v1/drafts", json={"kind": "pack", "name": "hotline"}).json()
    asked = {"draft": PACK.replace("[不归我们管, 跟我们没关系]", "[绝对没有人说过的话]")}
    replayed = client.post(f"/v1/drafts/{draft['id']}/replay", json=asked).json()
    shirking = replayed["rules"][0]
    assert (shirking["hits_before"], shirking["hits_after"], shirking["no_longer"]) == (1, 0, 1)
    assert shirking["no_longer_in"][0]["call"] == call_id
    assert not replayed["gate"]["passed"]
    nobody = client.post(f"/v1/drafts/{draft['id']}/replay", json={**asked, "team": "没有的班组"}).json()
    assert nobody["calls"] == 0


def test_the_documentation_says_what_may_go_wrong(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"404", "409", "413", "422"} <= set(paths["/v1/drafts/{draft_id}"]["put"]["responses"])
    assert {"404", "409"} <= set(paths["/v1/packs/{name}/versions/{version}/retire"]["post"]["responses"])

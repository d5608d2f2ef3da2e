"""The pages of packs and scorecards, as the server makes them."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.console.rule_words import Asks, RuleWords
from api.console.wording import wording
from scoring.definition import read_definition, shipped
from tests.api.conftest import Centre, SignInAs
from tests.api.drafting import CARD, LEAD, PACK
from tests.scoring.shipped import shipped_pack

BAD = "<script>alert(1)</script>"
BAD_ATTRIBUTE = '"><img src=x onerror=alert(1)>'


def publish(client: TestClient, text: str = PACK, kind: str = "pack", why: str = "第一版") -> None:
    name = "hotline"
    known = client.get(f"/v1/{kind}s/{name}/versions").json()
    based_on = known[0]["version"] if isinstance(known, list) else None
    asked = {"kind": kind, "name": name, "text": text, "based_on": based_on}
    draft = client.post("/v1/drafts", json=asked).json()
    publishing = {"revision": 1, "why": why, "anyway": True}
    answer = client.post(f"/v1/drafts/{draft['id']}/publish", json=publishing)
    assert answer.status_code == 201, answer.text


def draft_of(client: TestClient, text: str = PACK, kind: str = "pack") -> dict[str, Any]:
    asked = {"kind": kind, "name": "hotline", "text": text}
    draft: dict[str, Any] = client.post("/v1/drafts", json=asked).json()
    return draft


def page(client: TestClient, path: str) -> str:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def piece(client: TestClient, path: str, **asked: object) -> str:
    answer = client.post(path, json=asked)
    assert answer.status_code == 200, answer.text
    assert "<html" not in answer.text
    return answer.text


def test_the_navigation_leads_to_what_there_is(client: TestClient) -> None:
    publish(client)
    draft = draft_of(client)
    text = page(client, "/rules")
    assert 'href="/rules" aria-current="page"' in page(client, "/")[:0] + text
    assert "/rules/packs/hotline" in text
    assert f"/rules/drafts/{draft['id']}" in text
    assert LEAD in text
    assert "/rules/scorecards/inbound-service" in text


def test_a_pack_says_whether_calls_are_scored_with_it(client: TestClient) -> None:
    publish(client)
    publish(client, CARD, "scorecard")
    in_use = shipped_pack("inbound-service").version
    assert f"新的通话用第 {in_use} 版评分" in page(client, "/rules/packs/inbound-service")
    for kind, setting in (("packs", "CALLQA_PACK"), ("scorecards", "CALLQA_SCORECARD")):
        text = page(client, f"/rules/{kind}/hotline")
        assert "现在给新通话评分的是“inbound-service”" in text
        assert setting in text


def test_a_definition_shows_its_history(client: TestClient, client_as: SignInAs) -> None:
    publish(client)
    publish(client, PACK.replace("跟我们没关系", "跟我没关系"), why="补一种说法")
    lead = client_as("lead", name="王五")
    lead.post("/v1/packs/hotline/versions/2/retire", json={"why": "误伤太多"})
    text = page(client, "/rules/packs/hotline")
    for words in ("补一种说法", "第一版", "误伤太多", "王五", "已停用", "使用中", "/rules/packs/hotline/compare"):
        assert words in text
    assert text.index("补一种说法") < text.index("第一版")
    assert client.get("/rules/packs/none").status_code == 404
    assert client.get("/rules/other/hotline").status_code == 422


def test_a_pack_is_readable_without_yaml(centre: Centre, client: TestClient) -> None:
    publish(client)
    call_id = centre.shirked_call()
    client.post("/v1/rescore", json={"calls": [call_id], "pack": "hotline", "scorecard": "hotline"})
    publish(client, CARD, "scorecard")
    client.post("/v1/rescore", json={"calls": [call_id], "pack": "hotline", "scorecard": "hotline"})
    text = page(client, "/rules/packs/hotline/1")
    assert "座席说了这些话（其中任意一个）：“不归我们管”、“跟我们没关系”" in text
    assert "座席在开头 15 秒内没有说其中任何一句：“您好”、“你好”" in text
    assert "命中 1 通（100%）" in text
    assert "phrase: [不归我们管, 跟我们没关系]" in text
    snippets = re.findall(r"data-first=\"(\d+)\">(.*?)</pre>", text, re.DOTALL)
    assert [int(first) for first, _ in snippets] == [6, 17]
    assert snippets[0][1].endswith("你们说不归你们管。&#34;")
    card = page(client, "/rules/scorecards/hotline/1")
    assert "不推诿" in card
    assert "推诿" in card
    assert "60" in card


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_rule_has_words(language: Any) -> None:
    words = RuleWords(wording(language))

    def said(asks: Asks) -> list[str]:
        return [asks.text, *(text for part in asks.parts for text in said(part))]

    for name in shipped("packs"):
        for rule in read_definition("packs", name).content["rules"]:
            for text in said(words.asks(rule["when"])):
                assert text.strip(), rule["id"]
                assert wording(language)("asks_other", operator="x").replace("x", "")[:1] != text[:1], rule["id"]


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"phrase": ["不归我们管"], "unless": "不是不归"}, "符合这些说法的不算：“不是不归”"),
        (
            {"silence": {"at_least": 8, "excused_by": ["请稍等"], "excused_for": 40}},
            "之前说过这些话的不算（不超过 40 秒时）：“请稍等”",
        ),
        ({"late_hangup": {"at_most": 1, "farewell": ["再见"]}}, "从最后一句话到录音结束，时间不高于 1 秒"),
        ({"late_hangup": {"at_most": 1, "farewell": ["再见"]}}, "只看座席道别时说了这些话的通话：“再见”"),
        ({"overlap": {"at_least": 1, "delay": 2}}, "对方至少已经说了 2 秒"),
        ({"entity": {"kind": ["phone", "name"]}, "role": "agent"}, "座席说出了电话号码、姓名，1 次以上"),
        ({"entity": {"kind": "number", "digits": {"at_least": 4, "at_most": 6}}}, "位数在 4 到 6 之间"),
        ({"near": {"first": ["保证"], "second": ["收益"], "within": 4}}, "不分先后"),
        ({"near": {"first": ["保证"], "second": ["收益"], "within": 4, "ordered": True}}, "先说到“保证”，再说到“收益”"),
        ({"slow_answer": {"median": 2}, "role": "agent"}, "座席应答时间的中位数在 2 秒以上"),
        ({"if": {"phrase": ["投诉"]}, "within": 20, "then": {"phrase": ["抱歉"]}}, "前提满足以后（20 秒以内）："),
        ({"if": {"phrase": ["投诉"]}, "then": {"phrase": ["抱歉"]}}, "前提满足，而且："),
        (
            {"classifier": {"signs": ["shirking", "unsoothed"], "at_least": 0.9}, "role": "agent"},
            "有 90% 以上的把握，认为座席有一句话属于：推诿、客户不满没有得到安抚",
        ),
        ({"meta": {"field": "started_at", "op": "between", "value": ["22:00", "08:00"]}}, "通话开始时间"),
    ],
)
def test_what_a_rule_leaves_out_is_told_too(when: Any, told: str) -> None:
    def said(asks: Asks) -> str:
        return asks.text + " ".join(said(part) for part in asks.parts)

    assert told in said(RuleWords(wording("zh")).asks(when))


def test_two_versions_are_compared(client: TestClient) -> None:
    publish(client)
    publish(client, PACK.replace("跟我们没关系", "跟我没关系"))
    text = page(client, "/rules/packs/hotline/compare?old=1&new=2")
    assert re.search(r'class="minus">-.*跟我们没关系', text)
    assert re.search(r'class="plus">\+.*跟我没关系', text)
    assert "<code>when</code>" in text
    assert client.get("/rules/packs/hotline/compare?old=1&new=9").status_code == 404


def test_the_editor_has_the_draft_and_its_tools(client: TestClient) -> None:
    draft = draft_of(client)
    text = page(client, f"/rules/drafts/{draft['id']}")
    assert "\n" + PACK.rstrip("\n") in text.replace("&#34;", '"').replace("&#39;", "'")
    assert 'id="rule-form"' in text
    card = draft_of(client, CARD, "scorecard")
    assert 'id="rule-form"' not in page(client, f"/rules/drafts/{card['id']}")
    assert client.get("/rules/drafts/99").status_code == 404


def test_pieces_of_the_editor(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    address = f"/rules/drafts/{draft_of(client)['id']}"
    assert "没有错误" in piece(client, f"{address}/check", text=PACK)
    wrong = piece(client, f"{address}/check", text=PACK.replace("effect", "efect", 1))
    assert 'data-line="12"' in wrong
    assert 'data-publishable="false"' in wrong
    failing = piece(client, f"{address}/check", text=PACK.replace("你们说不归你们管", "x").replace("喂？", "您好"))
    assert "结果却是“未命中”" in failing
    tried = piece(client, f"{address}/try", dialogue="座席：喂，这个不归我们管。", text=PACK)
    assert '<mark class="violation" data-findings="0" title="推诿">不归我们管</mark>' in tried
    assert "推诿" in piece(client, f"{address}/try", call=call_id, text=PACK)
    assert "重新判定了 1 通" in piece(client, f"{address}/replay", draft=PACK)
    conflict = piece(client, f"{address}/conflict", text=PACK.replace("推诿", "推脱"))
    assert LEAD in conflict
    assert 'class="plus">+    name: 推脱' in conflict


def test_a_newer_version_is_told_to_who_edits_an_older_one(client: TestClient) -> None:
    publish(client)
    draft = client.post("/v1/drafts", json={"kind": "pack", "name": "hotline"}).json()
    publish(client, PACK.replace("跟我们没关系", "跟我没关系"))
    text = page(client, f"/rules/drafts/{draft['id']}")
    assert "第 2 版已经发布" in text
    assert 'data-onto="2"' in text
    client.post(f"/v1/drafts/{draft['id']}/rebase", json={"onto": 2, "revision": 1})
    assert "第 2 版已经发布" not in page(client, f"/rules/drafts/{draft['id']}")


def test_what_people_write_is_never_markup(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    text = PACK.replace("name: 推诿", f"name: '推诿{BAD}'").replace("title: 热线规则", f"title: '{BAD_ATTRIBUTE}'")
    text = text.replace("把客户推给别人，投诉就升级了。", BAD).replace("[不归我们管,", f"['{BAD}', 不归我们管,")
    publish(client, text, why=BAD)
    publish(client, CARD.replace("不推诿", f"'{BAD}'"), "scorecard")
    publish(client, text.replace("跟我们没关系", f"'{BAD_ATTRIBUTE}'"), why=BAD_ATTRIBUTE)
    draft = draft_of(client, text + f"# {BAD}</textarea>{BAD}\n")
    client.post("/v1/rescore", json={"calls": [call_id], "pack": "hotline", "scorecard": "hotline"})
    address = f"/rules/drafts/{draft['id']}"
    shown = [
        page(client, path)
        for path in (
            "/rules",
            "/rules/packs/hotline",
            "/rules/packs/hotline/1",
            "/rules/packs/hotline/compare?old=1&new=2",
            "/rules/scorecards/hotline/1",
            address,
            "/rescore",
            f"/calls/{call_id}",
            f"/calls/{call_id}/scores",
        )
    ]
    shown += [
        piece(client, f"{address}/check", text=text.replace("id: shirking", f"id: '{BAD}'")),
        piece(client, f"{address}/check", text=text.replace("effect:", f"'{BAD}':")),
        piece(client, f"{address}/try", dialogue=f"座席：不归我们管{BAD}\n{BAD_ATTRIBUTE}", text=text),
        piece(client, f"{address}/replay", draft=text),
        piece(client, f"{address}/conflict", text=BAD),
    ]
    assert any("推诿&lt;script&gt;" in one for one in shown)
    for one in shown:
        assert "<script>alert" not in one
        assert "<img" not in one.replace('<img src="/static/mark.svg"', "")
        assert "</textarea><script>" not in one


def test_another_sites_page_gets_no_piece(client: TestClient) -> None:
    draft = draft_of(client)
    answer = client.post(
        f"/rules/drafts/{draft['id']}/check", json={"text": PACK}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_calls_to_be_scored_again_are_those_of_the_list(centre: Centre, client: TestClient) -> None:
    centre.shirked_call()
    centre.note(total=90, grade="优秀")
    listed = page(client, "/?team=服务二组")
    address = re.search(r'href="(/rescore\?[^"]*)"', listed)
    assert address is not None
    assert "将对 1 通通话评分" in page(client, address[1].replace("&amp;", "&"))
    assert "将对 2 通通话评分" in page(client, "/rescore")

"""A week of a whole centre in real browsers: from the lead's plan to the score that an appeal put right."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.call import Metadata
from models.clock import CHINA_TIME
from models.person import UserRole
from tests.api.browser import TabAs, backend, eventually, server, tab_as  # noqa: F401
from tests.api.conftest import SHIRKING_CALL, Centre
from tests.api.test_courier import Receiver, receiver  # noqa: F401
from tests.api.waiting import Waiting

pytestmark = pytest.mark.browser

WHEN = datetime.now(UTC) - timedelta(days=2)
SHIRKED = replace(SHIRKING_CALL, started_at=WHEN)
PROMISED = replace(SHIRKING_CALL, started_at=WHEN + timedelta(hours=3), call_type="查询")


@dataclass(frozen=True)
class Fault:
    """Points an item loses for the words of a turn, and what is written to the agent."""

    item: str
    lost: str
    turn: int
    words: tuple[int, int]
    comment: str


SHIRKS = Fault("responsibility", "9", 4, (2, 8), "把客户推给了快递。")
COLD = Fault("care", "4", 6, (0, 4), "没有安抚客户。")


def test_a_week_of_a_centre(centre: Centre, tab_as: TabAs, receiver: Receiver) -> None:
    shirked, promised = calls_come_in(centre)
    admin, lead = tab_as(UserRole.ADMIN, name="孙主任"), tab_as(UserRole.LEAD, name="李主管")
    strict, mild = tab_as(UserRole.INSPECTOR, name="王质检"), tab_as(UserRole.INSPECTOR, name="陈质检")
    _listens_to_events(admin, receiver)

    _plans_draws_and_shares_out(lead)
    for _ in range(2):
        _judges_next(strict, shirked, SHIRKS, COLD)
        _judges_next(mild, shirked)
    _settles_and_publishes(lead, shirked)

    agent = tab_as(UserRole.AGENT, name="王小北", agent_id="6603", team="服务二组")
    _reads_listens_and_appeals(agent, shirked)
    _has_it_heard_anew(lead, tab_as(UserRole.INSPECTOR, name="郑质检"), shirked)
    _overturns(lead)

    _sees_both_scores(agent, shirked)
    _sees_the_teams_result(tab_as(UserRole.TEAM_LEAD, name="刘组长", team="服务二组"), shirked)
    _was_told(receiver, shirked, promised)
    _finds_it_all_in_the_audit_log(lead)


def calls_come_in(centre: Centre) -> tuple[int, int]:
    """Two calls of one agent, scored by the machine, in nobody's queue yet."""
    waiting = Waiting(centre)

    def scored(sample: str, metadata: Metadata) -> int:
        call_id = centre.receive(sample, metadata)
        waiting.score(call_id, metadata)
        return call_id

    return scored("shop-refund-shirking.wav", SHIRKED), scored("shop-refund-promise.mp3", PROMISED)


def _listens_to_events(admin: Any, receiver: Receiver) -> None:
    admin.goto("/webhooks")
    admin.get_by_role("button", name="新建推送").click()
    form = admin.locator("dialog[open]")
    form.locator("[name=url]").fill(receiver.address)
    for event in ("终评已发布", "终评已改判"):
        form.get_by_label(event).check()
    form.locator("[name=url]").press("Enter")
    admin.get_by_text("whsec_").wait_for()


def _plans_draws_and_shares_out(lead: Any) -> None:
    lead.on("dialog", lambda dialog: dialog.accept())
    lead.goto("/sampling")
    lead.get_by_role("button", name="新建计划").first.click()
    lead.locator("#new-plan-form [name=name]").fill("每周常规")
    lead.keyboard.press("Enter")
    lead.wait_for_url("**/sampling/1")
    lead.locator("[name='plan.double_share']").fill("100")
    today = datetime.now(CHINA_TIME).date()
    lead.locator("[name=first]").fill((today - timedelta(days=6)).isoformat())
    lead.locator("[name=last]").fill(today.isoformat())
    lead.locator("#preview-form").get_by_role("button", name="预览").click()
    lead.locator("#preview .sentence", has_text="抽 2 通").wait_for()
    lead.get_by_role("button", name="抽取并派入队列").click()
    lead.wait_for_url("**/sampling/draws/1")
    assert lead.get_by_text("双人", exact=True).count() == 2

    lead.goto("/assignments")
    lead.get_by_role("button", name="平均派单").click()
    lead.get_by_role("button", name="确认派单").click()
    lead.get_by_text("已派出 4 通").wait_for()


def _judges_next(tab: Any, shirked: int, *faults: Fault) -> None:
    """Take the next call from the desk; `faults` are found in the shirking call alone. Then hand in."""
    tab.goto("/desk")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/review/*")
    eventually(tab, "!document.getElementById('audio').paused")
    tab.keyboard.press(" ")
    if tab.locator(f'audio[src="/v1/calls/{shirked}/audio"]').count():
        for fault in faults:
            _finds(tab, fault)
    tab.locator("#comment").fill("请注意承担责任。")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Shift+A")
    tab.keyboard.press("Control+Enter")
    tab.locator("#submit-dialog[open]").wait_for()
    tab.keyboard.press("Enter")
    tab.locator(".r-result").wait_for()


def _finds(tab: Any, fault: Fault) -> None:
    item = tab.locator(f'.r-item[data-item="{fault.item}"]')
    item.locator(".r-name").click()
    item.locator(f'[data-lost="{fault.lost}"]').click()
    words = tab.locator(f'.turn[data-turn="{fault.turn}"] .w')
    first, last = (words.nth(at).bounding_box() for at in fault.words)
    tab.mouse.move(first["x"] + 2, first["y"] + first["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(last["x"] + last["width"] - 2, last["y"] + last["height"] / 2, steps=4)
    tab.mouse.up()
    tab.locator("#pick-bar").wait_for()
    tab.keyboard.press("e")
    item.locator(".r-play-evidence").wait_for()
    item.locator(".r-comment").fill(fault.comment)


def _settles_and_publishes(lead: Any, shirked: int) -> None:
    lead.goto("/publishing")
    assert lead.locator("h1 .count").inner_text() == "2"
    lead.get_by_role("link", name="去裁定").click()
    lead.wait_for_url("**/publishing/*")
    lead.locator(f'a[href^="/calls/{shirked}#t="]').first.click()  # the evidence, at its very second
    lead.wait_for_url(f"**/calls/{shirked}#t=*")
    eventually(lead, "!document.getElementById('audio').paused")
    assert lead.evaluate("document.getElementById('audio').currentTime") > 15
    lead.go_back()
    lead.locator("section.panel", has_text="判定 1 · 王质检").get_by_role("button", name="采用这份判定").click()
    lead.locator("#choose-form [name=why]").fill("一起听过，确实推给了快递。")
    lead.locator("#choose-form").get_by_role("button", name="发布").click()
    lead.wait_for_url("**/publishing")
    assert lead.locator("h1 .count").inner_text() == "1"
    lead.get_by_role("button", name="发布", exact=True).click()
    lead.get_by_text("没有等待发布的判定").wait_for()


def _reads_listens_and_appeals(agent: Any, shirked: int) -> None:
    agent.goto("/")
    agent.wait_for_url("**/mine")
    agent.locator("tr", has_text="投诉").locator(".row-link").click()
    agent.wait_for_url(f"**/mine/{shirked}")
    words = agent.locator("main").inner_text()
    assert all(said in words for said in (SHIRKS.comment, COLD.comment, "请注意承担责任。"))
    assert "王质检" not in words
    eventually(agent, "document.getElementById('audio').readyState >= 2")
    agent.locator('[data-item="care"] .jump').click()
    eventually(agent, "!document.getElementById('audio').paused")
    assert 25 < agent.evaluate("document.getElementById('audio').currentTime") < 32
    agent.keyboard.press(" ")
    agent.get_by_role("button", name="我已看过").click()
    agent.locator("h1 .state-acknowledged").wait_for()
    agent.wait_for_load_state()
    agent.get_by_role("button", name="提出申诉").click()
    agent.get_by_role("checkbox", name="安抚与体谅").check()
    agent.locator("[name=reason-care]").fill("我一开始就请客户慢慢说。")
    agent.get_by_role("button", name="提交申诉").click()
    agent.get_by_role("button", name="撤回申诉").wait_for()


def _has_it_heard_anew(lead: Any, hearer: Any, shirked: int) -> None:
    """By somebody who has not judged the call, and who is not shown how it was judged."""
    lead.goto("/appeals")
    lead.locator(".row-link").click()
    lead.wait_for_url("**/appeals/1")
    assert "原来的评分人" in lead.locator("main").inner_text()
    lead.locator("[name=user]").select_option(label="郑质检 · 质检员")
    lead.get_by_role("button", name="安排重听").click()
    lead.get_by_text("郑质检").first.wait_for()
    hearer.goto("/desk")
    assert "申诉复听" in hearer.locator("tbody tr").inner_text()
    hearer.keyboard.press("Enter")
    hearer.wait_for_url("**/review/*")
    assignment = hearer.request.get(f"/v1/assignments/{hearer.url.rpartition('/')[2]}")
    assert assignment.ok
    assert not any(said in page for page in (hearer.content(), assignment.text()) for said in (COLD.comment, "王质检"))
    _judges_next(hearer, shirked, SHIRKS)


def _overturns(lead: Any) -> None:
    lead.reload()
    care = lead.locator('.case-item[data-item="care"]')
    care.get_by_label("改判", exact=True).check()
    care.locator("[name=reason]").fill("重听确认已经安抚，不扣分。")
    lead.get_by_role("button", name="提交裁定").click()
    lead.locator("h1 .state-overturned").wait_for()
    assert "87 → 91" in lead.locator("main").inner_text()


def _sees_both_scores(agent: Any, shirked: int) -> None:
    agent.goto(f"/mine/{shirked}")
    words = agent.locator("main").inner_text()
    assert all(said in words for said in ("91", "87 良好", "重听确认已经安抚，不扣分。"))
    agent.get_by_role("button", name="我已看过").click()
    agent.locator("h1 .state-final").wait_for()


def _sees_the_teams_result(team_lead: Any, shirked: int) -> None:
    team_lead.goto("/")
    team_lead.goto("/team")
    assert "服务二组" in team_lead.locator("h1").inner_text()
    assert "王小北" in team_lead.locator("main").inner_text()
    team_lead.goto(f"/results/{shirked}")
    assert "重听确认已经安抚，不扣分。" in team_lead.locator("main").inner_text()


def _was_told(receiver: Receiver, shirked: int, promised: int) -> None:
    deadline = time.monotonic() + 10
    while len(receiver.letters) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    letters = [json.loads(body) for _, body in receiver.letters]
    told = sorted((one["type"], one["data"]["call_id"], one["data"]["total"]) for one in letters)
    assert told == [
        ("score.overturned", shirked, 91),
        ("score.published", shirked, 87),
        ("score.published", promised, 100),
    ]


def _finds_it_all_in_the_audit_log(lead: Any) -> None:
    lead.goto("/audit")
    done = [
        tuple(row.locator("td").nth(column).inner_text() for column in (1, 2)) for row in lead.locator("tbody tr").all()
    ]
    assert not any(name.isascii() for name in lead.locator(".facts-line i").all_inner_texts()), "all in Chinese"
    expected = [
        ("孙主任", "新建事件推送"),
        ("李主管", "新建抽检计划"),
        ("李主管", "抽取通话"),
        ("李主管", "自动派单"),
        ("王质检", "提交判定"),
        ("陈质检", "提交判定"),
        ("李主管", "发布终评"),
        ("王小北", "确认成绩"),
        ("王小北", "提出申诉"),
        ("李主管", "申诉派人重听"),
        ("郑质检", "提交判定"),
        ("李主管", "裁定申诉"),
    ]
    assert [one for one in expected if one not in done] == []
    newest_first = [done.index(one) for one in reversed(expected) if done.count(one) == 1]
    assert newest_first == sorted(newest_first)

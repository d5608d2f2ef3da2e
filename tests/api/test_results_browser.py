"""What only a browser can show of results: seconds that play, forms that send, lists that are published at once."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

import pytest

from tests.api.browser import TabAs, backend, eventually, server, tab_as  # noqa: F401
from tests.api.conftest import Centre
from tests.api.judging import judged_call, waiting_call
from tests.pipeline.judged import judgement

pytestmark = pytest.mark.browser


def test_an_agent_hears_the_second_reads_and_appeals(centre: Centre, tab_as: TabAs) -> None:
    judged = judged_call(centre)
    tab = tab_as("agent", agent_id="6603", team="服务二组", name="王小北本人")
    tab.goto("/mine")
    tab.locator(".row-link").click()
    tab.wait_for_url(f"**/mine/{judged.call_id}")
    eventually(tab, "document.getElementById('audio').readyState >= 2")
    tab.locator('[data-item="no-shirking"] .jump').click()
    eventually(tab, "!document.getElementById('audio').paused")
    tab.keyboard.press("Space")
    assert 3.7 < tab.evaluate("document.getElementById('audio').currentTime") < 7
    tab.get_by_role("button", name="我已看过").click()
    tab.locator("h1 .state-acknowledged").wait_for()
    tab.wait_for_load_state()  # buttons do nothing before
    tab.get_by_role("button", name="提出申诉").click()
    tab.get_by_role("button", name="提交申诉").click()
    assert "请至少勾选一个评分项" in tab.locator("#appeal-form .form-problem").inner_text()
    tab.get_by_role("checkbox", name="不推诿").check()
    tab.locator("[name=reason-no-shirking]").fill("我是请客户提供订单号。")
    tab.get_by_role("button", name="提交申诉").click()
    tab.get_by_role("button", name="撤回申诉").wait_for()
    assert "我是请客户提供订单号。" in tab.locator('[data-item="no-shirking"]').inner_text()


def test_a_lead_publishes_settles_and_verifies(centre: Centre, tab_as: TabAs) -> None:
    for _ in range(2):
        waiting_call(centre)
    apart = waiting_call(centre, judgement(), judgement({"empathy": 30}))
    tab = tab_as("lead", name="钱主管")
    tab.goto("/publishing")
    tab.get_by_label("全选").check()
    tab.get_by_role("button", name="发布选中的 2 条").click()
    tab.locator("h1 .count", has_text="1").wait_for()
    tab.goto(f"/publishing/{apart.review_id}")
    row = tab.locator('tr[data-item="empathy"]')
    row.get_by_label("另定").check()
    row.get_by_label("扣分").fill("12")
    row.get_by_label("说明").fill("安抚晚了一些")
    tab.locator("#consensus [name=why]").fill("一起听过录音")
    tab.get_by_role("button", name="按商定的结果发布").click()
    tab.wait_for_url("**/publishing")
    tab.goto("/feedback")
    tab.get_by_role("button", name="登记一条").click()
    tab.locator("#enter [name=text]").fill("座席没有安抚客户")
    tab.locator("#enter [name=call]").fill(str(apart.call_id))
    tab.get_by_role("button", name="登记", exact=True).click()
    tab.wait_for_url("**/feedback/1")
    tab.get_by_label("属实", exact=True).check()
    tab.get_by_label("依据").fill("两位质检员都听到了")
    tab.get_by_role("button", name="提交").click()
    tab.locator("h1 .state-stands").wait_for()
    assert tab.locator("h1 .state").inner_text() == "属实"

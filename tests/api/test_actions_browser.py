"""A correction in Chromium: opened from a figure, done, verified by somebody else, entered in the ledger."""

from typing import Any

import pytest

from models.person import UserRole
from tests.api.browser import TabAs, backend, server, tab_as  # noqa: F401  fixtures
from tests.api.conftest import Centre


@pytest.mark.browser
def test_a_correction_is_opened_done_and_verified(centre: Centre, tab_as: TabAs) -> None:  # noqa: F811
    centre.shirked_call()
    lead = tab_as(UserRole.LEAD, name="李敏")
    lead.goto("/actions/new?call=1")
    lead.locator("[name=title]").fill("不推诿")
    lead.locator("[name=steps]").fill("面谈")
    lead.evaluate("document.querySelector('form[data-send]').insertAdjacentHTML('afterbegin', `" + ITEM + "`)")
    press(lead, "发起整改")
    lead.wait_for_url("**/actions/1")
    lead.get_by_text("填写完成凭据").click()
    lead.locator("[name=evidence]").fill("已面谈，本人认可")
    press(lead, "这一步已完成")
    lead.locator(".mark-done").wait_for()
    press(lead, "整改完成，提交核验")
    lead.get_by_text("负责人不能核验自己的整改").wait_for()

    other = tab_as(UserRole.LEAD, name="赵主管")
    other.goto("/actions/1")
    other.locator("form[data-send$='/moves'] [name=text]").fill("之后的通话都好")
    press(other, "核验通过")
    other.locator(".state-verified").first.wait_for()

    other.goto("/ledger")
    other.get_by_role("button", name="录入", exact=True).click()
    other.get_by_role("button", name="录入台账").locator("visible=true").click()
    other.get_by_text("这个月没有待录入的建议").wait_for()
    agent = tab_as(UserRole.AGENT, agent_id="6603")
    agent.goto("/my-actions")
    press(agent, "我已知悉")
    agent.get_by_text("确认知悉").wait_for()


ITEM = '<input type="checkbox" name="items" value="shirking" data-many checked>'
"""The sample scorecard of these tests is no YAML: it has no items to choose."""


def press(tab: Any, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()

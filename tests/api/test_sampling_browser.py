"""A lead plans the week in a real browser: writes a plan, looks at what it picks, draws, and reads the estimates."""

from typing import Any

import pytest

from tests.api.browser import eventually, server, tab, tab_as
from tests.api.conftest import Centre
from tests.pipeline.sampled_centre import LOW, WEEK, Said, SampledCentre

__all__ = ["server", "tab", "tab_as"]

pytestmark = pytest.mark.browser


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_a_lead_plans_previews_draws_and_reads(tab: Any, centre: Centre) -> None:
    with centre.make.begin() as session:
        desk = SampledCentre(session)
        desk.inspector()
        desk.add(
            Said(agent=str(8000 + n % 4), total=50 if n % 10 == 0 else 85, reasons=[LOW] if n % 10 == 0 else ())
            for n in range(80)
        )
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto("/sampling")
    tab.get_by_role("button", name="新建计划").first.click()
    tab.locator("#new-plan-form [name=name]").fill("每周常规")
    tab.locator("#new-plan-form").get_by_role("button", name="建立").click()
    tab.wait_for_url("**/sampling/1")

    tab.locator("[name='plan.quotas.regular']").fill("4")
    assert tab.locator("#unsaved").is_visible()
    tab.locator("[name=first]").fill(WEEK.first.isoformat())
    tab.locator("[name=last]").fill(WEEK.last.isoformat())
    tab.locator("#preview-form").get_by_role("button", name="预览").click()
    tab.locator("#preview .sentence").wait_for()
    assert "1 名质检员" in tab.locator("#preview .sentence").text_content()
    picked = tab.locator("#preview tr[data-call]").count()
    assert picked >= 16
    assert "座席配额" in tab.locator("#preview").text_content()

    tab.get_by_role("button", name="抽取并派入队列").click()
    tab.wait_for_url("**/sampling/draws/1")
    assert tab.locator("tr[data-call]").count() == picked
    tab.goto("/sampling/1")
    assert tab.locator("[name='plan.quotas.regular']").input_value() == "4", "drawing saved the plan first"
    tab.locator("[name='plan.due_hours']").fill("24")
    tab.get_by_role("button", name="保存计划").click()
    eventually(tab, "document.getElementById('unsaved').hidden")

    with centre.make.begin() as session:
        desk = SampledCentre(session)
        who = desk.inspector("王听")
        for row in range(80):
            if is_queued(desk, row + 1):
                desk.hear(row + 1, 40.0 if row % 10 == 0 else 88.0, who)
    tab.goto("/estimates")
    assert "直接平均低估了" in tab.locator("main").text_content()
    assert tab.locator("svg.interval circle").count() >= 1


def is_queued(desk: SampledCentre, call_id: int) -> bool:
    from storage.review.reviews import review_of

    return review_of(desk.session, call_id) is not None

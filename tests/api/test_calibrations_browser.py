"""A calibration in a real browser: a lead begins it, two inspectors hear alone, all talk it over and close it."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from models.person import Viewer
from models.review import Judgement
from models.tables import UserRow
from pipeline.calibration.reference import agree
from pipeline.people.signing_in import viewer_of
from pipeline.review.judging import submit
from storage.calibration import calibrations
from tests.api.browser import TabAs, backend, eventually, server, tab_as  # noqa: F401
from tests.api.conftest import SHIRKING_CALL, Centre, make_user
from tests.api.waiting import Waiting, all_fine

pytestmark = pytest.mark.browser

SAMPLES = ("shop-refund-shirking.wav", "property-leak-silence.wav", "telecom-bill-query.wav")
AGENTS = (("6603", "王小北"), ("6617", "赵雨"), ("6621", "孙明"))


def scored_calls(centre: Centre) -> list[int]:
    """Three complaints with sound, which nobody picked."""
    calls = []
    for sample, (agent_id, name) in zip(SAMPLES, AGENTS, strict=True):
        metadata = replace(SHIRKING_CALL, agent_id=agent_id, agent_name=name)
        calls.append(centre.receive(sample, metadata))
        Waiting(centre).score(calls[-1], metadata)
    return calls


def person(centre: Centre, name: str) -> Viewer:
    with centre.make() as session:
        return viewer_of(session.scalars(select(UserRow).where(UserRow.name == name)).one())


def says(centre: Centre, name: str, judgement: Judgement, *, but: int = 0) -> list[int]:
    """What they say of every call of the first session; what is left of their hearings, `but` the last ones."""
    viewer = person(centre, name)
    with centre.make.begin() as session:
        own = [one.assignment_id for one in calibrations.hearings(session, 1) if one.user_id == viewer.user_id]
        for assignment in own[: len(own) - but]:
            submit(session, viewer, assignment, judgement, Waiting(centre).now)
    return own


def complaints_of_axe(tab: Any) -> list[str]:
    found = Axe().run(tab).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def test_a_lead_and_two_inspectors_calibrate(centre: Centre, tab_as: TabAs) -> None:
    calls = scored_calls(centre)
    li = tab_as("inspector", name="李静")
    with centre.make.begin() as session:
        make_user(session, "inspector", name="刘芳")
    lead = tab_as("lead", name="周主管")
    _begins(lead, calls)
    says(centre, "刘芳", all_fine({"responsibility": 4.0}))
    own = says(centre, "李静", all_fine(), but=1)
    _hears_the_last_one_alone(li, own[-1])
    _agree_on_the_first(lead, calls[0])
    _agree_on_the_others(centre, calls[1:])
    _close_it(lead, li, calls[0])


def _begins(lead: Any, calls: list[int]) -> None:
    """What is filled in before the page's script has come counts too; and a click waits for it."""
    held: list[Any] = []
    lead.route("**/static/calibration_new.js", lambda route: held.append(route))  # noqa: PLW0108  Playwright sets attributes on it
    lead.goto("/calibrations")
    lead.get_by_role("link", name="新的校准会").click()
    lead.get_by_label("标题").fill("十一月投诉类校准")
    # Words can be typed before the page's style has come, which is what holds clicks back.
    eventually(lead, "getComputedStyle(document.querySelector('main')).pointerEvents === 'none'")
    lead.get_by_role("checkbox", name="李静").press("Space")
    with lead.expect_response(lambda answer: "/calibrations/new?" in answer.url):
        held[0].continue_()
    eventually(lead, "getComputedStyle(document.querySelector('main')).pointerEvents === 'auto'")
    with lead.expect_response(lambda answer: "/calibrations/new?" in answer.url):
        lead.get_by_role("checkbox", name="刘芳").check()
    lead.get_by_label("按编号加入").fill("、".join(map(str, calls)))
    lead.locator("#chosen", has_text="已选 3 通通话、2 人").wait_for()
    lead.get_by_role("button", name="开始校准会").click()
    lead.locator("h1", has_text="十一月投诉类校准").wait_for()
    assert lead.locator(".cal-grid .state-open").count() == 6
    assert complaints_of_axe(lead) == []


def _hears_the_last_one_alone(li: Any, assignment: int) -> None:
    li.goto("/desk")
    assert li.locator("tbody .badge", has_text="校准").count() == 3  # one to hear, two done
    li.goto("/calibrations/1")
    li.locator(f'a[href="/review/{assignment}"]').click()
    li.wait_for_url(f"**/review/{assignment}")
    assert li.get_by_role("button", name="退回").count() == 0
    for button in li.locator(".r-item .fine").all():
        button.click()
    li.locator("#submit").click()
    li.locator("#submit-sure").click()
    li.locator(".r-result").wait_for()


def _agree_on_the_first(lead: Any, call_id: int) -> None:
    lead.goto(f"/calibrations/1?call={call_id}")
    row = lead.locator('tr[data-item="responsibility"]')
    assert "相差 4 分" in row.inner_text()
    lead.locator(".cal-table .jump").first.click()
    eventually(lead, "document.getElementById('audio').currentTime > 0")
    row.get_by_role("button", name="记一笔").click()
    lead.get_by_label("说了什么").fill("把客户推给了商家，算推诿。")
    lead.locator("#note .primary").click()
    lead.locator(".cal-note", has_text="算推诿").wait_for()
    lead.get_by_role("button", name="定为基准分").click()
    lead.locator("#agree .form-problem", has_text="还有 1 项没有商定").wait_for()
    row.locator("[data-agree]").select_option("own")
    row.locator("[name=lost]").fill("3")
    lead.get_by_role("button", name="定为基准分").click()
    lead.locator(".cal-ends", has_text="改定基准分").wait_for()
    assert lead.locator("thead .cal-reference b").inner_text() == "97"
    assert complaints_of_axe(lead) == []


def _agree_on_the_others(centre: Centre, calls: list[int]) -> None:
    lead = person(centre, "周主管")
    for call_id in calls:
        with centre.make.begin() as session:
            revision = calibrations.find(session, 1).revision
            agree(session, lead, 1, call_id, all_fine(), revision=revision, now=Waiting(centre).now)


def _close_it(lead: Any, li: Any, call_id: int) -> None:
    li.goto(f"/calibrations/1?call={call_id}")
    li.locator("header", has_text="标准修改建议").get_by_role("button", name="建议修改标准").click()
    li.get_by_label("建议怎样改").fill("写明让客户自己找商家也算推诿")
    li.locator("#change .primary").click()
    li.locator(".cal-change", has_text="待处理").wait_for()
    lead.reload()
    lead.get_by_role("button", name="结束校准会").click()
    lead.locator("h1 .state", has_text="已结束").wait_for()
    lead.goto("/standard-changes")
    lead.get_by_role("button", name="采纳", exact=True).click()
    lead.locator("#decide [name=outcome]").fill("第 4 版写明")
    lead.locator("#decide .primary").click()
    lead.locator(".empty").wait_for()

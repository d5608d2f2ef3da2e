"""From an error to an effect in real browsers: Pareto, calls, case, plan, session, exam, correction, effect."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.clock import CHINA_TIME
from models.finding import Evidence
from models.person import UserRole
from pipeline.reports.span import month_of, today
from tests.api.browser import TabAs, backend, eventually, server, tab_as  # noqa: F401
from tests.api.conftest import Centre
from tests.api.improving import COLLEAGUES, Improving
from tests.pipeline.training.taught import TEAM

pytestmark = pytest.mark.browser

SHIRKED = 1 + 6 + sum(bad for bad, _ in COLLEAGUES.values())
CALLS = 1 + 14 + 1 + sum(bad + good for bad, good in COLLEAGUES.values())
"""Of the team this month: the call that was heard, 6603's others, one call that is hurried, and the colleagues'."""

HEARD = "document.getElementById('audio').currentTime"


def test_an_error_becomes_better_service(centre: Centre, tab_as: TabAs) -> None:
    made = Improving(centre)
    trainer, lead = tab_as(UserRole.TRAINER, name="何培训"), tab_as(UserRole.LEAD, name="周主管")
    agent = tab_as(UserRole.AGENT, name="王小北", agent_id="6603", team=TEAM)
    made.taught_before()
    made.month_of_errors()
    call, said = made.heard_call()

    calls = _follows_the_pareto(trainer, made.now)
    _makes_a_case(trainer, calls, call, said)
    fault = _writes_exam(trainer)
    _writes_course(trainer)
    day = _plans(trainer, call, month_of(today(made.now)).last + timedelta(days=1))
    window = _approves(lead, trainer.url, day)
    plan = trainer.url
    held = _arranges(trainer, made.now, day)

    _signs_in_and_passes(agent, fault)
    _certifies_and_writes_down(trainer, held)
    _sees_the_certificate(agent)
    _sees_what_came_of_it(trainer, plan, window)
    _corrects(lead, agent, calls, call)


def _follows_the_pareto(trainer: Any, now: datetime) -> str:
    """The team's month; the bar of what is wrong most often leads to as many calls as it says. Their address."""
    month = month_of(today(now))
    trainer.goto("/reports")
    trainer.locator("[name=from]").fill(month.first.isoformat())
    trainer.locator("[name=to]").fill(month.last.isoformat())
    trainer.locator("[name=team]").select_option(TEAM)
    trainer.get_by_role("button", name="查看").click()
    trainer.get_by_role("link", name="差错", exact=True).click()
    trainer.wait_for_url("**/reports/errors?**")
    bar = trainer.locator("svg.drawing a[href*='by=machine']").first
    assert f"不推诿：{SHIRKED} 通，评过 {CALLS} 通" in bar.get_attribute("aria-label")
    bar.click()
    trainer.wait_for_url("**/reports/calls?**")
    assert "不推诿" in trainer.locator("h1").inner_text()
    assert trainer.locator("h1 .count").inner_text() == str(SHIRKED) == str(trainer.locator("tr[data-call]").count())
    return str(trainer.url)


def _makes_a_case(trainer: Any, calls: str, call: int, said: tuple[Evidence, ...]) -> None:
    """Of what the agent said, with the turn before; it is heard and published."""
    assert trainer.url == calls
    trainer.locator(f'tr[data-call="{call}"]').get_by_role("link", name="加入案例库").click()
    trainer.wait_for_url(f"**/cases/new?call={call}**")
    turn = said[0].turn
    assert turn is not None
    trainer.locator(f"[data-from='{turn - 1}']").click()
    trainer.locator(f"[data-to='{turn + 1}']").click()
    trainer.get_by_label("标题").fill("这个不归我们管")
    trainer.get_by_label("教学要点").fill("谁接谁负责：替客户联系售后。")
    trainer.get_by_label("不推诿").check()
    trainer.get_by_role("button", name="保存草稿").click()
    trainer.wait_for_url("**/cases/1")
    trainer.locator(".case-turns [data-seek]").first.click()
    eventually(trainer, f"{HEARD} > 0.3")
    trainer.get_by_role("button", name="发布", exact=True).click()
    trainer.locator(".state-case-published").wait_for()


def _writes_exam(trainer: Any) -> float:
    """A written question and the case to listen to, whose reference verdict says what is wrong; at which second."""
    trainer.goto("/exams")
    trainer.get_by_role("button", name="新建考试").click()
    trainer.locator("#make [name=title]").fill("首问负责测验")
    _press(trainer.locator("#make"), "新建")
    trainer.wait_for_url("**/exams/1")
    trainer.get_by_role("link", name="加一道题").click()
    trainer.locator("#question [name=text]").fill("客户要找售后，怎么办？")
    trainer.get_by_label("选项 1", exact=True).fill("请客户自己联系售后")
    trainer.get_by_label("选项 2", exact=True).fill("替客户联系售后，约定回复时间")
    trainer.get_by_label("选项 2 是正确的").check()
    _press(trainer, "加入题库")
    trainer.wait_for_url("**/exams/1")
    trainer.get_by_role("link", name="加一道题").click()
    trainer.get_by_label("案例编号").fill("1")
    _press(trainer, "用这个案例")
    trainer.wait_for_url("**/questions/new?case=1")
    assert trainer.get_by_role("checkbox", name="不推诿").is_checked()
    fault = float(trainer.locator("[data-item=no-shirking] [data-start]").input_value())
    _press(trainer, "加入题库")
    trainer.wait_for_url("**/exams/1")
    _press(trainer, "开放考试")
    trainer.locator(".state-active").wait_for()
    return fault


def _writes_course(trainer: Any) -> None:
    trainer.goto("/courses")
    trainer.get_by_role("button", name="新建课程").click()
    form = trainer.locator("#make")
    form.locator("[name=title]").fill("首问负责制")
    form.locator("[name=exam_id]").select_option(label="首问负责测验")
    form.locator("[name=cases]").fill("1")
    _press(form, "新建")
    trainer.wait_for_url("**/courses/1")
    assert trainer.get_by_role("link", name="这个不归我们管").is_visible()


def _plans(trainer: Any, call: int, first: date) -> date:
    """Next month's plan, proposed from the same figures and calls. The day of its first training."""
    trainer.goto("/training/plans")
    trainer.get_by_role("button", name="新建计划").click()
    form = trainer.locator("#make")
    assert form.locator("[name=first_day]").input_value() == first.isoformat()
    form.locator("[name=team]").select_option(TEAM)
    _press(form, "新建")
    trainer.wait_for_url("**/training/plans/2")
    entry = trainer.locator(".training-entry").first
    reason = entry.locator(".training-why").inner_text()
    assert f"机器评过的 {CALLS} 通全部通话里，{SHIRKED} 通" in reason
    assert entry.locator(f".training-calls a[href='/calls/{call}']").is_visible()
    assert "王小北" in entry.inner_text()

    day = first + timedelta(days=9)
    entry.get_by_role("button", name="修改").click()
    form = trainer.locator("#entry[open]")
    form.locator("[name=course_id]").select_option(label="首问负责制")
    form.locator("[name=planned_on]").fill(day.isoformat())
    _press(form, "保存")
    entry.get_by_role("link", name="首问负责制").wait_for()
    assert day.isoformat() in entry.inner_text()
    _press(trainer, "提交审批")
    trainer.locator("h1 .state-open").wait_for()
    return day


def _approves(lead: Any, plan: str, day: date) -> tuple[str, ...]:
    """From then on everybody sees in which weeks the effect is looked for. Their first and last days."""
    lead.goto(plan)
    _press(lead, "批准")
    _press(lead.locator("#approve"), "批准")
    lead.locator("h1 .state-published").wait_for()
    effect = lead.locator(".training-entry").first.locator(".effect")
    month, one = timedelta(weeks=4), timedelta(days=1)
    window = tuple(at.isoformat() for at in (day - month, day - one, day + one, day + month))
    _shows(effect, "为时尚早", "周主管", *window)
    return window


def _arranges(trainer: Any, now: datetime, day: date) -> str:
    """The plan says its one right day; a session that is going on already is without the plan. Its address."""
    trainer.reload()
    trainer.locator(".training-entry").first.get_by_role("link", name="安排场次").click()
    trainer.wait_for_url("**/training/sessions/new?entry=*")
    form = trainer.locator("form[data-send]")
    assert form.locator("[name=course_id] option:checked").inner_text() == "首问负责制"
    assert form.locator("[name=exam_id] option:checked").inner_text() == "首问负责测验"
    assert form.get_by_role("checkbox", name="王小北").is_checked()
    assert form.locator("[name=starts_at]").input_value().startswith(day.isoformat())
    _shows(trainer.locator("main"), f"效果观察期按 {day.isoformat()} 定下")
    trainer.goto("/training/sessions/new?course=1&agent=6603")
    began = now.astimezone(CHINA_TIME) - timedelta(minutes=5)
    form.locator("[name=starts_at]").fill(began.strftime("%Y-%m-%dT%H:%M"))
    form.locator("[name=notice]").fill("带上耳机。")
    form.get_by_label("紧急培训，事后补录").check()
    _press(form, "安排")
    trainer.wait_for_url(re.compile(r"/training/sessions/\d+$"))
    return str(trainer.url)


def _signs_in_and_passes(agent: Any, fault: float) -> None:
    """The agent hears the clip, marks what is wrong where it is said, and comes back to hand in."""
    agent.on("dialog", lambda dialog: dialog.accept())
    agent.goto("/my-training")
    assert "带上耳机。" in agent.locator("main").inner_text()
    _press(agent, "签到")
    agent.get_by_text("到场", exact=True).wait_for()
    _press(agent, "开始考试")
    agent.wait_for_url("**/my-training/exams/*")
    agent.get_by_label("替客户联系售后，约定回复时间").check()
    sound = "document.querySelector('[data-kind=listening] audio')"
    agent.evaluate(f"{sound}.play()")
    eventually(agent, f"{sound}.currentTime > 0.2")
    agent.evaluate(f"{sound}.currentTime = {fault}")
    eventually(agent, f"{sound}.currentTime > {fault}")
    with agent.expect_response(lambda answer: "no-shirking" in (answer.request.post_data or "")):
        _press(agent.locator("[data-item=no-shirking]"), "标记此刻")
    agent.get_by_text("已保存", exact=True).wait_for()
    agent.reload()  # nothing that was saved is lost
    assert agent.get_by_role("checkbox", name="不推诿").is_checked()
    _press(agent, "交卷")
    agent.locator(".exam-score").wait_for()
    assert agent.locator(".exam-score").inner_text().split() == ["100", "及格"]


def _certifies_and_writes_down(trainer: Any, held: str) -> None:
    trainer.goto("/exams/1")
    _press(trainer, "发证书")
    trainer.get_by_text("已发证书").wait_for()
    trainer.goto(held)
    _shows(trainer.locator("tr", has_text="王小北"), "到场")
    _press(trainer, "填写记录")
    trainer.locator("#record [name=record]").fill("听了案例，每人演练一次。")
    _press(trainer.locator("#record"), "保存")
    trainer.locator("h1 .state-published").wait_for()
    assert "每人演练一次" in trainer.locator("main").inner_text()


def _sees_the_certificate(agent: Any) -> None:
    agent.goto("/my-training")
    agent.get_by_role("link", name="首问负责测验").first.click()
    agent.wait_for_url("**/certificates/*")
    _shows(agent.locator(".certificate"), "王小北", "100")


def _sees_what_came_of_it(trainer: Any, plan: str, window: tuple[str, ...]) -> None:
    """Nothing yet of the new training; of the one ten weeks ago its effect, beyond that of comparable others."""
    trainer.goto(plan)
    trainer.locator(".effect").first.get_by_role("link", name="看明细").click()
    trainer.wait_for_url("**/effects/*")
    _shows(trainer.locator(".effect"), "为时尚早", "还有", *window)
    assert "有改善" not in trainer.locator(".effect").inner_text()
    trainer.goto("/effects")
    trainer.get_by_role("link", name="首问负责演练").click()
    trainer.wait_for_url("**/effects/1")
    verdict = trainer.locator(".effect-says").inner_text()
    assert "有改善：比可比座席多降低" in verdict
    points, _, low, high = map(float, re.findall(r"[\d.]+", verdict))  # the second is the interval's 95 %
    assert 0 < low < points < high


def _corrects(lead: Any, agent: Any, calls: str, call: int) -> None:
    """From the same list of calls; the agent reads it."""
    lead.goto(calls)
    lead.locator(f'tr[data-call="{call}"]').get_by_role("link", name="开整改").click()
    lead.wait_for_url(f"**/actions/new?call={call}**")
    assert lead.get_by_role("checkbox", name="不推诿").is_checked()
    assert lead.locator("[name=agent_id]").input_value() == "6603"
    _press(lead, "发起整改")
    lead.wait_for_url("**/actions/1")
    _shows(lead.locator("h1"), "不推诿")
    agent.goto("/my-actions")
    assert "不推诿" in agent.locator(".own-action").inner_text()
    _press(agent, "我已知悉")
    agent.get_by_text("确认知悉").wait_for()
    lead.reload()
    _shows(lead.locator("main"), "确认知悉", "为时尚早")


def _press(where: Any, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def _shows(where: Any, *words: str) -> None:
    text = where.inner_text()
    assert [one for one in words if one not in text] == [], text

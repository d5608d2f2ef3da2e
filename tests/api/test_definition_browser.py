"""Editing rules in a real browser: what a QA lead does and sees."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

from typing import Any

import pytest

from tests.api.browser import TabAs, backend, eventually, server, tab, tab_as  # noqa: F401
from tests.api.conftest import Centre
from tests.api.drafting import CARD, LEAD, NEW_RULE, PACK

pytestmark = pytest.mark.browser

TEXT = "document.getElementById('text')"


def post(tab: Any, path: str, **asked: object) -> Any:
    answer = tab.request.post(path, data=asked)
    assert answer.ok, answer.text()
    return answer.json()


def publish(tab: Any, text: str = PACK, kind: str = "pack") -> None:
    draft = post(tab, "/v1/drafts", kind=kind, name="hotline", text=text)
    post(tab, f"/v1/drafts/{draft['id']}/publish", revision=1, why="第一版", anyway=True)


def edit(tab: Any) -> int:
    """A draft from the version in use, opened."""
    draft = post(tab, "/v1/drafts", kind="pack", name="hotline")
    tab.goto(f"/rules/drafts/{draft['id']}")
    tab.locator("#panel-check .checked").wait_for()
    number: int = draft["id"]
    return number


def choose(tab: Any, words: str) -> None:
    """Select the first place of some words in the editor."""
    tab.locator("#text").focus()
    tab.evaluate(f"w => {TEXT}.setSelectionRange({TEXT}.value.indexOf(w), {TEXT}.value.indexOf(w) + w.length)", words)


def text_of(tab: Any) -> str:
    return str(tab.evaluate(f"{TEXT}.value"))


def test_a_mistake_is_seen_and_mended_and_the_draft_tried_and_published(tab: Any) -> None:
    publish(tab)
    publish(tab, CARD, "scorecard")
    edit(tab)
    choose(tab, "role: agent")
    tab.keyboard.type("rolle: agent")
    mistake = tab.locator(".problem.mistake")
    mistake.first.wait_for()
    assert "第 11 行" in mistake.first.inner_text()
    assert tab.locator(".editor .l.mistake").first.get_attribute("data-n") == "11"
    assert tab.locator("#state").inner_text() == "有未保存的修改"
    mistake.first.click()
    tab.locator("#place", has_text="第 11 行，第 1 列").wait_for()
    choose(tab, "rolle")
    tab.keyboard.type("role")
    tab.locator("#panel-check h2.ok").wait_for()
    choose(tab, "跟我们没关系")
    tab.keyboard.insert_text("宝证给您办好")
    tab.get_by_role("tab", name="试一试").click()
    tab.get_by_label("对话", exact=True).fill("座席：您好。\n客户：能退吗？\n座席：保证给您办好。")
    tab.locator("#try button.primary").click()
    tab.locator(".tried").wait_for()
    assert tab.locator(".tried mark.violation").inner_text() == "保证给您办好"
    painted = tab.locator(".tried mark.violation").evaluate("mark => getComputedStyle(mark).backgroundColor")
    assert painted != "rgb(255, 255, 0)", "what was said is painted as on the page of a call, not as browsers do"
    assert "音近“宝证给您办好”" in tab.locator(".answer").inner_text()
    assert tab.locator(".try-score .big b").inner_text() == "40"
    tab.get_by_role("tab", name="发布").click()
    tab.locator("#publish textarea").fill("客户常听到的承诺")
    tab.locator("#publish button.primary").click()
    tab.locator("#anyway").wait_for()  # too few calls to replay
    assert "不到 20 通" in tab.locator("#publish .form-problems").inner_text()
    tab.locator("#anyway input").check()
    tab.locator("#publish button.primary").click()
    tab.wait_for_url("**/rules/packs/hotline")
    newest = tab.locator("tbody tr").first
    assert newest.locator(".in-use").is_visible()
    assert [words in newest.inner_text() for words in ("第 2 版", LEAD, "客户常听到的承诺")] == [True] * 3


def test_who_comes_second_sees_what_the_first_saved_and_loses_nothing(tab: Any, tab_as: TabAs) -> None:
    publish(tab)
    draft = edit(tab)
    other = tab_as("lead", name="赵六")
    other.goto(f"/rules/drafts/{draft}")
    choose(other, "推诿")
    other.keyboard.insert_text("推卸")
    other.keyboard.press("Control+s")
    eventually(other, "document.getElementById('state').dataset.state === 'saved'")
    choose(tab, "推诿")
    tab.keyboard.insert_text("推脱")
    tab.locator("#save").click()
    tab.locator(".conflict").wait_for()
    assert "赵六" in tab.locator(".conflict").inner_text()
    assert "推卸" in tab.locator(".conflict .minus").last.inner_text()
    assert tab.locator("#state").inner_text() == "没有保存"
    assert "推脱" in text_of(tab)
    tab.get_by_role("button", name="用我的内容覆盖").click()
    eventually(tab, "document.getElementById('state').dataset.state === 'saved'")
    assert "推脱" in tab.request.get(f"/v1/drafts/{draft}").json()["text"]


def test_theirs_is_taken_and_ones_own_brought_back(tab: Any) -> None:
    publish(tab)
    draft = edit(tab)
    saved = tab.request.put(f"/v1/drafts/{draft}", data={"text": "# 赵六\n" + PACK, "revision": 1})
    assert saved.ok
    choose(tab, "推诿")
    tab.keyboard.insert_text("推脱")
    tab.locator("#save").click()
    tab.get_by_role("button", name="用对方的内容").click()
    eventually(tab, f"{TEXT}.value.startsWith('# 赵六')")
    assert tab.locator("#state").inner_text() == "已保存"
    tab.locator("#text").focus()
    tab.keyboard.press("Control+z")
    eventually(tab, f"{TEXT}.value.includes('推脱')")


def test_a_form_writes_the_rule_behind_the_one_the_cursor_is_in(tab: Any) -> None:
    publish(tab)
    edit(tab)
    choose(tab, "name: 推诿")
    tab.get_by_role("tab", name="常用规则").click()
    form = tab.locator("#rule-form")
    for name in ("name", "id", "why", "fires", "silent"):
        form.locator(f"[name={name}]").fill(str(NEW_RULE[name]))
    form.locator("[name=phrases]").fill("保证给您退款\n一定给您退")
    assert not form.locator("[name=at_least]").first.is_visible()
    form.locator("button.primary").click()
    eventually(tab, f"{TEXT}.value.includes('promise-refund')")
    text = text_of(tab)
    assert text.index("shirking") < text.index("promise-refund") < text.index("no-greeting")
    assert "    phrase: [保证给您退款, 一定给您退]" in text
    eventually(tab, "document.querySelector('#check')?.innerText.includes('3 条规则')")


def test_the_keyboard_indents_and_leaves_the_editor(tab: Any) -> None:
    publish(tab)
    edit(tab)
    choose(tab, "    when:\n")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("Enter")
    tab.keyboard.type("x")
    assert "    when:\n      x\n" in text_of(tab)
    choose(tab, "  - id: shirking\n    name")
    tab.keyboard.press("Tab")
    assert "    - id: shirking\n      name" in text_of(tab)
    tab.keyboard.press("Shift+Tab")
    assert "\n  - id: shirking\n    name" in text_of(tab)
    painted = tab.evaluate("[...document.querySelectorAll('.editor .l')].map(line => line.textContent).join('\\n')")
    assert painted == text_of(tab)
    tab.keyboard.press("Escape")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") != "text"


def test_a_version_is_retired_with_a_reason(tab: Any) -> None:
    publish(tab)
    tab.goto("/rules/packs/hotline")
    tab.get_by_role("button", name="停用").click()
    dialog = tab.locator("dialog[open]")
    dialog.get_by_role("button", name="停用").click()
    assert dialog.is_visible()  # a reason is needed
    dialog.get_by_label("原因").fill("换了新的")
    dialog.get_by_role("button", name="停用").click()
    tab.locator("tr.is-retired").wait_for()
    assert "换了新的" in tab.locator("tr.is-retired").inner_text()


def test_calls_are_scored_again_and_compared(centre: Centre, tab: Any) -> None:
    call_id = centre.shirked_call()
    publish(tab)
    publish(tab, CARD, "scorecard")
    tab.goto(f"/rescore?call={call_id}")
    for kind in ("pack", "scorecard"):
        tab.locator(f"select[name={kind}]").select_option("hotline")
    tab.get_by_role("button", name="先看结果").click()
    tab.locator("tr.moved").wait_for()
    assert "-22.5" in tab.locator("tr.moved").inner_text()
    tab.get_by_role("button", name="保存新得分").click()
    tab.get_by_role("link", name="对照").click()
    tab.wait_for_url("**/scores?**")
    assert "不推诿" in tab.locator("table").inner_text()


def test_no_page_of_rules_is_wider_than_the_window(tab: Any) -> None:
    wide = PACK.replace("把客户推给别人，投诉就升级了。", "很长的原因" * 60).replace(
        "title: 热线规则", "title: " + "长" * 100
    )
    publish(tab, wide)
    draft = edit(tab)
    for path in (
        "/rules",
        "/rules/packs/hotline",
        "/rules/packs/hotline/1",
        f"/rules/drafts/{draft}?lang=en",
        "/rescore",
    ):
        tab.goto(path)
        for width in (1280, 1920):
            tab.set_viewport_size({"width": width, "height": 900})
            assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (
                path
            )

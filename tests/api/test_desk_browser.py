"""An inspector's hour in a real browser: from the desk through a call to the next one."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.call import Metadata
from models.person import UserRole
from models.review import AssignmentState
from models.tables import AssignmentRow, CorrectionRow, RuleMarkRow, VerdictDraftRow, VerdictRow
from tests.api.browser import TabAs, backend, eventually, server, tab_as  # noqa: F401
from tests.api.conftest import Centre
from tests.api.waiting import Waiting, rules

pytestmark = pytest.mark.browser

FIRST_SOUND = """
    document.addEventListener("submit", () => sessionStorage.setItem("asked", String(Date.now())), true);
    document.addEventListener("playing", () => {
        window.heardAfter ??= Date.now() - Number(sessionStorage.getItem("asked") ?? NaN);
    }, true);
"""
"""Milliseconds from asking for the next call to its first sound, across the pages."""

SOON = 3000
"""The bar is one second on a machine that does nothing else; tests share theirs."""


def second(tab: Any) -> float:
    return float(tab.evaluate("document.getElementById('audio').currentTime"))


def pick(tab: Any, turn: int, first: int, last: int) -> str:
    """Select words of a turn with the mouse; what they say."""
    words = tab.locator(f'.turn[data-turn="{turn}"] .w')
    begin, end = words.nth(first).bounding_box(), words.nth(last).bounding_box()
    tab.mouse.move(begin["x"] + 2, begin["y"] + begin["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(end["x"] + end["width"] - 2, end["y"] + end["height"] / 2, steps=4)
    tab.mouse.up()
    tab.locator("#pick-bar").wait_for()
    return "".join(words.nth(at).inner_text() for at in range(first, last + 1))


def saved(tab: Any) -> None:
    eventually(tab, "document.getElementById('save-state').classList.contains('is-saved')")


def fetch(tab: Any, call: AssignmentRow) -> None:
    """As people do; it is this one."""
    tab.goto("/desk")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/review/{call.id}")


def item(tab: Any, name: str) -> Any:
    return tab.locator(f'.r-item[data-item="{name}"]')


def test_an_inspectors_way_through_a_call(centre: Centre, tab_as: TabAs) -> None:
    waiting = Waiting(centre)
    (call,) = waiting.call(priority=90)
    (following,) = waiting.call("telecom-bill-query.wav", Metadata(agent_id="3026", team="服务一组"), priority=20)
    tab = tab_as(UserRole.INSPECTOR, name="李静")
    tab.add_init_script(FIRST_SOUND)

    tab.goto("/desk")
    assert "待听 2 通" in tab.locator("h1").inner_text()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/review/{call.id}")
    eventually(tab, "!document.getElementById('audio').paused")  # opened by "next", it plays at once
    tab.keyboard.press(" ")

    _plays_from_a_word_and_by_keys(tab)
    _finds_words(tab)
    quote = _founds_a_deduction_on_words(tab)
    _corrects_a_word(tab, centre)

    item(tab, "polite-words").locator(".na").click()
    tab.locator("#comment").fill("开场很好，但把客户推给了商家。")
    saved(tab)
    _leaves_and_comes_back(tab, call.id, quote)
    _hands_in_when_nothing_is_missing(tab)

    assert tab.locator(".r-scores .r-score").count() == 2
    with centre.make() as session:
        verdict = session.scalars(select(VerdictRow)).one()
        assert verdict.body["comment"].startswith("开场很好")
        assert verdict.score["fatal"] == []
        assert session.scalars(select(VerdictDraftRow)).all() == []
    _says_that_a_rule_was_wrong(tab, centre)

    tab.wait_for_load_state("networkidle")  # the next call's sound is being fetched
    tab.locator(".r-scores").click()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/review/{following.id}")
    eventually(tab, "window.heardAfter !== undefined")
    assert tab.evaluate("window.heardAfter") < SOON


def _plays_from_a_word_and_by_keys(tab: Any) -> None:
    word = tab.locator('.turn[data-turn="3"] .w').nth(4)
    word.click()
    eventually(tab, "!document.getElementById('audio').paused")
    tab.keyboard.press(" ")
    said = float(word.get_attribute("data-s"))
    assert said <= second(tab) < said + 2
    tab.keyboard.press("j")
    assert second(tab) == pytest.approx(
        float(tab.locator('.turn[data-turn="4"] .at').get_attribute("data-seek")), abs=0.1
    )
    here = second(tab)
    tab.keyboard.press("ArrowLeft")
    assert second(tab) == pytest.approx(here - 2, abs=0.1)
    tab.keyboard.press("Shift+ArrowRight")
    assert second(tab) == pytest.approx(here + 3, abs=0.1)
    tab.keyboard.press(".")
    assert tab.evaluate(
        "[document.getElementById('audio').playbackRate, document.getElementById('audio').preservesPitch]"
    ) == [1.25, True]
    tab.keyboard.press(",")
    tab.keyboard.press("?")
    assert tab.locator("#help").is_visible()
    tab.keyboard.press("Escape")
    assert not tab.locator("#help").is_visible()


def _finds_words(tab: Any) -> None:
    tab.keyboard.press("/")
    tab.keyboard.type("商家")
    assert re.fullmatch(r"1 / [2-9]", tab.locator("#search-count").inner_text())
    tab.keyboard.press("Enter")
    assert tab.locator("#search-count").inner_text().startswith("2 /")
    assert tab.locator(".is-hit-now").first.is_visible()
    tab.keyboard.press("Escape")


def _founds_a_deduction_on_words(tab: Any) -> str:
    """Points lost, words as evidence, a comment; then the evidence plays. The words."""
    responsibility = item(tab, "responsibility")
    responsibility.locator(".r-name").click()
    tab.keyboard.press("3")
    assert responsibility.get_attribute("class").count("lacks-comment") == 1
    quote = pick(tab, 4, 2, 6)
    tab.keyboard.press("e")
    assert quote in responsibility.locator(".r-evidence").inner_text()
    assert tab.locator(".w.is-evidence").count() == 5
    tab.keyboard.press("c")
    tab.keyboard.type("让客户自己找快递，没有承担。")
    tab.keyboard.press("Escape")
    responsibility.locator(".r-play-evidence").click()
    eventually(tab, "!document.getElementById('audio').paused")
    eventually(tab, "document.getElementById('audio').paused")  # it stops at the end of the words
    saved(tab)
    assert tab.locator("#total").inner_text() not in {"–", "100"}
    return quote


def _corrects_a_word(tab: Any, centre: Centre) -> None:
    heard = pick(tab, 0, 0, 1)
    tab.keyboard.press("w")
    tab.locator("#correct-text").fill("你好")
    tab.keyboard.press("Enter")
    word = tab.locator('.turn[data-turn="0"] .w.is-corrected').first
    word.wait_for()
    assert word.inner_text() == "你好"
    assert heard in word.get_attribute("title")
    with centre.make() as session:
        row = session.scalars(select(CorrectionRow)).one()
        assert (row.before, row.text, row.by) == (heard, "你好", "李静")


def _leaves_and_comes_back(tab: Any, assignment_id: int, quote: str) -> None:
    item(tab, "closing-offer").locator('[data-lost="4"]').click()  # left before it could be saved
    tab.goto("/desk")
    assert "草稿" in tab.locator("tbody tr").first.inner_text()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/review/{assignment_id}")
    assert quote in item(tab, "responsibility").locator(".r-evidence").inner_text()
    assert item(tab, "responsibility").locator(".r-comment").input_value().startswith("让客户自己")
    assert item(tab, "polite-words").locator(".na").get_attribute("aria-pressed") == "true"
    # What was sent while leaving may arrive a moment after the page that was asked for then.
    item(tab, "closing-offer").locator('[data-lost="4"][aria-pressed="true"]').wait_for()
    assert not tab.locator("#kept").is_visible()
    assert tab.locator("#comment").input_value().startswith("开场很好")
    assert tab.locator(".w.is-corrected").first.inner_text() == "你好"


def _hands_in_when_nothing_is_missing(tab: Any) -> None:
    tab.keyboard.press("Control+Enter")
    missing = tab.locator("#missing")
    _, card = rules()
    assert f"还差 {len(list(card.items)) - 2} 项" in missing.inner_text()  # one answer lacks its comment
    assert tab.locator(".r-item.is-current").get_attribute("data-item") == "opening"
    tab.keyboard.press("1")
    tab.keyboard.press("Shift+A")
    assert "还差 1 项" in missing.inner_text()
    tab.locator(".r-missing").click()
    tab.keyboard.type("没有问还有没有别的需要。")
    assert not missing.is_visible()
    tab.keyboard.press("Control+Enter")
    tab.locator("#submit-dialog").wait_for()
    assert "不推诿" in tab.locator("#submit-lost").inner_text()
    tab.keyboard.press("Enter")
    tab.locator(".r-result").wait_for()


def _says_that_a_rule_was_wrong(tab: Any, centre: Centre) -> None:
    tab.locator("#marks button").first.wait_for()
    wrong = tab.locator(".r-wrong").first
    wrong.click()
    eventually(tab, "document.querySelector('.r-wrong').getAttribute('aria-pressed') === 'true'")
    with centre.make() as session:
        assert session.scalars(select(RuleMarkRow.hit)).one() is False
    wrong.click()
    eventually(tab, "document.querySelector('.r-wrong').getAttribute('aria-pressed') === 'false'")
    with centre.make() as session:
        assert session.scalars(select(RuleMarkRow)).all() == []


def test_a_blind_call_asks_the_server_for_nothing_that_tells(centre: Centre, tab_as: TabAs) -> None:
    (call,) = Waiting(centre).call()
    tab = tab_as(UserRole.INSPECTOR)
    tab.goto("/desk")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/review/{call.id}")
    tab.wait_for_load_state("networkidle")
    answers: list[Any] = []
    tab.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  (playwright wants a Python function)
    tab.reload()
    item(tab, "opening").locator(".fine").click()
    saved(tab)
    tab.wait_for_load_state("networkidle")
    said = [answer.text() for answer in answers if "json" in answer.headers.get("content-type", "")]
    assert len(said) >= 3  # the waveform, the hold, the draft
    assert not any(word in answer for answer in said for word in ("推诿", '"shirking"', '"findings"'))
    assert tab.locator("#marks button, mark, .finding, .jump").count() == 0
    assert "盲评" in tab.locator(".r-head").inner_text()


def test_a_lost_call_says_so_and_takes_no_more(centre: Centre, tab_as: TabAs) -> None:
    (call,) = Waiting(centre).call()
    tab, colleague = tab_as(UserRole.INSPECTOR, name="李静"), tab_as(UserRole.INSPECTOR, name="王敏")
    fetch(tab, call)
    item(tab, "opening").locator(".fine").click()
    saved(tab)
    with centre.make.begin() as session:
        session.execute(update(AssignmentRow).values(lease_until=datetime.now(UTC) - timedelta(minutes=1)))
    fetch(colleague, call)
    item(tab, "polite-words").locator(".fine").click()
    tab.locator("#lost").wait_for()
    assert "王敏" in tab.locator("#lost").inner_text()
    assert tab.locator("#submit").is_disabled()
    assert item(colleague, "opening").locator('[aria-pressed="true"]').count() == 0  # each has a draft of their own
    with centre.make() as session:
        assert session.scalars(select(AssignmentRow.state)).one() == AssignmentState.STARTED


def test_two_windows_are_told_of_each_other(centre: Centre, tab_as: TabAs) -> None:
    (call,) = Waiting(centre).call()
    tab = tab_as(UserRole.INSPECTOR)
    fetch(tab, call)
    saved_before = tab.locator("#total").inner_text()
    other = tab.context.new_page()
    other.goto(f"/review/{call.id}")
    item(other, "opening").locator(".fine").click()
    saved(other)
    item(tab, "polite-words").locator(".fine").click()
    tab.locator("#stale-dialog").wait_for()
    tab.locator("#stale-mine").click()
    saved(tab)
    assert tab.locator("#total").inner_text() != saved_before
    other.reload()
    assert item(other, "opening").locator('[aria-pressed="true"]').count() == 0
    assert item(other, "polite-words").locator('[aria-pressed="true"]').count() == 1


def test_what_could_not_be_sent_is_kept_and_offered_back(centre: Centre, tab_as: TabAs) -> None:
    (call,) = Waiting(centre).call()
    tab = tab_as(UserRole.INSPECTOR)
    fetch(tab, call)
    tab.wait_for_load_state("networkidle")
    tab.evaluate("""() => {
        const [real, broken] = [window.fetch, () => Promise.reject(new TypeError("offline"))];
        window.fetch = (address, options) => (options?.method === "PUT" ? broken : real)(address, options);
    }""")
    item(tab, "opening").locator(".fine").click()
    eventually(tab, "document.getElementById('save-state').classList.contains('is-offline')")
    tab.on("dialog", lambda dialog: dialog.accept())  # the browser asks whether to leave
    tab.goto(f"/review/{call.id}")
    tab.locator("#kept").wait_for()
    assert item(tab, "opening").locator('[aria-pressed="true"]').count() == 0
    tab.locator("#kept-take").click()
    assert item(tab, "opening").locator(".fine").get_attribute("aria-pressed") == "true"
    saved(tab)
    tab.reload()
    assert item(tab, "opening").locator(".fine").get_attribute("aria-pressed") == "true"
    assert not tab.locator("#kept").is_visible()


def test_the_page_itself_never_scrolls(centre: Centre, tab_as: TabAs) -> None:
    (call,) = Waiting(centre).call()
    tab = tab_as(UserRole.INSPECTOR)
    fetch(tab, call)
    for width in (1280, 1920):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto(f"/review/{call.id}")
        for side in ("Width", "Height"):
            more = f"document.documentElement.scroll{side} - document.documentElement.client{side}"
            assert tab.evaluate(more) <= 0, (width, side)
        for zone in ("#transcript", ".r-scroll"):
            assert tab.evaluate(f"getComputedStyle(document.querySelector('{zone}')).overflowY") == "auto"

"""The pages in a real browser: what only a browser can show."""

# ruff: noqa: F811  (a fixture is imported, and asked for by its name)

import re
from typing import Any

import pytest

from models.call import Metadata
from tests.api.browser import backend, eventually, server, tab, tab_as  # noqa: F401
from tests.api.conftest import NOW, Centre

pytestmark = pytest.mark.browser


def second(tab: Any) -> float:
    return float(tab.evaluate("document.getElementById('audio').currentTime"))


def is_playing(tab: Any) -> bool:
    return not tab.evaluate("document.getElementById('audio').paused")


def test_the_list_is_filtered_by_choosing_and_leads_to_a_call(centre: Centre, tab: Any) -> None:
    call_id = centre.shirked_call()
    centre.note(total=95, grade="优秀", metadata=Metadata(team="服务一组", started_at=NOW))
    tab.goto("/")
    assert tab.locator("tbody tr").count() == 2
    tab.get_by_label("班组").select_option("服务二组")
    tab.wait_for_url(re.compile("team="))
    assert tab.locator("tbody tr").count() == 1
    assert tab.url.count("=") == 1  # empty fields stay out of the address
    tab.locator(".row-link").click()
    tab.wait_for_url(f"**/calls/{call_id}")
    assert "shop-refund-shirking.wav" in tab.locator("h1").inner_text()


def test_a_finding_plays_from_its_second_and_lights_up_its_words(centre: Centre, tab: Any) -> None:
    tab.goto(f"/calls/{centre.shirked_call()}")
    eventually(tab, "document.getElementById('audio').readyState >= 2")
    tab.locator(".finding.violation").nth(1).click()
    eventually(tab, "!document.getElementById('audio').paused")
    tab.locator("#play").click()
    finding = tab.evaluate("JSON.parse(document.getElementById('player-data').textContent).findings[3]")
    assert finding["start"] - 0.3 < second(tab) < finding["start"] + 2
    marked = tab.locator("mark.is-shown")
    assert "".join(marked.all_inner_texts()) == "跟我们没关系"
    assert tab.locator(".turn.is-now").inner_text().endswith("跟我们没关系。")
    assert marked.bounding_box()["y"] < 800


def test_the_second_in_an_explanation_plays_from_there(centre: Centre, tab: Any) -> None:
    tab.goto(f"/calls/{centre.shirked_call()}")
    eventually(tab, "document.getElementById('audio').readyState >= 2")
    told = tab.locator('.item[data-item="no-shirking"] .told')
    assert told.inner_text().startswith("推诿：")
    assert "座席说“这个不归我们管”" in told.inner_text()
    told.locator(".jump").nth(1).click()
    eventually(tab, "!document.getElementById('audio').paused")
    tab.locator("#play").click()
    assert "".join(tab.locator("mark.is-shown").all_inner_texts()) == "跟我们没关系"
    minutes, seconds = told.locator(".jump").nth(1).inner_text().split(":")
    assert abs(second(tab) - 60 * int(minutes) - int(seconds)) < 2.5


def test_the_keyboard_plays_pauses_and_steps(centre: Centre, tab: Any) -> None:
    tab.goto(f"/calls/{centre.shirked_call()}")
    eventually(tab, "document.getElementById('audio').readyState >= 2")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert second(tab) == pytest.approx(10)
    tab.keyboard.press("ArrowLeft")
    assert second(tab) == pytest.approx(5)
    tab.locator(".finding").first.click()
    assert is_playing(tab)
    tab.keyboard.press("Space")  # although the finding has the focus
    assert not is_playing(tab)
    tab.keyboard.press("Space")
    assert is_playing(tab)


def test_a_word_a_mark_and_the_waveform_lead_to_their_second(centre: Centre, tab: Any) -> None:
    tab.goto(f"/calls/{centre.shirked_call()}")
    eventually(tab, "document.getElementById('audio').readyState >= 2")
    word = tab.locator('.turn[data-turn="3"] .w').nth(6)
    word.click()
    assert second(tab) == pytest.approx(float(word.get_attribute("data-s")), abs=0.5)
    tab.locator("#marks button").first.click()
    assert second(tab) < 5
    box = tab.locator("#canvas").bounding_box()
    tab.locator("#canvas").click(position={"x": box["width"] / 2, "y": 40})
    assert second(tab) == pytest.approx(33, abs=2.5)
    tab.get_by_role("button", name="1.5×").click()
    assert tab.evaluate("document.getElementById('audio').playbackRate") == 1.5


def test_the_waveform_is_drawn_in_the_colours_of_both_roles(centre: Centre, tab: Any) -> None:
    tab.goto(f"/calls/{centre.shirked_call()}")
    tab.wait_for_load_state("networkidle")
    blue, brown = tab.evaluate(
        """() => {
            const canvas = document.getElementById("canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let [blue, brown] = [0, 0];
            for (let at = 0; at < data.length; at += 4) {
                if (data[at + 2] > data[at] + 60) blue += 1;
                if (data[at] > data[at + 2] + 60) brown += 1;
            }
            return [blue, brown];
        }"""
    )
    assert blue > 500
    assert brown > 500


def test_the_turn_being_said_is_followed(centre: Centre, tab: Any) -> None:
    tab.set_viewport_size({"width": 1280, "height": 600})
    tab.goto(f"/calls/{centre.shirked_call()}")
    eventually(tab, "document.getElementById('audio').readyState >= 2")
    last = tab.locator(".turn").last
    hidden_below = tab.locator("#transcript").bounding_box()
    assert last.bounding_box()["y"] > hidden_below["y"] + hidden_below["height"]
    tab.evaluate("document.getElementById('audio').currentTime = 65.2")
    tab.locator(".turn.is-now:last-child").wait_for()
    box = last.bounding_box()
    assert box["y"] + box["height"] <= hidden_below["y"] + hidden_below["height"]


def test_a_call_being_processed_shows_its_transcript_when_it_is_ready(centre: Centre, tab: Any) -> None:
    call_id = centre.receive("telecom-bill-query.wav")
    tab.goto(f"/calls/{call_id}")
    assert tab.locator(".turn").count() == 0
    centre.listen(call_id)
    tab.locator(".turn").first.wait_for(timeout=15_000)


def test_the_language_is_switched_and_stays(centre: Centre, tab: Any) -> None:
    call_id = centre.shirked_call()
    tab.goto(f"/calls/{call_id}")
    assert tab.locator("html").get_attribute("lang") == "zh-CN"
    tab.get_by_role("link", name="English").click()
    assert tab.locator(".judged h2").first.inner_text() == "Why a person should listen"
    tab.goto("/queue")
    assert tab.locator("h1").inner_text() == "Review queue"
    tab.get_by_role("link", name="中文").click()
    assert tab.locator("h1").inner_text() == "待复核"


def test_the_documentation_opens(tab: Any) -> None:
    tab.goto("/docs")
    tab.locator(".opblock-summary-path", has_text="/v1/queue").wait_for()
    tab.locator(".opblock-get").first.click()
    tab.locator(".parameters").first.wait_for()
    assert "Only calls with a finding of this rule" in tab.locator(".opblock.is-open").inner_text()


@pytest.mark.parametrize("width", [1280, 1920])
def test_no_page_is_wider_than_the_window(centre: Centre, tab: Any, width: int) -> None:
    call_id = centre.shirked_call(name="很长的录音文件名" * 12 + ".wav")
    tab.set_viewport_size({"width": width, "height": 900})
    for path in ("/", "/queue", "/quarantine", f"/calls/{call_id}"):
        tab.goto(path)
        assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path

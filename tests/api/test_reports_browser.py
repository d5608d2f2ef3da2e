"""Reports in Chromium: charts in both themes, marks that lead to lists of the same length, paper that is paper."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.call import Metadata
from models.person import UserRole
from storage.reports.facts import fill_missing
from storage.reports.sums import sum_stale_days
from tests.api.browser import (  # noqa: F401  fixtures
    TabAs,
    backend,
    server,
    tab,
    tab_as,
)
from tests.api.conftest import Centre

pytestmark = pytest.mark.browser

MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)
WEEK = "from=2026-11-16&to=2026-11-22"


@pytest.fixture
def week(centre: Centre) -> Centre:
    for number in range(6):
        known = Metadata(
            started_at=MONDAY + timedelta(days=number), agent_id=f"66{number:02}", team=f"{number % 2 + 1}组"
        )
        centre.note(metadata=known, total=60.0 + 6 * number, grade="合格" if number < 4 else "良好")
    centre.shirked_call()
    with centre.make.begin() as session:
        fill_missing(session)
        sum_stale_days(session)
    return centre


def ink(tab: Any, selector: str) -> str:  # noqa: F811
    """The colour a mark is really painted in."""
    return str(tab.locator(selector).first.evaluate("mark => getComputedStyle(mark).fill"))


def test_marks_lead_to_lists_as_long_as_they_say(week: Centre, tab: Any) -> None:  # noqa: F811
    del week
    tab.goto(f"/reports/errors?{WEEK}")
    mark = tab.locator("svg.drawing a").first
    said = mark.get_attribute("aria-label")
    mark.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/reports/calls?**")
    assert f"：{tab.locator('tr[data-call]').count()} 通" in said
    assert tab.locator("h1 .count").inner_text() == str(tab.locator("tr[data-call]").count())
    tab.goto(f"/reports?{WEEK}")
    tab.locator("svg.drawing a[href*='grade']").first.click()
    tab.wait_for_url("**/reports/calls?**grade**")
    assert tab.locator("tr[data-call]").count() == int(tab.locator("h1 .count").inner_text()) > 0


def test_charts_follow_the_theme_and_have_their_numbers_beside_them(week: Centre, tab: Any) -> None:  # noqa: F811
    del week
    tab.goto(f"/reports?{WEEK}")
    box = tab.locator("svg.drawing").first.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 100
    light = ink(tab, "svg.drawing a path")
    assert re.fullmatch(r"rgb\(\d+, \d+, \d+\)", light)
    tab.locator(".who-menu summary").click()
    tab.get_by_role("button", name="深色").click()
    assert ink(tab, "svg.drawing a path") != light
    tab.locator(".chart-data summary").first.click()
    assert tab.locator(".chart-data[open] tbody tr").count() > 0


def test_a_report_is_written_and_issued(week: Centre, tab_as: TabAs) -> None:  # noqa: F811
    del week
    lead = tab_as(UserRole.LEAD)
    lead.goto(f"/reports?{WEEK}")
    lead.on("dialog", lambda dialog: dialog.accept())
    lead.get_by_role("button", name="写本周周报").click()
    lead.wait_for_url("**/reports/issued/*")
    lead.get_by_label("本期小结").fill("整体平稳")
    lead.get_by_label("改进计划").fill("复训结束语")
    lead.get_by_role("button", name="发布", exact=True).click()
    lead.get_by_text("发布于").wait_for()
    assert lead.locator("textarea").count() == 0
    assert lead.locator("svg.drawing").count() > 1


def test_paper_has_no_navigation_and_fits_on_a4(week: Centre, tab: Any) -> None:  # noqa: F811
    del week
    tab.goto(f"/reports/print?{WEEK}")
    tab.emulate_media(media="print")
    assert tab.locator("nav").count() == 0
    assert not tab.get_by_role("button", name="打印").is_visible()
    tab.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins
    assert tab.evaluate("document.documentElement.scrollWidth") <= 703
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")

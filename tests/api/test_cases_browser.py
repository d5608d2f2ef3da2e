"""A case from a call to a class: chosen in Chromium, published, packed, and played from a file without a network."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from models.person import UserRole
from models.tables import AssignmentRow
from tests.api.browser import (  # noqa: F401  fixtures
    TabAs,
    backend,
    eventually,
    server,
    tab_as,
)
from tests.api.conftest import Centre

HEARD = "document.querySelector('.is-shown audio').currentTime"


@pytest.mark.browser
def test_a_stretch_of_a_call_becomes_a_case_and_is_carried_into_a_class(
    centre: Centre,
    tab_as: TabAs,  # noqa: F811
    chromium: Any,
    tmp_path: Path,
) -> None:
    call = centre.shirked_call()
    with centre.make.begin() as session:
        session.execute(delete(AssignmentRow))
    tab = tab_as(UserRole.TRAINER)
    tab.goto(f"/calls/{call}")
    tab.get_by_role("link", name="加入案例库").click()
    tab.get_by_role("button", name="从这里").nth(2).click()
    tab.get_by_role("button", name="到这里").nth(5).click()
    assert "第 3 至 6 轮" in tab.locator("#chosen").inner_text()
    tab.get_by_label("标题").fill("不归我们管")
    tab.get_by_label("教学要点").fill("应主动联系售后")
    tab.get_by_label("不推诿").check()
    tab.get_by_role("button", name="保存草稿").click()
    tab.wait_for_url("**/cases/1")
    eventually(tab, "document.getElementById('audio').readyState >= 1")
    assert tab.locator(".case-turns .turn").count() == 4
    tab.get_by_role("button", name="发布", exact=True).click()
    tab.locator(".state-case-published").wait_for()
    tab.goto("/cases")
    tab.get_by_label("选入课堂包 不归我们管").check()
    with tab.expect_download() as download:
        tab.get_by_role("link", name="下载课堂包").click()
    pack = tmp_path / "pack.html"
    download.value.save_as(pack)
    played_without_a_network(chromium, pack)


def played_without_a_network(chromium: Any, pack: Path) -> None:
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    page.on(
        "request", lambda request: None if request.url.startswith(("file:", "data:")) else wrong.append(request.url)
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.goto(pack.as_uri())
    page.keyboard.press("ArrowRight")
    assert not page.get_by_text("应主动联系售后").is_visible(), "first it is heard"
    page.keyboard.press(" ")
    eventually(page, f"{HEARD} > 0.3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.get_by_text("应主动联系售后").is_visible()
    assert page.locator(".is-shown .marked mark").first.is_visible()
    page.keyboard.press(" ")
    eventually(page, "document.querySelector('.is-shown audio').paused")
    context.close()
    assert wrong == []

"""Every main page of every role in Chromium: readable, quiet, no wider than the screen, and usable without eyes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from models.case import CaseKind, CaseState
from models.person import SYSTEM, UserRole
from models.reason import Reason
from pipeline.cases.making import MakeCase, add_case
from storage.review import reviews
from tests.api.browser import (  # noqa: F401  fixtures
    TabAs,
    backend,
    eventually,
    server,
    tab,
    tab_as,
)
from tests.api.conftest import NOW, Centre
from tests.api.correcting import correct

STATIC = Path(__file__).parents[2] / "api" / "console" / "static"

PAGES: dict[UserRole | None, tuple[str, ...]] = {
    None: ("/login",),
    UserRole.ADMIN: ("/users", "/agents", "/tokens", "/webhooks", "/audit", "/account"),
    UserRole.LEAD: (
        "/home",
        "/",
        "/calls/1",
        "/calls/2",
        "/queue",
        "/quarantine",
        "/assignments",
        "/sampling",
        "/estimates",
        "/publishing",
        "/appeals",
        "/feedback",
        "/team",
        "/rules",
        "/rescore?call=1",
        "/calibrations",
        "/standard-changes",
        "/agreement",
        "/agreement/inspectors",
        "/agreement/rules",
        "/classifier",
        "/levels",
        "/reports?of=2026-11",
        "/reports/errors?of=2026-11",
        "/reports/trends?of=2026-11",
        "/reports/people?of=2026-11",
        "/reports/voice?of=2026-11",
        "/reports/work?of=2026-11",
        "/reports/calls?of=2026-11",
        "/reports/issued",
        "/reports/print?of=2026-11",
        "/assessments",
        "/cases",
        "/cases/1",
        "/cases/suggested",
        "/cases/new?call=1&turn=4",
        "/cases/1/edit",
        "/actions",
        "/actions/new?call=1&item=shirking",
        "/actions/1",
        "/effects",
        "/effects/1",
        "/ledger",
        "/ladder",
        "/meetings",
        "/meetings/1",
    ),
    UserRole.INSPECTOR: ("/desk", "/", "/calls/1", "/agreement/mine", "/assessments/mine"),
    UserRole.TRAINER: ("/", "/team", "/training", "/training/plans", "/training/sessions", "/courses", "/exams"),
    UserRole.TEAM_LEAD: ("/team", "/", "/actions", "/effects", "/ledger"),
    UserRole.AGENT: (
        "/mine",
        "/my-training",
        "/my-actions",
    ),
}
IN_BOTH = {"/home", "/calls/1", "/desk", "/mine"}
"""The others take turns: colours are the same everywhere, and their contrast is computed below."""

FACTS: dict[UserRole, dict[str, str]] = {
    UserRole.TEAM_LEAD: {"team": "服务二组"},
    UserRole.AGENT: {"agent_id": "6603", "team": "服务二组"},
}
SERIOUS = {"serious", "critical"}


@pytest.fixture
def busy(centre: Centre) -> Centre:
    """Something to look at on every list."""
    call = centre.shirked_call()
    centre.set_aside("telecom-bill-query.wav", Reason("asr.empty", {"file": "x.wav"}))
    for total in (58.0, 91.5):
        centre.note(total=total, grade="合格", queued=True, rules=("shirking", "greeting"))
    fatal = Reason("scoring.routed_fatal", {"item": "不推诿", "rules": "推诿"})
    with centre.make.begin() as session:
        reviews.queue_call(session, call_id=call, score_id=None, reasons=(fatal,), now=NOW, by=SYSTEM)
        made_case = MakeCase(call, CaseKind.FAILING, "推诿客户", "先安抚再查单", items=("no-shirking",), tags=("投诉",))
        add_case(session, SYSTEM, made_case, NOW, state=CaseState.PUBLISHED)
    correct(centre, call)
    return centre


def opened(tab: Any, path: str) -> Any:  # noqa: F811
    answer = tab.goto(path)
    tab.wait_for_load_state("networkidle")
    assert answer.status == 200, path
    return tab


def complaints_of_axe(tab: Any) -> list[str]:  # noqa: F811
    """Serious and critical ones, each with the first element it is about."""
    found = Axe().run(tab).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in SERIOUS]


@pytest.mark.browser
@pytest.mark.parametrize("role", PAGES, ids=lambda role: role.value if role else "nobody")
def test_pages_fit_are_quiet_and_can_be_used_by_all(busy: Centre, tab_as: TabAs, role: UserRole | None) -> None:  # noqa: F811
    del busy
    tab = tab_as(role, **FACTS.get(role, {})) if role else tab_as(None)  # noqa: F811
    wrong: dict[str, list[str]] = {}
    for number, path in enumerate(PAGES[role]):
        for theme in ("light", "dark") if path in IN_BOTH else (("light", "dark")[number % 2],):
            choose(tab, theme)
            opened(tab, path)
            wrong[f"{path} {theme}"] = complaints_of_axe(tab)
        for width in (1280, 1920):
            tab.set_viewport_size({"width": width, "height": 900})
            over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            wrong[f"{path} {width}"] = [f"{over} pixels too wide"] if over > 0 else []
    assert {place: found for place, found in wrong.items() if found} == {}


def choose(tab: Any, theme: str) -> None:  # noqa: F811
    """As a reader's earlier choice: a cookie."""
    tab.context.add_init_script(f"document.cookie = 'theme={theme}; path=/'")
    if tab.url.startswith("http"):
        tab.evaluate(f"document.cookie = 'theme={theme}; path=/'")


@pytest.mark.browser
def test_the_theme_is_chosen_in_the_menu_and_stays(centre: Centre, tab: Any) -> None:  # noqa: F811
    del centre
    ground = "getComputedStyle(document.body.parentElement).getPropertyValue('--ground').trim()"
    opened(tab, "/home")
    light = tab.evaluate(ground)
    tab.locator(".who-menu summary").click()
    tab.get_by_role("button", name="深色").click()
    assert tab.evaluate(ground) != light
    opened(tab, "/")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert tab.evaluate(ground) != light
    tab.emulate_media(color_scheme="dark")
    tab.locator(".who-menu summary").click()
    tab.get_by_role("button", name="浅色").click()
    assert tab.evaluate(ground) == light
    tab.get_by_role("button", name="跟随系统").click()
    eventually(tab, f"{ground} !== '{light}'")


@pytest.mark.browser
def test_the_menus_are_walked_with_the_keyboard(centre: Centre, tab: Any) -> None:  # noqa: F811
    del centre
    opened(tab, "/home")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    menu = tab.locator("nav details").first
    menu.locator("summary").focus()
    tab.keyboard.press("ArrowDown")
    assert menu.evaluate("menu => menu.open")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "/"
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "/queue"
    tab.keyboard.press("Escape")
    assert not menu.evaluate("menu => menu.open")
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.browser
def test_signing_out_by_the_menu_leads_to_the_login(centre: Centre, tab: Any) -> None:  # noqa: F811
    del centre
    opened(tab, "/home")
    tab.locator(".who-menu summary").click()
    tab.get_by_role("button", name="退出登录").click()
    tab.wait_for_url("**/login**")


def tokens(file: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", (STATIC / file).read_text("utf8")))


LIGHT = tokens("base.css")
DARK = {**LIGHT, **tokens("dark.css")}


def pairs() -> Iterator[tuple[str, str]]:
    """Text and what it stands on."""
    for ink in ("ink", "ink-2", "ink-3", "brand", "violation", "praise", "pass"):
        yield from ((ink, ground) for ground in ("paper", "ground", "head", "hover", "raised"))
    for meaning in ("brand", "agent", "violation", "praise", "tag", "good", "pass", "unknown", "customer"):
        yield meaning, f"{meaning}-soft"
    yield from (("ink-2", f"{ground}-soft") for ground in ("unknown", "violation", "brand"))
    yield from (("on-fill", fill) for fill in ("brand-fill", "brand-fill-hover", "violation-fill"))
    for role in ("agent", "customer"):
        yield from ((f"{role}-ink", f"mark-{effect}") for effect in ("violation", "praise", "tag"))
    yield from ((f"code-{kind}", "head") for kind in ("comment", "key", "text", "number"))


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme: dict[str, str]) -> None:
    pale = {}
    for ink, ground in pairs():
        low, high = sorted((luminance(theme[ink]), luminance(theme[ground])))
        if (ratio := (high + 0.05) / (low + 0.05)) < 4.5:
            pale[ink, ground] = round(ratio, 2)
    assert pale == {}


def test_both_themes_name_the_same_colours_and_styles_use_no_others() -> None:
    assert set(tokens("dark.css")) <= set(LIGHT)
    for style in STATIC.rglob("*.css"):
        if style.name not in {"base.css", "dark.css"}:
            own = re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)", style.read_text("utf8"))
            assert set(own) <= {"#fff"}, style.name

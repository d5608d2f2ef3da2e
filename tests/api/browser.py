"""Chromium and a served application, for tests that import these fixtures."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from api.signed_in import COOKIE
from models.person import UserRole
from tests.api.conftest import ADMIN, Centre, make_user, signed_in_key

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


LET_SOUND_GO = """for (const sound of document.querySelectorAll("audio")) {
  sound.pause();
  sound.removeAttribute("src");
  sound.load();
}"""
"""Chromium keeps the connection of a sound open that it has enough of for now: the network would not be idle."""


@pytest.fixture
def backend() -> str:
    return "sqlite"


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium, which takes seconds to start."""
    missing = "" if CHROMIUM.exists() else f"{CHROMIUM} is not there (apt-get install chromium)"
    missing = missing if find_spec("playwright") else "playwright is not installed (pip install 'callqa[dev]')"
    if missing and os.environ.get("CALLQA_REQUIRE_BROWSER"):
        pytest.fail(f"CALLQA_REQUIRE_BROWSER is set, and {missing}")
    if missing:
        pytest.skip(f"no browser: {missing}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(app: FastAPI) -> Iterator[str]:
    """The pages served on a free port of this machine; their address."""
    config = uvicorn.Config(app, port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


TabAs = Callable[..., Any]
"""A page of the browser, signed in to a new account of that role; facts as of `client_as`."""


@pytest.fixture
def tab_as(chromium: Any, server: str, centre: Centre) -> Iterator[TabAs]:
    """Afterwards: nothing was asked of another host, and the consoles are clean."""
    opened: list[Any] = []
    elsewhere: list[str] = []
    complaints: list[str] = []

    def tab_as(role: UserRole | str | None, **facts: Any) -> Any:
        context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 800}, locale="zh-CN")
        if role is not None:
            with centre.make.begin() as session:
                key = signed_in_key(session, make_user(session, role, **facts))
            context.add_cookies([{"name": COOKIE, "value": key, "url": server, "httpOnly": True, "sameSite": "Lax"}])
        page = context.new_page()
        page.on("request", lambda request: None if _ours(request.url, server) else elsewhere.append(request.url))
        page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(page)
        return page

    yield tab_as
    for page in opened:
        page.evaluate(LET_SOUND_GO)
        page.wait_for_load_state("networkidle")
        page.context.close()
    assert elsewhere == []
    assert complaints == []


@pytest.fixture
def tab(tab_as: TabAs) -> Any:
    """A page of the browser, signed in as an administrator."""
    return tab_as(UserRole.ADMIN, login="admin", name=ADMIN)


def _is_complaint(line: Any) -> bool:
    """What the server refuses with 409 or 412 the page tells its reader; the browser notes it as well."""
    told = ("409 (Conflict)", "412 (Precondition Failed)")
    return line.type in {"error", "warning"} and not line.text.endswith(told)


def _ours(url: str, server: str) -> bool:
    return url.startswith((server + "/", "data:", "blob:"))


def eventually(tab: Any, expression: str, seconds: float = 10) -> None:
    """Playwright's own waiting evaluates text inside the page, which our policy forbids."""
    deadline = time.monotonic() + seconds
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        time.sleep(0.02)

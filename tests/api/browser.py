"""Chromium and a served application, for tests that import these fixtures."""

import os
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.apart import Apart
from api.app import create_app
from tests.api.conftest import Centre

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


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
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
def server(centre: Centre, apart: Apart) -> Iterator[str]:
    """The pages served on a free port of this machine; their address."""
    config = uvicorn.Config(create_app(centre.settings, apart), port=0, log_level="warning", ws="none")
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


@pytest.fixture
def tab(chromium: Any, server: str) -> Iterator[Any]:
    """A page of the browser. Afterwards: nothing was asked of another host, and the console is clean."""
    context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = context.new_page()
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: None if _ours(request.url, server) else elsewhere.append(request.url))
    page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.wait_for_load_state("networkidle")
    context.close()
    assert elsewhere == []
    assert complaints == []


def _is_complaint(line: Any) -> bool:
    """What the server refuses with 409 the page tells its reader; the browser notes it as well."""
    return line.type in {"error", "warning"} and not line.text.endswith("409 (Conflict)")


def _ours(url: str, server: str) -> bool:
    return url.startswith((server + "/", "data:", "blob:"))


def eventually(tab: Any, expression: str, seconds: float = 10) -> None:
    """Playwright's own waiting evaluates text inside the page, which our policy forbids."""
    deadline = time.monotonic() + seconds
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        time.sleep(0.02)

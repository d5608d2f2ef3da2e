"""`callqa serve`."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from api.app import create_app
from batch.commands.options import Home, Lang
from batch.settings import PREFIX, read_settings
from batch.wording import say
from batch.workplace import open_workplace
from models.errors import BadSetting
from models.settings import Settings
from pipeline.people.accounts import has_users

FIRST_ADMIN = "callqa users add admin --role admin"


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    worker: Annotated[bool, typer.Option(help="Run a worker beside the pages.")] = True,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """Serve the pages and the API, with a worker beside them that processes what is uploaded."""
    settings = read_settings(home=home, host=host, port=port, language=lang)
    serve_pages(settings, Console(), with_worker=worker)


def serve_pages(settings: Settings, console: Console, *, with_worker: bool) -> None:
    """Until interrupted. The worker is a process of its own: a crash in a decoder leaves the pages standing."""
    with open_workplace(settings) as workplace, workplace.reading() as session:
        is_new = not has_users(session)  # and the database is there and current before anybody asks
    listening = _listen(settings)
    port = listening.getsockname()[1]
    config = uvicorn.Config(create_app(settings, ahead=True), log_level="warning", timeout_graceful_shutdown=5)
    with listening, _worker(settings) if with_worker else _nobody():
        console.print(say(settings.language, "serving", url=f"http://{settings.host}:{port}/"))
        if is_new:
            console.print(say(settings.language, "no_users_yet", command=FIRST_ADMIN), soft_wrap=True)
        uvicorn.Server(config).run(sockets=[listening])


def _listen(settings: Settings) -> socket.socket:
    """The bound socket, so that a port in use is found before a worker is started."""
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise BadSetting("batch.cannot_listen", where=where, what=error.strerror or str(error)) from error


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """A worker with the same settings, asked to end (and waited for) when the pages stop."""
    command = [sys.executable, "-m", "batch", "worker", "--with-parent"]
    given = {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.model_dump(exclude_none=True).items()}
    process = subprocess.Popen(command, env={**os.environ, **given}, stdin=subprocess.PIPE)  # noqa: S603 - ourselves
    try:
        yield
    finally:
        process.terminate()
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


@contextmanager
def _nobody() -> Iterator[None]:
    yield

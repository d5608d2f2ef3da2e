"""The web application, put together."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path

import structlog
from fastapi import Depends, FastAPI
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from api import docs
from api.access import check_table, gate
from api.agreement_kept import AgreementKept
from api.apart import Apart
from api.charts import drawing
from api.console.choices import Choices
from api.console.page import warm
from api.courier import Courier
from api.headers import SafeHeaders
from api.in_turn import writing
from api.limits import BodyLimit
from api.once import Answered, KeepAnswers, answer_again, once
from api.problems import Problem, add_problem_handlers
from api.rate import RateLimit
from api.routers import ROUTERS
from api.turn import AT_ONCE, turn
from models.clock import CHINA_TIME
from models.settings import Settings
from pipeline.reports.quality import warm as warm_quality
from pipeline.reports.span import DaySpan
from storage.database import open_database, sessions

log = structlog.get_logger()

AHEAD = timedelta(days=92)

DESCRIPTION = """\
Recordings of service calls in; transcripts, findings, scores and the queue of calls that need a person out.

Lists are paged: give `next` of one page as `cursor` of the following one. Whatever goes wrong is answered as
`application/problem+json` with a sentence in the language of `Accept-Language` (`zh` or `en`).
"""


def create_app(settings: Settings, apart: Apart | None = None, *, ahead: bool = False) -> FastAPI:
    """The application on a migrated database, which it opens when it starts and closes when it stops.

    Drafts are tried in `apart`, which is the application's own where none is given. `ahead`: what reports keep in
    memory is read when it starts, not when the first of them is asked for.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = await run_in_threadpool(open_database, app.state.settings.database)
        app.state.reading = sessions(engine, reading=True)
        app.state.writing = writing(engine)
        app.state.apart = apart or Apart()
        app.state.turns = asyncio.Semaphore(AT_ONCE)
        app.state.choices = Choices()
        app.state.agreement = AgreementKept()
        courier = Courier(app.state.reading, app.state.writing)
        courier.start()
        threading.Thread(target=_settle, name="settling", daemon=True).start()
        if ahead:
            threading.Thread(target=_read_ahead, args=(app.state.reading,), name="reading ahead", daemon=True).start()
        yield
        await run_in_threadpool(courier.stop)
        if apart is None:
            await run_in_threadpool(app.state.apart.close)
        await run_in_threadpool(engine.dispose)

    app = FastAPI(
        title="callqa",
        version=version("callqa"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(turn, scope="function"), Depends(gate), Depends(once)],
    )
    app.state.settings = settings
    app.add_middleware(KeepAnswers)
    app.add_middleware(BodyLimit)
    app.add_middleware(RateLimit, a_minute=settings.requests_a_minute)
    app.add_middleware(SafeHeaders)
    add_problem_handlers(app)
    app.add_exception_handler(Answered, answer_again)
    for router in ROUTERS:
        app.include_router(router)
    docs.mount_swagger_ui(app)
    static = Path(str(resources.files("api"))) / "console" / "static"
    app.mount("/static", StaticFiles(directory=static), name="static")
    _describe_problems(app)
    check_table(app)
    return app


def from_environment() -> FastAPI:
    """For `uvicorn --factory api.app:from_environment`."""
    return create_app(Settings(), ahead=True)


@cache
def _settle() -> None:
    """Make ready what every request needs, once a process, and keep it out of Python's search for garbage.

    A search through all that was imported takes a fifth of a second, in which some reader's page would stand still.
    """
    warm()
    drawing.warm()
    gc.collect()
    gc.freeze()


def _read_ahead(reading: sessionmaker[Session]) -> None:
    """A quarter's draws with what people said of their calls: of a hundred thousand they take half a minute to read."""
    today = datetime.now(CHINA_TIME).date()
    try:
        with reading() as session:
            warm_quality(session, DaySpan(today - AHEAD, today))
    except SQLAlchemyError as error:  # as when the application stops meanwhile: the first report reads them then
        log.info("not_read_ahead", why=str(error))


def _describe_problems(app: FastAPI) -> None:
    """Put the problem's shape, which routes refer to, among the schemas; FastAPI's own 422 is never answered."""
    made = app.openapi

    def openapi() -> dict[str, object]:
        description = made()
        schemas = description["components"]["schemas"]
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        reference = "#/components/schemas/{model}"
        problem = Problem.model_json_schema(ref_template=reference)
        schemas |= {**problem.pop("$defs", {}), "Problem": problem}
        return description

    app.openapi = openapi  # type: ignore[method-assign]

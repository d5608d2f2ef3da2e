"""Everything that goes wrong, as one kind of answer: `application/problem+json` (RFC 9457), or a page for a person.

The one place where the error tree meets HTTP:

NotSignedIn 401 · Forbidden 403 · NotFound 404 · Conflict 409 · Stale 412 · TooLarge 413 · TooMany 429 ·
BadRequest, BadRecording, BadManifest, BadDefinition, BadInput 422 ·
BadSetting 500 · MissingPart 503 · a database that does not answer 503
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from api import signed_in
from api.console.problem_page import problem_page
from api.language import reader_language
from api.wording import sentence
from models.errors import (
    BadDefinition,
    BadInput,
    BadManifest,
    BadRecording,
    BadSetting,
    CallqaError,
    Conflict,
    Forbidden,
    MissingPart,
    NotFound,
    NotSignedIn,
    Stale,
    TooMany,
)
from models.reason import Fact, Reason

log = structlog.get_logger()


class BadRequest(CallqaError):
    """What was asked over HTTP cannot be read."""


class TooLarge(CallqaError):
    """What was sent is larger than the settings allow."""


STATUS: dict[type[CallqaError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BadRequest: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadRecording: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadManifest: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadDefinition: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadSetting: HTTPStatus.INTERNAL_SERVER_ERROR,
    MissingPart: HTTPStatus.SERVICE_UNAVAILABLE,
}

BEARER = 'Bearer realm="callqa"'
"""What every 401 has to say; it makes no browser ask for a password."""

UNDEFINED_TABLE = "42P01"
"""PostgreSQL's code; SQLite says the same with an OperationalError."""

FIELD_MISTAKES = {
    "missing": "api.field_missing",
    "extra_forbidden": "api.field_unknown",
    "int_parsing": "api.field_whole_number",
    "int_from_float": "api.field_whole_number",
    "float_parsing": "api.field_number",
    "finite_number": "api.field_number",
    "bool_parsing": "api.field_yes_no",
    "enum": "api.field_choice",
    "literal_error": "api.field_choice",
    "greater_than_equal": "api.field_at_least",
    "less_than_equal": "api.field_at_most",
    "string_too_long": "api.field_too_long",
    "string_too_short": "api.field_too_short",
    "too_short": "api.field_too_short",
    "string_pattern_mismatch": "api.field_pattern",
    "greater_than": "api.field_more",
    "scoring.first_or_last": "api.field_one_end",
    "scoring.no_bound": "api.field_no_bound",
    "datetime_parsing": "api.field_time",
    "datetime_from_date_parsing": "api.field_time",
    "date_from_datetime_parsing": "api.field_time",
}
"""pydantic's names of mistakes → our sentences; any other is `api.field_wrong`."""


class Mistake(BaseModel):
    """One field that cannot be used."""

    where: str = Field(description="The field, as in `query.limit`.")
    detail: str = Field(description="What is wrong, as a sentence.")


class Problem(BaseModel):
    """Why a request was not answered."""

    type: str = Field("about:blank", description="Always `about:blank`; `code` tells problems apart.")
    title: str = Field(description="The HTTP status in words.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="Stable name of the problem, such as `api.no_call`.")
    detail: str = Field(description="What is wrong, as a sentence in the reader's language.")
    facts: dict[str, Fact] = Field(default_factory=dict, description="What the sentence's slots were filled with.")
    mistakes: list[Mistake] = Field(default_factory=list, description="The single mistakes, where there are several.")


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route may answer with, for its OpenAPI description."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {"application/problem+json": schema}}
        for status in statuses
    }


def add_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(CallqaError, _callqa_error)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(Exception, _unexpected)


def as_reason(error: Mapping[str, Any]) -> Reason:
    """One of pydantic's errors; the fact `field` says where."""
    context = {
        name: fact if isinstance(fact, int | float) else str(fact) for name, fact in error.get("ctx", {}).items()
    }
    field = ".".join(str(part) for part in error["loc"])
    facts = {"field": field, "text": str(error.get("input"))[:100], "message": error["msg"], **context}
    return Reason(FIELD_MISTAKES.get(error["type"], "api.field_wrong"), facts)


def problem_of(request: Request, error: CallqaError) -> Response:
    """The answer to an error of the tree, for where no exception handler is reached."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooMany) else None
    if isinstance(error, NotSignedIn):
        headers = {"WWW-Authenticate": BEARER}
    first = _first(error)
    if first is not None and _is_page_opened(request):
        return RedirectResponse(f"{first}?{urlencode({'next': _asked(request)})}", HTTPStatus.SEE_OTHER)
    return _answer(request, status, error.reason, error.details, headers)


def _first(error: CallqaError) -> str | None:
    """The page a person has to go to before the one that was asked for."""
    if isinstance(error, NotSignedIn):
        return "/login"
    return "/account" if error.reason.code == "api.must_change" else None


def _is_page_opened(request: Request) -> bool:
    """Not where a script asks for a piece of a page: it would take the other page for it."""
    is_read = request.method in {"GET", "HEAD"} and not request.url.path.startswith("/v1/")
    return is_read and request.headers.get("sec-fetch-dest", "document") == "document"


def _asked(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _callqa_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CallqaError)
    return problem_of(request, error)


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details = [as_reason(mistake) for mistake in error.errors()]
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, Reason("api.unreadable"), details)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "api.no_address", 405: "api.no_method", 413: "api.body_too_large"}
    facts: dict[str, Fact] = {"path": request.url.path, "method": request.method, "status": error.status_code}
    reason = Reason(codes.get(error.status_code, "api.refused"), facts)
    _recognise(request)
    return _answer(request, HTTPStatus(error.status_code), reason, headers=error.headers)


def _recognise(request: Request) -> None:
    """Who asked for what no route answers, and so no gate has asked, is still led on by the page that says so."""
    if hasattr(request.state, "viewer") or request.url.path.startswith("/v1/"):
        return
    try:
        found = signed_in.caller(request)
    except (CallqaError, DBAPIError):
        return
    if found is not None:
        request.state.viewer = found.viewer


def _database_error(request: Request, error: Exception) -> Response:
    """Away, or without our tables; anything else the database refuses is our mistake."""
    assert isinstance(error, DBAPIError)
    no_table = getattr(error.orig, "sqlstate", None) == UNDEFINED_TABLE
    if not (no_table or isinstance(error, OperationalError | InterfaceError)):
        raise error
    log.error("database_away", path=request.url.path, error=str(error))
    return _answer(request, HTTPStatus.SERVICE_UNAVAILABLE, Reason("api.database_away"))


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected_error", path=request.url.path, exc_info=error)
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, Reason("api.unexpected"))


def _answer(
    request: Request,
    status: HTTPStatus,
    reason: Reason,
    details: Sequence[Reason] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    language = reader_language(request)
    detail = sentence(reason, language)
    mistakes = [Mistake(where=str(r.facts.get("field", "")), detail=sentence(r, language)) for r in details]
    if not request.url.path.startswith("/v1/") and "text/html" in request.headers.get("accept", ""):
        return problem_page(request, status, detail, [mistake.detail for mistake in mistakes], headers)
    problem = Problem(
        title=status.phrase,
        status=status,
        code=reason.code,
        detail=detail,
        facts=dict(reason.facts),
        mistakes=mistakes,
    )
    return JSONResponse(
        problem.model_dump(),
        status,
        {**(headers or {}), "Content-Language": language},
        media_type="application/problem+json",
    )

"""A page that says what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from starlette.responses import HTMLResponse

from api.console.page import Frame, render


@dataclass(frozen=True, slots=True)
class ProblemPage:
    status: int
    detail: str
    mistakes: tuple[str, ...]


def problem_page(
    request: Request,
    status: HTTPStatus,
    detail: str,
    mistakes: Sequence[str],
    headers: Mapping[str, str] | None,
) -> HTMLResponse:
    page = ProblemPage(status.value, detail, tuple(mistakes))
    response = render(request, "problem.html", Frame(str(status.value), "problem"), page, status)
    response.headers.update(headers or {})
    return response

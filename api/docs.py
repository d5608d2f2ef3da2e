"""The API's documentation at `/docs`: Swagger UI from an installed package, so that it opens without the internet."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles

from api.console.page import Frame, render

router = APIRouter(include_in_schema=False)

OPENAPI = "/openapi.json"


@dataclass(frozen=True, slots=True)
class DocsPage:
    openapi_url: str


@router.get(OPENAPI)
def openapi(request: Request) -> JSONResponse:
    """As FastAPI would serve it by itself, but behind the gate."""
    return JSONResponse(request.app.openapi())


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    return render(request, "docs.html", Frame(request.app.title, "docs"), DocsPage(OPENAPI))


def mount_swagger_ui(app: FastAPI) -> None:
    """`fastapi_offline` carries Swagger UI 5, which reads OpenAPI 3.1; only its files are used."""
    static = Path(str(resources.files("fastapi_offline"))) / "static"
    app.mount("/docs/static", StaticFiles(directory=static), name="swagger-ui")

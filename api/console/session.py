"""The page on which one signs in, and signing out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import signed_in
from api.console.page import Frame, render, words_for
from api.database import ReadSession, WriteSession
from api.language import COOKIE as LANGUAGE_COOKIE
from api.problems import BEARER
from api.routes.session import asking, end
from models.errors import CallqaError, NotSignedIn, TooMany
from models.person import UserRole, Viewer
from models.reason import Reason
from pipeline.people import accounts, signing_in

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SEE_OTHER = 303
YEAR = 365 * 24 * 3600

HOMES: dict[UserRole, str] = {
    UserRole.ADMIN: "/home",
    UserRole.LEAD: "/home",
    UserRole.INSPECTOR: "/desk",
    UserRole.TRAINER: "/",
    UserRole.TEAM_LEAD: "/team",
    UserRole.AGENT: "/mine",
}
"""Where each begins."""

Typed = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True, slots=True)
class LoginPage:
    """`problem` is why the last try failed; `is_new`: there is no account yet, and none can be made here."""

    login: str
    next: str
    problem: Reason | None
    is_new: bool


def home(viewer: Viewer) -> str:
    return "/" if viewer.role is None else HOMES[viewer.role]


def local(address: str) -> str | None:
    r"""An address to go on to, only of our own pages: `//host`, `/\host` and `https:…` lead elsewhere."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return address if ours and "\\" not in address and address.isprintable() else None


@router.get("/login")
def login(request: Request, session: ReadSession, next: str = "") -> Response:  # noqa: A002  (the address's word)
    found = _caller(request)
    if found is not None:
        return RedirectResponse(local(next) or home(found), SEE_OTHER)
    return _form(request, LoginPage("", next, None, is_new=not accounts.has_users(session)))


@router.post("/login")
def sign_in(request: Request, login: Typed = "", password: Typed = "", next: Typed = "") -> Response:  # noqa: A002
    """Signed in under a new key, whatever key the browser brought; or the form again, with what was wrong."""
    now = datetime.now(UTC)
    wanted = asking(request, login, password)
    try:
        made = signing_in.sign_in(request.app.state.writing, wanted, signed_in.lasting(request), now)
    except (NotSignedIn, TooMany) as error:
        page = LoginPage(login[:100], next, error.reason, is_new=False)
        return _form(request, page, error)
    response = RedirectResponse(local(next) or home(made.viewer), SEE_OTHER)
    signed_in.set_cookie(request, response, made)
    if made.language:
        response.set_cookie(LANGUAGE_COOKIE, made.language, max_age=YEAR, httponly=True, samesite="lax")
    return response


@router.post("/logout")
def sign_out(request: Request, session: WriteSession) -> Response:
    end(request, session)
    response = RedirectResponse("/login", SEE_OTHER)
    signed_in.drop_cookie(response)
    return response


def _form(request: Request, page: LoginPage, error: CallqaError | None = None) -> Response:
    frame = Frame(words_for(request)("sign_in"), "login")
    if isinstance(error, TooMany):
        response = render(request, "login.html", frame, page, 429)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    response = render(request, "login.html", frame, page, 200 if error is None else 401)
    if error is not None:
        response.headers["WWW-Authenticate"] = BEARER
    return response


def _caller(request: Request) -> Viewer | None:
    try:
        found = signed_in.caller(request)
    except NotSignedIn:
        return None
    return None if found is None else found.viewer

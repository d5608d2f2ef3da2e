"""Who a request comes from: the cookie of a browser, or the token of a machine."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request, Response

from models.errors import NotSignedIn
from models.person import Viewer
from models.settings import Settings
from pipeline.people import signing_in, tokens
from pipeline.people.signing_in import Lasting, Present, SignedIn

COOKIE = "callqa_session"
LONGEST_KEY = 200
"""Characters. Ours are shorter."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`login_id` is the browser's, None for machines."""

    viewer: Viewer
    login_id: int | None = None
    must_change: bool = False


def caller(request: Request) -> Caller | None:
    """Who asks; None where nobody is signed in. That they were there is written down once a minute.

    Raises:
        NotSignedIn: a token was given that is not good.
    """
    given = request.headers.get("authorization")
    if given is not None:
        return _machine(request, given)
    key = request.cookies.get(COOKIE, "")
    return _browser(request, key) if key and len(key) <= LONGEST_KEY else None


def lasting(request: Request) -> Lasting:
    settings: Settings = request.app.state.settings
    return Lasting(timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes))


def address(request: Request) -> str:
    return request.client.host if request.client else ""


def set_cookie(request: Request, response: Response, signed_in: SignedIn) -> None:
    """Give the browser its key. It ends with the browser: a shared machine should not stay signed in."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, signed_in.key, httponly=True, samesite="lax", secure=secure)


def drop_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def _browser(request: Request, key: str) -> Caller | None:
    now = datetime.now(UTC)
    with request.app.state.reading() as session:
        present: Present | None = signing_in.recognise(session, key, lasting(request), now)
    if present is None:
        return None
    if present.is_due:
        with request.app.state.writing.begin() as session:
            signing_in.note_seen(session, present.login_id, now)
    return Caller(present.viewer, present.login_id, present.must_change)


def _machine(request: Request, given: str) -> Caller:
    kind, _, text = given.partition(" ")
    if kind.lower() != "bearer" or len(text) > LONGEST_KEY:
        raise NotSignedIn("api.bad_token")
    now = datetime.now(UTC)
    with request.app.state.reading() as session:
        machine = tokens.machine_of(session, text.strip(), now)
    if machine is None:
        raise NotSignedIn("api.bad_token")
    if machine.is_due and machine.viewer.token_id is not None:
        with request.app.state.writing.begin() as session:
            tokens.note_used(session, machine.viewer.token_id, now)
    return Caller(machine.viewer)

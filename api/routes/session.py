"""Signing in and out over JSON; pages have forms of their own."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import signed_in
from api.database import WriteSession
from api.problems import declared
from api.viewer import CurrentViewer
from models.person import Right, UserRole, Viewer
from pipeline.people import signing_in
from pipeline.people.signing_in import Asking

router = APIRouter(prefix="/v1/session", tags=["session"], responses=declared(401, 422, 503))


class SigningIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class ViewerAnswer(BaseModel):
    """Who is signed in. A machine has no `user_id` and no role."""

    user_id: int | None
    name: str
    role: UserRole | None
    team: str | None
    agent_id: str | None
    rights: list[Right]

    @classmethod
    def of(cls, viewer: Viewer) -> "ViewerAnswer":
        rights = [right for right in Right if viewer.may(right)]
        return cls(
            user_id=viewer.user_id,
            name=viewer.name,
            role=viewer.role,
            team=viewer.team,
            agent_id=viewer.agent_id,
            rights=rights,
        )


class SessionAnswer(BaseModel):
    viewer: ViewerAnswer
    must_change: bool = Field(description="The password has to be changed before anything else is answered.")


@router.post("", responses=declared(429))
def sign_in(request: Request, response: Response, asked: SigningIn) -> SessionAnswer:
    """Sign in with a password: the answer sets the cookie. Machines use tokens instead."""
    made = signing_in.sign_in(
        request.app.state.writing, asking(request, asked.login, asked.password), signed_in.lasting(request), _now()
    )
    signed_in.set_cookie(request, response, made)
    return SessionAnswer(viewer=ViewerAnswer.of(made.viewer), must_change=made.must_change)


@router.get("")
def session(viewer: CurrentViewer) -> ViewerAnswer:
    """Who asks, and what they may do."""
    return ViewerAnswer.of(viewer)


@router.delete("", status_code=204)
def sign_out(request: Request, session: WriteSession) -> Response:
    """End the cookie's session; there need not be one."""
    response = Response(status_code=204)
    end(request, session)
    signed_in.drop_cookie(response)
    return response


def asking(request: Request, login: str, password: str) -> Asking:
    return Asking(login, password, signed_in.address(request), request.headers.get("user-agent", ""))


def end(request: Request, session: WriteSession) -> None:
    key = request.cookies.get(signed_in.COOKIE)
    if key:
        signing_in.sign_out(session, key, _now(), address=signed_in.address(request))


def _now() -> datetime:
    return datetime.now(UTC)

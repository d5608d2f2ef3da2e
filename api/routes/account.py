"""One's own account."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import signed_in
from api.database import ReadSession, WriteSession
from api.language import COOKIE as LANGUAGE_COOKIE
from api.problems import BadRequest, declared
from api.routes.session import asking
from api.routes.users import UserAnswer
from api.viewer import CurrentViewer
from models.errors import NotSignedIn
from pipeline.people import accounts, signing_in
from pipeline.people.passwords import chosen

router = APIRouter(prefix="/v1/account", tags=["session"], responses=declared(401, 403, 422, 503))

YEAR = 365 * 24 * 3600
Password = Annotated[str, Field(min_length=1, max_length=1000)]


class AccountAnswer(UserAnswer):
    language: str | None


class ChangingPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")

    old: Password
    new: Password


class ChoosingLanguage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Literal["zh", "en"]


@router.get("")
def account(session: ReadSession, viewer: CurrentViewer) -> AccountAnswer:
    """The account that is signed in."""
    return AccountAnswer.model_validate(accounts.read_user(session, viewer.user_id or 0))


@router.put("/password", status_code=204, responses=declared(429))
def change_password(request: Request, viewer: CurrentViewer, asked: ChangingPassword) -> Response:
    """Choose another password. Other browsers are signed out; this one gets a new cookie."""
    now = datetime.now(UTC)
    with request.app.state.reading() as session:
        login = accounts.read_user(session, viewer.user_id or 0).login
    if asked.new == asked.old:
        raise BadRequest("api.same_password")
    secret = chosen(asked.new, login)
    try:
        signing_in.confirm(request.app.state.writing, asking(request, login, asked.old), now)
    except NotSignedIn as error:  # 401 would send the page to the login
        raise BadRequest(error.reason.code) from error
    response = Response(status_code=204)
    with request.app.state.writing.begin() as session:
        accounts.change_password(session, viewer, secret, now)
        made = signing_in.let_in_again(session, viewer, signed_in.lasting(request), asking(request, login, ""), now)
    signed_in.set_cookie(request, response, made)
    return response


@router.put("/language", status_code=204)
def choose_language(session: WriteSession, viewer: CurrentViewer, asked: ChoosingLanguage) -> Response:
    """The language in which pages begin after signing in."""
    accounts.choose_language(session, viewer, asked.language, datetime.now(UTC))
    response = Response(status_code=204)
    response.set_cookie(LANGUAGE_COOKIE, asked.language, max_age=YEAR, httponly=True, samesite="lax")
    return response


@router.post("/sign-out-everywhere", status_code=204)
def sign_out_everywhere(session: WriteSession, viewer: CurrentViewer) -> Response:
    """End every session of the account, also this one."""
    signing_in.sign_out_everywhere(session, viewer, datetime.now(UTC))
    response = Response(status_code=204)
    signed_in.drop_cookie(response)
    return response

"""The page of one's own account: the password, the language, where one is signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api import signed_in
from api.console.page import Frame, render, words_for
from api.console.session import home, local
from api.database import ReadSession
from api.viewer import CurrentViewer
from pipeline.people import accounts, signing_in
from pipeline.people.accounts import User
from pipeline.people.passwords import SHORTEST
from pipeline.people.signing_in import Browser

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """`next` is where to go on to when the password was changed; `here` the browser that asks."""

    user: User
    browsers: tuple[Browser, ...]
    here: int | None
    shortest: int
    next: str


@router.get("/account")
def account(request: Request, session: ReadSession, viewer: CurrentViewer, next: str = "") -> HTMLResponse:  # noqa: A002
    user = accounts.read_user(session, viewer.user_id or 0)
    page = AccountPage(
        user=user,
        browsers=signing_in.browsers(session, viewer, signed_in.lasting(request), datetime.now(UTC)),
        here=request.state.login_id,
        shortest=SHORTEST,
        next=(local(next) or home(viewer)) if user.must_change else "",
    )
    return render(request, "account.html", Frame(words_for(request)("title_account"), "account"), page)

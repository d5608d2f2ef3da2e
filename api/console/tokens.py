"""The page of machines' tokens."""

from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, render, words_for
from api.database import ReadSession
from models.person import Right
from pipeline.people import tokens
from pipeline.people.tokens import FOR_TOKENS, Token

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class TokensPage:
    """`tokens` with the state each is in now."""

    tokens: tuple[tuple[Token, str], ...]
    scopes: tuple[Right, ...]


@router.get("/tokens")
def tokens_page(request: Request, session: ReadSession) -> HTMLResponse:
    now = datetime.now(UTC)
    page = TokensPage(tuple((token, token.state(now)) for token in tokens.list_tokens(session)), FOR_TOKENS)
    return render(request, "tokens.html", Frame(words_for(request)("title_tokens"), "tokens"), page)

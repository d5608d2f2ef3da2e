"""The page on which a draft is edited, and the pieces of it that its script asks for."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from fastapi.responses import HTMLResponse

from api import workshop
from api.console.draft_views import CheckPiece, ConflictPiece, DraftPage, ReplayPiece, try_piece
from api.console.page import Frame, render
from api.database import ReadSession
from api.language import ReaderLanguage
from api.routes.drafts import DraftId, Replaying, Trying, YamlText
from api.workshop import Written
from pipeline import browse
from pipeline.rulebook import definitions

router = APIRouter(prefix="/rules/drafts", include_in_schema=False, default_response_class=HTMLResponse)

EditedText = Annotated[YamlText, Body(embed=True)]
PIECE = Frame("", "rules")
"""A piece of a page has no frame of its own."""


@router.get("/{draft_id}")
def draft(request: Request, session: ReadSession, draft_id: DraftId) -> HTMLResponse:
    found = definitions.read_draft(session, draft_id)
    version = workshop.in_use(session, found.kind, found.name)
    title = version.title if version else found.name
    newest = version.version if version and version.origin == "published" else None
    page = DraftPage(found, title, newest if newest and newest > (found.based_on or 0) else None)
    return render(request, "draft.html", Frame(title, "rules", browse.queue_size(session, request.state.viewer)), page)


@router.post("/{draft_id}/check")
def check(
    request: Request, session: ReadSession, language: ReaderLanguage, draft_id: DraftId, text: EditedText
) -> HTMLResponse:
    found = definitions.read_draft(session, draft_id)
    checked = workshop.checked(request, session, Written.of(found, text))
    return render(request, "draft_check.html", PIECE, CheckPiece(found.kind, checked, language))


@router.post("/{draft_id}/try")
def try_out(request: Request, session: ReadSession, draft_id: DraftId, asked: Trying) -> HTMLResponse:
    found = definitions.read_draft(session, draft_id)
    tried = workshop.tried(request, session, Written.of(found, asked.text), asked.heard())
    return render(request, "draft_try.html", PIECE, try_piece(tried))


@router.post("/{draft_id}/replay")
def replay(request: Request, session: ReadSession, draft_id: DraftId, asked: Replaying) -> HTMLResponse:
    found = definitions.read_draft(session, draft_id)
    written = Written.of(found, asked.draft)
    replayed = workshop.replayed(request, session, written, asked.wanted(), asked.limit)
    return render(request, "draft_replay.html", PIECE, ReplayPiece(replayed.replay, replayed.gate, replayed.unfit))


@router.post("/{draft_id}/conflict")
def conflict(request: Request, session: ReadSession, draft_id: DraftId, text: EditedText) -> HTMLResponse:
    """What somebody else saved, beside the text that could not be saved over it."""
    found = definitions.read_draft(session, draft_id)
    compared = workshop.compared(request, found.text, text)
    return render(request, "draft_conflict.html", PIECE, ConflictPiece(found, compared.lines))

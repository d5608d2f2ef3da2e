"""The page of the audit log."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, onward, render, words_for
from api.database import ReadSession
from api.routes.audit import AuditQuery
from pipeline.people.audit import AuditEntry, read_audit, seen_actions, seen_targets

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class AuditLogPage:
    """`actions` and `targets` are what can be asked for.

    `next` and `first` are addresses, None where there is nothing there.
    """

    entries: tuple[AuditEntry, ...]
    actions: tuple[str, ...]
    targets: tuple[str, ...]
    asked: AuditQuery
    next: str | None
    first: str | None


@router.get("/audit")
def audit(request: Request, session: ReadSession, asked: Annotated[AuditQuery, Query()]) -> HTMLResponse:
    found = read_audit(session, asked.as_filter(), before=asked.cursor, limit=asked.limit)
    page = AuditLogPage(
        entries=found.entries,
        actions=seen_actions(session),
        targets=seen_targets(session),
        asked=asked,
        next=onward(request, None if found.next is None else str(found.next)),
        first=onward(request, "") if asked.cursor else None,
    )
    return render(request, "audit.html", Frame(words_for(request)("title_audit"), "audit"), page)

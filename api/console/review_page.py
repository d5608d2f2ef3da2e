"""The page on which an inspector hears a call and judges it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.console.marks import marked_turns
from api.console.page import Frame, render, words_for
from api.console.review_views import (
    FindingLine,
    OtherVerdict,
    Result,
    ReviewView,
    rows,
    score_for_script,
    script_data,
    section_lines,
)
from api.console.wording import Wording
from api.database import ReadSession, WriteSession
from api.viewer import CurrentViewer
from models.person import Right, Viewer
from models.review import JUDGEMENT_JSON, AssignmentState, Judgement, ReviewState
from models.settings import Settings
from pipeline import browse
from pipeline.browse import Finding
from pipeline.review import assignment
from pipeline.review.judging import Draft
from pipeline.review.reviewing import Opinion, ReviewPage, open_review

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

AssignmentId = Annotated[int, Path(ge=1, lt=2**63)]


@router.get("/review/{assignment_id}")
def review(request: Request, session: ReadSession, viewer: CurrentViewer, assignment_id: AssignmentId) -> HTMLResponse:
    settings: Settings = request.app.state.settings
    now = datetime.now(UTC)
    page = open_review(session, viewer, assignment_id, now, comment_needed=settings.comment_needed)
    view = review_view(page, viewer, settings, words_for(request), now)
    frame = Frame(words_for(request)("review_title"), "review", browse.queue_size(session, viewer))
    return render(request, "review.html", frame, view)


@router.post("/review/{assignment_id}/give-back")
def give_back(session: WriteSession, viewer: CurrentViewer, assignment_id: AssignmentId) -> RedirectResponse:
    assignment.give_back(session, viewer, assignment_id, datetime.now(UTC))
    return RedirectResponse("/desk", 303)


def review_view(page: ReviewPage, viewer: Viewer, settings: Settings, words: Wording, now: datetime) -> ReviewView:
    """The page's data; what `open_review` left out is nowhere in it."""
    findings = () if page.machine is None else page.machine.findings
    row = page.assignment
    return ReviewView(
        id=row.id,
        purpose=row.purpose,
        done=row.state == AssignmentState.SUBMITTED,
        holder="" if row.user_id == viewer.user_id else page.holder,
        call=page.call,
        turns=marked_turns(page.transcript.turns, findings),
        has_transcript=True,
        sections=section_lines(page.card, findings, None if page.machine is None else page.machine.scored.pre_score),
        reasons=page.reasons,
        blind=page.blind,
        overdue=page.draft is not None and row.due_at is not None and row.due_at < now,
        may_mark=viewer.may(Right.REVIEW),
        result=None if page.draft else _result(page, findings),
        player=script_data(page.call, page.transcript, page.card, findings, words)
        | _work(page, viewer)
        | ({} if page.draft is None else _form(page.draft, page, settings)),
    )


def _work(page: ReviewPage, viewer: Viewer) -> dict[str, Any]:
    return {
        "assignment": page.assignment.id,
        "user": viewer.user_id,
        "viewer": viewer.name,
        "readonly": page.draft is None,
        "held": page.assignment.user_id == viewer.user_id,
        "corrections": [asdict(one) | {"at": one.at.isoformat()} for one in page.corrections],
    }


def _form(draft: Draft, page: ReviewPage, settings: Settings) -> dict[str, Any]:
    needed = settings.comment_needed
    return {
        "judgement": JUDGEMENT_JSON.dump_python(draft.judgement, mode="json"),
        "revision": draft.revision,
        "score": score_for_script(draft.score),
        "explained": [
            item.id
            for item in page.card.items
            if needed == "lost" or (needed == "critical" and item.item_class != "ordinary")
        ],
    }


def _result(page: ReviewPage, findings: tuple[Finding, ...]) -> Result:
    others = tuple(OtherVerdict(one.name, one.judgement, one.score) for one in page.others)
    machine = None if page.machine is None else page.machine.scored.pre_score
    mine: Opinion | None = page.mine
    judgement = mine.judgement if mine else Judgement(())
    marked = {} if page.machine is None else page.machine.marked
    score = mine.score if mine else None
    return Result(
        machine=machine,
        mine=score,
        others=others,
        judgement=judgement,
        rows=rows(page.card, judgement, machine, score, others, findings=findings),
        findings=tuple(FindingLine(finding, marked.get(finding.rule) is False) for finding in findings),
        waits=mine is not None and page.review.state == ReviewState.IN_REVIEW,
    )

"""A person's file with the next gate, and a certificate to print."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, render, words_for
from api.console.training_views import CertificateView, FileView
from api.database import ReadSession
from api.routes.training_sessions import AgentId
from api.viewer import CurrentViewer
from models.person import Right
from pipeline.people.roster import read_agent
from pipeline.training import certificates
from pipeline.training.person_file import person_file
from pipeline.training.stages import evidence

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Number = Annotated[str, Path(min_length=1, max_length=40)]


@router.get("/training/agents/{agent_id}")
def file(request: Request, session: ReadSession, viewer: CurrentViewer, agent_id: AgentId) -> HTMLResponse:
    found = person_file(session, viewer, agent_id)
    decides = viewer.may(Right.APPROVE_TRAINING) and viewer.user_id is not None
    page = FileView(
        file=found,
        evidence=evidence(session, viewer, agent_id, datetime.now(UTC)),
        revision=read_agent(session, agent_id).revision,
        may_decide=decides,
        may_train=viewer.may(Right.TRAIN),
    )
    return render(request, "training_file.html", Frame(found.person.name, "training"), page)


@router.get("/certificates/{number}")
def certificate(request: Request, session: ReadSession, viewer: CurrentViewer, number: Number) -> HTMLResponse:
    found = certificates.read(session, viewer, number)
    frame = Frame(words_for(request)("title_certificate"), "training")
    return render(request, "training_certificate.html", frame, CertificateView(found))

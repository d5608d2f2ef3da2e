"""Certificates and the gates between stages."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery, Text
from api.revision import ExpectedRevision
from api.routes.courses import Words
from api.routes.results import AnId, Asked
from api.routes.training_sessions import AgentId
from api.training_answers import (
    CertificateAnswer,
    CertificateList,
    EvidenceBeforeGate,
    StageChangeAnswer,
    StageChangeList,
)
from api.viewer import CurrentViewer
from pipeline.training import certificates, stages

router = APIRouter(prefix="/v1", tags=["training"], responses=declared(401, 403, 404, 409, 422, 503))

CertificateId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the row, not what is printed.")]


class Issuing(Asked):
    sitting_id: AnId
    title: str = Field("", max_length=100, description="Else the exam's.")


class Revoking(Asked):
    why: Annotated[str, Field(min_length=1, max_length=4000)]


class Deciding(Asked):
    agent_id: Annotated[str, Field(min_length=1, max_length=200)]
    passed: bool
    why: Words = ""
    supervised: int | None = Field(None, ge=0, le=100_000, description="Minutes of supervised calls.")


class OfAgent(PageQuery):
    agent_id: Text = None


@router.get("/certificates")
def list_certificates(session: ReadSession, asked: Annotated[OfAgent, Query()]) -> CertificateList:
    """Certificates, the newest first."""
    after = from_id_cursor("certificates", asked.cursor)
    page = certificates.listed(session, agent_id=asked.agent_id, after=after, limit=asked.limit)
    items = [CertificateAnswer.of(row) for row in page.certificates]
    return CertificateList(certificates=items, next=to_id_cursor("certificates", page.next))


@router.post("/certificates", status_code=201)
def issue(session: WriteSession, viewer: CurrentViewer, asked: Issuing) -> CertificateAnswer:
    """For a sitting that was passed; asking again gives the one there is."""
    row = certificates.issue(session, viewer, asked.sitting_id, asked.title, datetime.now(UTC))
    return CertificateAnswer.of(row)


@router.post("/certificates/{certificate_id}/revoke")
def revoke(
    session: WriteSession, viewer: CurrentViewer, certificate_id: CertificateId, asked: Revoking
) -> CertificateAnswer:
    """It counts no more."""
    return CertificateAnswer.of(certificates.revoke(session, viewer, certificate_id, asked.why, datetime.now(UTC)))


@router.get("/stage-changes")
def list_changes(session: ReadSession, asked: Annotated[OfAgent, Query()]) -> StageChangeList:
    """Decisions at gates, the newest first."""
    after = from_id_cursor("stage-changes", asked.cursor)
    page = stages.listed(session, agent_id=asked.agent_id, after=after, limit=asked.limit)
    items = [StageChangeAnswer.of(row) for row in page.changes]
    return StageChangeList(changes=items, next=to_id_cursor("stage-changes", page.next))


@router.get("/stage-changes/evidence/{agent_id}")
def read_evidence(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, agent_id: AgentId
) -> EvidenceBeforeGate | None:
    """What is known of an agent before the next gate; null for regular staff."""
    found = stages.evidence(session, viewer, agent_id, datetime.now(UTC))
    return None if found is None else EvidenceBeforeGate.of(found, language)


@router.post("/stage-changes", status_code=201, responses=declared(412))
def decide(
    session: WriteSession, viewer: CurrentViewer, revision: ExpectedRevision, asked: Deciding
) -> StageChangeAnswer:
    """Let an agent through the next gate, or not. `If-Match` is the revision of the roster's entry."""
    row = stages.decide(
        session,
        viewer,
        asked.agent_id,
        passed=asked.passed,
        why=asked.why,
        supervised=asked.supervised,
        revision=revision,
        now=datetime.now(UTC),
    )
    return StageChangeAnswer.of(row)

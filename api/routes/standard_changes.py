"""Changes to the standard: asked for in calibration sessions, decided by a lead."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.calibration_answers import StandardChangeAnswer, StandardChangeList
from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import declared
from api.queries import PageQuery
from api.revision import ExpectedRevision, tag
from api.routes.results import AnId, Asked
from api.viewer import CurrentViewer
from pipeline.calibration import standard_changes
from pipeline.calibration.standard_changes import ChangeState

router = APIRouter(
    prefix="/v1/standard-changes", tags=["calibrations"], responses=declared(401, 403, 404, 409, 422, 503)
)

ChangeId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the change.")]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class AskingForChange(Asked):
    text: Annotated[str, Field(min_length=1, max_length=standard_changes.LONGEST)]
    calibration: AnId | None = Field(None, description="The session it comes from; its card is meant.")
    card: Name | None = Field(None, description="Where it is of no session: the scorecard's name.")
    item: Name | None = None
    rule: Name | None = None


class DecidingChange(Asked):
    state: ChangeState
    outcome: str = Field(
        "", max_length=standard_changes.LONGEST, description="What was done, or why not; needed unless reopened."
    )


class ChangesQuery(PageQuery):
    state: ChangeState | None = None
    calibration: AnId | None = None


@router.get("")
def list_changes(session: ReadSession, asked: Annotated[ChangesQuery, Query()]) -> StandardChangeList:
    """Changes that were asked for, the newest first."""
    page = standard_changes.listed(
        session,
        state=asked.state,
        calibration_id=asked.calibration,
        after=from_id_cursor("standard-changes", asked.cursor),
        limit=asked.limit,
    )
    return StandardChangeList(
        changes=[StandardChangeAnswer.model_validate(row) for row in page.changes],
        counts=standard_changes.counts(session),
        next=to_id_cursor("standard-changes", page.next),
    )


@router.post("", status_code=201)
def ask_for(
    response: Response, session: WriteSession, viewer: CurrentViewer, asked: AskingForChange
) -> StandardChangeAnswer:
    """Ask for a change of an item, a rule or the card: in your session, or as who runs sessions."""
    row = standard_changes.ask_for(
        session,
        viewer,
        asked.text,
        _now(),
        calibration_id=asked.calibration,
        card=asked.card,
        item=asked.item,
        rule=asked.rule,
    )
    tag(response, row.revision)
    return StandardChangeAnswer.model_validate(row)


@router.patch("/{change_id}", responses=declared(412))
def decide(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    change_id: ChangeId,
    revision: ExpectedRevision,
    asked: DecidingChange,
) -> StandardChangeAnswer:
    """Accept it, decline it, or open it again, with what became of it."""
    row = standard_changes.decide(session, viewer, change_id, asked.state, asked.outcome, revision=revision, now=_now())
    tag(response, row.revision)
    return StandardChangeAnswer.model_validate(row)


def _now() -> datetime:
    return datetime.now(UTC)

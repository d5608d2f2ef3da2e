"""Taking recordings in over HTTP."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from api.answers import TakenInAnswer
from api.database import WriteSession
from api.problems import declared
from api.upload import FORM, ReceivedUpload
from api.viewer import CurrentViewer
from pipeline.processing.intake import take_in
from storage.people.audit import record

router = APIRouter(prefix="/v1", tags=["calls"])

ANY_WORKER = ""
"""The settings key that leaves a recording to whichever worker comes: the service does not know their models."""


@router.post(
    "/calls",
    status_code=202,
    openapi_extra=FORM,
    responses={
        200: {"description": "This content is known: the call it belongs to.", "model": TakenInAnswer},
        **declared(413, 422, 503),
    },
)
def upload(
    request: Request, response: Response, session: WriteSession, viewer: CurrentViewer, received: ReceivedUpload
) -> TakenInAnswer:
    """One recording with what is known of the call; a worker transcribes and scores it."""
    now = datetime.now(UTC)
    taken = take_in(
        session,
        received.path,
        name=received.name,
        metadata=received.metadata,
        settings_key=ANY_WORKER,
        audio_dir=request.app.state.settings.audio_dir,
        now=now,
    )
    if taken.is_new:
        record(session, viewer, "call.received", now, target="call", target_id=taken.call_id)
    response.status_code = 202 if taken.is_new else 200
    return TakenInAnswer(call_id=taken.call_id, recording_id=taken.recording_id, is_new=taken.is_new)

"""The sound of a call, and its shape."""

import mimetypes
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from api import audio
from api.answers import PeaksAnswer
from api.database import ReadSession
from api.problems import declared
from api.routes.calls import CallId
from api.viewer import CurrentViewer
from pipeline import browse

router = APIRouter(prefix="/v1", tags=["audio"], responses=declared(404, 422, 503))

SOUND = {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}


@router.head("/calls/{call_id}/audio", include_in_schema=False)
@router.get(
    "/calls/{call_id}/audio",
    response_class=FileResponse,
    responses={
        200: {"description": "The whole sound.", **SOUND},
        206: {"description": "The bytes asked for by `Range`.", **SOUND},
        304: {"description": "Unchanged since the `ETag` given by `If-None-Match`."},
        416: {"description": "The bytes asked for are outside the file."},
    },
)
def sound(
    request: Request,
    session: ReadSession,
    viewer: CurrentViewer,
    call_id: CallId,
    original: Annotated[bool, Query(description="The file as it was received, not a WAV made for playing.")] = False,  # noqa: FBT002
) -> Response:
    """The recording as 16-bit WAV, which every browser plays; `Range` requests give parts of it."""
    settings = request.app.state.settings
    call = browse.find_call(session, viewer, call_id)
    path = audio.original(settings, call.recording) if original else audio.playable(settings, call.recording)
    name = Path(call.summary.file)
    etag = f'"{call.recording.sha256}-{"original" if original else "wav"}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"etag": etag})
    return FileResponse(
        path,
        headers={"etag": etag, "cache-control": "private, no-cache"},
        media_type=_media_type(name) if original else "audio/wav",
        filename=name.name if original else f"{name.stem}.wav",
        content_disposition_type="attachment" if original else "inline",
    )


@router.get("/calls/{call_id}/peaks")
def peaks(request: Request, session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> PeaksAnswer:
    """The waveform of each channel, for drawing."""
    call = browse.find_call(session, viewer, call_id)
    seconds = call.summary.seconds or 0.0
    per_second, channels = audio.waveform(request.app.state.settings, call.recording, seconds)
    longest = max((len(channel) for channel in channels), default=0) / per_second
    return PeaksAnswer(per_second=per_second, seconds=seconds or longest, channels=channels)


def _media_type(name: Path) -> str:
    """By the name, and only sound: a file that calls itself a web page is never served as one."""
    guess = mimetypes.guess_type(name.name)[0] or ""
    return guess if guess.startswith(("audio/", "video/")) else "application/octet-stream"

"""Receiving a recording: the body goes to disk in the home folder as it arrives, and no further than the limit."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from api.form import RecordingForm
from api.problems import BadRequest, TooLarge, as_reason
from models.call import METADATA_FIELDS, METADATA_JSON, Metadata
from models.clock import CHINA_TIME
from models.reason import Reason
from models.settings import Settings
from pipeline.processing.manifest import SATISFACTION

MEGABYTE = 1_000_000

SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")

FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "The recording."},
                        **{name: {"type": "string"} for name in METADATA_FIELDS},
                    },
                    "additionalProperties": {"type": "string", "description": "The centre's own columns."},
                }
            }
        },
    }
}
"""The form's OpenAPI description, written out since FastAPI does not read the form itself."""


@dataclass(frozen=True, slots=True)
class Upload:
    """`path` is there while the request is being answered; `metadata` is None where no field was given."""

    path: Path
    name: str
    metadata: Metadata | None


async def received_upload(request: Request) -> AsyncIterator[Upload]:
    """The recording in the request's form, deleted after the request.

    Raises:
        TooLarge: more than `max_upload_mb`; the rest is not read.
        BadRequest: not a form with one file that has a name and content, or wrong metadata.
    """
    settings: Settings = request.app.state.settings
    parent = settings.home / "uploads"
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=parent) as folder:
        form = RecordingForm(request.headers.get("content-type", ""), Path(folder, "recording"))
        try:
            await _receive(request, form, settings.max_upload_mb)
        finally:
            await run_in_threadpool(form.close)
        form.check()
        yield Upload(_with_suffix(form), form.name, _metadata(form.fields))


ReceivedUpload = Annotated[Upload, Depends(received_upload, scope="function")]


async def _receive(request: Request, form: RecordingForm, most_mb: int) -> None:
    announced = request.headers.get("content-length", "")
    received = int(announced) if announced.isdecimal() else 0
    if received > most_mb * MEGABYTE:
        raise TooLarge("api.too_large", most=most_mb)
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > most_mb * MEGABYTE:
            raise TooLarge("api.too_large", most=most_mb)
        await run_in_threadpool(form.write, chunk)


def _with_suffix(form: RecordingForm) -> Path:
    """The file, its name ending as the recording's does: decoders without magic bytes go by it."""
    suffix = Path(form.name).suffix.lower()
    return form.path.rename(form.path.with_suffix(suffix)) if SUFFIX.fullmatch(suffix) else form.path


def _metadata(fields: dict[str, str]) -> Metadata | None:
    given = {name: text for name, text in fields.items() if text}
    if not given:
        return None
    known = {name: given.pop(name) for name in METADATA_FIELDS if name in given}
    try:
        metadata = METADATA_JSON.validate_python({**known, "extra": given})
    except ValidationError as error:
        raise BadRequest("api.bad_metadata", details=[as_reason(mistake) for mistake in error.errors()]) from error
    if metadata.satisfaction is not None and metadata.satisfaction not in SATISFACTION:
        wrong = Reason("api.field_satisfaction", {"field": "satisfaction", "text": metadata.satisfaction})
        raise BadRequest("api.bad_metadata", details=[wrong])
    started = metadata.started_at
    if started is not None and started.tzinfo is None:
        return replace(metadata, started_at=started.replace(tzinfo=CHINA_TIME))
    return metadata

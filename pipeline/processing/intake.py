"""Taking a recording in: its content kept, its ledger row written, its metadata beside it."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy.orm import Session

from models.call import Metadata
from models.errors import BadRecording
from models.tables import CallRow, RecordingRow
from storage.calls import ledger
from storage.calls.metadata import put_metadata
from storage.owner import Owner, is_alive
from storage.people.roster import note_agent

CHUNK = 1 << 20

INCOMING = "incoming"
"""The folder of copies not yet whole, each named after the owner who makes it."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`first_file` is the name under which the same content came first, when it is not this one."""

    recording_id: int
    call_id: int
    sha256: str
    is_new: bool
    first_file: str | None


def take_in(
    session: Session,
    file: Path,
    *,
    name: str,
    metadata: Metadata | None,
    settings_key: str,
    audio_dir: Path,
    now: datetime,
) -> TakenIn:
    """Keep a copy under the content's hash, then the ledger row: killed in between, nothing is lost or doubled.

    An empty `settings_key` leaves it to whichever worker comes; any other reopens a recording last processed
    under another key. Metadata of a second file with the same content is not mixed into the first's.

    Raises:
        BadRecording: the file cannot be read.
        OSError: the copy cannot be written (a full disk).
    """
    try:
        sha256 = _hash(file)
    except OSError as error:
        raise BadRecording("pipeline.unreadable", file=name, what=error.strerror or str(error)) from error
    audio = keep(file, sha256, audio_dir)
    row, is_new = ledger.register(
        session,
        sha256=sha256,
        file=name,
        audio=audio,
        size=(audio_dir / audio).stat().st_size,
        settings_key=settings_key,
        now=now,
    )
    if settings_key:
        ledger.enqueue(session, row.id, settings_key, now)
    same_name = row.file == name
    if is_new or (same_name and metadata is not None):
        put_metadata(session, row.id, metadata or Metadata())
        note_agent(session, metadata or Metadata(), now)
    call_id = session.query(CallRow.id).filter_by(recording_id=row.id).scalar()
    return TakenIn(row.id, call_id, sha256, is_new, None if same_name else row.file)


def audio_path(audio_dir: Path, row: RecordingRow) -> Path:
    """Where a recording's kept copy is."""
    return audio_dir / row.audio


def keep(file: Path, sha256: str, audio_dir: Path) -> str:
    """Copy the file to its place by content, atomically; the place, relative to `audio_dir`.

    Raises:
        BadRecording: what was copied is not what was hashed: somebody is still writing the file.
    """
    incoming = audio_dir / INCOMING
    _sweep(incoming)
    place = f"{sha256[:2]}/{sha256}{file.suffix.lower()}"
    target = audio_dir / place
    if target.exists():
        return place
    target.parent.mkdir(parents=True, exist_ok=True)
    with Owner(incoming) as owner:
        part = incoming / f"{quote(owner.name, safe='')}.part"
        try:
            with file.open("rb") as source, part.open("xb") as copy:
                shutil.copyfileobj(source, copy, CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            if _hash(part) != sha256:
                raise BadRecording("pipeline.still_changing", file=file.name)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return place


def _sweep(incoming: Path) -> None:
    """Remove the half-made copies of those who were killed."""
    for part in incoming.glob("*.part"):
        if is_alive(incoming, unquote(part.stem)) is False:
            part.unlink(missing_ok=True)


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()

"""A transcript as vCon, the IETF's container for conversations.

After draft-ietf-vcon-vcon-core (syntax 0.4.0), unsigned form, and draft-ietf-vcon-cc-extension for the parties'
roles. The recording is referred to by name and hash; its sound is not inside. The same transcript of the same file
gives the same vCon, byte for byte.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from models.errors import BadRecording
from models.reason import Language
from models.transcript import TRANSCRIPT_JSON, Role, Transcript

SYNTAX = "0.4.0"
SCHEMA = "callqa-transcript-1"
CONTACT_CENTER = "CC"
"""The extension that gives parties a role."""

UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""A vCon must say when the conversation began; this one says that nobody knows."""

ROLE_NAMES: dict[Language, dict[Role, str]] = {
    "zh": {Role.AGENT: "座席", Role.CUSTOMER: "客户", Role.UNKNOWN: "说话人"},
    "en": {Role.AGENT: "Agent", Role.CUSTOMER: "Customer", Role.UNKNOWN: "Speaker"},
}

MEDIA_TYPES = {
    "wav": "audio/x-wav",
    "wavex": "audio/x-wav",
    "mp3": "audio/x-mp3",
    "mov": "audio/x-mp4",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "amr": "audio/amr",
}
"""The draft's names where it has one; by the first part of a recording's codec."""


_FIXED_BITS = 0xF << 76 | 0b11 << 62
"""Where a UUID keeps its version and variant (RFC 9562, section 4)."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What the transcript does not know of its recording. `began` is when the call did."""

    began: datetime
    sha512: bytes | None = None


def source_file(path: Path, seconds: float, *, name: str) -> SourceFile:
    """A recorder writes its last second when the call ends: it began that much before the file's time.

    Raises:
        BadRecording: it cannot be read.
    """
    try:
        ended = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with path.open("rb") as content:
            return SourceFile(ended - timedelta(seconds=seconds), hashlib.file_digest(content, "sha512").digest())
    except OSError as error:
        raise BadRecording("asr.unreadable", file=name) from error


def vcon(transcript: Transcript, source: SourceFile | None, language: Language) -> str:
    """The vCon's JSON. Without `source` the time is UNKNOWN_TIME, and SHA-256 the only hash."""
    source = source or SourceFile(UNKNOWN_TIME)
    began = source.began.astimezone(UTC).isoformat(timespec="milliseconds")
    said = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
    roles = _parties(transcript)
    container = {
        "vcon": SYNTAX,
        "uuid": str(_uuid(transcript, source.began)),
        "extensions": [CONTACT_CENTER] if Role.AGENT in roles else [],
        "created_at": began,
        "parties": [_party(role, language) for role in roles],
        "dialog": [_dialog(transcript, source, began, roles)],
        "analysis": [
            {
                "type": "transcript",
                "dialog": 0,
                "vendor": "callqa",
                "product": f"{transcript.origin.transcriber} {transcript.origin.model}",
                "schema": SCHEMA,
                "mediatype": "application/json",
                "encoding": "json",
                "body": said,
            }
        ],
    }
    return json.dumps(container, ensure_ascii=False, indent=2) + "\n"


def _parties(transcript: Transcript) -> tuple[Role, ...]:
    """Both sides of the call, or as many nameless speakers where nobody could be told apart."""
    told = {turn.role for turn in transcript.turns} | set(transcript.origin.channel_map)
    if told & {Role.AGENT, Role.CUSTOMER}:
        return (Role.AGENT, Role.CUSTOMER)
    return (Role.UNKNOWN, Role.UNKNOWN)


def _party(role: Role, language: Language) -> dict[str, str]:
    if role is Role.UNKNOWN:
        return {"name": "anonymous"}
    return {"name": ROLE_NAMES[language][role], "validation": "none", "role": role.value}


def _dialog(transcript: Transcript, source: SourceFile, began: str, roles: Sequence[Role]) -> dict[str, Any]:
    recording = transcript.recording
    hashes = [_token("sha256", bytes.fromhex(recording.sha256))]
    if source.sha512 is not None:
        hashes.insert(0, _token("sha512", source.sha512))
    dialog: dict[str, Any] = {
        "type": "recording",
        "start": began,
        "duration": recording.seconds,
        "parties": _on_channels(transcript, roles),
        "filename": recording.file,
        "content_hash": hashes,
    }
    media_type = MEDIA_TYPES.get(recording.codec.split("/", 1)[0])
    return {**dialog, "mediatype": media_type} if media_type else dialog


def _on_channels(transcript: Transcript, roles: Sequence[Role]) -> list[Any]:
    """One entry per channel where there are several; all parties where there is one."""
    everybody = list(range(len(roles)))
    if transcript.recording.channels == 1:
        return everybody
    channels = transcript.origin.channel_map
    return [everybody if role is Role.UNKNOWN else roles.index(role) for role in channels]


def _uuid(transcript: Transcript, began: datetime) -> UUID:
    """Version 8 as the draft lays it out: milliseconds first; the rest is drawn from what the vCon says."""
    drawn = hashlib.sha256(TRANSCRIPT_JSON.dump_json(transcript) + began.isoformat().encode()).digest()
    milliseconds = max(0, round(began.timestamp() * 1000)) & (1 << 48) - 1
    bits = milliseconds << 80 | int.from_bytes(drawn[:10], "big")
    return UUID(int=bits & ~_FIXED_BITS | 8 << 76 | 0b10 << 62)


def _token(algorithm: str, digest: bytes) -> str:
    return f"{algorithm}-{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

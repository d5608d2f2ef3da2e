"""The sound of cases: cut from the recording when it is first asked for, kept beside the recordings.

A clip's name says what it is made of, so that one that was interrupted, or made twice at once, is the same clip.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from asr.clip import CLIP_VERSION, write_clip
from models.errors import NotFound
from models.tables import CaseRow, RecordingRow

FOLDER = "cases"

_CUTTING = tuple(Lock() for _ in range(64))
"""By clip: a class that begins an exam asks for the same one all at once, and it is decoded once."""

Beeps = tuple[tuple[float, float], ...]
"""Seconds of the recording, each from its start to its end."""


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """`audio` is the recording and `clip` the MP3, both relative to the folder of recordings."""

    case_id: int
    clip: str
    audio: str
    file: str
    seconds: float | None
    start: float
    end: float
    beeps: Beeps


def clip_name(recording_sha256: str, start: float, end: float, beeps: Beeps) -> str:
    """Where the clip belongs, relative to the folder of recordings."""
    said = ";".join([recording_sha256, str(CLIP_VERSION), f"{start:.3f}", f"{end:.3f}", repr(beeps)])
    name = sha256(said.encode()).hexdigest()[:32]
    return f"{FOLDER}/{name[:2]}/{name}.mp3"


def clip_plan(row: CaseRow, recording: RecordingRow) -> ClipPlan:
    assert row.clip is not None
    beeps = tuple((float(begin), float(end)) for begin, end in row.beeps)
    return ClipPlan(row.id, row.clip, recording.audio, recording.file, recording.seconds, row.start, row.end, beeps)


def cut(plan: ClipPlan, audio_dir: Path) -> Path:
    """The clip's file. Decodes and encodes where it is not there yet: keep it out of transactions.

    Raises:
        NotFound: the recording is gone.
        BadRecording: it cannot be decoded.
    """
    target = audio_dir / plan.clip
    if target.is_file():
        return target
    with _CUTTING[hash(plan.clip) % len(_CUTTING)]:
        return target if target.is_file() else _cut(plan, audio_dir, target)


def _cut(plan: ClipPlan, audio_dir: Path, target: Path) -> Path:
    source = audio_dir / plan.audio
    if not source.is_file():
        raise NotFound("pipeline.case_no_sound", id=plan.case_id)
    name = Path(plan.file).name
    write_clip(source, target, plan.start, plan.end, plan.beeps, name=name, seconds=plan.seconds)
    return target


def remove(clip: str, audio_dir: Path) -> None:
    """Delete a clip's file; one that was never cut is no mistake."""
    (audio_dir / clip).unlink(missing_ok=True)

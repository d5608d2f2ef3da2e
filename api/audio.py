"""Recordings as browsers can play and draw them, made when first asked for and kept in the cache folder."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from asr.playback import peaks, write_playable
from models.errors import NotFound
from models.settings import Settings
from pipeline.browse import RecordingFacts

WAVEFORM_POINTS = 6000
"""About three times the pixels of the widest waveform, so that it stays sharp on fine screens."""


def original(settings: Settings, recording: RecordingFacts) -> Path:
    """The file as it was received.

    Raises:
        NotFound: it is no longer there.
    """
    path = settings.audio_dir / recording.audio
    if not path.is_file():
        raise NotFound("api.no_audio", file=Path(recording.audio).name)
    return path


def playable(settings: Settings, recording: RecordingFacts) -> Path:
    """A 16-bit WAV of the recording.

    Raises:
        NotFound: the original is no longer there.
        BadRecording: it cannot be decoded.
    """
    source = original(settings, recording)
    return _kept(settings, recording, "wav", lambda target: write_playable(source, target))


def waveform(settings: Settings, recording: RecordingFacts, seconds: float) -> tuple[int, list[list[float]]]:
    """Points per second, and each channel's peaks (0–1).

    Raises:
        NotFound, BadRecording: as for `playable`.
    """
    per_second = max(1, min(100, int(WAVEFORM_POINTS / max(seconds, 1))))
    sound = playable(settings, recording)

    def write(target: Path) -> None:
        target.write_text(json.dumps(peaks(sound, per_second), separators=(",", ":")))

    return per_second, json.loads(_kept(settings, recording, f"{per_second}.peaks.json", write).read_text())


def _kept(settings: Settings, recording: RecordingFacts, kind: str, write: Callable[[Path], None]) -> Path:
    """The cached file; made beside its place and moved there, so that nobody reads half of it."""
    path = settings.cache_dir / "playable" / recording.sha256[:2] / f"{recording.sha256}.{kind}"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=path.suffix, delete=False) as draft:
        made = Path(draft.name)
    try:
        write(made)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    return path

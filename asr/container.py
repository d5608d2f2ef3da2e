"""What a sound file says about itself before it is decoded."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEADERLESS = {
    ".g722": "g722",
    ".g729": "g729",
    ".gsm": "gsm",
    ".alaw": "alaw",
    ".al": "alaw",
    ".ulaw": "mulaw",
    ".ul": "mulaw",
    ".mulaw": "mulaw",
}
"""Formats that are bare codec frames: only the file's name can tell them. Extension → FFmpeg demuxer."""

SIGNATURES = (b"RIFF", b"RF64", b"OggS", b"fLaC", b"ID3", b"#!AMR", b"FORM", b".snd", b"caff", b"\x1aE\xdf\xa3")
"""First bytes of the formats that do say what they are; MP4 says it at byte 4 (`ftyp`)."""

UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000})
"""Data sizes that recorders write when they stream and do not know the length yet."""


@dataclass(frozen=True, slots=True)
class WavLength:
    """Seconds of sound a WAV header promises, and seconds whose bytes are in the file."""

    promised: float
    present: float


def headerless_format(path: Path, name: str) -> str | None:
    """FFmpeg's name for a headerless file, by the name it came with; None where the content speaks for itself."""
    demuxer = HEADERLESS.get(Path(name).suffix.lower())
    if demuxer is None:
        return None
    with path.open("rb") as file:
        head = file.read(12)
    return None if head.startswith(SIGNATURES) or head[4:8] == b"ftyp" else demuxer


def wav_length(path: Path) -> WavLength | None:
    """What a RIFF/WAVE file promises and holds; None for other files and for headers that promise nothing."""
    with path.open("rb") as file:
        if file.read(4) != b"RIFF" or not file.read(4) or file.read(4) != b"WAVE":
            return None
        return _walk_chunks(file, path.stat().st_size)


def _walk_chunks(file: BinaryIO, size: int) -> WavLength | None:
    bytes_per_second = 0
    while len(header := file.read(8)) == 8:
        length = int.from_bytes(header[4:], "little")
        if header[:4] == b"fmt ":
            body = file.read(length + length % 2)
            bytes_per_second = int.from_bytes(body[8:12], "little")
            continue
        if header[:4] == b"data":
            if length in UNKNOWN_SIZES or bytes_per_second == 0:
                return None
            return WavLength(length / bytes_per_second, min(length, size - file.tell()) / bytes_per_second)
        file.seek(length + length % 2, 1)
    return None

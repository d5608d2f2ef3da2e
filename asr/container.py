"""What a sound file says about itself before it is decoded."""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.errors import BadRecording

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


DEMUXERS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,asf,au,avi,caf,flac,flv,g722,g729,gsm,alaw,mulaw,matroska,mov,mp3,mpeg,mpegts,"
    "ogg,opus,rm,voc,w64,wav,webm"
)
"""FFmpeg may open nothing else: a playlist in an upload must not make it read other files."""

BARE_TELEPHONY = frozenset({"alaw", "mulaw"})
"""Headerless formats whose rate FFmpeg would take for 44.1 kHz; telephones send 8."""

HEADER_SAYS_LENGTH = frozenset({"mov", "matroska", "flac", "caf", "aiff", "w64"})
"""Demuxers whose duration is written in the file, not guessed from the bit rate."""


XING_WITHIN = 256
"""Bytes of the first MP3 frame before which the tag begins, with those of its frame count."""

MPEG1_FRAME, MPEG2_FRAME = 1152, 576
"""Samples in a layer III frame."""

MPEG1_FROM = 32_000
"""Hz; lower rates are MPEG-2 and 2.5."""


@dataclass(frozen=True, slots=True)
class WavLength:
    """Seconds of sound a WAV header promises, and seconds whose bytes are in the file."""

    promised: float
    present: float


def size_of_file(path: Path, name: str) -> int:
    """Bytes of a plain file; a pipe or a device, which may never end, is not opened at all.

    Raises:
        BadRecording: it is none, or nothing.
    """
    try:
        facts = path.stat()
    except FileNotFoundError as error:
        raise BadRecording("asr.missing", file=name) from error
    except OSError as error:
        raise BadRecording("asr.unreadable", file=name) from error
    if not stat.S_ISREG(facts.st_mode):
        raise BadRecording("asr.not_a_file", file=name)
    if facts.st_size == 0:
        raise BadRecording("asr.empty", file=name)
    return facts.st_size


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


def mp3_seconds(path: Path, rate: int) -> float | None:
    """What an MP3 says of its length: the frame count that encoders write into a first, silent frame ("Xing" tag)."""
    with path.open("rb") as file:
        head = file.read(10)
        file.seek(_after_id3(head))
        first = file.read(XING_WITHIN)
    at = max(first.find(b"Xing"), first.find(b"Info"))
    if at < 0 or len(first) < at + 12 or not first[at + 7] & 1:
        return None
    frames = int.from_bytes(first[at + 8 : at + 12], "big")
    return frames * (MPEG1_FRAME if rate >= MPEG1_FROM else MPEG2_FRAME) / rate or None


def _after_id3(head: bytes) -> int:
    """Where sound begins; an ID3 tag's size has seven bits to a byte."""
    if not head.startswith(b"ID3"):
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))


def whole_size(path: Path) -> int | None:
    """Bytes the file would have if all of it were there, by the headers of AIFF, AU, CAF and Wave64."""
    with path.open("rb") as file:
        head = file.read(24)
        if head.startswith(b"FORM"):
            return 8 + int.from_bytes(head[4:8], "big")
        if head.startswith(b".snd"):
            length = int.from_bytes(head[8:12], "big")
            return None if length in UNKNOWN_SIZES else int.from_bytes(head[4:8], "big") + length
        if head.startswith(b"riff"):
            return int.from_bytes(head[16:24], "little")
        return _caf_size(file) if head.startswith(b"caff") else None


def _caf_size(file: BinaryIO) -> int | None:
    file.seek(8)
    while len(header := file.read(12)) == 12:
        length = int.from_bytes(header[4:], "big", signed=True)
        if header[:4] == b"data":
            return None if length < 0 else file.tell() + length
        file.seek(max(0, length), 1)
    return None

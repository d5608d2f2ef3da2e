"""Recordings as they come, decoded: soundfile first, FFmpeg (PyAV) for what it lacks. The only door to PyAV.

The content decides what a file is, not its extension; only formats without any header are told by their name.
What cannot be used raises BadRecording with one of these codes:

asr.missing, asr.unreadable     the file cannot be opened
asr.not_a_file                  a folder, a pipe, a device
asr.empty                       0 bytes
asr.not_audio                   not a format any decoder here knows
asr.broken                      a known format, damaged beyond use
asr.unknown_codec               a known container, a codec nobody here decodes
asr.no_audio_stream             a film without sound
asr.truncated                   less sound than the header promises
asr.too_long, asr.too_many_channels
asr.no_sound                    it decodes to nothing
asr.silent                      every sample is the same: the line was dead
asr.decoder_crashed, asr.decoder_hung   it was the end of its decoder

Decoding itself happens in a child process (asr/decoder.py); open_sound and write_samples are what runs there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import soundfile
import soxr
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from asr.audio import WHISPER_RATE, Audio, Samples
from asr.container import (
    BARE_TELEPHONY,
    DEMUXERS,
    HEADER_SAYS_LENGTH,
    SIGNATURES,
    headerless_format,
    mp3_seconds,
    size_of_file,
    wav_length,
    whole_size,
)
from asr.decoder import ask_for_bulk
from asr.scratch import Rows
from models.errors import BadRecording
from models.reason import Fact

MISSING_SECONDS = 1.0
"""Sound a file may lack against its header; encoders' padding is far less, a lost goodbye is more."""

DAMAGED_SHARE = 0.02
"""Share of packets that may fail to decode; lossy streams often lose one at the start."""

SILENT_BELOW = 5e-4
"""Full scale 1; above the ±2.4e-4 that A-law writes for zero, below any line noise that was recorded."""

BLOCK_FRAMES = 1 << 18


@dataclass(frozen=True, slots=True)
class SoundStream:
    """A recording being decoded. Blocks are [frames, channels]; `promised` is the header's seconds, if it says."""

    rate: int
    channels: int
    codec: str
    promised: float | None
    blocks: Iterator[Samples]


def decode(path: Path, *, name: str, max_seconds: float) -> Audio:
    """All of a recording; sound above WHISPER_RATE is brought down to it, since nothing here hears more.

    The samples are a file mapped into memory: hours of sound take room only where they are looked at, and give it
    back when others need it.

    Raises:
        BadRecording: it cannot be used; `name` is what people know the file by.
    """
    size = size_of_file(path, name)
    request: dict[str, Fact] = {"path": str(path.absolute()), "max_seconds": max_seconds}
    with ask_for_bulk("samples", request, name=name, size=size) as (written, scratch):
        samples = Rows(**written["rows"]).mapped(scratch)
        return Audio(samples, written["rate"], written["codec"], written["source_rate"])


def write_samples(path: Path, scratch: BinaryIO, *, name: str, max_seconds: float) -> dict[str, Any]:
    """Decode into a file; the facts that `decode` needs to make Audio of it.

    Raises:
        BadRecording: as for `decode`.
        ScratchFull: the file cannot grow.
    """
    with open_sound(path, name=name) as stream:
        blocks = _within(stream, name, max_seconds)
        rate = min(stream.rate, WHISPER_RATE)
        if stream.rate > rate:
            blocks = _brought_down(blocks, stream, rate)
        rows = Rows.with_room(stream.channels, max_seconds, rate)
        lowest, highest = np.full(stream.channels, np.inf), np.full(stream.channels, -np.inf)
        for block in _gathered(blocks):
            lowest, highest = np.minimum(lowest, block.min(axis=1)), np.maximum(highest, block.max(axis=1))
            rows.append(scratch, block)
        if float((highest - lowest).max()) / 2 < SILENT_BELOW:
            raise BadRecording("asr.silent", file=name, seconds=round(rows.frames / rate, 1))
        return {"rows": rows.facts(), "rate": rate, "codec": stream.codec, "source_rate": stream.rate}


def _gathered(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """Codecs hand out frames of 20 ms; these are BLOCK_FRAMES or more, as [channels, frames]."""
    parts: list[Samples] = []
    waiting = 0
    for block in blocks:
        parts.append(block)
        waiting += len(block)
        if waiting >= BLOCK_FRAMES:
            yield np.ascontiguousarray(np.concatenate(parts).T, dtype=np.float32)
            parts, waiting = [], 0
    if waiting:
        yield np.ascontiguousarray(np.concatenate(parts).T, dtype=np.float32)


@contextmanager
def open_sound(path: Path, *, name: str) -> Iterator[SoundStream]:
    """A recording as blocks at its own rate, for those who need not hold all of it.

    Raises:
        BadRecording: on opening, or later while the blocks are read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if size == 0:
                raise BadRecording("asr.empty", file=name)
            _refuse_truncated_wav(path, name)
            with _sound_of(path, file, name) as stream:
                if stream.channels > 2:
                    raise BadRecording("asr.too_many_channels", file=name, channels=stream.channels)
                yield stream
    except FileNotFoundError as error:
        raise BadRecording("asr.missing", file=name) from error
    except (av.FFmpegError, soundfile.LibsndfileError) as error:
        raise BadRecording("asr.broken", file=name) from error
    except OSError as error:
        raise BadRecording("asr.unreadable", file=name) from error


@contextmanager
def _sound_of(path: Path, file: BinaryIO, name: str) -> Iterator[SoundStream]:
    demuxer = headerless_format(path, name)
    sound = None if demuxer else _soundfile_of(file)
    if sound is not None:
        with sound:
            promised = _whole_seconds(path, sound.frames / sound.samplerate)
            codec = f"{sound.format}/{sound.subtype}".lower()
            yield SoundStream(sound.samplerate, sound.channels, codec, promised, _soundfile_blocks(sound))
        return
    file.seek(0)
    with _ffmpeg_of(file, demuxer, name) as container:
        stream = _ffmpeg_stream(container, name)
        says = mp3_seconds(path, stream.rate) if stream.codec.startswith("mp3/") else stream.promised
        yield replace(stream, promised=says and _whole_seconds(path, says))


def _whole_seconds(path: Path, seconds: float) -> float:
    """What a header promised, where the decoder has made it fit the part of the file that is there."""
    size = path.stat().st_size
    return seconds * max(1.0, (whole_size(path) or 0) / size)


def _soundfile_of(file: BinaryIO) -> soundfile.SoundFile | None:
    """None for what libsndfile lacks, and for MP3, of which its decoder tells the terminal every small flaw."""
    try:
        sound = soundfile.SoundFile(file)
    except soundfile.LibsndfileError:
        return None
    if sound.format == "MP3":
        sound.close()
        return None
    return sound


def _soundfile_blocks(sound: soundfile.SoundFile) -> Iterator[Samples]:
    while len(block := sound.read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
        yield block


def _ffmpeg_of(file: BinaryIO, demuxer: str | None, name: str) -> InputContainer:
    head = file.read(12)
    file.seek(0)
    try:
        options = {"format_whitelist": DEMUXERS}
        if demuxer in BARE_TELEPHONY:
            options["sample_rate"] = "8000"
        return av.open(file, "r", format=demuxer, options=options)
    except av.FFmpegError as error:
        known = head.startswith(SIGNATURES) or head[4:8] == b"ftyp"
        raise BadRecording("asr.broken" if known else "asr.not_audio", file=name) from error


def _ffmpeg_stream(container: InputContainer, name: str) -> SoundStream:
    if not container.streams.audio:
        raise BadRecording("asr.no_audio_stream", file=name)
    stream = container.streams.audio[0]
    if not _has_decoder(stream):
        raise BadRecording("asr.unknown_codec", file=name)
    kind = container.format.name.split(",", 1)[0]
    promised = container.duration / av.time_base if container.duration and kind in HEADER_SAYS_LENGTH else None
    codec = f"{kind}/{stream.codec_context.name}"
    if not stream.rate or not stream.channels:
        raise BadRecording("asr.broken", file=name)
    return SoundStream(stream.rate, stream.channels, codec, promised, _ffmpeg_blocks(container, stream, name))


def _has_decoder(stream: AudioStream) -> bool:
    return getattr(stream, "codec_context", None) is not None


def _ffmpeg_blocks(container: InputContainer, stream: AudioStream, name: str) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="flt", layout=stream.layout, rate=stream.rate)
    packets = damaged = 0
    for packet in container.demux(stream):
        packets += 1
        try:
            frames = packet.decode()
        except av.FFmpegError:
            damaged += 1
            continue
        for frame in frames:
            for part in resampler.resample(frame):
                yield _block(part)
    for part in resampler.resample(None):
        yield _block(part)
    if damaged > max(1, DAMAGED_SHARE * packets):
        raise BadRecording("asr.broken", file=name)


def _block(frame: AudioFrame) -> Samples:
    """Interleaved floats as [frames, channels]."""
    return np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, len(frame.layout.channels))


def _within(stream: SoundStream, name: str, max_seconds: float) -> Iterator[Samples]:
    """The stream's blocks, held to the length it promised and to the longest allowed."""
    too_long = BadRecording("asr.too_long", file=name, hours=round(max_seconds / 3600, 2))
    if stream.promised is not None and stream.promised > max_seconds:
        raise too_long
    frames = 0
    for block in stream.blocks:
        frames += len(block)
        if frames > max_seconds * stream.rate:
            raise too_long
        yield block
    seconds = frames / stream.rate
    if frames == 0:
        raise BadRecording("asr.no_sound", file=name)
    if stream.promised is not None and stream.promised - seconds > MISSING_SECONDS:
        raise _truncated(name, stream.promised, seconds)


def _refuse_truncated_wav(path: Path, name: str) -> None:
    length = wav_length(path)
    if length is not None and length.promised - length.present > MISSING_SECONDS:
        raise _truncated(name, length.promised, length.present)


def _truncated(name: str, promised: float, present: float) -> BadRecording:
    return BadRecording("asr.truncated", file=name, promised=round(promised, 1), present=round(present, 1))


def _brought_down(blocks: Iterator[Samples], stream: SoundStream, rate: int) -> Iterator[Samples]:
    resampler = soxr.ResampleStream(stream.rate, rate, stream.channels, dtype="float32")
    for block in blocks:
        yield resampler.resample_chunk(block)
    yield resampler.resample_chunk(np.zeros((0, stream.channels), np.float32), last=True)

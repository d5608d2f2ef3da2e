from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from asr.audio import WHISPER_RATE, Audio
from asr.decode import decode
from models.errors import BadRecording
from tests.asr.speech_samples import RATE, tone, two_channels, write_with_ffmpeg

SECONDS = 3.0


def opened(path: Path, max_seconds: float = 3600.0) -> Audio:
    return decode(path, name=path.name, max_seconds=max_seconds)


def refusal(path: Path, max_seconds: float = 3600.0) -> str:
    with pytest.raises(BadRecording) as refused:
        opened(path, max_seconds)
    assert refused.value.say("zh")
    assert path.name in refused.value.say("en")
    return refused.value.reason.code


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_U8", "FLOAT", "ALAW", "ULAW", "IMA_ADPCM", "MS_ADPCM"])
def test_two_channel_wav_of_every_kind_keeps_its_channels(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, two_channels(SECONDS), RATE, subtype=subtype)

    audio = opened(path)

    assert (audio.channels, audio.rate, audio.source_rate) == (2, RATE, RATE)
    assert audio.seconds == pytest.approx(SECONDS, abs=0.1)
    left, right = np.abs(audio.samples).max(axis=1)
    assert left == pytest.approx(0.3, abs=0.05)
    assert right == pytest.approx(0.1, abs=0.05)


def test_gsm_wav(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(SECONDS), RATE, subtype="GSM610")

    assert opened(path).seconds == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize(
    ("name", "format_", "subtype"),
    [("call.flac", "FLAC", "PCM_16"), ("call.ogg", "OGG", "VORBIS"), ("call.opus", "OGG", "OPUS")],
)
def test_formats_of_soundfile(tmp_path: Path, name: str, format_: str, subtype: str) -> None:
    path = tmp_path / name
    soundfile.write(path, two_channels(SECONDS), RATE, format=format_, subtype=subtype)

    audio = opened(path)

    assert audio.channels == 2
    assert audio.seconds == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize(
    ("name", "codec", "container", "rate"),
    [
        ("call.mp3", "libmp3lame", "mp3", RATE),
        ("call.m4a", "aac", "mp4", RATE),
        ("call.amr", "libopencore_amrnb", "amr", RATE),
        ("call.g722", "g722", "g722", WHISPER_RATE),
        ("call-g722.wav", "g722", "wav", WHISPER_RATE),
        ("call.al", "pcm_alaw", "alaw", RATE),
    ],
)
def test_formats_of_ffmpeg(tmp_path: Path, name: str, codec: str, container: str, rate: int) -> None:
    path = tmp_path / name
    write_with_ffmpeg(path, tone(SECONDS, rate=rate), codec, container, rate)

    audio = opened(path)

    assert audio.seconds == pytest.approx(SECONDS, abs=0.3)  # AAC at 8 kHz pads by two frames of 0.1 s
    assert np.abs(audio.samples).max() == pytest.approx(0.3, abs=0.1)


def test_the_content_decides_and_not_the_extension(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    write_with_ffmpeg(path, tone(SECONDS), "libmp3lame", "mp3")
    assert "mp3" in opened(path).codec.lower()

    path = tmp_path / "call.mp3"
    soundfile.write(path, tone(SECONDS), RATE, format="WAV")
    assert opened(path).codec.startswith("wav")


def test_a_headerless_name_does_not_hide_a_wav(tmp_path: Path) -> None:
    path = tmp_path / "call.g722"
    soundfile.write(path, tone(SECONDS), RATE, format="WAV")

    assert opened(path).codec.startswith("wav")


def test_studio_rates_are_brought_down_but_remembered(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, two_channels(SECONDS).repeat(6, axis=0), 48_000)

    audio = opened(path)

    assert (audio.rate, audio.source_rate) == (WHISPER_RATE, 48_000)
    assert audio.seconds == pytest.approx(SECONDS, abs=0.01)


def test_empty_and_foreign_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"")
    assert refusal(path) == "asr.empty"

    path.write_bytes("这是一段文字，不是录音。\n".encode() * 500)
    assert refusal(path) == "asr.not_audio"

    path.write_bytes(np.random.default_rng(0).integers(0, 256, 50_000, dtype=np.uint8).tobytes())
    assert refusal(path) == "asr.not_audio"

    path.write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(200)))
    assert refusal(path) == "asr.broken"


def test_a_playlist_may_not_make_the_decoder_open_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "other.wav"
    soundfile.write(secret, tone(SECONDS), RATE)
    path = tmp_path / "call.m3u8"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{secret}\n#EXT-X-ENDLIST\n")

    assert refusal(path) == "asr.not_audio"


def test_a_truncated_wav_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(10.0), RATE)
    path.write_bytes(path.read_bytes()[: 44 + 4 * RATE * 2])

    with pytest.raises(BadRecording) as refused:
        opened(path)
    assert refused.value.reason.code == "asr.truncated"
    assert refused.value.reason.facts["promised"] == 10.0
    assert refused.value.reason.facts["present"] == 4.0


def test_a_wav_that_was_streamed_and_promises_nothing_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(SECONDS), RATE)
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(content))

    assert opened(path).seconds == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize(("codec", "container"), [("aac", "mp4"), ("flac", "flac")])
def test_other_truncated_files_do_not_pass_for_whole(tmp_path: Path, codec: str, container: str) -> None:
    path = tmp_path / "call"
    noise = np.random.default_rng(0).normal(0, 0.1, 20 * RATE).astype(np.float32)
    write_with_ffmpeg(path, noise, codec, container)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert refusal(path) in {"asr.truncated", "asr.broken"}


def test_a_dead_line_is_silent_even_in_a_law(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, np.zeros((RATE, 2), np.float32), RATE, subtype="ALAW")
    assert refusal(path) == "asr.silent"

    soundfile.write(path, np.zeros(0, np.float32), RATE)
    assert refusal(path) == "asr.no_sound"


def test_a_quiet_call_is_not_silent(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(SECONDS, level=0.003), RATE)

    assert opened(path).seconds == pytest.approx(SECONDS)


def test_a_film_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "call.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        for packet in [*stream.encode(av.VideoFrame(64, 64, "yuv420p")), *stream.encode(None)]:
            out.mux(packet)

    assert refusal(path) == "asr.no_audio_stream"


def test_six_channels(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, np.tile(tone(SECONDS)[:, None], (1, 6)), RATE)

    assert refusal(path) == "asr.too_many_channels"


def test_longer_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(SECONDS), RATE)
    assert refusal(path, max_seconds=2.0) == "asr.too_long"

    path = tmp_path / "call.amr"
    write_with_ffmpeg(path, tone(SECONDS), "libopencore_amrnb", "amr")
    assert refusal(path, max_seconds=2.0) == "asr.too_long"


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "call.wav"
    folder.mkdir()
    assert refusal(folder) == "asr.unreadable"
    assert refusal(tmp_path / "gone.wav") == "asr.missing"

import os
import socket
import subprocess
import sys
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
ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize("subtype", ["ALAW", "ULAW", "PCM_16"])
def test_au_of_telephone_recorders(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "call.au"
    soundfile.write(path, two_channels(SECONDS), RATE, format="AU", subtype=subtype)

    audio = opened(path)

    assert (audio.channels, audio.rate) == (2, RATE)
    assert audio.seconds == pytest.approx(SECONDS, abs=0.01)


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
        ("call.ul", "pcm_mulaw", "mulaw", RATE),
        ("call.aac", "aac", "adts", RATE),
        ("call.caf", "pcm_alaw", "caf", RATE),
        ("call.webm", "libopus", "webm", WHISPER_RATE),
        ("call.3gp", "libopencore_amrnb", "3gp", RATE),
        ("call-g726.wav", "adpcm_g726", "wav", RATE),
    ],
)
def test_formats_of_ffmpeg(tmp_path: Path, name: str, codec: str, container: str, rate: int) -> None:
    path = tmp_path / name
    write_with_ffmpeg(path, tone(SECONDS, rate=rate), codec, container, rate)

    audio = opened(path)

    assert audio.seconds == pytest.approx(SECONDS, abs=0.3)  # AAC at 8 kHz pads by two frames of 0.1 s
    assert np.abs(audio.samples).max() == pytest.approx(0.3, abs=0.1)


def test_wma(tmp_path: Path) -> None:
    path = tmp_path / "call.wma"
    with av.open(str(path), "w", format="asf") as out:
        stream = out.add_stream("wmav2", rate=RATE, layout="mono")
        stream.bit_rate = 32_000
        frame = av.AudioFrame.from_ndarray(tone(SECONDS).reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)

    assert opened(path).seconds == pytest.approx(SECONDS, abs=0.3)


def test_g729(tmp_path: Path) -> None:
    """No encoder is at hand: frames of 10 octets for 10 ms each, of any content, are G.729."""
    path = tmp_path / "call.g729"
    path.write_bytes(np.random.default_rng(0).integers(0, 256, 3000, dtype=np.uint8).tobytes())

    audio = opened(path)

    assert (audio.channels, audio.rate) == (1, RATE)
    assert audio.seconds == pytest.approx(3.0, abs=0.1)


def test_wide_band_amr(tmp_path: Path) -> None:
    """No encoder is at hand: the frame of RFC 4867, 6.60 kbit/s, is a header octet and 132 bits for 20 ms."""
    path = tmp_path / "call.awb"
    bits = np.random.default_rng(0).integers(0, 256, (150, 17), dtype=np.uint8)
    path.write_bytes(b"#!AMR-WB\n" + b"".join(b"\x04" + row.tobytes() for row in bits))

    audio = opened(path)

    assert (audio.channels, audio.rate) == (1, WHISPER_RATE)
    assert audio.seconds == pytest.approx(3.0, abs=0.1)


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


@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("aac", "mp4"),
        ("flac", "flac"),
        ("libmp3lame", "mp3"),
        ("pcm_alaw", "caf"),
        ("pcm_s16le", "w64"),
        ("pcm_s16be", "aiff"),
        ("pcm_mulaw", "au"),
    ],
)
def test_other_truncated_files_do_not_pass_for_whole(tmp_path: Path, codec: str, container: str) -> None:
    path = tmp_path / "call"
    noise = np.random.default_rng(0).normal(0, 0.1, 20 * RATE).astype(np.float32)
    write_with_ffmpeg(path, noise, codec, container)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert refusal(path) in {"asr.truncated", "asr.broken"}


@pytest.mark.parametrize(("codec", "container"), [("libopus", "ogg"), ("libopencore_amrnb", "amr"), ("aac", "adts")])
def test_of_files_that_promise_nothing_what_is_there_is_heard(tmp_path: Path, codec: str, container: str) -> None:
    path = tmp_path / "call"
    noise = np.random.default_rng(0).normal(0, 0.1, 20 * RATE).astype(np.float32)
    write_with_ffmpeg(path, noise, codec, container)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert 5.0 < opened(path).seconds < 15.0


def test_a_header_and_nothing_more(tmp_path: Path) -> None:
    for name, codec, container in [
        ("call.amr", "libopencore_amrnb", "amr"),
        ("call.mp3", "libmp3lame", "mp3"),
        ("call.ogg", "libopus", "ogg"),
        ("call.flac", "flac", "flac"),
        ("call.m4a", "aac", "mp4"),
        ("call.wav", "pcm_s16le", "wav"),
    ]:
        path = tmp_path / name
        write_with_ffmpeg(path, tone(20.0), codec, container)
        header = 6 if container == "amr" else 44
        path.write_bytes(path.read_bytes()[:header])
        assert refusal(path) in {"asr.no_sound", "asr.truncated", "asr.broken", "asr.not_audio"}, name


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


def test_twenty_channels_are_named_in_the_refusal(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, np.tile(tone(SECONDS)[:, None], (1, 20)), RATE)

    with pytest.raises(BadRecording) as refused:
        opened(path)
    assert "20 个声道" in refused.value.say("zh")


def test_192_kilohertz(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(SECONDS, rate=192_000), 192_000)

    audio = opened(path)

    assert (audio.rate, audio.source_rate) == (WHISPER_RATE, 192_000)
    assert audio.seconds == pytest.approx(SECONDS, abs=0.01)
    assert np.abs(audio.samples).max() == pytest.approx(0.3, abs=0.02)


def test_three_hours_take_little_memory(tmp_path: Path) -> None:
    """In a process of its own, so that only this recording is weighed."""
    path = tmp_path / "call.wav"
    soundfile.write(path, two_channels(10.0), RATE, subtype="ALAW")
    hours = 3 * 3600 * RATE * 2
    with path.open("r+b") as file:
        header = path.stat().st_size - 10 * RATE * 2
        file.seek(4)
        file.write((header - 8 + hours).to_bytes(4, "little"))
        file.seek(header - 4)
        file.write(hours.to_bytes(4, "little"))
        file.truncate(header + hours)
    script = f"""
import psutil
from pathlib import Path
from asr.decode import decode
before = psutil.Process().memory_info()
audio = decode(Path({str(path)!r}), name="call.wav", max_seconds=4 * 3600.0)
after = psutil.Process().memory_info()
decoder, = psutil.Process().children()
print(audio.seconds, (after.rss - before.rss) / 1e6, decoder.memory_info().rss / 1e6)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, here, decoder = map(float, done.stdout.split())
    assert seconds == 3 * 3600
    assert here < 20
    assert decoder < 150


def test_samples_may_be_changed_by_those_who_get_them(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, two_channels(SECONDS), RATE)

    audio = opened(path)
    audio.samples[0] *= 2

    assert float(np.abs(audio.samples[0]).max()) == pytest.approx(0.6, abs=0.01)
    assert float(np.abs(audio.samples[1]).max()) == pytest.approx(0.1, abs=0.01)


def test_a_film_is_heard_and_not_watched(tmp_path: Path) -> None:
    path = tmp_path / "call.mp4"
    with av.open(str(path), "w") as out:
        picture = out.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        sound = out.add_stream("aac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(SECONDS).reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        for packet in [*picture.encode(av.VideoFrame(64, 64, "yuv420p")), *picture.encode(None)]:
            out.mux(packet)
        for packet in [*sound.encode(frame), *sound.encode(None)]:
            out.mux(packet)

    assert opened(path).seconds == pytest.approx(SECONDS, abs=0.3)


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
    assert refusal(folder) == "asr.not_a_file"
    assert refusal(tmp_path / "gone.wav") == "asr.missing"
    assert refusal(tmp_path / ("很长" * 200 + ".wav")) == "asr.unreadable"


def test_what_may_never_end_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "call.wav"
    os.mkfifo(pipe)
    assert refusal(pipe) == "asr.not_a_file"

    door = tmp_path / "door.wav"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(door))
        assert refusal(door) == "asr.not_a_file"

    device = tmp_path / "endless.wav"
    device.symlink_to("/dev/zero")
    assert refusal(device) == "asr.not_a_file"

"""Decoders that crash, hang or are left behind: real processes, really killed and stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import soundfile

from asr import decoder
from asr.decode import decode
from asr.playback import peaks, write_playable
from models.errors import BadRecording
from tests.asr.speech_samples import RATE, tone, write_with_ffmpeg

ROOT = Path(__file__).parents[2]


def decoders() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it may end while we look
            if "asr.decoder_main" in child.cmdline():
                found.append(child)
    return found


def seconds_in(path: Path) -> float:
    return decode(path, name=path.name, max_seconds=4 * 3600.0).seconds


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def short(tmp_path: Path) -> Path:
    path = tmp_path / "short.wav"
    soundfile.write(path, tone(2.0), RATE)
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Three hours of AMR, which take many seconds to decode; its frames say the same over and over."""
    path = tmp_path / "三小时.amr"
    write_with_ffmpeg(path, tone(10.0), "libopencore_amrnb", "amr")
    whole = path.read_bytes()
    path.write_bytes(whole[:6] + whole[6:] * 1080)
    return path


@pytest.fixture
def only_decoder(short: Path) -> Iterator[psutil.Process]:
    """The one decoder of this process, at rest."""
    decoder._DECODERS.children.close()
    seconds_in(short)
    (only,) = decoders()
    yield only
    decoder._DECODERS.children.close()


def test_one_decoder_serves_many_recordings(only_decoder: psutil.Process, short: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(200)))
    for _ in range(3):
        assert seconds_in(short) == 2.0
        with pytest.raises(BadRecording):
            seconds_in(tmp_path / "broken.wav")
    assert [process.pid for process in decoders()] == [only_decoder.pid]


def test_the_decoder_imports_only_what_decoding_needs() -> None:
    script = (
        "import sys, asr.decoder_main;"
        "print(*{'faster_whisper', 'ctranslate2', 'onnxruntime', 'sqlalchemy', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_a_decoder_that_was_killed_at_rest_is_replaced(only_decoder: psutil.Process, short: Path) -> None:
    only_decoder.kill()
    assert seconds_in(short) == 2.0
    assert [process.pid for process in decoders()] != [only_decoder.pid]


def test_a_recording_that_crashes_its_decoder_twice_is_refused(
    only_decoder: psutil.Process, long: Path, short: Path
) -> None:
    crashed = set()
    over = threading.Event()

    def crash() -> None:
        while not over.wait(0.02):
            for process in decoders():
                with suppress(psutil.NoSuchProcess):
                    if process.pid not in crashed and process.cpu_times().user > 1.0:
                        crashed.add(process.pid)
                        process.send_signal(signal.SIGSEGV)

    thread = threading.Thread(target=crash)
    thread.start()
    try:
        with pytest.raises(BadRecording) as refused:
            seconds_in(long)
    finally:
        over.set()
        thread.join()
    assert refused.value.reason.code == "asr.decoder_crashed"
    assert "三小时.amr" in refused.value.say("zh")
    assert len(crashed) == 2
    assert seconds_in(short) == 2.0


def test_a_crash_that_does_not_come_back_costs_nothing(only_decoder: psutil.Process, short: Path) -> None:
    only_decoder.suspend()
    timer = threading.Timer(0.3, only_decoder.kill)
    timer.start()
    assert seconds_in(short) == 2.0
    timer.join()


def test_a_decoder_that_hangs_is_given_up(
    only_decoder: psutil.Process, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "PATIENCE", 0.5)
    only_decoder.suspend()
    began = time.monotonic()
    with pytest.raises(BadRecording) as refused:
        seconds_in(short)
    assert refused.value.reason.code == "asr.decoder_hung"
    assert short.name in refused.value.say("en")
    assert time.monotonic() - began < 5
    assert gone(only_decoder.pid)
    monkeypatch.undo()
    assert seconds_in(short) == 2.0


def test_patience_grows_with_the_recording(
    only_decoder: psutil.Process, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes are still being decoded long after a short recording would have been given up."""
    monkeypatch.setattr(decoder, "PATIENCE", 0.01)
    monkeypatch.setattr(decoder, "PATIENCE_PER_MEGABYTE", 60.0)
    long.write_bytes(long.read_bytes()[: long.stat().st_size // 18])
    assert seconds_in(long) == pytest.approx(600, rel=0.01)


def test_playing_is_as_safe_as_hearing(
    only_decoder: psutil.Process, short: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "PATIENCE", 0.5)
    only_decoder.suspend()
    with pytest.raises(BadRecording) as refused:
        write_playable(short, tmp_path / "cache" / "short.wav")
    assert refused.value.reason.code == "asr.decoder_hung"
    assert list((tmp_path / "cache").iterdir()) == []
    monkeypatch.undo()
    assert max(peaks(short, 10)[0]) == pytest.approx(0.3, abs=0.01)


def test_threads_decode_side_by_side(only_decoder: psutil.Process, tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.wav" for i in range(1, 9)]
    for i, path in enumerate(paths, 1):
        soundfile.write(path, tone(float(i)), RATE)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(seconds_in, paths * 3)) == [float(i) for i in range(1, 9)] * 3
    assert 1 <= len(decoders()) <= decoder.AT_ONCE


def test_no_sound_is_left_lying_about(
    only_decoder: psutil.Process, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = short.parent / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    audio = decode(short, name=short.name, max_seconds=60.0)
    assert list(folder.iterdir()) == []
    assert float(abs(audio.samples).max()) == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_decoder_outlives_its_parent(long: Path, how: signal.Signals) -> None:
    script = (
        "from pathlib import Path; from asr.decode import decode;"
        f"decode(Path({str(long)!r}), name='long', max_seconds=4 * 3600.0)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        busy: list[psutil.Process] = []

        def decoding() -> bool:
            busy[:] = [c for c in psutil.Process(parent.pid).children() if c.cpu_times().user > 0.5]
            return bool(busy)

        assert eventually(decoding, 30)
        os.kill(parent.pid, how)
        assert parent.wait(30) != 0
        assert eventually(lambda: gone(busy[0].pid))
    finally:
        parent.kill()
        parent.wait()

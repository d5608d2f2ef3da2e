import hashlib
import json
import os
import shutil
import signal
import time
from datetime import datetime
from pathlib import Path

import pytest

from batch.transcripts import target_names
from models.transcript import TRANSCRIPT_JSON
from pipeline.processing.folder import FoundFile
from sample_audio import CALLS
from tests.batch.conftest import CallqaCommand


def targets(*paths: tuple[str, str]) -> list[str]:
    """Of (path, name below the folder that was given)."""
    files = [FoundFile(Path(path), name) for path, name in paths]
    names = target_names(files, "json")
    assert len({str(name).casefold() for name in names.values()}) == len(files)
    return [str(names[file]) for file in files]


def test_a_transcript_is_named_after_its_recording() -> None:
    assert targets(("/in/1.wav", "1.wav"), ("/in/v2.3.mp3", "v2.3.mp3")) == ["1.json", "v2.3.json"]


def test_the_folders_below_the_given_one_are_kept() -> None:
    assert targets(("/in/a/1.wav", "a/1.wav"), ("/in/b/1.wav", "b/1.wav")) == ["a/1.json", "b/1.json"]


def test_recordings_of_one_stem_keep_their_suffix() -> None:
    found = targets(("/in/1.mp3", "1.mp3"), ("/in/1.wav", "1.wav"), ("/in/2.wav", "2.wav"))
    assert found == ["1.mp3.json", "1.wav.json", "2.json"]


def test_recordings_of_one_name_are_told_apart_by_their_folder() -> None:
    assert targets(("/in/a/1.wav", "1.wav"), ("/in/b/1.wav", "1.wav")) == ["a-1.wav.json", "b-1.wav.json"]


@pytest.mark.parametrize("order", [1, -1])
def test_however_unlucky_the_names_no_transcript_overwrites_another(order: int) -> None:
    found = [
        ("/x/a/1.wav", "1.wav"),
        ("/y/a/1.wav", "1.wav"),
        ("/in/1.mp3", "1.mp3"),
        ("/in/1.wav.amr", "1.wav.amr"),
        ("/in/a-1.wav.ogg", "a-1.wav.ogg"),
        ("/in/A-1.WAV.gsm", "A-1.WAV.gsm"),
        ("/in/1.wav-2.au", "1.wav-2.au"),
    ]
    assert len(targets(*found[::order])) == len(found)


def test_calls_of_one_name_in_several_folders_all_get_their_vcon(callqa: CallqaCommand, tmp_path: Path) -> None:
    for folder, call in [("早班", "telecom-bill-query.wav"), ("晚班", "shop-refund-shirking.wav")]:
        (tmp_path / "in" / folder).mkdir(parents=True)
        shutil.copyfile(CALLS / call, tmp_path / "in" / folder / call)
        shutil.copyfile(CALLS / call, tmp_path / "in" / folder / "telecom-bill-query.wav")
    original = tmp_path / "in" / "早班" / "telecom-bill-query.wav"
    os.utime(original, (1_772_600_000, 1_772_600_000))

    done = callqa.run("transcribe", "in", "--format", "vcon", "--output", "out")

    assert done.returncode == 0, done.stderr
    written = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.vcon"))
    assert written == [
        "早班/telecom-bill-query.vcon",
        "晚班/shop-refund-shirking.vcon",
        "晚班/telecom-bill-query.vcon",
    ]
    vcon = json.loads((tmp_path / "out" / "早班" / "telecom-bill-query.vcon").read_text("utf8"))
    transcript = TRANSCRIPT_JSON.validate_python(vcon["analysis"][0]["body"])
    assert transcript.recording.sha256 == hashlib.sha256(original.read_bytes()).hexdigest()
    began = datetime.fromisoformat(vcon["dialog"][0]["start"]).timestamp()
    assert began + transcript.recording.seconds == pytest.approx(1_772_600_000, abs=0.002)


def test_what_is_no_file_is_refused_and_does_not_hang(callqa: CallqaCommand, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "call.wav")
    done = callqa.run("transcribe", "call.wav", "--lang", "zh")
    assert done.returncode == 3
    assert "“call.wav”不是文件" in done.stderr


def test_on_stdout_transcripts_keep_the_order_of_their_files(callqa: CallqaCommand) -> None:
    calls = [CALLS / name for name in ("broken.wav", "shop-refund-shirking.wav", "telecom-bill-query.wav")]
    alone = [callqa.run("transcribe", call, "--workers", "1").stdout for call in calls]
    assert callqa.run("transcribe", *calls, "--workers", "3").stdout == "".join(alone)
    assert alone[0] == ""


def test_interrupted_it_ends_at_once_and_what_is_written_is_whole(callqa: CallqaCommand, tmp_path: Path) -> None:
    process = callqa.start("transcribe", CALLS, "--format", "json", "--output", "out", "--workers", "2")
    deadline = time.monotonic() + 120
    while not list((tmp_path / "out").glob("*.json")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    written = list((tmp_path / "out").iterdir())
    assert 0 < len(written) < len(list(CALLS.iterdir()))
    for path in written:
        TRANSCRIPT_JSON.validate_json(path.read_bytes())

import json
from pathlib import Path

import pytest

from batch.cli import COMMANDS
from sample_audio import CALLS
from tests.batch.conftest import CallqaCommand

CALL = CALLS / "telecom-bill-query.wav"
STARTED_ELSEWHERE = {"batch", "transcribe", "serve", "worker", "rescore", "rules"}
"""From nothing as well, to be interrupted or killed."""


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - STARTED_ELSEWHERE))
def test_a_command_needs_nothing_that_others_import(callqa: CallqaCommand, command: str) -> None:
    process = callqa.start(command, "--help")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, f"callqa {command}" in out.replace("python -m batch", "callqa")) == (0, True), out + err


def test_a_transcript_is_written_as_json_and_scored_from_it(callqa: CallqaCommand, tmp_path: Path) -> None:
    done = callqa.run("transcribe", CALL, "--format", "json", "--output", "out")
    assert done.returncode == 0, done.stderr
    written = tmp_path / "out" / "telecom-bill-query.json"
    transcript = json.loads(written.read_text("utf8"))
    assert transcript.keys() == {"recording", "turns", "voice", "origin"}
    assert {turn["role"] for turn in transcript["turns"]} == {"agent", "customer"}

    scored = json.loads(callqa.run("score", written, "--json").stdout)
    assert (scored["file"], scored["score"]["total"] >= 90) == (str(written), True)
    assert "预评分" in callqa.run("score", written).stdout


@pytest.mark.parametrize(("form", "mark"), [("srt", "-->"), ("vtt", "WEBVTT"), ("txt", "座席")])
def test_a_transcript_is_printed_in_other_formats(callqa: CallqaCommand, form: str, mark: str) -> None:
    done = callqa.run("transcribe", CALL, "--format", form)
    assert mark in done.stdout, done.stderr


def test_a_broken_file_among_good_ones_is_named_and_the_others_are_transcribed(callqa: CallqaCommand) -> None:
    done = callqa.run("transcribe", CALLS / "broken.wav", CALL, "--output", "out", "--lang", "en")
    assert done.returncode == 3
    assert "broken.wav" in done.stderr
    assert (callqa.folder / "out" / "telecom-bill-query.txt").exists()


def test_a_file_that_is_no_transcript_is_refused(callqa: CallqaCommand, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"turns": []}')
    done = callqa.run("score", "a.json", "--lang", "en")
    assert done.returncode == 3
    assert "a.json is not a transcript" in done.stderr


def test_the_demo_shows_every_sample_call_and_where_to_look(callqa: CallqaCommand) -> None:
    done = callqa.run("demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    for call in CALLS.iterdir():
        assert call.name in done.stdout
    assert "优秀" in done.stdout
    assert "callqa serve" in done.stdout


def test_a_missing_path_is_said(callqa: CallqaCommand) -> None:
    done = callqa.run("batch", "nowhere", "--lang", "en")
    assert (done.returncode, "There is no file or folder nowhere." in done.stderr) == (3, True)


@pytest.mark.parametrize("url", ["oracle://x", "postgresql://nobody:secret@127.0.0.1:1/none", "not a url"])
def test_a_database_that_cannot_be_used_is_said_without_its_password(callqa: CallqaCommand, url: str) -> None:
    callqa.environment["CALLQA_DATABASE_URL"] = url
    done = callqa.run("db", "upgrade")
    assert done.returncode in (2, 4)
    assert "secret" not in done.stderr + done.stdout
    assert done.stderr.strip().startswith("✗")


def test_missing_weights_say_what_to_install(callqa: CallqaCommand) -> None:
    callqa.environment["CALLQA_TRANSCRIBER"] = "whisper"
    callqa.environment["HF_HUB_OFFLINE"] = "1"
    done = callqa.run("batch", CALL, "--model", "small", "--lang", "en")
    assert done.returncode == 4
    assert "small" in done.stderr


def test_settings_show_what_is_in_force_without_passwords(callqa: CallqaCommand) -> None:
    callqa.environment["CALLQA_DATABASE_URL"] = "postgresql://u:secret@h/d"
    out = callqa.run("settings").stdout
    assert "CALLQA_DATABASE_URL" in out
    assert "secret" not in out

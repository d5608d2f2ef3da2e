import json
import shutil
from pathlib import Path

from sample_audio import CALLS, MANIFEST, TRUTH
from tests.batch.conftest import CallqaCommand, SampleBatch

BROKEN = {"broken.wav", "empty.wav", "silent.wav"}


def test_the_sample_calls_are_scored_and_the_broken_ones_set_aside(sample_batch: SampleBatch) -> None:
    summary = json.loads(sample_batch.done.stdout)
    by_file = {call["file"]: call for call in summary["calls"]}
    spoken = {json.loads(path.read_text("utf8"))["file"] for path in TRUTH.glob("*.json")}

    assert sample_batch.done.returncode == 5, "some recordings were set aside"
    assert {file for file, call in by_file.items() if call["state"] == "quarantined"} == BROKEN
    assert {file for file, call in by_file.items() if call["state"] == "scored"} == spoken
    assert all(call["why"][0]["sentence"] for file, call in by_file.items() if file in BROKEN)
    assert all(call["agent"] for call in by_file.values())
    assert summary["queued"] >= 5
    assert all(call["why"] for call in by_file.values() if call["queued"])
    assert not summary["notes"]


def test_a_second_run_does_nothing_and_says_the_same(
    callqa: CallqaCommand, tmp_path: Path, sample_batch: SampleBatch
) -> None:
    sample_batch.copy_to(tmp_path / "home")
    first = json.loads(sample_batch.done.stdout)
    second = callqa.batch_json(CALLS, "--manifest", MANIFEST)
    assert (second["processed"], second["new"]) == (0, 0)
    assert second["calls"] == first["calls"]


def test_another_pack_scores_again_beside_the_old_score_without_transcribing(
    callqa: CallqaCommand, tmp_path: Path
) -> None:
    from sqlalchemy import func, select

    from models.tables import CallRow, ScoreRow, TranscriptRow
    from scoring.pack import load_pack
    from storage.database import open_database, sessions

    calls = tmp_path / "calls"
    calls.mkdir()
    wav = next(path for path in sorted(CALLS.glob("*.wav")) if path.name not in BROKEN)
    shutil.copy(wav, calls)
    callqa.batch_json(calls)
    text = load_pack("inbound-service").text
    version = load_pack("inbound-service").version
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace(f"version: {version}", f"version: {version + 1}", 1), "utf8")
    assert callqa.batch_json(calls, "--pack", mine)["processed"] == 1

    engine = open_database(f"sqlite:///{tmp_path / 'home' / 'callqa.db'}")
    with sessions(engine)() as session:
        assert session.scalar(select(func.count(TranscriptRow.id))) == 1
        assert session.scalar(select(func.count(ScoreRow.id))) == 2
        newest = session.scalar(select(func.max(ScoreRow.id)))
        assert session.scalar(select(CallRow.score_id)) == newest
    engine.dispose()


def test_a_changed_pack_under_the_same_version_is_refused(callqa: CallqaCommand, tmp_path: Path) -> None:
    from scoring.pack import load_pack

    callqa.batch_json(CALLS / "empty.wav")
    mine = tmp_path / "mine.yaml"
    mine.write_text(load_pack("inbound-service").text.replace("为您服务", "为你服务"), "utf8")
    done = callqa.run("batch", CALLS / "empty.wav", "--pack", mine, "--lang", "en")
    assert done.returncode == 3
    assert "version" in done.stderr


def test_copies_are_processed_once_and_reported(callqa: CallqaCommand, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    for name in ("a.wav", "b.wav"):
        shutil.copy(CALLS / "silent.wav", calls / name)
    summary = callqa.batch_json(calls)
    assert summary["recordings"] == 1
    assert [note["code"] for note in summary["notes"]] == ["pipeline.same_content"]


def test_rows_without_files_and_files_without_rows_are_listed(callqa: CallqaCommand, tmp_path: Path) -> None:
    manifest = tmp_path / "calls.csv"
    manifest.write_text("file,agent_id\ngone.wav,8001\n", "utf8")
    summary = callqa.batch_json(CALLS / "silent.wav", "--manifest", manifest)
    assert [note["code"] for note in summary["notes"]] == ["pipeline.row_without_file", "pipeline.file_without_row"]


def test_a_wrong_manifest_stops_the_batch_before_it_begins(callqa: CallqaCommand, tmp_path: Path) -> None:
    manifest = tmp_path / "calls.csv"
    manifest.write_text("file,satisfaction\nsilent.wav,12\n", "utf8")
    done = callqa.run("batch", CALLS, "--manifest", manifest)
    assert done.returncode == 3
    assert "第 2 行第 2 列（satisfaction）：“12”" in done.stderr
    assert not list((tmp_path / "home").rglob("*.wav"))


def test_what_was_set_aside_is_tried_again_when_asked(callqa: CallqaCommand) -> None:
    assert callqa.batch_json(CALLS / "silent.wav")["processed"] == 1
    assert callqa.batch_json(CALLS / "silent.wav")["processed"] == 0
    assert callqa.batch_json(CALLS / "silent.wav", "--retry-quarantined")["processed"] == 1


def test_an_unreadable_file_is_listed_and_the_rest_goes_on(callqa: CallqaCommand, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    shutil.copy(CALLS / "silent.wav", calls / "b.wav")
    (calls / "a.wav").symlink_to(calls / "nowhere.wav")
    summary = callqa.batch_json(calls)
    assert [reason["code"] for reason in summary["refused_files"]] == ["pipeline.unreadable"]
    assert summary["recordings"] == 1


def test_a_folder_without_recordings_says_so(callqa: CallqaCommand, tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    done = callqa.run("batch", tmp_path / "calls", "--lang", "en")
    assert done.returncode == 3
    assert "no recordings" in done.stderr

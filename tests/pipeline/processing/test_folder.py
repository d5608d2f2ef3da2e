from pathlib import Path

import pytest

from models.call import Metadata
from models.errors import NotFound
from pipeline.processing.folder import find_files, match
from pipeline.processing.manifest import ManifestRow


def folder_of(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


def row(line: int, file: str, agent: str = "8001") -> ManifestRow:
    return ManifestRow(line, file, Metadata(agent_id=agent))


def test_recordings_are_found_in_subfolders_and_nothing_else(tmp_path: Path) -> None:
    folder_of(tmp_path, "b.WAV", "day1/a.mp3", "notes.txt", ".hidden.wav", ".trash/c.wav", "calls.csv")
    assert [file.name for file in find_files([tmp_path])] == ["b.WAV", "day1/a.mp3"]


def test_a_file_named_outright_is_taken_whatever_its_name_and_only_once(tmp_path: Path) -> None:
    folder_of(tmp_path, "a.wav", "recording.dat")
    found = find_files([tmp_path / "recording.dat", tmp_path, tmp_path / "a.wav"])
    assert [file.name for file in found] == ["a.wav", "recording.dat"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        find_files([tmp_path / "nowhere"])


@pytest.mark.parametrize("written", ["1.wav", "a/1.wav", "D:\\record\\a\\1.wav", "/mnt/record/a/1.wav"])
def test_a_row_finds_its_file_by_the_end_of_the_path(tmp_path: Path, written: str) -> None:
    files = find_files([folder_of(tmp_path, "a/1.wav", "b/2.wav")])
    matched = match(files, [row(2, written), row(3, "2.wav", "8002")])
    assert [metadata and metadata.agent_id for _, metadata in matched.files] == ["8001", "8002"]
    assert not matched.notes


def test_rows_without_files_and_files_without_rows_are_reported(tmp_path: Path) -> None:
    files = find_files([folder_of(tmp_path, "1.wav", "2.wav")])
    matched = match(files, [row(2, "1.wav"), row(3, "gone.wav")])
    assert [note.say("en") for note in matched.notes] == [
        "Manifest line 3: there is no recording gone.wav.",
        "2.wav: the manifest does not name it; processed without metadata.",
    ]


def test_a_row_that_fits_two_files_is_given_to_neither(tmp_path: Path) -> None:
    files = find_files([folder_of(tmp_path, "a/1.wav", "b/1.wav")])
    matched = match(files, [row(2, "1.wav")])
    assert [metadata for _, metadata in matched.files] == [None, None]
    assert matched.notes[0].say("en") == "Manifest line 2: 1.wav fits 2 files; name the folder too."


def test_a_second_row_for_the_same_file_is_reported_and_not_used(tmp_path: Path) -> None:
    files = find_files([folder_of(tmp_path, "a/1.wav")])
    matched = match(files, [row(2, "a/1.wav", "8001"), row(3, "1.wav", "8002")])
    assert matched.files[0][1] == Metadata(agent_id="8001")
    assert [note.code for note in matched.notes] == ["pipeline.row_again"]


def test_without_a_manifest_there_is_nothing_to_report(tmp_path: Path) -> None:
    assert match(find_files([folder_of(tmp_path, "1.wav")]), []).notes == ()

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.errors import BadRecording
from models.ledger import RecordingState
from models.tables import CallRow, RecordingRow, SourceRow
from pipeline.processing.intake import TakenIn, keep, take_in
from storage.calls.metadata import get_metadata
from storage.owner import Owner

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def take(
    session: Session, folder: Path, file: Path, metadata: Metadata | None = None, *, key: str = "k1", name: str = ""
) -> TakenIn:
    return take_in(
        session,
        file,
        name=name or file.name,
        metadata=metadata,
        settings_key=key,
        audio_dir=folder / "audio",
        now=NOW,
    )


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "a.WAV"
    file.write_bytes(b"some sound")
    return file


def test_a_new_recording_is_kept_and_on_the_ledger(session: Session, tmp_path: Path, recording: Path) -> None:
    taken = take(session, tmp_path, recording, Metadata(agent_id="8001"))
    row = session.get_one(RecordingRow, taken.recording_id)
    assert taken.is_new
    assert row.state == RecordingState.RECEIVED
    assert (tmp_path / "audio" / row.audio).read_bytes() == b"some sound"
    assert row.audio.endswith(".wav")
    assert get_metadata(session, row.id).agent_id == "8001"


def test_content_seen_before_is_not_taken_in_again(session: Session, tmp_path: Path, recording: Path) -> None:
    first = take(session, tmp_path, recording, Metadata(agent_id="8001"))
    session.get_one(RecordingRow, first.recording_id).state = RecordingState.SCORED
    again = take(session, tmp_path, recording, Metadata(agent_id="8002"))
    assert (again.recording_id, again.is_new, again.first_file) == (first.recording_id, False, None)
    assert session.get_one(RecordingRow, first.recording_id).state == RecordingState.SCORED
    assert get_metadata(session, first.recording_id).agent_id == "8002", "a corrected manifest counts"


def test_the_same_content_under_another_name_is_one_call_with_the_first_ones_metadata(
    session: Session, tmp_path: Path, recording: Path
) -> None:
    first = take(session, tmp_path, recording, Metadata(agent_id="8001"))
    copy = tmp_path / "copy.wav"
    copy.write_bytes(recording.read_bytes())
    second = take(session, tmp_path, copy, Metadata(agent_id="8002"))
    assert second.recording_id == first.recording_id
    assert second.first_file == "a.WAV"
    assert get_metadata(session, first.recording_id).agent_id == "8001"
    assert session.scalar(select(func.count(CallRow.id))) == 1
    assert session.scalar(select(func.count(SourceRow.id))) == 2


def test_another_setting_reopens_the_recording(session: Session, tmp_path: Path, recording: Path) -> None:
    taken = take(session, tmp_path, recording)
    row = session.get_one(RecordingRow, taken.recording_id)
    row.state, row.attempts = RecordingState.SCORED, 2
    session.flush()
    take(session, tmp_path, recording, key="k2")
    session.refresh(row)
    assert (row.state, row.settings_key, row.attempts) == (RecordingState.RECEIVED, "k2", 0)


def test_an_upload_without_settings_leaves_a_finished_recording_alone(
    session: Session, tmp_path: Path, recording: Path
) -> None:
    row = session.get_one(RecordingRow, take(session, tmp_path, recording).recording_id)
    row.state = RecordingState.SCORED
    session.flush()
    take(session, tmp_path, recording, key="")
    session.refresh(row)
    assert (row.state, row.settings_key) == (RecordingState.SCORED, "k1")


def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(session: Session, tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match=r"gone\.wav: cannot be read \(No such file"):
        take(session, tmp_path, tmp_path / "gone.wav")
    assert session.scalar(select(func.count(RecordingRow.id))) == 0


def test_a_file_that_changes_while_it_is_copied_is_refused(tmp_path: Path, recording: Path) -> None:
    with pytest.raises(BadRecording, match="still being written"):
        keep(recording, "0" * 64, tmp_path / "audio")
    assert not kept(tmp_path / "audio")


def test_what_a_killed_process_had_half_copied_is_swept_away_and_a_living_one_s_is_not(
    tmp_path: Path, recording: Path
) -> None:
    incoming = tmp_path / "audio" / "incoming"
    dead, living = Owner(incoming), Owner(incoming)
    for owner in (dead, living):
        (incoming / f"{quote(owner.name, safe='')}.part").write_bytes(b"half")
    with living:
        place = keep(recording, hashlib.sha256(recording.read_bytes()).hexdigest(), tmp_path / "audio")
        assert sorted(path.name for path in kept(tmp_path / "audio")) == sorted(
            [Path(place).name, f"{quote(living.name, safe='')}.part"]
        )


def kept(audio_dir: Path) -> list[Path]:
    """Recordings, whole or half, without what belongs to the locks."""
    return [path for path in audio_dir.rglob("*") if path.is_file() and path.suffix != ".lock" and path.name != "place"]


def test_an_empty_file_is_a_recording_too_so_that_its_reason_is_kept(session: Session, tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    assert take(session, tmp_path, empty).is_new

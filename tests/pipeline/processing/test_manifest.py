from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.call import AgentStage, Direction
from models.errors import BadManifest
from pipeline.processing.manifest import read_manifest
from sample_audio import MANIFEST


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "calls.csv"
    path.write_bytes(text.encode(encoding))
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadManifest) as raised:
        read_manifest(write(folder, text))
    return [detail.say("en") for detail in raised.value.details] or [raised.value.say("en")]


def test_a_row_becomes_metadata_and_the_centres_own_columns_are_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "file,agent_id,agent_stage,direction,started_at,satisfaction,transferred,skill\n"
        "a.wav,8001,probation,inbound,2026-11-20T09:30:00+08:00,5,false,宽带\n",
    )
    (row,) = read_manifest(path)
    assert (row.line, row.file) == (2, "a.wav")
    assert row.metadata.agent_stage is AgentStage.PROBATION
    assert row.metadata.direction is Direction.INBOUND
    assert row.metadata.started_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert row.metadata.satisfaction == 5
    assert row.metadata.transferred is False
    assert row.metadata.extra == {"skill": "宽带"}
    assert row.metadata.team is None


def test_chinese_headings_and_words_from_excel_in_gb18030(tmp_path: Path) -> None:
    text = "录音文件,座席工号,座席阶段,呼叫方向,通话时间,是否转接\r\n甲.wav,8002,试用,外呼,2026/11/20 09:30:00,是\r\n"
    (row,) = read_manifest(write(tmp_path, text, "gb18030"))
    assert row.file == "甲.wav"
    assert row.metadata.agent_stage is AgentStage.PROBATION
    assert row.metadata.direction is Direction.OUTBOUND
    assert row.metadata.started_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC), "a time without a zone is China's"
    assert row.metadata.transferred is True


def test_excels_byte_order_mark_is_no_part_of_the_heading(tmp_path: Path) -> None:
    assert read_manifest(write(tmp_path, "file\na.wav\n", "utf-8-sig"))[0].file == "a.wav"


def test_every_mistake_is_named_with_line_and_column(tmp_path: Path) -> None:
    text = "file,agent_stage,satisfaction,started_at\na.wav,boss,9,yesterday\n\n,intern,,\nb.wav,intern\na.wav,,,\n"
    said = mistakes(tmp_path, text)
    assert len(said) == 5
    assert said[0].startswith("Line 2, column 2 (agent_stage): “boss”")
    assert said[1].startswith("Line 2, column 4 (started_at): “yesterday”") or "satisfaction" in said[1]
    assert any(s.startswith("Line 2, column 3 (satisfaction): “9”") for s in said)
    assert any(s.startswith("Line 4, column 1 (file)") for s in said)
    assert any(s.startswith("Line 5: 2 cells") for s in said)


def test_the_same_file_twice_is_a_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "file\na.wav\na.wav\n") == ["Line 3: a.wav was named on line 2 already."]


def test_a_half_written_row_is_a_mistake(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, 'file,agent_id\na.wav,"80')
    assert said.startswith("Line 2: not correct CSV")


@pytest.mark.parametrize("text", ["", "agent_id\n8001\n", "file,file\na,b\n"])
def test_a_manifest_must_name_files_once(tmp_path: Path, text: str) -> None:
    assert "Line 1" in mistakes(tmp_path, text)[0]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(b"\xff\xfe\x80\x81\xff")
    with pytest.raises(BadManifest, match="neither UTF-8 nor GB18030"):
        read_manifest(path)


def test_a_missing_manifest_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match="No such file"):
        read_manifest(tmp_path / "none.csv")


def test_the_sample_manifest_is_read() -> None:
    rows = read_manifest(MANIFEST)
    assert len(rows) >= 17
    assert all(row.metadata.agent_id for row in rows)

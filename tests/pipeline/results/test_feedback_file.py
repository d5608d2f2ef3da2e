"""Complaints and praise from a CSV: everything or nothing, and nothing twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadManifest
from models.tables import FeedbackRow
from pipeline.results.feedback_file import Imported, import_feedback
from tests.pipeline.judged import NOW, Desk

HEAD = "编号,类型,内容,工号,客户号码,时间,录音文件\n"


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def written(folder: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path = folder / "投诉.csv"
    path.write_text(text, encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_imported_once(session: Session, desk: Desk, tmp_path: Path, encoding: str) -> None:
    call_id = desk.call(file="0042.wav")
    path = written(
        tmp_path,
        HEAD + "C-1,投诉,让我自己去找厂家,6603,13812341234,2026/11/20 09:30,\nP-2,表扬,很耐心,,,,0042.wav\n",
        encoding,
    )
    assert import_feedback(session, desk.lead, path, NOW, source="crm") == Imported(2, 0, 1)
    complaint, praise = session.scalars(select(FeedbackRow).order_by(FeedbackRow.id))
    assert (complaint.kind, complaint.source, complaint.key) == ("complaint", "crm", "C-1")
    assert complaint.happened_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert (praise.kind, praise.call_id, praise.agent_id) == ("praise", call_id, "6603")
    assert import_feedback(session, desk.lead, path, NOW, source="crm") == Imported(0, 2, 0)
    assert len(session.scalars(select(FeedbackRow)).all()) == 2


def test_every_mistake_is_told_and_nothing_is_imported(session: Session, desk: Desk, tmp_path: Path) -> None:
    rows = [
        "C-1,投诉,好的一行,6603,,2026-11-20 09:30,",
        "C-2,建议,…,,,,",
        ",投诉,没有编号,,,,",
        "C-4,投诉,…,,,昨天,",
        "C-5,投诉,…,,,,nowhere.wav",
        "C-1,投诉,又一行,,,,",
        "C-7,投诉",
    ]
    with pytest.raises(BadManifest) as wrong:
        import_feedback(session, desk.lead, written(tmp_path, HEAD + "\n".join(rows)), NOW)
    assert [(one.code.removeprefix("pipeline.feedback_"), one.facts["line"]) for one in wrong.value.details] == [
        ("cell_kind", 3),
        ("cell_empty", 4),
        ("cell_time", 5),
        ("unknown_file", 6),
        ("twice", 7),
        ("cells", 8),
    ]
    assert "第 3 行第 2 列：“建议”不是类型" in wrong.value.details[0].say()
    assert session.scalars(select(FeedbackRow)).all() == []


def test_other_words_under_a_known_number_are_refused(session: Session, desk: Desk, tmp_path: Path) -> None:
    import_feedback(session, desk.lead, written(tmp_path, HEAD + "C-1,投诉,一,,,,\n"), NOW)
    with pytest.raises(BadManifest) as wrong:
        import_feedback(session, desk.lead, written(tmp_path, HEAD + "C-1,投诉,二,,,,\nC-2,投诉,三,,,,\n"), NOW)
    assert [one.code for one in wrong.value.details] == ["pipeline.feedback_otherwise"]
    assert session.scalars(select(FeedbackRow.key)).all() == ["C-1"]


@pytest.mark.parametrize("text", ["编号,类型\nC-1,投诉\n", "编号,类型,内容,内容\nC-1,投诉,a,b\n"])
def test_columns_must_be_there_once(session: Session, desk: Desk, tmp_path: Path, text: str) -> None:
    with pytest.raises(BadManifest):
        import_feedback(session, desk.lead, written(tmp_path, text), NOW)


def test_what_is_no_csv_says_where(session: Session, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadManifest) as wrong:
        import_feedback(session, desk.lead, written(tmp_path, HEAD + 'C-1,投诉,"未完,,,,\n'), NOW)
    assert wrong.value.details

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.orm import Session

from models.call import AgentStage, Direction, Metadata
from models.errors import NotFound
from models.tables import RecordingRow
from storage.calls.metadata import MetadataChange, get_metadata, put_metadata

Register = Callable[..., RecordingRow]

BEIJING = timezone(timedelta(hours=8))
FULL = Metadata(
    agent_id="1001",
    agent_name="李娜",
    team="一组",
    agent_stage=AgentStage.PROBATION,
    direction=Direction.INBOUND,
    call_type="投诉",
    started_at=datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=BEIJING),
    customer_number="13800000000",
    satisfaction=4,
    transferred=False,
    extra={"工单号": "A-17"},
)


def test_without_a_manifest_nothing_is_known(session: Session, register: Register) -> None:
    assert get_metadata(session, register("a.wav").id) == Metadata()


def test_all_that_was_put_is_got(session: Session, register: Register) -> None:
    row = register("a.wav")
    change = put_metadata(session, row.id, FULL)
    session.expire_all()
    found = get_metadata(session, row.id)
    assert found == FULL
    assert found.started_at is not None
    assert found.started_at.tzinfo == UTC
    assert isinstance(found.agent_stage, AgentStage)
    assert len(change.filled) == 11
    assert change.changed == ()


def test_the_same_manifest_again_changes_nothing(session: Session, register: Register) -> None:
    row = register("a.wav")
    put_metadata(session, row.id, FULL)
    session.expire_all()
    assert not put_metadata(session, row.id, FULL)


def test_a_later_manifest_fills_gaps_and_keeps_the_rest(session: Session, register: Register) -> None:
    row = register("a.wav")
    put_metadata(session, row.id, Metadata(agent_id="1001", transferred=False, extra={"工单号": "A-17"}))
    change = put_metadata(session, row.id, Metadata(team="一组", extra={"渠道": "电话"}))
    assert change == MetadataChange(filled=("渠道", "team"))
    assert get_metadata(session, row.id) == Metadata(
        agent_id="1001", team="一组", transferred=False, extra={"工单号": "A-17", "渠道": "电话"}
    )


def test_a_corrected_manifest_wins_and_says_what_it_changed(session: Session, register: Register) -> None:
    row = register("a.wav")
    put_metadata(session, row.id, Metadata(agent_id="1001", satisfaction=0, extra={"工单号": "A-17"}))
    change = put_metadata(session, row.id, Metadata(agent_id="1002", satisfaction=5, extra={"工单号": "A-18"}))
    assert change == MetadataChange(changed=("工单号", "agent_id", "satisfaction"))
    session.expire_all()
    assert get_metadata(session, row.id) == Metadata(agent_id="1002", satisfaction=5, extra={"工单号": "A-18"})


def test_odd_characters_are_kept_visible(session: Session, register: Register) -> None:
    row = register("a.wav")
    odd = Metadata(team="一组\0", extra={"note": "half \ud83d of a smile"})
    put_metadata(session, row.id, odd)
    session.expire_all()
    assert get_metadata(session, row.id) == Metadata(team=r"一组\x00", extra={"note": r"half \ud83d of a smile"})
    assert not put_metadata(session, row.id, odd)


def test_an_unknown_recording_has_no_metadata(session: Session) -> None:
    with pytest.raises(NotFound, match="7"):
        get_metadata(session, 7)
    with pytest.raises(NotFound, match="7"):
        put_metadata(session, 7, FULL)


def test_a_time_without_a_zone_is_refused(session: Session, register: Register) -> None:
    row = register("a.wav")
    naive = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001
    with pytest.raises(Exception, match="without a zone"):
        put_metadata(session, row.id, Metadata(started_at=naive))

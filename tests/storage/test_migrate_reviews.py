"""Calls that routing had queued before there were reviews wait for a person after the upgrade."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from models.reason import Reason
from models.review import PRIORITIES, priority_of
from models.tables import AssignmentRow, MoveRow, ReviewRow
from storage.database import open_database, sessions
from storage.json_text import dumps
from storage.migrate import upgrade
from storage.review.reviews import reasons_of

REASONS: dict[int, tuple[str, ...]] = {
    1: ("scoring.routed_fatal", "scoring.routed_low_score"),
    2: ("scoring.routed_random",),
    3: (),
    5: ("scoring.routed_of_tomorrow",),
    **{10 + number: (code,) for number, code in enumerate(PRIORITIES) if code.startswith("scoring.routed_")},
}
"""By call: why it was queued; nothing was doubted then. Call 4 was not; call 6 was with a score it no longer shows."""

SEEN = datetime(2026, 1, 1, 8, tzinfo=UTC)


SCORED_CALL = """
INSERT INTO recordings (id, sha256, file, audio, bytes, state, settings_key, attempts, created_at, updated_at)
  VALUES (:id, :hash, 'a.wav', 'a.wav', 9, 'scored', 'k', 1, :at, :at);
INSERT INTO transcripts (id, recording_id, transcriber_key, body, created_at) VALUES (:id, :id, 't', '{}', :at);
INSERT INTO scores (id, recording_id, transcript_id, pack_id, scorecard_id, fatal, coverage, body, created_at)
  VALUES (:id, :id, :id, 1, 1, :fatal, 0.9, '{}', :at), (:other, :id, :id, 2, 1, :fatal, 0.9, '{}', :at);
INSERT INTO routings (id, recording_id, score_id, queued, reasons, inclusion_probability, created_at)
  VALUES (:id, :id, :id, :queued, CAST(:reasons AS {json}), 1.0, :at),
  (:other, :id, :other, true, '[{"code": "scoring.routed_fatal", "facts": {}}]', 1.0, :at);
INSERT INTO calls (id, recording_id, agent_id, team, extra, score_id)
  VALUES (:id, :id, '6603', '服务二组', '{}', :id)
"""
"""As the first tables held it, with an older score that it no longer shows."""


@pytest.fixture
def of_yesterday(unmigrated_url: str) -> Iterator[Engine]:
    engine = open_database(unmigrated_url)
    upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO definitions (id, kind, name, version, sha256, body, created_at)"
                " VALUES (1, 'pack', 'p', 1, 'a', 'b', :at), (2, 'pack', 'p', 2, 'c', 'd', :at)"
            ),
            {"at": _stored(engine, SEEN)},
        )
        for call in (*REASONS, 4, 6):
            _call(connection, call, _stored(engine, SEEN + timedelta(minutes=call)), queued=call in REASONS)
    yield engine
    engine.dispose()


def _stored(engine: Engine, at: datetime) -> object:
    return at if engine.dialect.name == "postgresql" else at.strftime("%Y-%m-%d %H:%M:%S.000000")


def _call(connection, call: int, at: object, *, queued: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    reasons = dumps([{"code": code, "facts": {"item": "推诿"}} for code in REASONS.get(call, ())])
    facts = {"id": call, "at": at, "queued": queued, "reasons": reasons}
    facts |= {"hash": str(call), "fatal": call == 1, "other": 100 + call}
    json = "jsonb" if connection.dialect.name == "postgresql" else "text"
    for statement in SCORED_CALL.replace("{json}", json).split(";"):
        connection.execute(text(statement), facts)


@pytest.fixture
def upgraded(of_yesterday: Engine) -> Iterator[Session]:
    upgrade(of_yesterday)
    with sessions(of_yesterday)() as session:
        yield session


def test_every_queued_call_waits_with_its_reasons_and_its_urgency(upgraded: Session) -> None:
    rows = {row.call_id: row for row in upgraded.scalars(select(ReviewRow).order_by(ReviewRow.id))}
    assert list(rows) == sorted(REASONS)
    for call, codes in REASONS.items():
        reasons = tuple(Reason(code, {"item": "推诿"}) for code in codes)
        assert reasons_of(rows[call]) == reasons
        assert rows[call].priority == priority_of(reasons), codes
        assert (rows[call].state, rows[call].score_id, rows[call].fatal) == ("queued", call, call == 1)
        assert (rows[call].agent_id, rows[call].team, rows[call].blind) == ("6603", "服务二组", True)
        assert rows[call].queued_at == SEEN + timedelta(minutes=call)
        due = rows[call].due_at
        assert due is not None
        assert abs(due - datetime.now(UTC) - timedelta(hours=48)) < timedelta(minutes=5)


def test_each_has_its_move_and_an_open_assignment(upgraded: Session) -> None:
    reviews = {row.id: row for row in upgraded.scalars(select(ReviewRow))}
    moves = upgraded.scalars(select(MoveRow)).all()
    assert sorted(move.review_id for move in moves) == sorted(reviews)
    assert {(move.before, move.after, move.by) for move in moves} == {("machine_scored", "queued", "callqa")}
    given = upgraded.scalars(select(AssignmentRow)).all()
    assert sorted(one.review_id for one in given) == sorted(reviews)
    for one in given:
        review = reviews[one.review_id]
        assert (one.slot, one.purpose, one.state, one.user_id, one.revision) == (1, "review", "open", None, 1)
        assert (one.priority, one.team, one.due_at) == (review.priority, review.team, review.due_at)


def test_the_next_review_gets_a_number_of_its_own(upgraded: Session) -> None:
    """PostgreSQL counts by itself also after rows came in by the thousand."""
    known = set(upgraded.scalars(select(ReviewRow.id)))
    row = upgraded.scalars(select(ReviewRow)).first()
    assert row is not None
    values = {c.name: getattr(row, c.name) for c in ReviewRow.__table__.columns if c.name != "id"}
    new = ReviewRow(**(values | {"call_id": 4}))
    upgraded.add(new)
    upgraded.flush()
    assert new.id not in known

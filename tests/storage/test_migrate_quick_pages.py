"""What pages add up stands beside what was there before the upgrade, as it does beside what comes later."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from models.finding import Answer, Opinion
from models.score import ItemClass, ItemMove, ItemScore, ItemState
from models.tables import AssignmentRow, DeductionRow, FinalScoreRow, ReviewRow
from storage.database import open_database, sessions
from storage.json_text import dumps
from storage.migrate import upgrade
from storage.results import deductions


def item(id_: str, got: float | None, **facts: Any) -> dict[str, Any]:
    return asdict(ItemScore(id_, f"项目{id_}", ItemClass.ORDINARY, ItemState.JUDGED, 10.0, got, **facts))


def without_moves(id_: str, got: float | None) -> dict[str, Any]:
    """As it was stored before items told which rule did what."""
    kept = ("id", "name", "item_class", "state", "points", "got")
    return {name: value for name, value in item(id_, got).items() if name in kept}


def score(*items: dict[str, Any], fatal: tuple[str, ...] = ()) -> dict[str, Any]:
    half = len(items) // 2
    sections = [
        {"id": "a", "name": "前", "points": 50.0, "got": 50.0, "items": items[:half]},
        {"id": "b", "name": "后", "points": 50.0, "got": 50.0, "items": items[half:]},
    ]
    head = {"card": "desk", "card_version": 1, "total": 80.0, "grade": None, "coverage": 1.0}
    return {**head, "sections": sections, "fatal": fatal}


MOVED = (ItemMove("shirking", Answer.HIT, lost=4.0),)
BODIES: dict[int, tuple[dict[str, Any], dict[str, float]]] = {
    1: (score(item("lost", 6.0, moves=MOVED, lost=4.0), item("kept", 10.0)), {"lost": 4.0}),
    2: (score(without_moves("old", 3.0), without_moves("unjudged", None)), {"old": 7.0}),
    3: (score(item("fatal", 10.0, fatal=True), item("fired", 0.0, fatal=True), fatal=("fatal", "fired")), {}),
    4: (score(item("weighed", 5.0, opinion=Opinion("weighed", 0.4, Answer.HIT), lost=2.0)), {"weighed": 2.0}),
    5: (
        score(item("won", 8.0, moves=MOVED, lost=0.0), item("on_total", -3.0, moves=MOVED, lost=3.0)),
        {"on_total": 3.0},
    ),
    6: ({**score(), "sections": []}, {}),
}
"""By final score: what it says, and what each item cost."""
BODIES[3][1].update({"fatal": 0.0, "fired": 10.0})

REVIEWED = """
INSERT INTO definitions (id, kind, name, version, sha256, body, created_at)
  VALUES (1, 'scorecard', 'desk', 1, 'a', 'b', '2026-01-01 00:00:00');
INSERT INTO recordings (id, sha256, file, audio, bytes, state, settings_key, attempts, seconds, created_at, updated_at)
  VALUES (1, 'c', 'a.wav', 'a.wav', 9, 'scored', 'k', 1, 63.0, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
INSERT INTO calls (id, recording_id, extra, started_at) VALUES (1, 1, '{}', '2025-12-31 08:00:00');
INSERT INTO reviews (id, call_id, state, reasons, priority, fatal, blind, final_id, queued_at, updated_at)
  VALUES (1, 1, 'published', '[]', 0, false, true, 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
INSERT INTO assignments (id, review_id, call_id, slot, purpose, state, priority, created_at, revision)
  VALUES (1, 1, 1, 1, 'review', 'submitted', 0, '2026-01-01 00:00:00', 1)
"""

FINAL = """
INSERT INTO final_scores
  (id, review_id, call_id, source, scorecard_id, judgement, body, total, fatal, published_by, published_at)
VALUES (:id, 1, 1, 'review', 1, '{}', CAST(:body AS {json}), 80.0, true, '周主管', '2026-01-02 00:00:00')
"""


@pytest.fixture
def upgraded(unmigrated_url: str) -> Iterator[Session]:
    engine = open_database(unmigrated_url)
    upgrade(engine, "0009")
    with engine.begin() as connection:
        for statement in REVIEWED.split(";"):
            connection.exec_driver_sql(statement)
        for id_, (body, _) in BODIES.items():
            connection.execute(text(_final(engine)), {"id": id_, "body": dumps(body)})
    upgrade(engine)
    with sessions(engine)() as session:
        yield session
    engine.dispose()


def _final(engine: Engine) -> str:
    return FINAL.replace("{json}", "jsonb" if engine.dialect.name == "postgresql" else "text")


def _kept(session: Session) -> dict[int, dict[str, tuple[str, float]]]:
    found: dict[int, dict[str, tuple[str, float]]] = {id_: {} for id_ in BODIES}
    for row in session.scalars(select(DeductionRow)):
        found[row.final_id][row.item] = (row.name, row.lost)
    return found


def test_each_score_has_the_items_that_cost_points_or_were_fatal(upgraded: Session) -> None:
    expected = {id_: {one: (f"项目{one}", lost) for one, lost in items.items()} for id_, (_, items) in BODIES.items()}
    assert _kept(upgraded) == expected


def test_the_same_as_scores_made_from_now_on(upgraded: Session) -> None:
    filled = _kept(upgraded)
    upgraded.execute(delete(DeductionRow))
    for final in upgraded.scalars(select(FinalScoreRow)):
        deductions.keep(upgraded, final)
    assert _kept(upgraded) == filled


def test_reviews_and_assignments_know_what_is_added_up(upgraded: Session) -> None:
    review = upgraded.scalars(select(ReviewRow)).one()
    assert (review.seconds, review.started_at) == (63.0, datetime(2025, 12, 31, 8, tzinfo=UTC))
    assert (review.final_total, review.final_fatal, review.final_at) == (80.0, True, datetime(2026, 1, 2, tzinfo=UTC))
    assert upgraded.scalars(select(AssignmentRow.seconds)).all() == [63.0]

"""Many calls queued at once are queued as one by one: the same rows, the same announcements."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, inspect, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.person import SYSTEM
from models.review import ReviewState
from models.tables import AssignmentRow, DeliveryRow, MoveRow, ReviewRow, WebhookRow
from storage.database import sessions
from storage.review.reviews import Wanted, find_review, move, queue_call, queue_calls, review_of, withdraw
from tests.pipeline.inspected import CHANCE, FATAL, LOW, NOW, Inspected

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def centre(engine: Engine) -> Inspected:
    return Inspected(sessions(engine))


@pytest.fixture
def calls(centre: Inspected) -> list[int]:
    """New; waiting; waiting for two; withdrawn; begun; judged; new."""
    calls = [
        centre.call(),
        centre.call(CHANCE),
        centre.call(CHANCE, double=True),
        centre.call(LOW),
        centre.call(LOW),
        centre.call(LOW),
        centre.call(),
    ]
    with centre.make.begin() as session:
        for url in ("https://a.example", "https://b.example"):
            asked = {"events": ["call.flagged"], "active": True, "created_by": "李敏", "created_at": NOW}
            session.add(WebhookRow(url=url, secret="s", **asked))
        withdrawn, begun, judged = (found(session, calls[place]) for place in (3, 4, 5))
        withdraw(session, withdrawn, SYSTEM, NOW, None)
        move(session, begun, ReviewState.IN_REVIEW, SYSTEM, NOW)
        move(session, judged, ReviewState.IN_REVIEW, SYSTEM, NOW)
        move(session, judged, ReviewState.SUBMITTED, SYSTEM, NOW)
    return calls


def found(session: Session, call: int) -> ReviewRow:
    review = review_of(session, call)
    assert review is not None
    return find_review(session, review.id)


def every_way(calls: Sequence[int]) -> list[Wanted]:
    """Each call for one and for two people, with what it had and with more, some calls more than once."""
    wanted: list[Wanted] = []
    for number, call in enumerate([*calls, calls[0], calls[1], calls[3], calls[6]]):
        wanted.append(
            Wanted(
                call,
                None,
                ((LOW, CHANCE), (FATAL,), (CHANCE,))[number % 3],
                priority=(0.0, 55.0)[number % 2],
                fatal=number % 4 == 1,
                due_at=(None, LATER + timedelta(days=9))[number % 2],
                double=number % 3 == 1,
                blind=number % 5 != 2,
            )
        )
    return wanted


def rows(session: Session) -> dict[str, list[str]]:
    """All there is of reviews, named by their calls: ids depend on the order of writing."""
    call_of = dict(session.execute(select(ReviewRow.id, ReviewRow.call_id)).all())
    told: dict[str, list[str]] = {}
    for table in (ReviewRow, AssignmentRow, MoveRow, DeliveryRow):
        names = [column.key for column in inspect(table).columns if column.key != "id"]
        said = select(*(getattr(table, name) for name in names))
        bodies = [dict(row._mapping) for row in session.execute(said)]
        told[table.__tablename__] = sorted(
            str({**body, "review_id": call_of.get(body.get("review_id", 0))}) for body in bodies
        )
    return told


def undone(session: Session, how: Callable[[], Any]) -> dict[str, list[str]]:
    """The rows there are after it was done, and undone again."""
    how()
    session.flush()
    made = rows(session)
    session.rollback()
    return made


def one_by_one(session: Session, wanted: Sequence[Wanted]) -> None:
    for one in wanted:
        facts = {name: getattr(one, name) for name in Wanted.__dataclass_fields__}
        queue_call(session, **facts, now=LATER, by=SYSTEM)


def test_at_once_leaves_the_same_rows_as_one_by_one(session: Session, calls: list[int]) -> None:
    wanted = every_way(calls)
    singly = undone(session, lambda: one_by_one(session, wanted))
    together = undone(session, lambda: queue_calls(session, wanted, LATER))
    assert [len(made) for made in together.values()] == [7, 12, 12, 6]
    assert together == singly


def test_reviews_are_answered_in_the_order_asked_for(session: Session, calls: list[int]) -> None:
    wanted = every_way(calls)[::-1]
    assert [review.call_id for review in queue_calls(session, wanted, LATER)] == [one.call_id for one in wanted]


def test_nothing_wanted_nothing_made(session: Session, calls: list[int]) -> None:
    before = rows(session)
    assert queue_calls(session, [], LATER) == []
    assert rows(session) == before


def test_one_that_is_not_there_stops_all(session: Session, calls: list[int]) -> None:
    with pytest.raises(NotFound) as refusal:
        queue_calls(session, [Wanted(calls[0], None, [LOW]), Wanted(99, None, [LOW])], LATER)
    assert "99" in refusal.value.say("zh")


def test_many_are_looked_up_with_as_many_statements_as_few(centre: Inspected, engine: Engine, session: Session) -> None:
    calls = [centre.call() for _ in range(20)]
    counted: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: counted.append(given[2].split()[0]))
    queue_calls(session, [Wanted(call, None, [LOW]) for call in calls[:2]], NOW)
    few = counted.count("SELECT")
    counted.clear()
    queue_calls(session, [Wanted(call, None, [LOW]) for call in calls[2:]], NOW)
    assert counted.count("SELECT") == few

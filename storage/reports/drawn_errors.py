"""What people found wrong in the calls that a draw picked."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.review import Purpose
from models.tables import ErrorFactRow, FinalScoreRow, ReviewRow, SelectionRow, VerdictRow
from storage.reports.call_facts import errors_in


def picked_calls(session: Session, draw_id: int) -> Sequence[int]:
    """In the order of `storage.sampling.plans.heard`."""
    query = select(SelectionRow.call_id).where(SelectionRow.draw_id == draw_id, SelectionRow.picked)
    return session.scalars(query.order_by(SelectionRow.call_id)).all()


def drawn_errors(session: Session, draw_id: int) -> Iterator[tuple[int, str, str]]:
    """Call, card and item of each error: of the final score, or until there is one of who was asked first."""
    picked = (SelectionRow.draw_id == draw_id, SelectionRow.picked)
    final = (
        select(ErrorFactRow.call_id, ErrorFactRow.card, ErrorFactRow.item)
        .join(SelectionRow, SelectionRow.call_id == ErrorFactRow.call_id)
        .where(*picked, ErrorFactRow.by_people)
    )
    for row in session.execute(final):
        yield row[0], row[1], row[2]
    first = (
        select(VerdictRow.call_id, VerdictRow.score)
        .join(SelectionRow, SelectionRow.call_id == VerdictRow.call_id)
        .join(ReviewRow, ReviewRow.id == VerdictRow.review_id)
        .where(*picked, VerdictRow.purpose == Purpose.REVIEW.value, ReviewRow.final_id.is_(None))
    )
    for call, score in session.execute(first):
        for item, _, _ in errors_in(score):
            yield call, score.get("card") or "", item["id"]


LATE = 500
"""A row may be seen after others with higher numbers, when its transaction took longer: so many back are looked at."""


class Newest(NamedTuple):
    """The last numbers given to verdicts and final scores, and which of the `LATE` before them were there."""

    verdict: int
    final: int
    verdicts: frozenset[int]
    finals: frozenset[int]


class Added(NamedTuple):
    """Number and call of the latest verdicts and final scores."""

    verdicts: Sequence[tuple[int, int]]
    finals: Sequence[tuple[int, int]]

    def after(self, known: Newest) -> set[int]:
        """Calls of which something was not there when `known` was read."""
        both = ((self.verdicts, known.verdict, known.verdicts), (self.finals, known.final, known.finals))
        return {
            call for rows, last, seen in both for number, call in rows if number > last - LATE and number not in seen
        }


def newest(session: Session) -> Newest:
    verdict = session.scalar(select(func.max(VerdictRow.id))) or 0
    final = session.scalar(select(func.max(FinalScoreRow.id))) or 0
    found = _added(session, verdict - LATE, final - LATE)
    return Newest(verdict, final, *(frozenset(number for number, _ in rows) for rows in found))


def added_since(session: Session, known: Sequence[Newest]) -> Added:
    return _added(session, min(one.verdict for one in known) - LATE, min(one.final for one in known) - LATE)


def _added(session: Session, verdict: int, final: int) -> Added:
    tables: tuple[tuple[Any, int], ...] = ((VerdictRow, verdict), (FinalScoreRow, final))
    found = (session.execute(select(table.id, table.call_id).where(table.id > last)).all() for table, last in tables)
    return Added(*found)

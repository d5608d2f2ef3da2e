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


class Newest(NamedTuple):
    """The last numbers given."""

    verdict: int
    final: int


def newest(session: Session) -> Newest:
    verdict = session.scalar(select(func.max(VerdictRow.id))) or 0
    return Newest(verdict, session.scalar(select(func.max(FinalScoreRow.id))) or 0)


def changed_draws(session: Session, draw_ids: Sequence[int], since: Newest) -> set[int]:
    """Those of the draws of whose calls there are verdicts or final scores with higher numbers."""
    found: set[int] = set()
    tables: tuple[tuple[Any, int], ...] = ((VerdictRow, since.verdict), (FinalScoreRow, since.final))
    for table, last in tables:
        later = select(table.call_id).where(table.id > last)
        query = select(SelectionRow.draw_id).where(
            SelectionRow.call_id.in_(later), SelectionRow.draw_id.in_(draw_ids), SelectionRow.picked
        )
        found.update(session.scalars(query.distinct()))
    return found

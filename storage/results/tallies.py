"""Published results counted by the database: by agent and week, so that a page need not read each of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.person import Scope
from models.review import ReviewState
from models.tables import CallRow, FinalScoreRow, ReviewRow
from storage.results.final_scores import ResultLine, result_lines
from storage.results.scope import PUBLISHED, of_scope


@dataclass(frozen=True, slots=True)
class Tally:
    """An agent's results of calls made in the week `week`: `scored` of the `calls` have a total, `points` in all.

    `newest` is the last made of their final scores, `last` when the latest of the calls was made.
    """

    agent_id: str | None
    week: int
    calls: int
    scored: int
    points: float
    lowest: float | None
    fatal: int
    unread: int
    appealed: int
    last: datetime | None
    newest: int


def tallies(
    session: Session, within: Scope, moment: datetime, *, weeks: Sequence[datetime], unread: Collection[str]
) -> tuple[Tally, ...]:
    """Of results whose score in force was made since `moment`; `unread` are states in which nobody has read them.

    Week n begins at `weeks[n - 1]` and ends as the next begins: week 0 is before all, and the last is after all.
    """
    made = func.coalesce(ReviewRow.started_at, ReviewRow.published_at)
    week = case(*((made < begins, n) for n, begins in enumerate(weeks)), else_=len(weeks))
    query = select(
        ReviewRow.agent_id,
        week.label("week"),
        func.count().label("calls"),
        func.count(ReviewRow.final_total).label("scored"),
        func.coalesce(func.sum(ReviewRow.final_total), 0.0).label("points"),
        func.min(ReviewRow.final_total).label("lowest"),
        func.sum(case((ReviewRow.final_fatal.is_(True), 1), else_=0)).label("fatal"),
        func.sum(case((ReviewRow.state.in_(sorted(unread)), 1), else_=0)).label("unread"),
        func.sum(case((ReviewRow.state == ReviewState.APPEALED.value, 1), else_=0)).label("appealed"),
        func.max(ReviewRow.started_at).label("last"),
        func.max(ReviewRow.final_id).label("newest"),
    )
    query = query.where(*of_scope(within), ReviewRow.state.in_(PUBLISHED), ReviewRow.final_at >= moment)
    rows = session.execute(query.group_by(ReviewRow.agent_id, week))
    return tuple(Tally(**row._mapping) for row in rows)  # noqa: SLF001  the public name of a row's columns


def newest_in(
    session: Session, within: Scope, moment: datetime, states: Collection[str], *, limit: int
) -> tuple[ResultLine, ...]:
    """The results in these states whose score was made since `moment`, the last made first."""
    wanted = (*of_scope(within), ReviewRow.state.in_(sorted(states)), ReviewRow.final_at >= moment)
    return result_lines(session, *wanted, limit=limit)


def of_scores(session: Session, final_ids: Collection[int]) -> dict[int, tuple[str | None, str | None]]:
    """Final score → the agent's name and team as the call has them."""
    query = (
        select(FinalScoreRow.id, CallRow.agent_name, ReviewRow.team)
        .join(ReviewRow, ReviewRow.id == FinalScoreRow.review_id)
        .join(CallRow, CallRow.id == ReviewRow.call_id)
        .where(FinalScoreRow.id.in_(list(final_ids)))
    )
    return {id_: (name, team) for id_, name, team in session.execute(query)}

"""Calls of a month that may be worth a case: the best and the worst of each agent, and of each error item.

No function here commits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Boolean, ColumnElement, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from models.tables import CallFactRow, CallRow, CaseRow, ErrorFactRow


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call with its total: the final score's where `by_people`, else the machine's. `item` is what it is about."""

    call_id: int
    agent_id: str
    total: float | None
    fatal: bool
    by_people: bool
    item: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """An item that cost points in so many calls."""

    card: str
    item: str
    calls: int


_BY_PEOPLE = CallFactRow.final_fatal.is_not(None)
_TOTAL = case((_BY_PEOPLE, CallFactRow.final_total), else_=CallFactRow.total)
_FATAL = type_coerce(case((_BY_PEOPLE, CallFactRow.final_fatal), else_=CallFactRow.fatal), Boolean)


def of_agents(
    session: Session,
    first: date,
    last: date,
    *,
    best: bool,
    least_coverage: float,
    each: int,
    within: ColumnElement[bool],
) -> list[Candidate]:
    """Of every agent the best or the worst calls of the days; those people judged come before the machine's.

    `within` is a condition on `calls`.
    """
    order = (_TOTAL.desc(), CallFactRow.call_id) if best else (_FATAL.desc(), _TOTAL, CallFactRow.call_id)
    place = func.row_number().over(partition_by=CallFactRow.agent_id, order_by=(case((_BY_PEOPLE, 0), else_=1), *order))
    ranked = (
        select(
            CallFactRow.call_id,
            CallFactRow.agent_id,
            _TOTAL.label("total"),
            _FATAL.label("fatal"),
            _BY_PEOPLE.label("by_people"),
            place.label("place"),
        )
        .join(CallRow, CallRow.id == CallFactRow.call_id)
        .where(
            CallFactRow.day.between(first, last),
            CallFactRow.agent_id != "",
            _TOTAL.is_not(None),
            _BY_PEOPLE | (CallFactRow.coverage >= least_coverage),
            *_wanted(best=best),
            within,
        )
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place <= each).order_by(ranked.c.agent_id, ranked.c.place))
    return [Candidate(row.call_id, row.agent_id, row.total, bool(row.fatal), bool(row.by_people)) for row in rows]


EXCELLENT = 90.0
FAILING = 60.0
"""The shipped cards' grades: 优秀, and below 合格."""


def _wanted(*, best: bool) -> tuple[ColumnElement[bool], ...]:
    return (_TOTAL >= EXCELLENT, ~_FATAL) if best else (or_(_TOTAL < FAILING, _FATAL),)


def error_items(session: Session, first: date, last: date, limit: int) -> list[ErrorItem]:
    """Items that cost points in most calls of the days."""
    calls = func.count(ErrorFactRow.call_id.distinct())
    query = (
        select(ErrorFactRow.card, ErrorFactRow.item, calls)
        .where(ErrorFactRow.day.between(first, last))
        .group_by(ErrorFactRow.card, ErrorFactRow.item)
        .order_by(calls.desc(), ErrorFactRow.item)
        .limit(limit)
    )
    return [ErrorItem(card, item, count) for card, item, count in session.execute(query)]


def with_error(
    session: Session, first: date, last: date, item: ErrorItem, *, limit: int, within: ColumnElement[bool]
) -> list[Candidate]:
    """Calls with the error, those people found it in before the machine's, the dearest first."""
    query = (
        select(ErrorFactRow.call_id, ErrorFactRow.agent_id, ErrorFactRow.by_people, ErrorFactRow.fatal, _TOTAL)
        .join(CallFactRow, CallFactRow.call_id == ErrorFactRow.call_id)
        .join(CallRow, CallRow.id == ErrorFactRow.call_id)
        .where(
            ErrorFactRow.day.between(first, last),
            ErrorFactRow.card == item.card,
            ErrorFactRow.item == item.item,
            # What people judged is theirs alone: an error the machine found there and they did not is none.
            ErrorFactRow.by_people == _BY_PEOPLE,
            within,
        )
        .order_by(ErrorFactRow.by_people.desc(), ErrorFactRow.lost.desc(), ErrorFactRow.call_id)
        .limit(limit)
    )
    rows = session.execute(query)
    return [Candidate(call, agent, total, fatal, people, item.item) for call, agent, people, fatal, total in rows]


def without_error(
    session: Session, first: date, last: date, item: ErrorItem, *, limit: int, within: ColumnElement[bool]
) -> list[Candidate]:
    """Excellent calls of the item's card in which it cost nothing, the best first."""
    errors = select(ErrorFactRow.call_id).where(
        ErrorFactRow.call_id == CallFactRow.call_id, ErrorFactRow.item == item.item
    )
    query = (
        select(CallFactRow.call_id, CallFactRow.agent_id, _TOTAL, _BY_PEOPLE)
        .join(CallRow, CallRow.id == CallFactRow.call_id)
        .where(
            CallFactRow.day.between(first, last),
            CallFactRow.card == item.card,
            *_wanted(best=True),
            ~errors.exists(),
            within,
        )
        .order_by(case((_BY_PEOPLE, 0), else_=1), _TOTAL.desc(), CallFactRow.call_id)
        .limit(limit)
    )
    rows = session.execute(query)
    return [Candidate(call, agent, total, False, bool(people), item.item) for call, agent, total, people in rows]  # noqa: FBT003


def cases_of(session: Session, call_ids: Collection[int]) -> set[tuple[int, str]]:
    """Calls of which there are cases, with their kinds; also those that were dismissed or withdrawn."""
    query = select(CaseRow.call_id, CaseRow.kind).where(CaseRow.call_id.in_(call_ids))
    return {(call_id, kind) for call_id, kind in session.execute(query)}


def known_texts(session: Session, limit: int) -> Sequence[tuple[int, str, list[dict[str, object]]]]:
    """Cases made last that are the first of their kind: id, kind and turns."""
    query = (
        select(CaseRow.id, CaseRow.kind, CaseRow.turns)
        .where(CaseRow.alike.is_(None), CaseRow.state.not_in(("withdrawn", "dismissed")))
        .order_by(CaseRow.id.desc())
        .limit(limit)
    )
    return [(case_id, kind, turns) for case_id, kind, turns in session.execute(query)]

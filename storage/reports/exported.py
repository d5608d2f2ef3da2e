"""Calls' facts with their errors, in the order of days, some at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from models.tables import CallFactRow, ErrorFactRow
from storage.reports.wanted import Wanted

AT_ONCE = 2000


def exported(session: Session, wanted: Wanted) -> Iterator[tuple[CallFactRow, list[ErrorFactRow]]]:
    """Each call with the items that cost it points, by item."""
    day, call = CallFactRow.day, CallFactRow.call_id
    query = select(CallFactRow).where(day >= wanted.first, day <= wanted.last).order_by(day, call).limit(AT_ONCE)
    for column, value in ((CallFactRow.team, wanted.team), (CallFactRow.agent_id, wanted.agent_id)):
        if value is not None:
            query = query.where(column == value)
    some: Sequence[CallFactRow] = session.scalars(query).all()
    while some:
        errors = _errors(session, [fact.call_id for fact in some])
        for fact in some:
            yield fact, errors[fact.call_id]
            session.expunge(fact)
        last = some[-1]
        some = session.scalars(query.where(tuple_(day, call) > tuple_(last.day, last.call_id))).all()


def _errors(session: Session, call_ids: Sequence[int]) -> dict[int, list[ErrorFactRow]]:
    found: defaultdict[int, list[ErrorFactRow]] = defaultdict(list)
    query = select(ErrorFactRow).where(ErrorFactRow.call_id.in_(call_ids)).order_by(ErrorFactRow.item)
    for error in session.scalars(query):
        found[error.call_id].append(error)
        session.expunge(error)
    return found

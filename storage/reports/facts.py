"""Facts about calls, as reports add them up: kept in the transaction that changes what a call says.

No function here commits.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.clock import day_begins, day_ends
from models.tables import CallFactRow, CallRow, CentreMarkRow, ErrorFactRow, RecordingRow
from storage.reports.call_facts import errors_of, facts_of
from storage.reports.fact_sources import FactSource, sources
from storage.reports.sums import mark_stale
from storage.reports.wanted import Wanted

FILLED = "facts_filled"
"""The mark that says up to which call every scored one has facts (`to`)."""

AT_ONCE = 500

_PLAIN = {"synchronize_session": False}


def keep_facts(session: Session, call_id: int) -> None:
    """What the call says now, in the caller's transaction; nothing while no score of it is shown.

    Call it after every change, with the review held before the call where both are (`storage.calls.results`). Holding
    the call makes two writers of one call wait for each other, so that the later sees what the earlier wrote.
    """
    session.flush()
    session.execute(select(CallRow.id).where(CallRow.id == call_id).with_for_update(key_share=True))
    before = session.scalar(select(CallFactRow.day).where(CallFactRow.call_id == call_id))
    if before is not None:
        for table in (ErrorFactRow, CallFactRow):
            session.execute(delete(table).where(table.call_id == call_id), execution_options=_PLAIN)
    mark_stale(session, [before, *_insert(session, sources(session, (call_id,)))])


def fill_missing(session: Session, limit: int = 5000) -> int:
    """Make the facts of at most so many scored calls that have none; how many were made, 0 when there is none left.

    They are missing in databases of older versions and of calls that came in bulk. Calls that somebody else is just
    changing are passed over: whoever changes them keeps their facts. Run it until it says 0, each time in a transaction
    of its own, then `storage.reports.sums.sum_stale_days`.
    """
    mark = _mark(session)
    newest = session.scalar(select(func.max(CallRow.id))) or 0
    missing = (
        select(CallRow.id)
        .outerjoin(CallFactRow, CallFactRow.call_id == CallRow.id)
        .where(CallRow.id > mark, CallRow.score_id.is_not(None), CallFactRow.call_id.is_(None))
        .order_by(CallRow.id)
    )
    held = missing.limit(limit).with_for_update(of=CallRow, key_share=True, skip_locked=True)
    wanted = session.scalars(held).all()
    days: set[date] = set()
    for start in range(0, len(wanted), AT_ONCE):
        days.update(_insert(session, sources(session, wanted[start : start + AT_ONCE])))
    mark_stale(session, days)
    first = session.scalar(missing.limit(1))
    _set_mark(session, mark, newest if first is None else first - 1)
    return len(wanted)


def check_all(session: Session) -> None:
    """Let `fill_missing` look at every call again."""
    session.execute(delete(CentreMarkRow).where(CentreMarkRow.name == FILLED), execution_options=_PLAIN)


def uncounted(session: Session, wanted: Wanted) -> int:
    """Scored calls that have no facts yet, and are in no figure."""
    known = func.coalesce(CallRow.started_at, RecordingRow.created_at)
    query = (
        select(func.count())
        .select_from(CallRow)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(CallFactRow, CallFactRow.call_id == CallRow.id)
        .where(CallRow.id > _mark(session), CallRow.score_id.is_not(None), CallFactRow.call_id.is_(None))
        .where(known >= day_begins(wanted.first), known < day_ends(wanted.last))
    )
    for column, value in ((CallRow.team, wanted.team), (CallRow.agent_id, wanted.agent_id)):
        if value is not None:
            query = query.where(func.coalesce(column, "") == value)
    return session.scalar(query) or 0


def _insert(session: Session, found: Sequence[FactSource]) -> list[date]:
    """Facts of those calls that have none; their days."""
    if not found:
        return []
    into = _dialect(session).insert(CallFactRow).on_conflict_do_nothing(index_elements=["call_id"])
    rows = [facts_of(one) for one in found]
    made = set(session.connection().execute(into.returning(CallFactRow.call_id), rows).scalars())
    new = [one for one in found if one.call_id in made]
    if errors := [error for one in new for error in errors_of(one)]:
        session.execute(insert(ErrorFactRow), errors)
    return [one.day for one in new]


def _mark(session: Session) -> int:
    body = session.scalar(select(CentreMarkRow.body).where(CentreMarkRow.name == FILLED))
    return int(body["to"]) if body else 0


def _set_mark(session: Session, before: int, to: int) -> None:
    if to == before:
        return
    values = {"body": {"to": to}, "at": datetime.now(UTC)}
    into = _dialect(session).insert(CentreMarkRow).values(name=FILLED, **values)
    session.execute(into.on_conflict_do_update(index_elements=["name"], set_=values), execution_options=_PLAIN)


def _dialect(session: Session) -> Any:
    return sqlite if session.get_bind().dialect.name == "sqlite" else postgresql

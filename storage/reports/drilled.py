"""Lists and counts of the calls behind figures, from their facts. Lists are paged by day and call, latest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.facts import BINS, CRITICAL_BITS, LEAST_SATISFIED, CallFactLine, bin_name
from models.review import AssignmentState
from models.tables import (
    AssignmentRow,
    CalibrationCallRow,
    CalibrationMemberRow,
    CalibrationRow,
    CallFactRow,
    CallRow,
    ErrorFactRow,
)
from models.tables.facts import IS_CRITICAL, IS_FATAL, IS_REVIEWED
from storage.reports.wanted import Wanted

TELLING = frozenset({"fatal", "critical", *CRITICAL_BITS, "grade", "error", "total", "final_total"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the day and id of its last call."""

    day: date
    call_id: int


@dataclass(frozen=True, slots=True)
class Question:
    """Which calls are asked for. `by_people` asks of final scores, None (errors only) of either.

    `value` is a grade, an item, a type, a number or a bin's lower bound.
    """

    kind: str
    value: str = ""
    card: str = ""
    by_people: bool | None = False

    @property
    def tells_score(self) -> bool:
        """Whether being listed says something about how the call was scored."""
        return self.kind in TELLING


def count(session: Session, wanted: Wanted, asked: Question, *, among: Collection[int] | None = None) -> int:
    """Of those in `among`, or of all."""
    query = _query(wanted, asked, select(func.count()))
    if among is not None:
        query = query.where(CallFactRow.call_id.in_(among))
    return session.scalar(query) or 0


def lines(
    session: Session, wanted: Wanted, asked: Question, *, without: Collection[int] = (), after: Place | None, limit: int
) -> tuple[CallFactLine, ...]:
    """A page is found by the facts alone; what else a line says is then looked up for its calls."""
    day, call = _order(asked)
    query = _query(wanted, asked, select(CallFactRow))
    if after is not None:
        query = query.where(tuple_(day, call) < tuple_(after.day, after.call_id))
    if without:
        query = query.where(CallFactRow.call_id.not_in(without))
    facts = session.scalars(query.order_by(day.desc(), call.desc()).limit(limit)).all()
    ids = [fact.call_id for fact in facts]
    of_calls = select(CallRow.id, CallRow.agent_name, CallRow.started_at).where(CallRow.id.in_(ids))
    calls = {row.id: row for row in session.execute(of_calls)}
    lost = _lost(session, asked, ids)
    return tuple(_line(fact, calls[fact.call_id], lost.get(fact.call_id)) for fact in facts)


def bin_names(measure: str) -> tuple[str, ...]:
    return tuple(bin_name(bound) for bound in BINS[measure])


def to_judge(session: Session, user_id: int) -> tuple[int, ...]:
    """Calls somebody may still be about to judge: theirs to hear, or of a calibration of theirs that is being heard."""
    states = (AssignmentState.OPEN.value, AssignmentState.STARTED.value)
    own = select(AssignmentRow.call_id).where(AssignmentRow.user_id == user_id, AssignmentRow.state.in_(states))
    together = (
        select(CalibrationCallRow.call_id)
        .join(CalibrationRow, CalibrationRow.id == CalibrationCallRow.calibration_id)
        .join(CalibrationMemberRow, CalibrationMemberRow.calibration_id == CalibrationRow.id)
        .where(CalibrationRow.state == CalibrationState.HEARING, CalibrationMemberRow.user_id == user_id)
    )
    return tuple({*session.scalars(own), *session.scalars(together)})


def _query(wanted: Wanted, asked: Question, query: Select[Any]) -> Select[Any]:
    """`query` becomes one of the calls' facts."""
    query = query.select_from(CallFactRow).where(CallFactRow.day >= wanted.first, CallFactRow.day <= wanted.last)
    for column, value in ((CallFactRow.team, wanted.team), (CallFactRow.agent_id, wanted.agent_id)):
        if value is not None:
            query = query.where(column == value)
    if asked.kind != "error":
        return query.where(*_conditions(asked))
    on_days = (ErrorFactRow.day >= wanted.first, ErrorFactRow.day <= wanted.last)
    if asked.by_people is None:
        errors = select(ErrorFactRow.call_id).where(*_is_error(asked), *on_days)
        return query.where(CallFactRow.call_id.in_(errors))
    joined = query.join(ErrorFactRow, ErrorFactRow.call_id == CallFactRow.call_id)
    return joined.where(*_is_error(asked), *on_days)


def _order(question: Question) -> tuple[Any, Any]:
    """Of the table whose index is walked."""
    table = ErrorFactRow if question.kind == "error" and question.by_people is not None else CallFactRow
    return table.day, table.call_id


def _is_error(question: Question) -> list[ColumnElement[bool]]:
    is_peoples = (True, False) if question.by_people is None else (question.by_people,)
    of_item = (ErrorFactRow.card == question.card, ErrorFactRow.item == question.value)
    return [ErrorFactRow.by_people.in_(is_peoples), *of_item]


def _conditions(question: Question) -> Sequence[Any]:
    """What is written out is said as the indexes of such calls say it."""
    fact, kind, value = CallFactRow, question.kind, question.value
    if kind in BINS:
        return _in_bin(kind, value)
    if question.by_people and kind in TELLING:
        return (IS_REVIEWED, _tells(kind, value, fact.final_fatal, fact.final_grade, fact.final_critical))
    if kind in TELLING:
        indexed = {"fatal": IS_FATAL, "grade": fact.grade.is_not(None)}.get(kind, IS_CRITICAL)
        return (indexed, _tells(kind, value, fact.fatal, fact.grade, fact.critical))
    conditions: dict[str, Sequence[Any]] = {
        "all": (),
        "scored": (fact.final_total.is_not(None) if question.by_people else fact.total.is_not(None),),
        "reviewed": (IS_REVIEWED,),
        "type": (fact.call_type == value,),
        "transferred": (fact.transferred.is_(True),),
        "satisfied": (fact.satisfaction >= LEAST_SATISFIED,),
        "satisfaction": (fact.satisfaction == (int(value) if value.isdecimal() else None),),
    }
    return conditions[kind]


def _tells(kind: str, value: str, fatal: Any, grade: Any, critical: Any) -> ColumnElement[bool]:
    """`fatal`, `grade` and `critical` are columns of who is asked."""
    told: ColumnElement[bool]
    if kind == "fatal":
        told = fatal.is_(True)
    elif kind == "grade":
        told = grade == value
    elif kind == "critical":
        told = critical > 0
    else:
        told = critical.bitwise_and(CRITICAL_BITS[kind]) != 0
    return told


def _in_bin(measure: str, name: str) -> list[ColumnElement[bool]]:
    """What is below the first bound is in the first bin."""
    column, bounds = getattr(CallFactRow, measure), BINS[measure]
    place = bin_names(measure).index(name)
    found = [column.is_not(None)]
    if place:
        found.append(column >= bounds[place])
    if place + 1 < len(bounds):
        found.append(column < bounds[place + 1])
    return found


def _lost(session: Session, question: Question, call_ids: Sequence[int]) -> dict[int, float]:
    """By call; what people said goes before what the machine said."""
    if question.kind != "error":
        return {}
    query = select(ErrorFactRow.call_id, ErrorFactRow.lost).where(
        ErrorFactRow.call_id.in_(call_ids), *_is_error(question)
    )
    return {call: points for call, points in session.execute(query.order_by(ErrorFactRow.by_people))}  # noqa: C416


def _line(fact: CallFactRow, call: Any, lost: float | None) -> CallFactLine:
    of_call = {"agent_name", "started_at", "lost", "hidden"}
    own = {one.name: getattr(fact, one.name) for one in fields(CallFactLine) if one.name not in of_call}
    return CallFactLine(**own, agent_name=call.agent_name, started_at=call.started_at, lost=lost)

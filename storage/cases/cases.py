"""Cases: found, locked, counted. No function here commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session, defer

from models.errors import NotFound
from models.tables import CallRow, CaseItemRow, CaseRow

LATELY = 1000
"""Cases whose tags are offered for choosing."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the library is narrowed to; None asks nothing. `text`: every word of it must be there.

    `states` empty: all that may be seen. `flagged`: only those somebody should look at again. `heads_only`: of near
    duplicates the first.
    """

    text: str | None = None
    item: str | None = None
    kind: str | None = None
    states: tuple[str, ...] = ()
    call_type: str | None = None
    min_total: float | None = None
    max_total: float | None = None
    agent_id: str | None = None
    team: str | None = None
    tag: str | None = None
    difficulty: int | None = None
    month: date | None = None
    call_id: int | None = None
    ids: tuple[int, ...] | None = None
    flagged: bool = False
    heads_only: bool = False


def found(
    session: Session, wanted: CaseFilter, within: Iterable[ColumnElement[bool]], *, after: int | None, limit: int
) -> Sequence[CaseRow]:
    """The newest first, those before the case `after`; without their turns. `within` are conditions on `calls`."""
    query = select(CaseRow).where(*_conditions(wanted), *_in_calls(within)).options(defer(CaseRow.turns))
    if after is not None:
        query = query.where(CaseRow.id < after)
    return session.scalars(query.order_by(CaseRow.id.desc()).limit(limit)).all()


def count(session: Session, wanted: CaseFilter, within: Iterable[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(CaseRow).where(*_conditions(wanted), *_in_calls(within))
    return session.scalar(query) or 0


def alike(session: Session, heads: Collection[int], within: Iterable[ColumnElement[bool]]) -> dict[int, list[CaseRow]]:
    """By first case, its near duplicates that are neither withdrawn nor dismissed."""
    query = select(CaseRow).where(
        CaseRow.alike.in_(heads), CaseRow.state.not_in(("withdrawn", "dismissed")), *_in_calls(within)
    )
    grouped: dict[int, list[CaseRow]] = defaultdict(list)
    for row in session.scalars(query.order_by(CaseRow.id).options(defer(CaseRow.turns))):
        assert row.alike is not None
        grouped[row.alike].append(row)
    return grouped


def locked(session: Session, case_id: int) -> CaseRow:
    """As it is stored now, nobody else changing it until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    query = select(CaseRow).where(CaseRow.id == case_id).with_for_update(key_share=True)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("storage.no_case", id=case_id)
    return row


def case(session: Session, case_id: int) -> CaseRow:
    """The stored case.

    Raises:
        NotFound: there is none.
    """
    row = session.get(CaseRow, case_id)
    if row is None:
        raise NotFound("storage.no_case", id=case_id)
    return row


def of_calls(session: Session, call_ids: Collection[int], states: Collection[str]) -> Sequence[CaseRow]:
    query = select(CaseRow).where(CaseRow.call_id.in_(call_ids), CaseRow.state.in_(states))
    return session.scalars(query.order_by(CaseRow.id)).all()


def agent_names(session: Session, call_ids: Collection[int]) -> dict[int, str | None]:
    """By call, what its agent is called."""
    query = select(CallRow.id, CallRow.agent_name).where(CallRow.id.in_(call_ids))
    return {call_id: name for call_id, name in session.execute(query)}  # noqa: C416 - dict() takes a Result for a mapping


def items(session: Session, case_ids: Collection[int]) -> dict[int, list[CaseItemRow]]:
    """By case, in the order they were put down."""
    grouped: dict[int, list[CaseItemRow]] = defaultdict(list)
    query = select(CaseItemRow).where(CaseItemRow.case_id.in_(case_ids)).order_by(CaseItemRow.id)
    for row in session.scalars(query):
        grouped[row.case_id].append(row)
    return grouped


def set_items(session: Session, case_id: int, named: Iterable[tuple[str, str]]) -> None:
    """These items, each with its name, and no others."""
    session.execute(delete(CaseItemRow).where(CaseItemRow.case_id == case_id))
    session.add_all([CaseItemRow(case_id=case_id, item=item, name=name) for item, name in named])
    session.flush()


def known_items(session: Session, states: Collection[str]) -> list[tuple[str, str]]:
    """Items cases are about, with their names, those with most cases first."""
    query = (
        select(CaseItemRow.item, func.max(CaseItemRow.name))
        .join(CaseRow, CaseRow.id == CaseItemRow.case_id)
        .where(CaseRow.state.in_(states))
        .group_by(CaseItemRow.item)
        .order_by(func.count().desc(), CaseItemRow.item)
    )
    return [(item, name) for item, name in session.execute(query)]


def known_values(session: Session, column: str, states: Collection[str]) -> list[str]:
    """What stands in a column (`call_type`, `team`) of cases in these states."""
    value = getattr(CaseRow, column)
    query = select(value).where(CaseRow.state.in_(states), value.is_not(None)).distinct().order_by(value)
    return list(session.scalars(query))


def known_tags(session: Session, states: Collection[str]) -> list[str]:
    """Of the cases in these states made last, the most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    query = select(CaseRow.tags).where(CaseRow.state.in_(states)).order_by(CaseRow.id.desc())
    for tags in session.scalars(query.limit(LATELY)):
        for tag in tags:
            counts[tag] += 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))


def months(session: Session) -> list[date]:
    """Months for which something was suggested, the last first."""
    query = select(CaseRow.month).where(CaseRow.month.is_not(None)).distinct().order_by(CaseRow.month.desc())
    return [month for month in session.scalars(query) if month is not None]


def _conditions(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    for name in ("kind", "call_type", "agent_id", "team", "difficulty", "month", "call_id"):
        if (value := getattr(wanted, name)) is not None:
            yield getattr(CaseRow, name) == value
    for word in (wanted.text or "").split():
        yield CaseRow.text.icontains(word, autoescape=True)
    if wanted.tag is not None:
        yield CaseRow.text.contains(f"\n#{wanted.tag}\n", autoescape=True)
    if wanted.states:
        yield CaseRow.state.in_(wanted.states)
    if wanted.ids is not None:
        yield CaseRow.id.in_(wanted.ids)
    if wanted.item is not None:
        yield exists().where(CaseItemRow.case_id == CaseRow.id, CaseItemRow.item == wanted.item)
    yield from _narrowed(wanted)


def _narrowed(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.min_total is not None:
        yield CaseRow.total >= wanted.min_total
    if wanted.max_total is not None:
        yield CaseRow.total <= wanted.max_total
    if wanted.flagged:
        yield CaseRow.flag.is_not(None)
    if wanted.heads_only:
        yield CaseRow.alike.is_(None)


def _in_calls(within: Iterable[ColumnElement[bool]]) -> Iterator[ColumnElement[bool]]:
    conditions = tuple(within)
    if conditions:
        yield exists().where(CallRow.id == CaseRow.call_id, *conditions).correlate(CaseRow)

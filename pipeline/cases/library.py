"""The library as its readers see it: lists, one case with where it came from, and its sound.

A case tells what was thought of a call. It is kept from whoever is still to judge that call blind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.case import CaseKind, CaseState, CaseTurn, turns_of
from models.errors import Forbidden, NotFound
from models.person import Right, Viewer
from models.reason import Reason
from models.tables import CaseItemRow, CaseRow, RecordingRow
from pipeline.cases.clips import ClipPlan, clip_plan, cut
from pipeline.cases.provenance import Provenance, provenance
from pipeline.people.visibility import check_call, check_machine, limits
from storage.calls import calls
from storage.cases import cases as store
from storage.cases.cases import CaseFilter
from storage.reason import restored

__all__ = ["Case", "CaseFilter", "CaseLine", "CasePage", "case_of", "clip_file", "clip_of", "find_cases", "plan_of"]

FOR_CLASS = (CaseState.PUBLISHED,)
"""What they see who may read cases but not make them."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as lists show it. `alike` are its near duplicates, where they were asked for."""

    id: int
    kind: CaseKind
    state: CaseState
    title: str
    difficulty: int
    tags: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    call_id: int
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    total: float | None
    start: float
    end: float
    month: date | None
    reasons: tuple[Reason, ...]
    flag: Reason | None
    made_by: str
    made_at: datetime
    published_at: datetime | None
    revision: int
    alike: tuple["CaseLine", ...] = ()

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class CasePage:
    """`next` is the case the following page begins after, None on the last."""

    cases: tuple[CaseLine, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """One case with all there is to it. `turns` are masked; `beeps` seconds of the recording."""

    line: CaseLine
    teaching: str
    first_turn: int
    last_turn: int
    turns: tuple[CaseTurn, ...]
    beeps: tuple[tuple[float, float], ...]
    provenance: Provenance
    alike: int | None
    published_by: str | None
    withdrawn_why: str | None
    withdrawn_at: datetime | None
    erased: bool
    may_edit: bool


def find_cases(
    session: Session, viewer: Viewer, wanted: CaseFilter, *, after: int | None = None, limit: int = 40
) -> CasePage:
    """The newest first, of what the viewer may see: published ones, or all for who makes them."""
    rows = store.found(session, seen(viewer, wanted), _within(viewer), after=after, limit=limit + 1)
    page = rows[:limit]
    under = store.alike(session, [row.id for row in page], _within(viewer)) if wanted.heads_only else {}
    lines = lines_of(session, [*page, *(row for some in under.values() for row in some)])
    return CasePage(
        tuple(replace(lines[row.id], alike=tuple(lines[one.id] for one in under.get(row.id, ()))) for row in page),
        page[-1].id if len(rows) > limit else None,
    )


def count_cases(session: Session, viewer: Viewer, wanted: CaseFilter) -> int:
    """How many `find_cases` would find in all."""
    return store.count(session, seen(viewer, wanted), _within(viewer))


def case_of(session: Session, viewer: Viewer, case_id: int) -> Case:
    """One case.

    Raises:
        NotFound: there is none, or none of the viewer's.
        Forbidden: the viewer is to judge its call first.
    """
    row = within_reach(session, viewer, case_id)
    return Case(
        line=lines_of(session, [row])[row.id],
        teaching=row.teaching,
        first_turn=row.first_turn,
        last_turn=row.last_turn,
        turns=turns_of(row.turns),
        beeps=tuple((begin, end) for begin, end in row.beeps),
        provenance=provenance(session, row),
        alike=row.alike,
        published_by=row.published_by,
        withdrawn_why=row.withdrawn_why,
        withdrawn_at=row.withdrawn_at,
        erased=row.clip is None,
        may_edit=viewer.may(Right.EDIT_CASES),
    )


def clip_of(session: Session, viewer: Viewer, case_id: int) -> ClipPlan:
    """What the case's sound is cut from; `pipeline.cases.clips.cut` cuts it, best outside of a transaction.

    Raises:
        NotFound: there is none, none of the viewer's, or its sound was erased.
        Forbidden: the viewer is to judge its call first.
    """
    return _plan(session, within_reach(session, viewer, case_id))


def clip_file(session: Session, case_id: int, audio_dir: Path) -> Path:
    """The MP3 of a case, for who has been let through elsewhere (an exam). Cut where it is not there yet.

    Raises:
        NotFound: there is none, or its sound or recording was erased.
        BadRecording: the recording can no longer be decoded.
    """
    return cut(plan_of(session, case_id), audio_dir)


def plan_of(session: Session, case_id: int) -> ClipPlan:
    """As `clip_of`, for who has been let through elsewhere.

    Raises:
        NotFound: there is none, or its sound or recording was erased.
    """
    return _plan(session, store.case(session, case_id))


def within_reach(session: Session, viewer: Viewer, case_id: int) -> CaseRow:
    """The stored case, where the viewer may see it.

    Raises:
        NotFound: there is none, or none of the viewer's.
        Forbidden: the viewer is to judge its call first.
    """
    row = store.case(session, case_id)
    try:
        check_call(session, viewer, row.call_id)
    except NotFound:
        raise NotFound("storage.no_case", id=case_id) from None
    if not viewer.may(Right.EDIT_CASES) and row.state not in FOR_CLASS:
        raise NotFound("storage.no_case", id=case_id)
    check_machine(session, viewer, (row.call_id,))
    return row


def check_editor(viewer: Viewer) -> None:
    """Raise where the viewer may only read.

    Raises:
        Forbidden: they may.
    """
    if not viewer.may(Right.EDIT_CASES):
        raise Forbidden("pipeline.case_no_editor")


def seen(viewer: Viewer, wanted: CaseFilter) -> CaseFilter:
    """The filter, held to the states the viewer may see."""
    if viewer.may(Right.EDIT_CASES):
        return wanted
    shown = tuple(state for state in wanted.states or FOR_CLASS if state in FOR_CLASS)
    return replace(wanted, states=shown or FOR_CLASS, ids=wanted.ids if shown else ())


def lines_of(session: Session, rows: Sequence[CaseRow]) -> dict[int, CaseLine]:
    named = store.agent_names(session, [row.call_id for row in rows])
    items = store.items(session, [row.id for row in rows])
    return {row.id: _line(row, named.get(row.call_id), items.get(row.id, [])) for row in rows}


def _within(viewer: Viewer) -> Iterator[ColumnElement[bool]]:
    return limits(viewer, by_machine=True)


def _plan(session: Session, row: CaseRow) -> ClipPlan:
    rows = calls.call_rows(session, row.call_id)
    recording: RecordingRow | None = None if rows is None else rows[1]
    if recording is None or row.clip is None:
        raise NotFound("pipeline.case_erased", id=row.id)
    return clip_plan(row, recording)


def _line(row: CaseRow, agent_name: str | None, items: Sequence[CaseItemRow]) -> CaseLine:
    return CaseLine(
        id=row.id,
        kind=CaseKind(row.kind),
        state=CaseState(row.state),
        title=row.title,
        difficulty=row.difficulty,
        tags=tuple(row.tags),
        items=tuple((item.item, item.name) for item in items),
        call_id=row.call_id,
        agent_id=row.agent_id,
        agent_name=agent_name,
        team=row.team,
        call_type=row.call_type,
        total=row.total,
        start=row.start,
        end=row.end,
        month=row.month,
        reasons=tuple(restored(one) for one in row.reasons),
        flag=None if row.flag is None else restored(row.flag),
        made_by=row.made_by,
        made_at=row.made_at,
        published_at=row.published_at,
        revision=row.revision,
    )

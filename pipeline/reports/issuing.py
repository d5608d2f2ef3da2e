"""Weekly and monthly reports that a lead writes and issues: words about a period, and its figures as they were then.

A report is a draft until it is issued. Issuing freezes its figures: what comes in later, an appeal that overturns a
verdict, a late recording, does not change what was said. Whoever may read reports reads the issued ones of their scope.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, Forbidden, NotFound, Stale
from models.person import Right, Viewer
from models.reason import Fact
from models.tables.report import ReportRow
from pipeline.reports.frozen import frozen
from pipeline.reports.span import DaySpan, month_of, today, week_of
from pipeline.reports.who import scope_of
from storage.once import insert_once
from storage.people.audit import record

ReportKind = Literal["week", "month"]
ReportState = Literal["draft", "issued"]

LONGEST = 5000
"""Characters of the summary, of the plan, of the follow-up."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the lead says: how the period was, what is to be done, what became of what was planned before."""

    summary: str = ""
    plan: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`next` is the report the following page begins after, None on the last."""

    reports: tuple[ReportRow, ...]
    next: int | None


def span_of(row: ReportRow) -> DaySpan:
    return DaySpan(row.first_day, row.last_day)


def may_write(viewer: Viewer) -> bool:
    return viewer.may(Right.OVERSEE)


def listed(
    session: Session,
    viewer: Viewer,
    *,
    kind: ReportKind | None = None,
    state: ReportState | None = None,
    after: int | None = None,
    limit: int = 50,
) -> ReportPage:
    """The newest first: issued ones, and drafts for who may write them."""
    query = select(ReportRow).order_by(ReportRow.id.desc()).limit(limit + 1)
    team = scope_of(viewer).team
    if team is not None:
        query = query.where(ReportRow.team == team)
    if not may_write(viewer):
        query = query.where(ReportRow.state == "issued")
    if kind is not None:
        query = query.where(ReportRow.kind == kind)
    if state is not None:
        query = query.where(ReportRow.state == state)
    if after is not None:
        query = query.where(ReportRow.id < after)
    found = tuple(session.scalars(query))
    return ReportPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def report_of(session: Session, viewer: Viewer, report_id: int) -> ReportRow:
    """A report that the viewer may read.

    Raises:
        NotFound: there is none, it is another team's, or a draft that is not theirs to see.
    """
    row = session.get(ReportRow, report_id)
    team = scope_of(viewer).team
    if row is None or (team is not None and row.team != team) or (row.state != "issued" and not may_write(viewer)):
        raise NotFound("pipeline.no_report", id=report_id)
    return row


def found_for(session: Session, viewer: Viewer, kind: ReportKind, span: DaySpan, team: str | None) -> ReportRow | None:
    """The report of these days, if there is one that the viewer may read."""
    who = scope_of(viewer, team)
    query = select(ReportRow).where(
        ReportRow.kind == kind, ReportRow.first_day == span.first, ReportRow.team == (who.team or "")
    )
    row = session.scalar(query)
    return row if row is not None and (row.state == "issued" or may_write(viewer)) else None


def before(session: Session, row: ReportRow) -> ReportRow | None:
    """The issued report before this one of its kind and team, whose plan is to be followed up."""
    query = (
        select(ReportRow)
        .where(
            ReportRow.kind == row.kind,
            ReportRow.team == row.team,
            ReportRow.first_day < row.first_day,
            ReportRow.state == "issued",
        )
        .order_by(ReportRow.first_day.desc())
    )
    return session.scalars(query.limit(1)).first()


def begin(  # noqa: PLR0917  (whose report of when, as everywhere in reports)
    session: Session, viewer: Viewer, kind: ReportKind, span: DaySpan, team: str | None, now: datetime
) -> ReportRow:
    """A draft about a calendar week or month.

    Raises:
        Forbidden: the viewer does not write reports.
        BadInput: these days are no week or month, or have not begun.
        Conflict: there is a report of these days.
        NotFound: the team is not the viewer's to see.
    """
    _check_writer(viewer)
    who = scope_of(viewer, team)
    if span != (week_of(span.first) if kind == "week" else month_of(span.first)):
        raise BadInput(f"pipeline.report_no_{kind}", first=span.first.isoformat(), last=span.last.isoformat())
    if span.first > today(now):
        raise BadInput("pipeline.report_not_begun", first=span.first.isoformat())
    row, is_new = insert_once(
        session,
        ReportRow,
        {"kind": kind, "first_day": span.first, "team": who.team or ""},
        last_day=span.last,
        state="draft",
        summary="",
        plan="",
        follow_up="",
        figures=None,
        made_by=viewer.name,
        user_id=viewer.user_id,
        made_at=now,
        revision=1,
    )
    if not is_new:
        raise Conflict("pipeline.report_there", first=span.first.isoformat(), last=span.last.isoformat())
    _note(session, viewer, row, "begun", now)
    return row


def write(
    session: Session, viewer: Viewer, report_id: int, written: Written, *, revision: int, now: datetime
) -> ReportRow:
    """Say something else in a draft.

    Raises:
        Forbidden, NotFound, Stale: as `issue`.
        Conflict: it was issued.
        BadInput: too much is said.
    """
    row = _locked(session, viewer, report_id, revision)
    if row.state != "draft":
        raise Conflict("pipeline.report_is_issued", id=row.id)
    texts = {name: getattr(written, name).strip() for name in ("summary", "plan", "follow_up")}
    if any(len(text) > LONGEST for text in texts.values()):
        raise BadInput("pipeline.report_text", most=LONGEST)
    for name, text in texts.items():
        setattr(row, name, text)
    row.revision += 1
    session.flush()
    _note(session, viewer, row, "written", now)
    return row


def issue(session: Session, viewer: Viewer, report_id: int, *, revision: int, now: datetime) -> ReportRow:
    """Give it to whoever may read it, with the period's figures as they are now.

    Raises:
        Forbidden: the viewer does not write reports.
        NotFound: there is none.
        Stale: somebody changed it since that revision.
        Conflict: it was issued already.
        BadInput: nothing is said of how the period was, or of what is to be done.
    """
    row = _locked(session, viewer, report_id, revision)
    if row.state != "draft":
        raise Conflict("pipeline.report_is_issued", id=row.id)
    if not row.summary or not row.plan:
        raise BadInput("pipeline.report_empty")
    row.figures = frozen(session, viewer, span_of(row), scope_of(viewer, row.team or None), now)
    row.state, row.issued_by, row.issued_at = "issued", viewer.name, now
    row.revision += 1
    session.flush()
    _note(session, viewer, row, "issued", now)
    return row


def take_back(session: Session, viewer: Viewer, report_id: int, *, revision: int, now: datetime) -> ReportRow:
    """Make an issued report a draft again, to correct it; its figures are taken anew when it is issued again.

    Raises:
        Forbidden, NotFound, Stale: as `issue`.
        Conflict: it is a draft.
    """
    row = _locked(session, viewer, report_id, revision)
    if row.state != "issued":
        raise Conflict("pipeline.report_is_draft", id=row.id)
    row.state, row.figures, row.issued_by, row.issued_at = "draft", None, None, None
    row.revision += 1
    session.flush()
    _note(session, viewer, row, "taken_back", now)
    return row


def _check_writer(viewer: Viewer) -> None:
    if not may_write(viewer):
        raise Forbidden("pipeline.report_not_yours")


def _locked(session: Session, viewer: Viewer, report_id: int, revision: int) -> ReportRow:
    _check_writer(viewer)
    query = select(ReportRow).where(ReportRow.id == report_id).with_for_update(key_share=True)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("pipeline.no_report", id=report_id)
    if row.revision != revision:
        raise Stale("pipeline.report_stale", id=row.id, revision=row.revision)
    return row


def _note(session: Session, viewer: Viewer, row: ReportRow, verb: str, now: datetime) -> None:
    facts: dict[str, Fact] = {"kind": row.kind, "first": row.first_day.isoformat(), "team": row.team}
    record(session, viewer, f"report.{verb}", now, target="report", target_id=row.id, facts=facts)

"""The pages of weekly and monthly reports: their list, writing one, reading one; and reports as they are printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.console.calls import Paging
from api.console.formats import moment
from api.console.page import Frame, onward, render, words_for
from api.console.wording import Wording
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.reports import words
from api.reports.figures import Figures, Live
from api.reports.handbook import handbook_sections
from api.reports.paper import Paper, live_paper
from api.reports.queries import Asked, ReportQuery
from api.reports.shown import Section
from api.routes.reports import ReportId
from api.viewer import CurrentViewer
from models.person import Viewer
from models.tables import ReportRow
from pipeline.reports import issuing
from pipeline.reports.frozen import thawed
from pipeline.reports.issuing import ReportKind
from pipeline.reports.span import month_of, today, week_of
from pipeline.reports.who import Who, scope_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40


class ListForm(Paging):
    kind: ReportKind | None = None


class PrintForm(ReportQuery):
    report: int | None = Field(None, ge=1, lt=2**63)


@dataclass(frozen=True, slots=True)
class Line:
    row: ReportRow
    period: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """`due` are the kinds to write, each with a day of the last whole period."""

    lines: Sequence[Line]
    kind: ReportKind | None
    may_write: bool
    due: Sequence[tuple[ReportKind, date]]
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class OnePage:
    row: ReportRow
    title: str
    whose: str
    asked: Asked
    sections: Sequence[Section]
    before: ReportRow | None
    before_period: str
    may_write: bool


@router.get("/reports/issued")
def list_page(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[ListForm, Query()]
) -> HTMLResponse:
    t = words_for(request)
    after = from_id_cursor("reports", form.cursor)
    found = issuing.listed(session, viewer, kind=form.kind, after=after, limit=ON_A_PAGE)
    page = ListPage(
        lines=[Line(row, title_of(row, t)) for row in found.reports],
        kind=form.kind,
        may_write=issuing.may_write(viewer),
        due=_due(datetime.now(UTC)),
        next=onward(request, to_id_cursor("reports", found.next)),
        first=onward(request, "") if form.cursor else None,
    )
    return render(request, "reports_issued.html", Frame(t("title_reports_issued"), "reports"), page)


@router.get("/reports/issued/{report_id}")
def one_page(request: Request, session: ReadSession, viewer: CurrentViewer, report_id: ReportId) -> HTMLResponse:
    t = words_for(request)
    row = issuing.report_of(session, viewer, report_id)
    figures, asked = figures_of(session, viewer, row)
    before = issuing.before(session, row)
    page = OnePage(
        row=row,
        title=title_of(row, t),
        whose=words.whose(asked, t),
        asked=asked,
        sections=handbook_sections(figures, asked, t),
        before=before,
        before_period=title_of(before, t) if before else "",
        may_write=issuing.may_write(viewer),
    )
    return render(request, "reports_one.html", Frame(page.title, "reports"), page)


@router.get("/reports/print")
def print_page(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[PrintForm, Query()]
) -> HTMLResponse:
    """A written report, or any days' figures, on paper."""
    t = words_for(request)
    if form.report is None:
        asked = form.asked(viewer, datetime.now(UTC))
        paper = live_paper(session, viewer, asked, t, datetime.now(UTC))
    else:
        paper = _written_paper(session, viewer, issuing.report_of(session, viewer, form.report), t)
    return render(request, "reports_print.html", Frame(paper.title, "reports"), paper)


def figures_of(session: Session, viewer: Viewer, row: ReportRow) -> tuple[Figures, Asked]:
    """An issued report's as they were, a draft's as they are."""
    asked = Asked(issuing.span_of(row), scope_of(viewer, row.team or None))
    if row.figures is not None:
        return thawed(row.figures), asked
    return Live(session, viewer, asked.span, asked.who, datetime.now(UTC)), asked


def title_of(row: ReportRow, t: Wording) -> str:
    """`质检周报 · 2026 年第 46 周（11-09 至 11-15）`."""
    asked = Asked(issuing.span_of(row), Who(row.team or None))
    return f"{t(f'report_title_{row.kind}')} · {words.period(asked, t)}"


def _written_paper(session: Session, viewer: Viewer, row: ReportRow, t: Wording) -> Paper:
    figures, asked = figures_of(session, viewer, row)
    return Paper(
        title=t(f"report_title_{row.kind}"),
        period=words.period(asked, t),
        whose=words.whose(asked, t),
        as_of=t("report_as_of", time=moment(row.issued_at or datetime.now(UTC))),
        sections=handbook_sections(figures, asked, t),
        texts_before=[(t("report_summary"), row.summary)],
        texts_after=[(t("report_plan"), row.plan), (t("report_follow_up"), row.follow_up)],
        back=f"/reports/issued/{row.id}",
    )


def _due(now: datetime) -> list[tuple[ReportKind, date]]:
    day = today(now)
    return [("week", week_of(day).first - timedelta(days=1)), ("month", month_of(day).first - timedelta(days=1))]

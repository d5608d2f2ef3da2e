"""The pages of reports: one for each section, so that none reads what it does not show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.console.choices import choices
from api.console.page import Frame, render, words_for
from api.database import ReadSession
from api.reports import words
from api.reports.figures import Live
from api.reports.queries import Asked, Period, ReportQuery
from api.reports.sections import section, sections_for
from api.reports.shown import Section
from api.viewer import CurrentViewer
from models.person import Viewer
from models.tables import CallFactRow, ReportRow
from pipeline.reports import issuing
from pipeline.reports.span import today, week_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Query_ = Annotated[ReportQuery, Query()]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`issued` is the written report of these days, if there is one; `newest` where calls were last, if not here."""

    asked: Asked
    tab: str
    tabs: Sequence[str]
    section: Section | None
    period: str
    whose: str
    today: date
    teams: Sequence[str]
    agents: Sequence[str]
    issued: ReportRow | None
    may_begin: bool
    newest: str
    only_own_team: bool

    @property
    def path(self) -> str:
        return self.address(self.tab)

    @property
    def is_empty(self) -> bool:
        return self.section is None

    @staticmethod
    def address(name: str) -> str:
        return "/reports" if name == "overview" else f"/reports/{name}"


@router.get("/reports")
def overview(request: Request, session: ReadSession, viewer: CurrentViewer, query: Query_) -> HTMLResponse:
    return report_page(request, session, viewer, query, "overview")


@router.get("/reports/{name}")
def one_section(
    request: Request, session: ReadSession, viewer: CurrentViewer, query: Query_, name: str
) -> HTMLResponse:
    return report_page(request, session, viewer, query, name)


def report_page(request: Request, session: Session, viewer: Viewer, query: ReportQuery, name: str) -> HTMLResponse:
    now = datetime.now(UTC)
    t = words_for(request)
    asked = query.asked(viewer, now)
    figures = Live(session, viewer, asked.span, asked.who, now)
    asked = Asked(asked.span, figures.who)
    shown = section(name, figures, asked, t) if _has_anything(figures, name) else None
    known = choices(request, session, viewer)
    kind: Period = asked.period
    is_issuable = kind in {"week", "month"} and asked.who.agent_id is None
    issued = issuing.found_for(session, viewer, kind, asked.span, asked.who.team) if is_issuable else None  # type: ignore[arg-type]
    page = ReportPage(
        asked=asked,
        tab=name,
        tabs=sections_for(viewer, asked.who),
        section=shown,
        period=words.period(asked, t),
        whose=words.whose(asked, t, _agent_name(figures)),
        today=today(now),
        teams=[viewer.scope.team] if viewer.scope.team else known.teams,
        agents=known.agents,
        issued=issued,
        may_begin=is_issuable and issuing.may_write(viewer) and asked.span.first <= today(now),
        newest="" if shown else _newest(session, asked, name),
        only_own_team=viewer.scope.team is not None,
    )
    return render(request, "reports.html", Frame(f"{page.period} {t('title_reports')}", "reports"), page)


CALLS = {"overview", "errors", "trends", "people", "kinds", "voice", "customers"}
"""Sections about calls, which have nothing to say where there were none."""


def _has_anything(figures: Live, name: str) -> bool:
    return name not in CALLS or figures.totals.calls > 0 or figures.uncounted > 0


def _agent_name(figures: Live) -> str | None:
    if figures.who.agent_id is None:
        return None
    return next((line.name for line in figures.agents if line.name), None)


def _newest(session: Session, asked: Asked, name: str) -> str:
    """This section of the week in which there were calls last."""
    query = select(func.max(CallFactRow.day))
    if asked.who.team is not None:
        query = query.where(CallFactRow.team == asked.who.team)
    day = session.scalar(query)
    return asked.at(ReportPage.address(name), week_of(day)) if day else ""

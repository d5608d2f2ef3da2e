"""The pages of inspectors' monthly assessments: everybody's for leads, one's own for inspectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from api.console.page import Frame, render, words_for
from api.console.wording import Wording
from api.database import ReadSession
from api.reports.shown import Cell, Column
from api.routes.assessments import MONTH, day_of, thresholds
from api.viewer import CurrentViewer
from models.reason import Language
from models.tables import AssessmentRow
from pipeline.reports import assessments
from pipeline.reports.assessments import GRADES, Assessment
from pipeline.reports.span import DAY, month_of, today

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SHARES = ("right", "within", "in_time", "overturned")


class MonthForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    month: str | None = Field(None, pattern=MONTH)
    lang: Language | None = None


@dataclass(frozen=True, slots=True)
class MonthPage:
    """`may_sign`: the month is over. `before` and `after` are the months beside it, `after` empty for the current."""

    month: str
    lines: Sequence[Assessment]
    columns: Sequence[Column]
    may_sign: bool
    before: str
    after: str
    t: Wording
    own_id: int | None

    grades = GRADES

    def cells(self, figures: Mapping[str, Any]) -> list[Cell]:
        return figure_cells(figures)


@dataclass(frozen=True, slots=True)
class OwnPage:
    rows: Sequence[AssessmentRow]
    columns: Sequence[Column]

    def cells(self, figures: Mapping[str, Any]) -> list[Cell]:
        return figure_cells(figures)


@router.get("/assessments")
def month_page(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[MonthForm, Query()]
) -> HTMLResponse:
    t, now = words_for(request), datetime.now(UTC)
    first = day_of(form.month)
    this = month_of(today(now)).first
    page = MonthPage(
        month=f"{first:%Y-%m}",
        lines=assessments.month_assessments(session, viewer, first, thresholds(request), now),
        columns=columns(t),
        may_sign=first < this,
        before=f"{first - DAY:%Y-%m}",
        after="" if first >= this else f"{_next(first):%Y-%m}",
        t=t,
        own_id=viewer.user_id,
    )
    return render(request, "assessments.html", Frame(t("title_assessments"), "assessments"), page)


@router.get("/assessments/mine")
def own_page(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    t = words_for(request)
    page = OwnPage(assessments.own_assessments(session, viewer), columns(t))
    return render(request, "assessments_mine.html", Frame(t("title_own_assessments"), "assessments"), page)


def columns(t: Wording) -> list[Column]:
    return [
        Column(t("report_verdicts"), "whole"),
        Column(t("report_minutes_a_call"), "points"),
        Column(t("report_late"), "whole"),
        Column(t("report_right"), "share"),
        Column(t("report_within"), "share"),
        Column(t("report_in_time"), "share"),
        Column(t("report_overturned"), "share"),
    ]


def figure_cells(figures: Mapping[str, Any]) -> list[Cell]:
    """In the order of `columns`, from live figures or from those that were kept."""
    return [
        Cell(figures.get("all")),
        Cell(figures.get("minutes")),
        Cell(figures.get("late")),
        *(_share(figures.get(name)) for name in SHARES),
    ]


def _share(kept: Mapping[str, Any] | None) -> Cell:
    if not kept or kept.get("share") is None:
        return Cell(None)
    return Cell(kept["share"], low=kept["low"], high=kept["high"])


def _next(first: date) -> date:
    return month_of(first).last + DAY

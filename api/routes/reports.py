"""Reports: figures of any days, the calls behind them, and the weekly and monthly ones that leads write."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.console.page import words_for
from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import declared
from api.queries import PageQuery, Text
from api.reports import words
from api.reports.answers import CallLineAnswer, CallsAnswer, FiguresAnswer, ReportAnswer, ReportListAnswer
from api.reports.call_rows import MEDIA, Format, check_parquet, written
from api.reports.figures import Live
from api.reports.json_figures import PARTS, Part, figures_json
from api.reports.queries import Asked, CallsQuery, ReportQuery, from_place_cursor, to_place_cursor
from api.reports.sections import section, sections_for
from api.reports.sheets import report_workbook
from api.revision import ExpectedRevision, tag
from api.routes.results import Asked as Strict
from api.routes.sampling import EARLIEST, LATEST
from api.viewer import CurrentViewer
from models.facts import CallFactLine
from models.person import Viewer
from pipeline.reports import issuing
from pipeline.reports.drill import Place, drill
from pipeline.reports.issuing import LONGEST, ReportKind, ReportState, Written
from pipeline.reports.span import month_of, week_of

router = APIRouter(prefix="/v1/reports", tags=["reports"], responses=declared(401, 403, 404, 422, 503))

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_A_TIME = 1000
"""Calls read from the database before they are sent on."""

ReportId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the report.")]
Words = Annotated[str, Field(max_length=LONGEST)]


class CallsFileQuery(CallsQuery):
    format: Format | None = Field(None, description="All of the calls as a file, instead of a page of them.")


class FiguresQuery(ReportQuery):
    part: list[Part] = Field([], max_length=len(PARTS), description="Only these; else all of them.")


class Beginning(Strict):
    kind: ReportKind
    day: Annotated[date, Field(ge=EARLIEST, le=LATEST)] = Field(description="Any day of the week or month.")
    team: Text = Field(None, description="Else the whole centre.")


class Writing(Strict):
    summary: Words = ""
    plan: Words = Field("", description="What is to be improved, how, by whom, until when.")
    follow_up: Words = Field("", description="What became of the plan before.")


class Moving(Strict):
    state: Literal["issued", "draft"] = Field(description="`issued` freezes its figures; `draft` takes it back.")


class ReportsQuery(PageQuery):
    kind: ReportKind | None = None
    state: ReportState | None = None


@router.get(
    "/calls",
    response_model=CallsAnswer,
    responses={200: {"content": {media: {} for media in MEDIA.values()}, "description": "A page, or a file."}},
)
def calls(
    request: Request, session: ReadSession, viewer: CurrentViewer, query: Annotated[CallsFileQuery, Query()]
) -> CallsAnswer | StreamingResponse:
    """The calls behind a figure, the latest day first: as many as the figure says, but those you are still to judge."""
    asked = query.asked(viewer, _now())
    after = from_place_cursor(query.cursor)
    if query.format is not None:
        if query.format == "parquet":
            check_parquet()
        drill(session, viewer, asked.span, asked.who, query.what, query.by, after, 1)  # refuses before anything is sent
        name = f'attachment; filename="calls-{asked.span.first}-{asked.span.last}.{query.format}"'
        pieces = written(batches(request, viewer, asked, query), query.format)
        return StreamingResponse(pieces, media_type=MEDIA[query.format], headers={"Content-Disposition": name})
    found = drill(session, viewer, asked.span, asked.who, query.what, query.by, after, query.limit)
    return CallsAnswer(
        count=found.count,
        hidden=found.hidden,
        calls=[CallLineAnswer.of(line) for line in found.lines],
        next=to_place_cursor(found.after),
    )


def batches(request: Request, viewer: Viewer, asked: Asked, query: CallsQuery) -> Iterator[Sequence[CallFactLine]]:
    """All calls, so many at a time, each read by itself: a slow reader keeps no connection from others."""
    after: Place | None = from_place_cursor(query.cursor)
    while True:
        with request.app.state.reading() as session:
            found = drill(session, viewer, asked.span, asked.who, query.what, query.by, after, AT_A_TIME)
        yield found.lines
        if found.after is None:
            return
        after = found.after


@router.get("/figures")
def figures(session: ReadSession, viewer: CurrentViewer, query: Annotated[FiguresQuery, Query()]) -> FiguresAnswer:
    """Every figure of a report: shares and means with their 95 % intervals, null where nothing is known."""
    asked = query.asked(viewer, _now())
    live = Live(session, viewer, asked.span, asked.who, _now())
    return FiguresAnswer(
        first=asked.span.first,
        last=asked.span.last,
        team=live.who.team,
        agent=live.who.agent_id,
        parts=figures_json(live, tuple(query.part)),
    )


@router.get("/workbook", response_class=Response, responses={200: {"content": {XLSX: {}}}})
def workbook(
    request: Request, session: ReadSession, viewer: CurrentViewer, query: Annotated[ReportQuery, Query()]
) -> Response:
    """The report as an Excel workbook: figures, errors, trend, teams, agents, and the latest calls."""
    t = words_for(request)
    asked = query.asked(viewer, _now())
    live = Live(session, viewer, asked.span, asked.who, _now())
    asked = Asked(asked.span, live.who)
    shown = [section(name, live, asked, t) for name in sections_for(viewer, live.who)]
    rows = batches(request, viewer, asked, CallsQuery.model_construct(what="all", by="machine", cursor=None))
    book = report_workbook(shown, rows, asked, t, made_by=viewer.name, whose=words.of_whom(session, asked, t))
    name = f'attachment; filename="report-{asked.span.first}-{asked.span.last}.xlsx"'
    return Response(book, media_type=XLSX, headers={"Content-Disposition": name})


@router.get("/issued")
def list_reports(
    session: ReadSession, viewer: CurrentViewer, query: Annotated[ReportsQuery, Query()]
) -> ReportListAnswer:
    """Weekly and monthly reports, the newest first: issued ones, and drafts for who writes them."""
    after = from_id_cursor("reports", query.cursor)
    page = issuing.listed(session, viewer, kind=query.kind, state=query.state, after=after, limit=query.limit)
    items = [ReportAnswer.of(row) for row in page.reports]
    return ReportListAnswer(reports=items, next=to_id_cursor("reports", page.next))


@router.post("/issued", status_code=201, responses=declared(409))
def begin(response: Response, session: WriteSession, viewer: CurrentViewer, asked: Beginning) -> ReportAnswer:
    """Begin the report of a week or month, as a draft."""
    span = (week_of if asked.kind == "week" else month_of)(asked.day)
    row = issuing.begin(session, viewer, asked.kind, span, asked.team or None, _now())
    response.headers["Location"] = f"/v1/reports/issued/{row.id}"
    tag(response, row.revision)
    return ReportAnswer.of(row)


@router.get("/issued/{report_id}")
def read(response: Response, session: ReadSession, viewer: CurrentViewer, report_id: ReportId) -> ReportAnswer:
    """A report with its words, and with its figures if it was issued."""
    row = issuing.report_of(session, viewer, report_id)
    tag(response, row.revision)
    return ReportAnswer.of(row)


@router.put("/issued/{report_id}", responses=declared(409, 412))
def write(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    report_id: ReportId,
    revision: ExpectedRevision,
    asked: Writing,
) -> ReportAnswer:
    """Write a draft's words."""
    written = Written(asked.summary, asked.plan, asked.follow_up)
    row = issuing.write(session, viewer, report_id, written, revision=revision, now=_now())
    tag(response, row.revision)
    return ReportAnswer.of(row)


@router.put("/issued/{report_id}/state", responses=declared(409, 412))
def move(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    report_id: ReportId,
    revision: ExpectedRevision,
    asked: Moving,
) -> ReportAnswer:
    """Issue a draft, with the period's figures as they are now; or take an issued report back to correct it."""
    act = issuing.issue if asked.state == "issued" else issuing.take_back
    row = act(session, viewer, report_id, revision=revision, now=_now())
    tag(response, row.revision)
    return ReportAnswer.of(row)


def _now() -> datetime:
    return datetime.now(UTC)

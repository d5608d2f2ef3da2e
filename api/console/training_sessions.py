"""Pages of sessions: the list, a new one, and one with its sign-in, record and feedback."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.training_choices import exam_choices
from api.console.training_views import SessionForm, SessionsPage, SessionView
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.training_sessions import SessionId
from api.viewer import CurrentViewer
from models.person import Right
from models.tables import CourseRow, EffectRow, ExamRow, PlanEntryRow
from models.training import SessionState
from pipeline.effects.windows import effect_of
from pipeline.reports.span import today
from pipeline.training import plans, sessions
from pipeline.training.changing import find
from pipeline.training.feedback import summary
from pipeline.training.plans import Entry, Plan
from storage.training.people import active
from storage.training.plans import active_courses

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 30
SECTION = "training"
MORNING = 9


class SessionsForm(Paging):
    show: Literal["planned", "held", "cancelled", "all"] = "planned"


class NewForm(Paging):
    entry: int | None = Field(None, ge=1, lt=2**63)
    course: int | None = Field(None, ge=1, lt=2**63)
    exam: int | None = Field(None, ge=1, lt=2**63)
    agent: list[str] = Field([], max_length=300)


@router.get("/training/sessions")
def list_sessions(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[SessionsForm, Query()]
) -> HTMLResponse:
    state = None if form.show == "all" else SessionState(form.show)
    after = from_id_cursor("training-sessions", form.cursor)
    found = sessions.listed(session, state=state, after=after, limit=ON_A_PAGE)
    page = SessionsPage(
        listed=found,
        shown=form.show,
        may_make=viewer.may(Right.TRAIN),
        now=datetime.now(UTC),
        next=next_address(request, to_id_cursor("training-sessions", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(
        request, "training_sessions.html", Frame(words_for(request)("title_training_sessions"), SECTION), page
    )


@router.get("/training/sessions/new")
def new_session(request: Request, session: ReadSession, form: Annotated[NewForm, Query()]) -> HTMLResponse:
    now = datetime.now(UTC)
    entry, plan = (None, None) if form.entry is None else _entry(session, form.entry, now)
    course_id = form.course or (entry.row.course_id if entry else None)
    course = None if course_id is None else session.get(CourseRow, course_id)
    exam_id = form.exam or (course.exam_id if course else None)
    exam = None if exam_id is None else session.get(ExamRow, exam_id)
    agents = frozenset(form.agent) | (frozenset(entry.audience) if entry else frozenset())
    fixed = session.get(EffectRow, entry.row.effect_id) if entry and entry.row.effect_id else None
    right_day = sessions.right_day(fixed) if fixed else None
    planned = right_day or (entry.row.planned_on if entry else None)
    day = planned or today(now) + timedelta(days=1)
    title = entry.row.title if entry else (exam.title if exam and form.exam else course.title if course else "")
    page = SessionForm(
        courses=active_courses(session),
        exams=exam_choices(session),
        staff=active(session),
        entry=entry,
        plan=plan.row if plan else None,
        course_id=course_id,
        exam_id=exam_id,
        agents=agents,
        starts_at=f"{day.isoformat()}T{MORNING:02}:00",
        title=title,
        right_day=right_day,
    )
    return render(
        request, "training_session_new.html", Frame(words_for(request)("training_session_new"), SECTION), page
    )


@router.get("/training/sessions/{session_id}")
def one_session(request: Request, session: ReadSession, viewer: CurrentViewer, session_id: SessionId) -> HTMLResponse:
    now = datetime.now(UTC)
    found = sessions.read(session, session_id)
    may_train = viewer.may(Right.TRAIN)
    effect_id = found.entry.effect_id if found.entry else None
    effect = None if effect_id is None else effect_of(session, viewer, effect_id, now)
    right_day = sessions.right_day(effect.row) if effect else None
    page = SessionView(
        session=found,
        feedback=summary(session, session_id) if found.row.state == SessionState.HELD else None,
        effect=effect,
        right_day=None if right_day == today(found.row.starts_at) else right_day,
        staff=active(session) if may_train and found.row.state == SessionState.PLANNED else (),
        may_train=may_train,
        now=now,
    )
    return render(request, "training_session.html", Frame(found.row.title, SECTION), page)


def _entry(session: ReadSession, entry_id: int, now: datetime) -> tuple[Entry, Plan]:
    row = find(session, PlanEntryRow, entry_id)
    plan = plans.read(session, row.plan_id, now)
    return next(one for one in plan.entries if one.row.id == row.id), plan

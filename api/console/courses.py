"""Pages of courses."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.calls import Paging
from api.console.markdown import markdown
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.training_choices import exam_choices, item_choices
from api.console.training_views import CoursesPage, CourseView
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.courses import CourseId
from api.viewer import CurrentViewer
from models.person import Right
from models.training import CourseKind
from pipeline.training import courses

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 30


class CoursesForm(Paging):
    show: Literal["used", "onboarding", "business", "correction", "skills", "unused"] = "used"


@router.get("/courses")
def list_courses(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[CoursesForm, Query()]
) -> HTMLResponse:
    kind = None if form.show in {"used", "unused"} else CourseKind(form.show)
    after = from_id_cursor("courses", form.cursor)
    found = courses.listed(session, kind=kind, active=form.show != "unused", after=after, limit=ON_A_PAGE)
    may_make = viewer.may(Right.TRAIN)
    page = CoursesPage(
        listed=found,
        shown=form.show,
        choices=item_choices(session) if may_make else (),
        exams=exam_choices(session) if may_make else (),
        may_make=may_make,
        next=next_address(request, to_id_cursor("courses", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "training_courses.html", Frame(words_for(request)("title_courses"), "training"), page)


@router.get("/courses/{course_id}")
def one_course(request: Request, session: ReadSession, viewer: CurrentViewer, course_id: CourseId) -> HTMLResponse:
    found = courses.read(session, course_id)
    may_change = viewer.may(Right.TRAIN)
    page = CourseView(
        course=found,
        material=markdown(found.row.material),
        choices=item_choices(session) if may_change else (),
        exams=exam_choices(session) if may_change else (),
        may_change=may_change,
        may_read_cases=viewer.may(Right.READ_CASES),
    )
    return render(request, "training_course.html", Frame(found.row.title, "training"), page)

"""Courses: what is taught."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import declared
from api.queries import PageQuery
from api.revision import ExpectedRevision, tag
from api.routes.results import AnId, Asked
from api.training_answers import CourseAnswer, CourseItem, CourseList
from api.viewer import CurrentViewer
from models.training import CourseKind, ItemRef
from pipeline.training import changing, courses
from pipeline.training.courses import CourseDetails

router = APIRouter(prefix="/v1/courses", tags=["training"], responses=declared(401, 403, 404, 409, 422, 503))

CourseId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the course.")]
Title = Annotated[str, Field(min_length=1, max_length=changing.TITLE)]
Words = Annotated[str, Field(max_length=changing.WORDS)]
Hours = Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)]
Items = Annotated[list[ItemRef], Field(max_length=courses.MOST_ITEMS, description="Items of scorecards it is about.")]


class CourseBody(Asked):
    title: Title
    kind: CourseKind
    goal: Words = ""
    material: str = Field("", max_length=changing.MATERIAL, description="Markdown.")
    hours: Hours = 1.0
    items: Items = Field(default=[])
    cases: list[AnId] = Field([], max_length=courses.MOST_CASES, description="Numbers of the case library.")
    exam_id: AnId | None = None
    active: bool = True

    @property
    def details(self) -> CourseDetails:
        own = self.model_dump(exclude={"items", "cases"})
        return CourseDetails(**own, items=tuple(self.items), cases=tuple(self.cases))


class CoursesQuery(PageQuery):
    kind: CourseKind | None = None
    active: bool | None = None


@router.get("")
def list_courses(session: ReadSession, asked: Annotated[CoursesQuery, Query()]) -> CourseList:
    """Courses, the newest first."""
    after = from_id_cursor("courses", asked.cursor)
    page = courses.listed(session, kind=asked.kind, active=asked.active, after=after, limit=asked.limit)
    items = [CourseItem.model_validate(row) for row in page.courses]
    return CourseList(courses=items, next=to_id_cursor("courses", page.next))


@router.post("", status_code=201)
def make(response: Response, session: WriteSession, viewer: CurrentViewer, asked: CourseBody) -> CourseAnswer:
    """A new course."""
    row = courses.make(session, viewer, asked.details, datetime.now(UTC))
    response.headers["Location"] = f"/v1/courses/{row.id}"
    return _answer(response, session, row.id)


@router.get("/{course_id}")
def read(response: Response, session: ReadSession, course_id: CourseId) -> CourseAnswer:
    """One course."""
    return _answer(response, session, course_id)


@router.put("/{course_id}", responses=declared(412))
def edit(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    course_id: CourseId,
    revision: ExpectedRevision,
    asked: CourseBody,
) -> CourseAnswer:
    """Change it, or use it no more."""
    courses.edit(session, viewer, course_id, asked.details, revision=revision, now=datetime.now(UTC))
    return _answer(response, session, course_id)


def _answer(response: Response, session: ReadSession, course_id: int) -> CourseAnswer:
    found = courses.read(session, course_id)
    tag(response, found.row.revision)
    return CourseAnswer.of(found)

"""A lead's work: who has how much, sharing out, giving calls to others, absences."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.answers import SaidReason
from api.database import ReadSession, WriteSession
from api.language import ReaderLanguage
from api.problems import declared
from api.review_answers import Asked, AssignmentItem
from api.revision import ExpectedRevision, tag
from api.routes.assignments import AssignmentId
from api.share_answers import AbsenceAnswer, LeftItem, LoadItem, ReassignedAnswer, ShareOutAnswer
from api.viewer import CurrentViewer
from pipeline.review import absences, assignment, desk, sharing

router = APIRouter(prefix="/v1", tags=["assignments"], responses=declared(401, 403, 422, 503))

UserId = Annotated[int, Field(ge=1, lt=2**63)]
AbsenceId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the absence.")]


class SharingOut(Asked):
    """At most so many calls at once, and to nobody more than so many minutes of sound."""

    at_most: int = Field(sharing.AT_MOST, ge=1, le=5000)
    most_minutes: float = Field(sharing.MOST_MINUTES, gt=0, le=100_000)
    preview: bool = Field(default=False, description="Only say what would be done.")


class Giving(Asked):
    user_id: UserId | None = Field(description="Whose it is to be; null: whoever comes next.")
    why: str = Field("", max_length=500)


class GivingMany(Giving):
    assignments: list[UserId] = Field(min_length=1, max_length=500, description="Numbers of the assignments.")


class Cancelling(Asked):
    why: str = Field(min_length=1, max_length=500)


class NewAbsence(Asked):
    user_id: UserId
    first_day: date
    last_day: date = Field(description="The last day away, included.")
    why: str = Field("", max_length=200)


@router.get("/loads")
def loads(session: ReadSession) -> list[LoadItem]:
    """Who has how much before them, and did how much today."""
    return [LoadItem.of(load) for load in sharing.loads(session, _now())]


@router.post("/assignments/share-out")
def share_out(
    session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, asked: SharingOut
) -> ShareOutAnswer:
    """Give what nobody has to the inspectors at work, evenly by minutes of sound; says what it could not place."""
    at_most, most = asked.at_most, asked.most_minutes
    if asked.preview:
        plan = sharing.plan_share_out(session, _now(), at_most=at_most, most_minutes=most)
    else:
        plan = sharing.share_out(session, viewer, _now(), at_most=at_most, most_minutes=most)
    return ShareOutAnswer.of(plan, language)


@router.post("/assignments/reassign")
def reassign(
    session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, asked: GivingMany
) -> ReassignedAnswer:
    """Give these to one person, or to whoever comes next; those that cannot be are told with the reason."""
    given = assignment.reassign(session, viewer, asked.assignments, asked.user_id, _now(), why=asked.why)
    known = desk.lines(session, viewer, [one for one, _ in given.refused], _now())
    refused = [
        LeftItem(
            assignment_id=one,
            call_id=known[one].call_id if one in known else 0,
            reason=SaidReason.of(reason, language),
        )
        for one, reason in given.refused
    ]
    return ReassignedAnswer(done=list(given.done), refused=refused)


@router.patch("/assignments/{assignment_id}", responses=declared(404, 409, 412))
def give(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    assignment_id: AssignmentId,
    revision: ExpectedRevision,
    asked: Giving,
) -> AssignmentItem:
    """Give it to somebody else, also while somebody works on it: their draft stays theirs."""
    row = assignment.assign(session, viewer, assignment_id, asked.user_id, _now(), revision=revision, why=asked.why)
    tag(response, row.revision)
    return AssignmentItem.of(desk.line(session, viewer, assignment_id, _now()), language)


@router.post("/assignments/{assignment_id}/cancel", responses=declared(404, 409))
def cancel(
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    assignment_id: AssignmentId,
    asked: Cancelling,
) -> AssignmentItem:
    """Nobody is to hear it; without another hearing of the call its review ends."""
    assignment.cancel(session, viewer, assignment_id, asked.why, _now())
    return AssignmentItem.of(desk.line(session, viewer, assignment_id, _now()), language)


@router.get("/absences")
def list_absences(
    session: ReadSession, since: Annotated[date | None, Query(description="Today in China by default.")] = None
) -> list[AbsenceAnswer]:
    """Absences that are not over on that day."""
    found = absences.absences(session, since=since or absences.today(_now()))
    return [AbsenceAnswer.model_validate(one) for one in found]


@router.post("/absences", status_code=201, responses=declared(404))
def add_absence(session: WriteSession, viewer: CurrentViewer, asked: NewAbsence) -> AbsenceAnswer:
    """Somebody is away. If that has begun, what they were given and have not begun goes back at once."""
    how = asked.model_dump(exclude={"user_id"})
    return AbsenceAnswer.model_validate(absences.add_absence(session, viewer, asked.user_id, _now(), **how))


@router.delete("/absences/{absence_id}", status_code=204, responses=declared(404))
def remove_absence(session: WriteSession, viewer: CurrentViewer, absence_id: AbsenceId) -> Response:
    """They are there after all."""
    absences.remove_absence(session, viewer, absence_id, _now())
    return Response(status_code=204)


def _now() -> datetime:
    return datetime.now(UTC)

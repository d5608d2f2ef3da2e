"""Reviews of calls: what happened to them, words put right, and what people say of rules."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.answers import SaidReason
from api.database import ReadSession, WriteSession
from api.language import ReaderLanguage
from api.problems import declared
from api.review_answers import Asked, ReviewAnswer, ReviewItem, ReviewList
from api.routes.calls import CallId
from api.rule_answers import CorrectionAnswer, RuleMarkAnswer, RulePrecisionAnswer
from api.viewer import CurrentViewer
from models.review import ReviewState
from pipeline.people.visibility import check_call, check_machine
from pipeline.review import corrections, queueing, reviewing
from pipeline.rulebook import rule_marks

router = APIRouter(prefix="/v1", tags=["reviews"], responses=declared(401, 403, 422, 503))

ReviewId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the review.")]
RuleId = Annotated[str, Path(max_length=200, description="Id of the rule.")]
Index = Annotated[int, Field(ge=0, lt=2**31)]


class ReviewsQuery(Asked):
    state: ReviewState | None = None
    team: str | None = Field(None, max_length=200)
    agent_id: str | None = Field(None, max_length=200)
    before: int | None = Field(None, ge=1, lt=2**63)
    limit: int = Field(50, ge=1, le=200)


class Correcting(Asked):
    turn: Index = Field(description="The turn, from 0.")
    first: Index = Field(description="The first of the words, from 0.")
    last: Index = Field(description="The last of them.")
    text: str = Field(max_length=corrections.LONGEST, description="What was said; empty where nothing was.")


class Marking(Asked):
    rule: str = Field(min_length=1, max_length=200)
    hit: bool = Field(description="Whether the rule should have hit in this call.")
    finding_id: int | None = Field(None, ge=1, lt=2**63)
    why: str = Field("", max_length=rule_marks.LONGEST_WHY)


class Queueing(Asked):
    why: str = Field(min_length=1, max_length=500)
    double: bool = Field(default=False, description="By two people, independently.")


@router.get("/reviews")
def list_reviews(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[ReviewsQuery, Query()]
) -> ReviewList:
    """Reviews within your sight, the newest first."""
    page = reviewing.list_reviews(
        session,
        viewer,
        state=asked.state,
        team=asked.team,
        agent_id=asked.agent_id,
        after=asked.before,
        limit=asked.limit,
    )
    items = [
        ReviewItem(**ReviewItem.fields_of(one.row, [SaidReason.of(r, language) for r in one.reasons], blind=one.blind))
        for one in page.reviews
    ]
    return ReviewList(reviews=items, next=page.next)


@router.get("/reviews/{review_id}", responses=declared(404))
def read(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, review_id: ReviewId) -> ReviewAnswer:
    """A review with every move, hearing and verdict, as far as you may know them yet."""
    return ReviewAnswer.of(reviewing.review_history(session, viewer, review_id), viewer, language)


@router.get("/calls/{call_id}/review", responses=declared(404))
def of_call(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId) -> ReviewAnswer:
    """The call's review; 404 where it has none."""
    return ReviewAnswer.of(reviewing.history_of_call(session, viewer, call_id), viewer, language)


@router.post("/calls/{call_id}/review", status_code=201, responses=declared(404, 409))
def queue(
    session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId, asked: Queueing
) -> ReviewAnswer:
    """Have a call heard although nothing picked it."""
    check_call(session, viewer, call_id)
    review = queueing.queue_by_hand(session, viewer, call_id, asked.why, _now(), double=asked.double)
    return ReviewAnswer.of(reviewing.review_history(session, viewer, review.id), viewer, language)


@router.get("/calls/{call_id}/corrections", responses=declared(404))
def list_corrections(session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> list[CorrectionAnswer]:
    """Every word people put right, the oldest first; where two meet the newer counts."""
    check_call(session, viewer, call_id)
    return [CorrectionAnswer.model_validate(one) for one in corrections.of_call(session, call_id)]


@router.post("/calls/{call_id}/corrections", status_code=201, responses=declared(404, 409))
def correct(session: WriteSession, viewer: CurrentViewer, call_id: CallId, asked: Correcting) -> CorrectionAnswer:
    """Say what was said in place of the machine's words, which stay beside it; their own text takes it back."""
    check_call(session, viewer, call_id)
    made = corrections.correct(session, viewer, call_id, _now(), **asked.model_dump())
    return CorrectionAnswer.model_validate(made)


@router.get("/calls/{call_id}/rule-marks", responses=declared(404, 409))
def list_marks(session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> list[RuleMarkAnswer]:
    """What you said of the rules in this call."""
    check_call(session, viewer, call_id)
    return [RuleMarkAnswer.model_validate(one) for one in rule_marks.own_marks(session, viewer, call_id)]


@router.post("/calls/{call_id}/rule-marks", responses=declared(404, 409))
def mark(session: WriteSession, viewer: CurrentViewer, call_id: CallId, asked: Marking) -> RuleMarkAnswer:
    """Say that a rule was wrong here, or missed this; saying otherwise later replaces it.

    403 before your own verdict on a call to be judged blind: what a mark does to a rule's precision, and which findings
    can be marked, would tell what the machine said.
    """
    check_call(session, viewer, call_id)
    check_machine(session, viewer, (call_id,))
    how = asked.model_dump(exclude={"rule"})
    return RuleMarkAnswer.model_validate(rule_marks.mark_rule(session, viewer, call_id, asked.rule, _now(), **how))


@router.delete("/calls/{call_id}/rule-marks/{rule}", status_code=204, responses=declared(404, 409))
def unmark(session: WriteSession, viewer: CurrentViewer, call_id: CallId, rule: RuleId) -> Response:
    """Take back what you said of the rule in this call."""
    check_call(session, viewer, call_id)
    rule_marks.unmark_rule(session, viewer, call_id, rule, _now())
    return Response(status_code=204)


@router.get("/rule-precision")
def precision(
    session: ReadSession, rule: Annotated[list[str] | None, Query(max_length=200)] = None
) -> list[RulePrecisionAnswer]:
    """How precise rules are by what people said of them: marks, appeals, verdicts."""
    return [RulePrecisionAnswer.model_validate(one) for one in rule_marks.rule_precision(session, rule)]


def _now() -> datetime:
    return datetime.now(UTC)

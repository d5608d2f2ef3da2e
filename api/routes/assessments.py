"""Inspectors' monthly assessments: figures of a month, signed by a lead, read by the inspector."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from api.database import ReadSession, WriteSession
from api.problems import declared
from api.reports.json_figures import plain
from api.routes.results import Asked
from api.viewer import CurrentViewer
from models.errors import BadInput
from models.settings import Settings
from models.tables import AssessmentRow
from pipeline.reports import assessments
from pipeline.reports.assessments import LONGEST, Assessment, Thresholds
from pipeline.reports.span import DAY, month_of, today

router = APIRouter(prefix="/v1/assessments", tags=["assessments"], responses=declared(401, 403, 404, 422, 503))

UserId = Annotated[int, Path(ge=1, lt=2**63, description="The inspector's account.")]
AssessmentId = Annotated[int, Path(ge=1, lt=2**63)]
MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
Month = Annotated[str, Path(pattern=MONTH, description="`2026-10`", examples=["2026-10"])]
MonthAsked = Annotated[str | None, Query(pattern=MONTH, description="`2026-10`; else the last whole month.")]


class Signing(Asked):
    grade: Literal["优秀", "良好", "合格", "不合格"]
    comment: str = Field("", max_length=LONGEST)


class SignedAnswer(BaseModel):
    id: int
    month: date
    user_id: int
    figures: dict[str, Any] = Field(description="As they were when it was signed.")
    grade: str
    comment: str
    signed_by: str
    signed_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, row: AssessmentRow) -> Self:
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class AssessmentAnswer(BaseModel):
    user_id: int
    name: str
    figures: dict[str, Any]
    suggested: str | None = Field(description="By the centre's bars; null where too little is known.")
    signed: SignedAnswer | None

    @classmethod
    def of(cls, one: Assessment) -> Self:
        return cls(
            user_id=one.user_id,
            name=one.name,
            figures=plain(one.figures),
            suggested=one.suggested,
            signed=SignedAnswer.of(one.signed) if one.signed else None,
        )


@router.get("")
def of_month(
    request: Request, session: ReadSession, viewer: CurrentViewer, month: MonthAsked = None
) -> list[AssessmentAnswer]:
    """Everybody's month, by name."""
    found = assessments.month_assessments(session, viewer, day_of(month), thresholds(request), _now())
    return [AssessmentAnswer.of(one) for one in found]


@router.get("/mine")
def own(session: ReadSession, viewer: CurrentViewer) -> list[SignedAnswer]:
    """Your own that were signed, the latest month first."""
    return [SignedAnswer.of(row) for row in assessments.own_assessments(session, viewer)]


@router.put("/{month}/{user_id}", responses=declared(409))
def sign(
    request: Request, session: WriteSession, viewer: CurrentViewer, month: Month, user_id: UserId, asked: Signing
) -> SignedAnswer:
    """Sign an inspector's month, once it is over; its figures are kept as they are now."""
    row = assessments.sign(
        session,
        viewer,
        user_id,
        day_of(month),
        grade=asked.grade,
        comment=asked.comment,
        thresholds=thresholds(request),
        now=_now(),
    )
    return SignedAnswer.of(row)


@router.post("/{assessment_id}/read")
def read(session: WriteSession, viewer: CurrentViewer, assessment_id: AssessmentId) -> SignedAnswer:
    """Say that you have read your own."""
    return SignedAnswer.of(assessments.read(session, viewer, assessment_id, _now()))


def thresholds(request: Request) -> Thresholds:
    """The centre's bars."""
    settings: Settings = request.app.state.settings
    return Thresholds(*settings.assessed)


def day_of(month: str | None) -> date:
    """The first day of the month asked for, or of the last whole one.

    Raises:
        BadInput: there is no such month.
    """
    if month is None:
        return month_of(month_of(today(_now())).first - DAY).first
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise BadInput("pipeline.no_span", text=month[:40]) from None


def _now() -> datetime:
    return datetime.now(UTC)

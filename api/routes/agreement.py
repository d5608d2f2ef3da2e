"""How far people and the machine agree, and how well each inspector judges, as JSON."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from api.agreement_answers import AgreementAnswer, InspectorAnswer, InspectorsAnswer
from api.agreement_kept import AgreementKept
from api.database import ReadSession
from api.language import ReaderLanguage
from api.problems import BadRequest, declared
from api.queries import Text
from api.routes.sampling import EARLIEST, LATEST
from api.routes.sampling import Asked as Strict
from api.viewer import CurrentViewer
from models.clock import CHINA_TIME
from models.errors import NotFound
from models.reason import Language
from pipeline.calibration.agreement import Report, agreement, judged_cards
from pipeline.calibration.inspectors import Inspectors, inspectors, own_figures
from pipeline.calibration.sheet import Asked
from scoring.sampling.period import span

router = APIRouter(prefix="/v1", tags=["agreement"], responses=declared(401, 403, 404, 422, 503))

USUAL_DAYS = 90
"""Enough verdicts for most items, and recent enough to say how things are now."""

LONGEST_DAYS = 3660
Day = Annotated[date | None, Field(ge=EARLIEST, le=LATEST)]


class AgreementQuery(Strict):
    """The scorecard judged by most, and the last 90 days, unless others are asked for. Days are China's."""

    card: Text = Field(None, description="Name of the scorecard; any version of it counts.")
    first: Day = None
    last: Day = None
    call_type: Text = None
    lang: Language | None = Field(None, description="Language of the sentences; else `Accept-Language` says.")

    @model_validator(mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: object) -> object:
        return {name: v for name, v in value.items() if v != ""} if isinstance(value, dict) else value

    def days(self) -> tuple[date, date]:
        """The first and the last day asked for.

        Raises:
            BadRequest: they are the wrong way round.
        """
        last = self.last or datetime.now(UTC).astimezone(CHINA_TIME).date()
        first = self.first or last - timedelta(days=USUAL_DAYS - 1)
        if not timedelta() <= last - first < timedelta(days=LONGEST_DAYS):
            raise BadRequest("api.period_wrong", most=LONGEST_DAYS)
        return first, last

    def asked(self, session: Session) -> Asked:
        """What is asked for.

        Raises:
            NotFound: no card is named, and nobody has judged by any.
            BadRequest: as `days`.
        """
        cards = [self.card] if self.card is not None else [one.card for one in judged_cards(session)[:1]]
        if not cards:
            raise NotFound("pipeline.agreement_nothing")
        within = span(*self.days())
        return Asked(cards[0], within.start, within.end, self.call_type)


Form = Annotated[AgreementQuery, Query()]


@router.get("/agreement")
def read_agreement(request: Request, session: ReadSession, form: Form, language: ReaderLanguage) -> AgreementAnswer:
    """Per item and in total: people with people, the machine with people."""
    return AgreementAnswer.of(report_of(request, session, form.asked(session)), *form.days(), language)


@router.get("/agreement/inspectors")
def read_inspectors(request: Request, session: ReadSession, form: Form, language: ReaderLanguage) -> InspectorsAnswer:
    """How often each inspector is right, how strict they are, and whether that changed; the machine beside them."""
    return InspectorsAnswer.of(inspectors_of(request, session, form.asked(session)), *form.days(), language)


@router.get("/agreement/mine")
def read_own(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Form, language: ReaderLanguage
) -> InspectorAnswer:
    """Your own figures, measured as everybody's are."""
    return InspectorAnswer.of(own_figures(session, viewer, form.asked(session), kept(request).book), language)


def kept(request: Request) -> AgreementKept:
    found: AgreementKept = request.app.state.agreement
    return found


def report_of(request: Request, session: Session, asked: Asked) -> Report:
    return kept(request).found(("items", asked), lambda: agreement(session, asked, kept(request).book))


def inspectors_of(request: Request, session: Session, asked: Asked) -> Inspectors:
    return kept(request).found(("inspectors", asked), lambda: inspectors(session, asked, kept(request).book))

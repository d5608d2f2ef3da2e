"""The pages on agreement: per item, per inspector, per rule, and one's own figures."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.console.agreement_views import Choice, InspectorsPage, ItemsPage, OwnPage, RulesPage
from api.console.definition_views import names_of_rules
from api.console.page import Frame, render, words_for
from api.database import ReadSession
from api.routes.agreement import Form, inspectors_of, kept, report_of
from api.viewer import CurrentViewer
from models.errors import NotFound
from pipeline.calibration.agreement import judged_cards, judged_types
from pipeline.calibration.inspectors import Inspector, own_figures
from pipeline.calibration.rule_figures import rule_figures
from pipeline.rulebook.definitions import overview

router = APIRouter(prefix="/agreement", include_in_schema=False, default_response_class=HTMLResponse)


@router.get("")
def items_page(request: Request, session: ReadSession, form: Form) -> HTMLResponse:
    choice = _choice(request, session, form)
    report = report_of(request, session, form.asked(session)) if choice.cards else None
    return render(request, "agreement.html", _frame(request, "agreement"), ItemsPage(choice, report))


@router.get("/inspectors")
def inspectors_page(request: Request, session: ReadSession, form: Form) -> HTMLResponse:
    choice = _choice(request, session, form)
    found = inspectors_of(request, session, form.asked(session)) if choice.cards else None
    return render(
        request, "agreement_inspectors.html", _frame(request, "agreement_inspectors"), InspectorsPage(choice, found)
    )


@router.get("/rules")
def rules_page(request: Request, session: ReadSession) -> HTMLResponse:
    found = kept(request).found("rules", lambda: rule_figures(session))
    names = kept(request).found("rule names", lambda: names_of_rules(session))
    return render(request, "agreement_rules.html", _frame(request, "agreement_rules"), RulesPage(found, names))


@router.get("/mine")
def own_page(request: Request, session: ReadSession, viewer: CurrentViewer, form: Form) -> HTMLResponse:
    choice = _choice(request, session, form)
    own: Inspector | None = None
    if choice.cards:
        try:
            own = own_figures(session, viewer, form.asked(session), kept(request).book)
        except NotFound:
            own = None
    return render(request, "agreement_mine.html", _frame(request, "agreement_mine"), OwnPage(choice, own))


def _choice(request: Request, session: Session, form: Form) -> Choice:
    """What may be chosen, and what is."""
    cards = kept(request).found("cards", lambda: _cards(session))
    first, last = form.days()
    return Choice(
        path=request.url.path,
        cards=cards,
        card=form.card or next(iter(cards), ""),
        types=kept(request).found("types", lambda: judged_types(session)),
        call_type=form.call_type,
        first=first,
        last=last,
        days=(last - first) // timedelta(days=1) + 1,
    )


def _cards(session: Session) -> dict[str, str]:
    """Name → title of the cards people judged by, the most used first."""
    titles = {one.name: one.title for one in overview(session, "scorecard")}
    return {one.card: titles.get(one.card) or one.card for one in judged_cards(session)}


def _frame(request: Request, section: str) -> Frame:
    return Frame(words_for(request)(f"title_{section}"), section)

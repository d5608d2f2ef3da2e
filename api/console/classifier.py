"""The page of the classifier: what it learns from, how good it is, its versions, and which is in use."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.classifier_views import ClassifierPage
from api.console.page import Frame, render, words_for
from api.database import ReadSession
from api.routes.classifiers import pair
from pipeline.learning import classifiers
from pipeline.learning.examples import learnable

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/classifier")
def classifier_page(
    request: Request, session: ReadSession, version: Annotated[int | None, Query(ge=1, lt=2**31)] = None
) -> HTMLResponse:
    """With the report of the version asked for, or of the newest."""
    versions = classifiers.versions(session)
    newest = versions[0].version if versions else None
    shown = version or newest
    page = ClassifierPage(
        data=learnable(session, pair(request)),
        versions=versions,
        history=classifiers.history(session),
        broken=classifiers.broken(session),
        shown=None if shown is None else classifiers.find_version(session, shown),
        report=None if shown is None else classifiers.find_report(session, shown),
    )
    return render(request, "classifier.html", Frame(words_for(request)("title_classifier"), "classifier"), page)

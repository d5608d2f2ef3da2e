"""The pages of packs and scorecards: what there is, every version, one version to read, two to compare."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from api.console.definition_views import ComparePage, DefinitionPage, rules_page, version_page
from api.console.page import Frame, render, words_for
from api.database import ReadSession
from api.routes.definitions import DefinitionName, Number, VersionNumber, known_versions, pair
from models.errors import NotFound
from pipeline import browse
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Kind

router = APIRouter(prefix="/rules", include_in_schema=False, default_response_class=HTMLResponse)

Kinds = Annotated[Literal["packs", "scorecards"], Path()]
KIND: dict[str, Kind] = {"packs": "pack", "scorecards": "scorecard"}


@router.get("")
def rules(request: Request, session: ReadSession) -> HTMLResponse:
    frame = Frame(words_for(request)("title_rules"), "rules", browse.queue_size(session, request.state.viewer))
    return render(request, "rules.html", frame, rules_page(session, pair(request)))


@router.get("/{kinds}/{name}")
def definition(request: Request, session: ReadSession, kinds: Kinds, name: DefinitionName) -> HTMLResponse:
    kind = KIND[kinds]
    found = definitions.versions(session, kind, name)
    drafts = tuple(draft for draft in definitions.drafts(session, kind) if draft.name == name)
    if not found and not drafts:
        raise NotFound(f"api.no_{kind}", name=name)
    title = found[0].title if found else name
    scoring = pair(request)[0 if kind == "pack" else 1]
    page = DefinitionPage(kind, name, title, _in_use(session, kind, name), found, drafts, scoring)
    return render(
        request, "definition.html", Frame(title, "rules", browse.queue_size(session, request.state.viewer)), page
    )


@router.get("/{kinds}/{name}/compare")
def compare(
    request: Request,
    session: ReadSession,
    kinds: Kinds,
    name: DefinitionName,
    *,
    old: Annotated[Number, Query()],
    new: Annotated[Number, Query()],
) -> HTMLResponse:
    kind = KIND[kinds]
    before, after = (definitions.read_version(session, kind, name, number) for number in (old, new))
    page = ComparePage(before, after, definitions.compare(before.text, after.text))
    frame = Frame(words_for(request)("compare"), "rules", browse.queue_size(session, request.state.viewer))
    return render(request, "definition_compare.html", frame, page)


@router.get("/{kinds}/{name}/{version}")
def version(
    request: Request, session: ReadSession, kinds: Kinds, name: DefinitionName, version: VersionNumber
) -> HTMLResponse:
    kind = KIND[kinds]
    known_versions(session, kind, name)
    found = definitions.read_version(session, kind, name, version)
    page = version_page(session, found, words_for(request), is_in_use=_in_use(session, kind, name) == version)
    return render(
        request,
        "definition_version.html",
        Frame(found.title, "rules", browse.queue_size(session, request.state.viewer)),
        page,
    )


def _in_use(session: ReadSession, kind: Kind, name: str) -> int | None:
    found = (one.in_use for one in definitions.overview(session, kind) if one.name == name)
    return next(found, None)

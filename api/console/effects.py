"""Pages of effects: all windows that were fixed, and one of them."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.action_views import EffectsPage, OneEffectPage
from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.effects import EffectId
from api.viewer import CurrentViewer
from models.tables import PlanEntryRow
from pipeline.actions.items import item_names
from pipeline.effects import listing
from pipeline.effects.windows import effect_of
from pipeline.training import sessions
from pipeline.training.approving import TRAINING
from storage.actions import effects

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 30


class EffectsForm(Paging):
    source: Literal["", "training", "action"] = ""


@router.get("/effects")
def list_effects(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[EffectsForm, Query()]
) -> HTMLResponse:
    after = from_id_cursor("effects", form.cursor)
    source = form.source or None
    found = listing.listed(session, viewer, datetime.now(UTC), source=source, after=after, limit=ON_A_PAGE)
    page = EffectsPage(
        listed=found,
        names=item_names(session, {one.row.card for one in found.effects}),
        source=form.source,
        next=next_address(request, to_id_cursor("effects", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "effects.html", Frame(words_for(request)("title_effects"), "effects"), page)


@router.get("/effects/{effect_id}")
def one_effect(request: Request, session: ReadSession, viewer: CurrentViewer, effect_id: EffectId) -> HTMLResponse:
    effect = effect_of(session, viewer, effect_id, datetime.now(UTC))
    shows_others = viewer.scope.team is None
    ids = [*effect.row.trained, *(effect.row.compared if shows_others else ())]
    entry = session.get(PlanEntryRow, effect.row.source_id) if effect.row.source == TRAINING else None
    page = OneEffectPage(
        effect=effect,
        names=item_names(session, {effect.row.card}),
        agents=effects.names(session, ids),
        shows_others=shows_others,
        plan_id=entry.plan_id if entry else None,
        right_day=sessions.right_day(effect.row),
        other_days=sessions.on_other_days(session, effect.row) if entry else (),
    )
    return render(request, "effects_one.html", Frame(effect.row.title, "effects"), page)

"""Whether training and corrective actions worked."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from api.database import ReadSession
from api.effect_answers import EffectAnswer, EffectList
from api.id_cursor import from_id_cursor, to_id_cursor
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery, Text
from api.viewer import CurrentViewer
from pipeline.effects import listing
from pipeline.effects.windows import effect_of

router = APIRouter(prefix="/v1/effects", tags=["effects"], responses=declared(401, 403, 404, 422, 503))

EffectId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the window.")]


class EffectsQuery(PageQuery):
    team: Text = None
    source: Literal["training", "action"] | None = None


@router.get("")
def list_effects(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[EffectsQuery, Query()]
) -> EffectList:
    """All windows that were fixed, the newest first, whatever they showed."""
    after = from_id_cursor("effects", asked.cursor)
    page = listing.listed(
        session, viewer, datetime.now(UTC), team=asked.team, source=asked.source, after=after, limit=asked.limit
    )
    return EffectList.of(page, language, to_id_cursor("effects", page.next))


@router.get("/{effect_id}")
def one(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, effect_id: EffectId) -> EffectAnswer:
    """What is seen in a window by now."""
    return EffectAnswer.of(effect_of(session, viewer, effect_id, datetime.now(UTC)), language)

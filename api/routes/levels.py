"""How much the machine decides about each item of the scorecards in use."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.database import ReadSession, WriteSession
from api.language import ReaderLanguage
from api.level_answers import CardLevelsAnswer, ItemLevelAnswer
from api.problems import declared
from api.revision import ExpectedRevision, tag
from api.viewer import CurrentViewer
from models.learning import Level
from pipeline.learning import levels
from pipeline.learning.level_bars import Bars
from scoring.rule import Name

router = APIRouter(prefix="/v1/levels", tags=["levels"], responses=declared(401, 403, 422, 503))

CardName = Annotated[Name, Path(max_length=60, description="Name of a scorecard.")]
ItemId = Annotated[Name, Path(max_length=60, description="Id of one of its items.")]


class LevelBody(BaseModel):
    """A misspelt field is refused: nobody should believe it was taken."""

    model_config = ConfigDict(extra="forbid")

    level: Level = Field(description="One step up where the evidence meets the bar; down as far as you like.")
    why: str = Field(min_length=1, max_length=levels.LONGEST_WHY, description="Why it is changed.")


@router.get("")
def list_levels(request: Request, session: ReadSession, language: ReaderLanguage) -> list[CardLevelsAnswer]:
    """Every scorecard in use on which the classifier has something to say, item by item."""
    found = levels.all_levels(session, bars(request), datetime.now(UTC))
    return [CardLevelsAnswer.of(card, language) for card in found]


@router.get("/{card}/{item}", responses=declared(404))
def read_level(
    request: Request, session: ReadSession, language: ReaderLanguage, response: Response, card: CardName, item: ItemId
) -> ItemLevelAnswer:
    """One item's level with its evidence, and its revision as `ETag`."""
    standing = levels.find_standing(session, card, item, bars(request), datetime.now(UTC))
    tag(response, standing.revision)
    return ItemLevelAnswer.of(standing, language)


@router.put("/{card}/{item}", responses=declared(404, 409, 412))
def set_level(
    request: Request,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    response: Response,
    revision: ExpectedRevision,
    card: CardName,
    item: ItemId,
    asked: LevelBody,
) -> ItemLevelAnswer:
    """Raise or lower an item's level; scores that are stored keep the level they were made with."""
    standing = levels.set_level(
        session,
        viewer,
        card,
        item,
        asked.level,
        why=asked.why,
        revision=revision,
        bars=bars(request),
        now=datetime.now(UTC),
    )
    tag(response, standing.revision)
    return ItemLevelAnswer.of(standing, language)


def bars(request: Request) -> Bars:
    return Bars(*request.app.state.settings.level_bars)

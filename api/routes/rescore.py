"""Calls scored again with other versions; the new scores stand beside the old."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.apart import Apart
from api.database import ReadSession
from api.definition_answers import RescoreAnswer, RescoredCall
from api.language import ReaderLanguage
from api.problems import BadRequest, declared
from api.queries import QueueQuery
from api.viewer import CurrentViewer
from models.errors import Conflict, NotFound
from models.person import Viewer
from models.reason import Fact
from models.settings import Settings
from pipeline import browse
from pipeline.browse import CallFilter, Order
from pipeline.learning.in_use import Choice, read_choice
from pipeline.people import visibility
from pipeline.processing.rescore import Rescored
from pipeline.rulebook import definitions, elsewhere
from pipeline.rulebook.definitions import Kind
from scoring.pack import Pack, parse_pack
from scoring.routing import RoutingPlan
from scoring.scorecard import Scorecard, parse_scorecard
from storage.people.audit import record

router = APIRouter(prefix="/v1", tags=["scores"], responses=declared(404, 409, 413, 422, 503))

MOST = 500
"""Calls at a time; for a whole centre there is the command line."""

LONGEST = 120.0
"""Seconds."""

CallNumber = Annotated[int, Field(ge=1, lt=2**63)]


class CallsWanted(QueueQuery):
    """The filters of `/v1/calls`."""

    cursor: None = None
    limit: int = Field(100, ge=1, le=MOST, description="The newest so many that fit.")


class Rescoring(BaseModel):
    """Either `calls` by their numbers, or those that fit `filter`; versions not named are those in use."""

    model_config = ConfigDict(extra="forbid")

    calls: list[CallNumber] | None = Field(None, min_length=1, max_length=MOST)
    filter: CallsWanted | None = None
    pack: str | None = Field(None, min_length=1, max_length=60, description="Else the one the settings name.")
    pack_version: int | None = Field(None, ge=1, lt=2**31)
    scorecard: str | None = Field(None, min_length=1, max_length=60)
    scorecard_version: int | None = Field(None, ge=1, lt=2**31)
    classifier: str | None = Field(
        None, min_length=1, max_length=20, description="A trained version, `starter` or `none`; else the one in use."
    )
    preview: bool = Field(default=False, description="Say what the new scores would be, and store nothing.")


@router.post("/rescore")
def score_again(
    request: Request, session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Rescoring
) -> RescoreAnswer:
    """Score calls again. Where a score by these very versions is stored already, nothing is written twice."""
    settings: Settings = request.app.state.settings
    pack, card = versions_asked(session, settings, asked)
    choice = read_choice(asked.classifier)
    calls = wanted_calls(session, viewer, asked)
    done = rescored(request, viewer, calls, pack, card, preview=asked.preview, choice=choice)
    return RescoreAnswer(
        pack=pack.name,
        pack_version=pack.version,
        scorecard=card.name,
        scorecard_version=card.version,
        stored=not asked.preview,
        calls=[RescoredCall.of(one, language) for one in done],
    )


def wanted_calls(session: ReadSession, viewer: Viewer, asked: Rescoring) -> list[int]:
    """Their numbers, the newest first where a filter chose them.

    Raises:
        BadRequest: neither numbers nor a filter, or both.
        NotFound: one of them is not the viewer's to see.
        Forbidden: the viewer is to judge one of them for themselves first.
    """
    if (asked.calls is None) == (asked.filter is None):
        raise BadRequest("api.calls_or_filter")
    if asked.filter is None:
        wanted = list(dict.fromkeys(asked.calls or ()))
        for call_id in wanted:
            visibility.check_call(session, viewer, call_id)
    else:
        wanted = calls_like(session, viewer, asked.filter.as_filter(), asked.filter.limit)
    visibility.check_machine(session, viewer, wanted)
    return wanted


def calls_like(session: ReadSession, viewer: Viewer, wanted: CallFilter, limit: int) -> list[int]:
    found = browse.list_calls(session, viewer, wanted, Order.NEWEST, after=None, limit=limit)
    return [call.id for call in found.calls]


def rescored(
    request: Request,
    viewer: Viewer,
    call_ids: list[int],
    pack: Pack,
    card: Scorecard,
    *,
    preview: bool,
    choice: Choice = None,
) -> tuple[Rescored, ...]:
    """New scores, in another process: hundreds of calls would hold up everybody else."""
    settings: Settings = request.app.state.settings
    apart: Apart = request.app.state.apart
    what = (settings.database, call_ids, pack.text, card.text)
    cache = settings.cache_dir
    if preview:
        return apart.ask(LONGEST, elsewhere.preview_scores, *what, cache=cache, choice=choice)
    plan = RoutingPlan(*settings.routing)
    now = datetime.now(UTC)
    done = apart.ask(LONGEST, elsewhere.score_again, *what, plan=plan, now=now, cache=cache, choice=choice)
    facts: dict[str, Fact] = {"calls": len(call_ids), "scorecard": card.name, "scorecard_version": card.version}
    with request.app.state.writing.begin() as session:
        record(
            session, viewer, "calls.rescored", now, target="pack", target_id=f"{pack.name} {pack.version}", facts=facts
        )
    return done


def versions_asked(session: ReadSession, settings: Settings, asked: Rescoring) -> tuple[Pack, Scorecard]:
    pack = _asked(session, "pack", asked.pack, asked.pack_version, settings.pack)
    card = _asked(session, "scorecard", asked.scorecard, asked.scorecard_version, settings.scorecard)
    assert isinstance(pack, Pack)
    assert isinstance(card, Scorecard)
    return pack, card


def _asked(
    session: ReadSession, kind: Kind, name: str | None, version: int | None, by_default: str
) -> Pack | Scorecard:
    """The version asked for, or the one in use; retired versions make no new scores."""
    source = by_default if name is None else name
    if version is None:
        known = name is None or any(one.name == name for one in definitions.overview(session, kind))
        if not known:  # nor is it looked for among the files
            raise NotFound(f"api.no_{kind}", name=source)
        return definitions.load_in_use(session, kind, source)
    found = definitions.read_version(session, kind, source, version)
    if found.retired_at is not None:
        raise Conflict("api.retired", name=found.name, version=version)
    return parse_pack(found.text) if kind == "pack" else parse_scorecard(found.text)

"""Agents' ledgers of rewards and penalties, what the ladder proposes to enter, and the ladder."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.ledger_answers import EntryAnswer, LadderAnswer, LedgerList, ProposalAnswer, StandingAnswer
from api.problems import declared
from api.queries import PageQuery, Text
from api.revision import ExpectedRevision, tag
from api.routes.results import Asked
from api.viewer import CurrentViewer
from models.action import LedgerKind
from pipeline.actions import ladder, ledger
from pipeline.actions.proposals import enter_proposal, proposals
from pipeline.reports.span import DaySpan, month_of, parse_span, today

router = APIRouter(prefix="/v1", tags=["ledger"], responses=declared(401, 403, 404, 409, 422, 503))

EntryId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the entry.")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Points = Annotated[float, Field(ge=-ledger.MOST_POINTS, le=ledger.MOST_POINTS, allow_inf_nan=False)]
Said = Annotated[str, Field(max_length=ledger.LONGEST_TEXT)]


class Entering(Asked):
    agent_id: Name
    kind: LedgerKind
    points: Points
    text: Said = Field(min_length=1)


class EnteringProposal(Asked):
    source: Literal["action", "feedback", "final", "month"]
    source_id: Name
    agent_id: Name
    points: Points | None = Field(None, description="Other points than proposed; then say why.")
    text: Said = ""


class Undoing(Asked):
    why: Said = Field(min_length=1)


class WritingLadder(Asked):
    text: Annotated[str, Field(max_length=ladder.LONGEST_TEXT)] = Field(description="YAML.")
    why: Annotated[str, Field(min_length=1, max_length=ladder.LONGEST_WHY)]


class LedgerQuery(PageQuery):
    team: Text = None
    agent_id: Text = None
    kind: LedgerKind | None = None


class ProposalsQuery(Asked):
    month: Annotated[str | None, Field(max_length=20)] = Field(None, description="Such as 2026-11; else this one.")
    team: Text = None


@router.get("/ledger")
def list_entries(session: ReadSession, viewer: CurrentViewer, asked: Annotated[LedgerQuery, Query()]) -> LedgerList:
    """The newest first; team leads see their team's, agents their own."""
    whose = {"team": asked.team, "agent_id": asked.agent_id}
    after = from_id_cursor("ledger", asked.cursor)
    page = ledger.listed(session, viewer, **whose, kind=asked.kind, after=after, limit=asked.limit)
    month = month_of(today(_now()))
    standings = ledger.standings(session, viewer, **whose, first=month.first, last=month.last)
    return LedgerList(
        entries=[EntryAnswer.of(one) for one in page.entries],
        standings=[StandingAnswer.model_validate(one) for one in standings],
        next=to_id_cursor("ledger", page.next),
    )


@router.post("/ledger", status_code=201)
def enter(
    session: WriteSession,
    viewer: CurrentViewer,
    asked: Entering,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> EntryAnswer:
    """Enter what no proposal says: praise, a penalty, discipline, an absence."""
    own = asked.model_dump(exclude={"kind"})
    key = f"{viewer.name}:{idempotency_key}" if idempotency_key else uuid4().hex
    row = ledger.enter_by_hand(session, viewer, **own, kind=asked.kind, key=key, now=_now())
    return EntryAnswer.of_row(row)


@router.post("/ledger/{entry_id}/undo", status_code=201)
def undo(session: WriteSession, viewer: CurrentViewer, entry_id: EntryId, asked: Undoing) -> EntryAnswer:
    """Take an entry back with one that says why; once."""
    return EntryAnswer.of_row(ledger.undo(session, viewer, entry_id, asked.why, _now()))


@router.get("/ledger/proposals")
def list_proposals(
    session: ReadSession, viewer: CurrentViewer, asked: Annotated[ProposalsQuery, Query()]
) -> list[ProposalAnswer]:
    """What the ladder proposes of a month and nobody entered yet."""
    found = proposals(session, viewer, span_of(asked.month, _now()), _now(), team=asked.team)
    return [ProposalAnswer.model_validate(one) for one in found]


@router.post("/ledger/proposals", status_code=201)
def enter_proposed(session: WriteSession, viewer: CurrentViewer, asked: EnteringProposal) -> EntryAnswer:
    """Enter what is proposed; twice is once."""
    row = enter_proposal(
        session,
        viewer,
        asked.source,
        asked.source_id,
        asked.agent_id,
        points=asked.points,
        text=asked.text,
        now=_now(),
    )
    return EntryAnswer.of_row(row)


@router.get("/ladder")
def read_ladder(response: Response, session: ReadSession) -> LadderAnswer:
    """The ladder in force; its `ETag` is what `If-Match` asks for."""
    found = ladder.current(session)
    tag(response, found.version)
    return LadderAnswer.of(found)


@router.put("/ladder", responses=declared(412))
def write_ladder(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    revision: ExpectedRevision,
    asked: WritingLadder,
) -> LadderAnswer:
    """Another ladder, from now on; 422 names every mistake in its text."""
    found = ladder.write(session, viewer, asked.text, asked.why, version=revision, now=_now())
    tag(response, found.version)
    return LadderAnswer.of(found)


def span_of(month: str | None, now: datetime) -> DaySpan:
    """The month of a day or of its own name; this month where nothing is asked.

    Raises:
        BadInput: it is none.
    """
    day: date = parse_span(month).first if month else today(now)
    return month_of(day)


def _now() -> datetime:
    return datetime.now(UTC)

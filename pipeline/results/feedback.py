"""Complaints and praise (投诉与表扬) as they are looked at, and the calls each may be about.

Customers' numbers leave here masked. Entering and deciding are `pipeline.results.verifying`'s.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.errors import NotFound
from models.feedback import FeedbackKind, FeedbackState
from models.person import EVERYTHING, Viewer
from models.tables import AuditRow
from pipeline.browse import masked_number, masked_text
from pipeline.results.publishing_results import is_within
from storage.people.audit import done_to
from storage.results import feedback
from storage.results.feedback import CandidateLine, FeedbackLine

REACH = timedelta(hours=2)
"""How far from the time they remember a call may have been: people round, and complain later."""

MOST_CANDIDATES = 8
MOST_OF_AGENT = 20

REOPENED = "feedback.reopened"
"""Its lines in the audit log hold the decision there was."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A complaint or praise, masked. `review_state` is how far the hearing of its call is, None where none is."""

    id: int
    kind: FeedbackKind
    state: FeedbackState
    source: str
    key: str | None
    text: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_id: int | None
    file: str | None
    call_started_at: datetime | None
    review_state: str | None
    customer_number: str | None
    happened_at: datetime | None
    why: str | None
    decided_by: str | None
    decided_at: datetime | None
    created_by: str
    created_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """What was decided before somebody reopened the entry, and why they did. Customers' numbers are masked."""

    state: FeedbackState
    why: str
    decided_by: str
    decided_at: datetime
    reopened_by: str
    reopened_at: datetime
    reopened_why: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call it may be about; `apart` is how far its start is from the time given, None where that is not known."""

    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    same_agent: bool
    same_number: bool
    apart: timedelta | None


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """`next` is the entry the following page begins after, None on the last."""

    entries: tuple[Feedback, ...]
    next: int | None


def find_feedback(session: Session, viewer: Viewer, feedback_id: int) -> Feedback:
    """One entry.

    Raises:
        NotFound: none of that number within the viewer's scope.
    """
    line = feedback.line(session, feedback_id)
    if line is None or not is_seen_by(viewer, line):
        raise NotFound("pipeline.no_feedback", id=feedback_id)
    return _masked(line)


def earlier_decisions(session: Session, viewer: Viewer, feedback_id: int) -> tuple[EarlierDecision, ...]:
    """What was decided of an entry before it was reopened, the first first; as the audit log has it.

    Raises:
        NotFound: none of that number within the viewer's scope.
    """
    find_feedback(session, viewer, feedback_id)
    return tuple(map(_earlier, done_to(session, "feedback", feedback_id, REOPENED)))


def list_feedback(
    session: Session,
    viewer: Viewer,
    *,
    state: FeedbackState | None = None,
    kind: FeedbackKind | None = None,
    agent_id: str | None = None,
    call_id: int | None = None,
    after: int | None,
    limit: int,
) -> FeedbackPage:
    """Entries within the viewer's scope, the last entered first; agents see only what was found to stand."""
    if viewer.scope.published:
        state = FeedbackState.STANDS
    lines = feedback.lines(
        session,
        viewer.scope,
        state=state,
        kind=None if kind is None else kind.value,
        agent_id=agent_id,
        call_id=call_id,
        after=after,
        limit=limit + 1,
    )
    return FeedbackPage(tuple(map(_masked, lines[:limit])), lines[limit - 1].id if len(lines) > limit else None)


def about_call(session: Session, call_id: int, *, standing: bool = False) -> tuple[Feedback, ...]:
    """What was said about a call, for its page; with `standing` only what was found to stand."""
    state = FeedbackState.STANDS if standing else None
    lines = feedback.lines(session, EVERYTHING, state=state, call_id=call_id, after=None, limit=MOST_OF_AGENT)
    return tuple(map(_masked, lines))


def about_agent(session: Session, agent_id: str) -> tuple[Feedback, ...]:
    """What was found to stand about an agent, the last decided first."""
    return tuple(map(_masked, feedback.of_agent(session, agent_id, limit=MOST_OF_AGENT)))


def candidates(session: Session, viewer: Viewer, feedback_id: int) -> tuple[Candidate, ...]:
    """Calls it may be about, the likeliest first: same number and agent, then the nearest in time.

    A person confirms one with `pipeline.results.verifying.tie`.

    Raises:
        NotFound: no such entry within the viewer's scope.
    """
    line = feedback.line(session, feedback_id)
    if line is None or not is_seen_by(viewer, line):
        raise NotFound("pipeline.no_feedback", id=feedback_id)
    found = feedback.candidates(
        session,
        agent_id=line.agent_id,
        customer_number=line.customer_number,
        moment=line.happened_at,
        reach=REACH,
    )
    ranked = sorted((_candidate(one, line) for one in found), key=_rank)
    return tuple(ranked[:MOST_CANDIDATES])


def is_seen_by(viewer: Viewer, line: FeedbackLine) -> bool:
    """Agents see what stands about themselves, team leads what is about their team's calls, others everything."""
    scope = viewer.scope
    if scope.published and line.state != FeedbackState.STANDS.value:
        return False
    return is_within(scope, agent_id=line.agent_id, team=line.team)


def _masked(line: FeedbackLine) -> Feedback:
    number = line.customer_number
    values = {field.name: getattr(line, field.name) for field in fields(Feedback)}
    values |= {"kind": FeedbackKind(line.kind), "state": FeedbackState(line.state)}
    values["text"] = masked_text(line.text, number)
    values["why"] = line.why and masked_text(line.why, number)
    values["file"] = line.file and masked_text(line.file, number)
    values["customer_number"] = number and masked_number(number)
    return Feedback(**values)


def _earlier(row: AuditRow) -> EarlierDecision:
    facts = row.facts
    return EarlierDecision(
        state=FeedbackState(facts["state_before"]),
        why=facts["why_before"],
        decided_by=facts["decided_by"],
        decided_at=datetime.fromisoformat(facts["decided_at"]),
        reopened_by=row.who,
        reopened_at=row.at,
        reopened_why=facts["why"],
    )


def _candidate(one: CandidateLine, line: FeedbackLine) -> Candidate:
    begun, moment = one.started_at, line.happened_at
    return Candidate(
        call_id=one.call_id,
        file=masked_text(one.file, one.customer_number),
        agent_id=one.agent_id,
        agent_name=one.agent_name,
        team=one.team,
        call_type=one.call_type,
        started_at=begun,
        seconds=one.seconds,
        same_agent=bool(line.agent_id) and line.agent_id == one.agent_id,
        same_number=bool(line.customer_number) and line.customer_number == one.customer_number,
        apart=None if begun is None or moment is None else abs(begun - moment),
    )


def _rank(one: Candidate) -> tuple[int, timedelta, int]:
    fits = 2 * one.same_number + one.same_agent
    return -fits, one.apart if one.apart is not None else timedelta.max, -one.call_id

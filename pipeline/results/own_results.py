"""An agent's own published results: listed, summed up, and acknowledged."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.appeal import days_left
from models.clock import CHINA_TIME
from models.errors import Conflict, NotFound
from models.person import Viewer
from models.reason import Reason
from models.review import ReviewState
from models.tables import AppealRow
from pipeline.results.feedback import Feedback, about_agent
from pipeline.results.publishing_results import is_within
from pipeline.results.trend import WEEKS, Week, beginnings, lost_by, mean, tallied
from storage.people.audit import record
from storage.results import final_scores, tallies
from storage.results.deductions import Deduction
from storage.results.final_scores import ResultLine
from storage.review.reviews import move

TO_ACKNOWLEDGE = (ReviewState.PUBLISHED, ReviewState.UPHELD, ReviewState.OVERTURNED)
"""States in which there is something new to be read."""

APPEALABLE = (ReviewState.PUBLISHED, ReviewState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A result in a list. `days_left` to appeal, 0 on the last; None where it cannot be appealed."""

    line: ResultLine
    days_left: int | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class OwnResults:
    """`next` is the final score the following page begins after, None on the last."""

    results: tuple[OwnResult, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """How somebody does lately. `mean` is of all results of the weeks shown; `new` how many wait to be read."""

    weeks: tuple[Week, ...]
    mean: float | None
    calls: int
    new: int
    appealed: int
    deductions: tuple[Deduction, ...]
    feedback: tuple[Feedback, ...]


def own_results(
    session: Session, viewer: Viewer, now: datetime, *, appeal_days: int, after: int | None, limit: int
) -> OwnResults:
    """Published results within the viewer's scope, the last scored first."""
    lines = final_scores.results(session, viewer.scope, after=after, limit=limit + 1)
    shown = tuple(_own(line, appeal_days, now) for line in lines[:limit])
    return OwnResults(shown, lines[limit - 1].final_id if len(lines) > limit else None)


def overview(session: Session, viewer: Viewer, now: datetime) -> Overview:
    """The last weeks within the viewer's scope, and what was found to stand about an agent from outside."""
    since = now - timedelta(weeks=WEEKS)
    unread = frozenset(state.value for state in TO_ACKNOWLEDGE)
    counted = tallies.tallies(session, viewer.scope, since, weeks=beginnings(now), unread=unread)
    agent_id = viewer.scope.agent_id
    return Overview(
        weeks=tallied(counted, now),
        mean=mean(counted),
        calls=sum(one.calls for one in counted),
        new=sum(one.unread for one in counted),
        appealed=sum(one.appealed for one in counted),
        deductions=lost_by(session, viewer.scope, since),
        feedback=about_agent(session, agent_id) if agent_id else (),
    )


def acknowledge(session: Session, viewer: Viewer, call_id: int, now: datetime) -> None:
    """The agent has read the result; once more changes nothing. What was decided about an appeal is final then.

    Raises:
        NotFound: no published result of the viewer's own.
        Conflict: an appeal against it is not decided yet.
    """
    line = within_reach(session, viewer, call_id)
    review = final_scores.locked_review(session, line.review_id)
    if review is None or not viewer.agent_id or review.agent_id != viewer.agent_id:
        raise NotFound("pipeline.no_result", call=call_id)
    state = ReviewState(review.state)
    if state is ReviewState.APPEALED:
        raise Conflict("pipeline.appeal_undecided", call=call_id)
    if state not in TO_ACKNOWLEDGE:
        return
    after = ReviewState.ACKNOWLEDGED if state is ReviewState.PUBLISHED else ReviewState.FINAL
    move(session, review, after, viewer, now, Reason("pipeline.was_read"))
    review.acknowledged_at = now
    record(session, viewer, "score.acknowledged", now, target="call", target_id=call_id)


def within_reach(session: Session, viewer: Viewer, call_id: int) -> ResultLine:
    """The call's published result, if the viewer may see it.

    Raises:
        NotFound: there is none; also where there is one that is not theirs to know of.
    """
    line = published_result(session, viewer, call_id)
    if line is None:
        raise NotFound("pipeline.no_result", call=call_id)
    return line


def published_result(session: Session, viewer: Viewer, call_id: int) -> ResultLine | None:
    """The call's published result, for the call's own page; None where there is none the viewer may see."""
    line = final_scores.result_of_call(session, call_id)
    is_theirs = line is not None and is_within(viewer.scope, agent_id=line.agent_id, team=line.team)
    return line if is_theirs else None


def why_no_appeal(line: ResultLine, appeal: AppealRow | None, now: datetime, *, appeal_days: int) -> Reason | None:
    """Why this result cannot be appealed; None where it can."""
    if appeal is not None:
        return Reason("pipeline.appealed_before", {"call": line.call_id})
    if days_left(line.published_at, appeal_days, now) is None:
        day = f"{line.published_at.astimezone(CHINA_TIME):%Y-%m-%d}"
        return Reason("pipeline.appeal_late", {"days": appeal_days, "published": day})
    if ReviewState(line.state) not in APPEALABLE:
        return Reason("pipeline.appeal_final", {"call": line.call_id})
    return None


def _own(line: ResultLine, appeal_days: int, now: datetime) -> OwnResult:
    state = ReviewState(line.state)
    left = days_left(line.published_at, appeal_days, now) if state in APPEALABLE else None
    return OwnResult(line, left, state in TO_ACKNOWLEDGE)

"""Verdicts become final scores: a lead publishes them, one or many at once, or the clock does.

Where two people heard a call and their verdicts are too far apart, neither is published before a lead has settled it
(`pipeline.review.settling`). Verdicts of calibrations are never published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.final import FinalSource, differ
from models.person import EVERYTHING, SYSTEM, Scope, Viewer
from models.reason import Reason
from models.review import ReviewState
from models.tables import FinalScoreRow, ReviewRow, VerdictRow
from pipeline.browse import masked_text
from pipeline.people.visibility import hidden_calls
from storage.people.audit import record
from storage.results import final_scores
from storage.results.final_scores import VerdictLine, WaitingLine
from storage.review.reviews import move
from storage.webhooks import announce

AT_ONCE = 200
"""Reviews in one transaction of what the clock does, so that nobody waits long for it."""


@dataclass(frozen=True, slots=True)
class WaitingResult:
    """A call whose verdicts are in. `settle`: they are too far apart to be published as they are.

    `blind`: the viewer is to judge it first; the verdicts, and what the machine thought, are left out.
    """

    call: WaitingLine
    verdicts: tuple[VerdictLine, ...]
    settle: bool
    blind: bool = False


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """`next` is the review the following page begins after, None on the last; `count` how many wait in all."""

    results: tuple[WaitingResult, ...]
    next: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one review: its new final score, or why there is none."""

    review_id: int
    final_id: int | None
    why: Reason | None = None


def waiting(session: Session, viewer: Viewer, *, tolerance: float, after: int | None, limit: int) -> WaitingPage:
    """Calls whose verdicts wait to be published, the longest waiting first."""
    lines = final_scores.waiting(session, viewer.scope, after=after, limit=limit + 1)
    verdicts = final_scores.verdict_lines(session, [line.review_id for line in lines[:limit]])
    hidden = hidden_calls(session, viewer, {line.call_id for line in lines[:limit]})
    found = tuple(
        _unheard(line) if line.call_id in hidden else _waiting(line, verdicts.get(line.review_id, []), tolerance)
        for line in lines[:limit]
    )
    more = lines[limit - 1].review_id if len(lines) > limit else None
    return WaitingPage(found, more, final_scores.count_waiting(session, viewer.scope))


def publish(
    session: Session, viewer: Viewer, review_ids: Iterable[int], now: datetime, *, tolerance: float
) -> tuple[Published, ...]:
    """Make the final scores of these reviews; what cannot be published says why and does not hold up the others."""
    return tuple(
        _publish(session, viewer, review_id, now, tolerance=tolerance) for review_id in sorted(set(review_ids))
    )


def publish_due(
    session: Session, now: datetime, *, after_hours: float, tolerance: float, after: int = 0
) -> tuple[Published, ...]:
    """Publish what has waited so long, at most `AT_ONCE` reviews behind the review `after`; what must be settled waits.

    `after_hours` 0 publishes nothing: then only people publish.
    """
    if not after_hours:
        return ()
    due = final_scores.submitted_before(session, now - timedelta(hours=after_hours), after=after, limit=AT_ONCE)
    return publish(session, SYSTEM, due, now, tolerance=tolerance)


def finish_due(session: Session, now: datetime, *, appeal_days: int) -> int:
    """Results nobody may appeal any more become final, at most `AT_ONCE`; how many did.

    Decisions about appeals are final after as many days, or as soon as the agent has read them.
    """
    midnight = now.astimezone(CHINA_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    over = midnight - timedelta(days=appeal_days)
    due = final_scores.to_finish(session, published=over, decided=over, after=0, limit=AT_ONCE)
    done = 0
    for review_id in due:
        review = final_scores.locked_review(session, review_id)
        if review is not None and review.state != ReviewState.APPEALED.value:
            move(session, review, ReviewState.FINAL, SYSTEM, now, Reason("pipeline.window_over", {"days": appeal_days}))
            done += 1
    return done


def apart(verdicts: Sequence[VerdictLine], tolerance: float) -> bool:
    """Whether any later opinion is too far from the first."""
    first, *others = verdicts or (None,)
    return first is not None and any(
        one is not None and differ((first.total, first.fatal), (one.total, one.fatal), tolerance) for one in others
    )


def final_of_verdict(
    session: Session,
    viewer: Viewer,
    review: ReviewRow,
    verdict: VerdictRow,
    now: datetime,
    *,
    why: Reason | None = None,
) -> int:
    """The review's first final score, as this verdict has it; its id."""
    own = ("scorecard_id", "total", "grade", "fatal")
    values = {name: getattr(verdict, name) for name in own}
    values |= {"judgement": verdict.body, "body": verdict.score, "verdict_id": verdict.id}
    return bring_out(session, viewer, review, FinalSource.REVIEW, values, now, why=why)


def bring_out(  # noqa: PLR0917  (whose, then what)
    session: Session,
    viewer: Viewer,
    review: ReviewRow,
    source: FinalSource,
    values: Mapping[str, Any],
    now: datetime,
    *,
    why: Reason | None = None,
) -> int:
    """Append the first final score of a submitted review and tell whom it concerns; its id."""
    final = final_scores.append(
        session, review, **values, source=source.value, published_by=viewer.name, published_at=now
    )
    move(session, review, ReviewState.PUBLISHED, viewer, now, why)
    facts = {"call": review.call_id, "total": -1 if final.total is None else final.total, "source": source.value}
    record(session, viewer, "score.published", now, target="review", target_id=review.id, facts=facts)
    announce(session, "score.published", told(review, final), now)
    return final.id


def told(review: ReviewRow, final: FinalScoreRow) -> dict[str, Any]:
    """What webhooks are told of a final score."""
    return {
        "call_id": review.call_id,
        "review_id": review.id,
        "final_id": final.id,
        "agent_id": review.agent_id,
        "team": review.team,
        "source": final.source,
        "total": final.total,
        "grade": final.grade,
        "fatal": final.fatal,
        "published_at": final.published_at.isoformat(),
    }


def is_within(scope: Scope, *, agent_id: str | None, team: str | None) -> bool:
    """Whether something of that agent and team may be seen within a scope."""
    if scope == EVERYTHING:
        return True
    return (scope.agent_id is None or scope.agent_id == agent_id) and (scope.team is None or scope.team == team)


def _publish(session: Session, viewer: Viewer, review_id: int, now: datetime, *, tolerance: float) -> Published:
    review = final_scores.locked_review(session, review_id)
    if review is None or not is_within(viewer.scope, agent_id=review.agent_id, team=review.team):
        return Published(review_id, None, Reason("pipeline.no_review", {"id": review_id}))
    why = _why_not(session, review, tolerance)
    if why is not None:
        return Published(review_id, None, why)
    first = final_scores.verdict_lines(session, [review_id])[review_id][0]
    verdict = final_scores.verdict(session, first.id)
    assert verdict is not None
    return Published(review_id, final_of_verdict(session, viewer, review, verdict, now))


def _why_not(session: Session, review: ReviewRow, tolerance: float) -> Reason | None:
    if review.final_id is not None:
        return Reason("pipeline.published_before", {"call": review.call_id})
    if review.state != ReviewState.SUBMITTED.value:
        return Reason("pipeline.not_waiting", {"call": review.call_id})
    verdicts = final_scores.verdict_lines(session, [review.id]).get(review.id, [])
    if not verdicts:
        return Reason("pipeline.no_verdict", {"call": review.call_id})
    if apart(verdicts, tolerance):
        return Reason("pipeline.must_settle", {"call": review.call_id})
    return None


def _waiting(line: WaitingLine, verdicts: Sequence[VerdictLine], tolerance: float) -> WaitingResult:
    return WaitingResult(_masked(line), tuple(verdicts), apart(verdicts, tolerance))


def _unheard(line: WaitingLine) -> WaitingResult:
    return WaitingResult(replace(_masked(line), machine_total=None), (), settle=False, blind=True)


def _masked(line: WaitingLine) -> WaitingLine:
    return replace(line, file=masked_text(line.file, line.customer_number), customer_number=None)

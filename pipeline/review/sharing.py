"""Sharing out what waits: to the inspectors who are at work, evenly by minutes of sound, and with a word on the rest.

The most urgent call goes first, each to whoever has least before them, of those who may hear it. So every inspector's
own list keeps the order of the whole, the same state always gives the same plan, and nobody's load exceeds another's
by more than one call, unless rules keep calls from people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.person import Viewer
from models.reason import Reason
from pipeline.review.absences import return_absent, today
from storage.people.audit import record
from storage.review import workload
from storage.review.assignments import lock_users
from storage.review.workload import Load, Shareable

AT_MOST = 500
"""Calls shared out at once: what people can hear in days, rather than a queue of months cut up for good."""

MOST_MINUTES = 240.0
"""Nobody is given more once they have so much sound before them: it may be more urgent elsewhere by then."""


@dataclass(frozen=True, slots=True)
class Given:
    assignment_id: int
    call_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Left:
    """A call that nobody could be given, and why."""

    assignment_id: int
    call_id: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class SharePlan:
    """`before` and `after` are everybody's loads, by name."""

    given: tuple[Given, ...]
    left: tuple[Left, ...]
    before: tuple[Load, ...]
    after: tuple[Load, ...]


def plan_share_out(
    session: Session, now: datetime, *, at_most: int = AT_MOST, most_minutes: float = MOST_MINUTES
) -> SharePlan:
    """What `share_out` would do now; nothing is changed."""
    return _planned(session, now, at_most=at_most, most_minutes=most_minutes, lock=False)


def share_out(
    session: Session, viewer: Viewer, now: datetime, *, at_most: int = AT_MOST, most_minutes: float = MOST_MINUTES
) -> SharePlan:
    """Give what nobody has to those at work; what was given to people who are away goes to others first."""
    return_absent(session, now)
    lock_users(session, [load.user_id for load in workload.loads(session, today(now), day_began(now))])
    plan = _planned(session, now, at_most=at_most, most_minutes=most_minutes, lock=True)
    workload.give(session, {one.assignment_id: one.user_id for one in plan.given})
    facts = {"given": len(plan.given), "left": len(plan.left)}
    record(session, viewer, "assignments.shared_out", now, target="assignment", facts=facts)
    return plan


def loads(session: Session, now: datetime) -> tuple[Load, ...]:
    """Who has how much before them, and did how much today."""
    return workload.loads(session, today(now), day_began(now))


def day_began(now: datetime) -> datetime:
    """Midnight in China."""
    return datetime.combine(today(now), time(), CHINA_TIME)


def _planned(session: Session, now: datetime, *, at_most: int, most_minutes: float, lock: bool) -> SharePlan:
    before = loads(session, now)
    waiting = workload.shareable(session, now, limit=at_most, lock=lock)
    heard = workload.heard_by(session, {one.review_id for one in waiting})
    given, left, after = _shared(before, waiting, heard, timedelta(minutes=most_minutes).total_seconds())
    return SharePlan(tuple(given), tuple(left), before, after)


def _shared(
    loads: Iterable[Load], waiting: Iterable[Shareable], heard: Mapping[int, set[int]], most: float
) -> tuple[list[Given], list[Left], tuple[Load, ...]]:
    now = {load.user_id: load for load in loads}
    had = {review: set(people) for review, people in heard.items()}
    given: list[Given] = []
    left: list[Left] = []
    for one in waiting:
        hearers = had.setdefault(one.review_id, set())
        reason = _why_nobody(one, hearers, now.values(), most)
        if reason is not None:
            left.append(Left(one.id, one.call_id, reason))
            continue
        able = [load for load in now.values() if _may(load, one, hearers) and load.seconds < most]
        chosen = min(able, key=lambda load: (load.seconds, load.open + load.started, load.user_id))
        now[chosen.user_id] = replace(chosen, open=chosen.open + 1, seconds=chosen.seconds + one.seconds)
        hearers.add(chosen.user_id)
        given.append(Given(one.id, one.call_id, chosen.user_id))
    return given, left, tuple(now.values())


def _may(load: Load, one: Shareable, hearers: set[int]) -> bool:
    return not load.absent and not _is_own(load, one) and load.user_id not in hearers


def _is_own(load: Load, one: Shareable) -> bool:
    of_team = one.team is not None and load.team == one.team
    return of_team or (one.agent_id is not None and load.agent_id == one.agent_id)


def _why_nobody(one: Shareable, hearers: set[int], loads: Iterable[Load], most: float) -> Reason | None:
    """None where somebody can have it."""
    present = [load for load in loads if not load.absent]
    if not present:
        return Reason("pipeline.share_nobody", {"call": one.call_id})
    fair = [load for load in present if not _is_own(load, one)]
    if not fair:
        return Reason("pipeline.share_own_team", {"call": one.call_id, "team": one.team or "-"})
    able = [load for load in fair if load.user_id not in hearers]
    if not able:
        return Reason("pipeline.share_heard", {"call": one.call_id, "people": len(fair)})
    if all(load.seconds >= most for load in able):
        return Reason("pipeline.share_full", {"call": one.call_id, "minutes": round(most / 60)})
    return None

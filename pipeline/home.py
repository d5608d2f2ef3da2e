"""The lead's home: how the queue stands, who does how much, what is urgent, and what changed since yesterday."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.feedback import FeedbackKind
from models.person import Viewer
from models.review import ReviewState
from models.tables import ReviewRow
from pipeline.browse import masked_text
from pipeline.people import visibility
from storage import health, urgent
from storage.health import Load, TeamQueue
from storage.learning.levels import lowered_since
from storage.reason import restored
from storage.urgent import AppealDue, DrawLine, Hit, Urgent

SPEED_OVER = timedelta(days=7)
"""A whole week, so that quiet weekends count as they come."""

MOST = 8
"""Lines of each short list; the figure above it leads to all."""

LOWERED_OVER = timedelta(days=7)

THREAT = "complaint-threat"
"""The rule by which all shipped packs tag customers who threaten to complain."""

FATAL = "scoring.routed_fatal"
BETWEEN = "、"
"""Between the names of rules in a reason of routing."""

WHAT_CHANGES = (
    "received",
    "scored",
    "set_aside",
    "queued",
    "submitted",
    "published",
    "appealed",
    "decided",
    "feedback",
    "versions",
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`a_day` is by how many calls the queue gets shorter a day, at the pace of the last seven days; below 0 it grows.

    `days` until it is empty; None where it never will be.
    """

    came: int
    done: int
    a_day: float
    days: float | None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """`code` of a reason for which calls were picked."""

    code: str
    calls: int


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """`waiting` are the calls queued or in review. `reasons` are counted over the `reasons_of` most urgent of them."""

    waiting: int
    queued: int
    in_review: int
    overdue: int
    submitted: int
    oldest: datetime | None
    forecast: Forecast
    teams: tuple[TeamQueue, ...]
    reasons: tuple[ReasonCount, ...]
    reasons_of: int


@dataclass(frozen=True, slots=True)
class UrgentCall:
    """A call to look at, with what was said: `rule` is the finding's name, `second` where it is heard."""

    call_id: int
    started_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    total: float | None
    rule: str
    quote: str
    second: float | None
    review: ReviewState | None


@dataclass(frozen=True, slots=True)
class UrgentCalls:
    """`calls` are the latest of `count`."""

    count: int
    calls: tuple[UrgentCall, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """How often it happened since midnight in China, on the whole day before, and that day until this time of day."""

    name: str
    today: int
    yesterday: int
    by_now: int


@dataclass(frozen=True, slots=True)
class Appeals:
    open: int
    overdue: int
    next: tuple[AppealDue, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the page, as of `at`. `complaints` and `praise` wait for somebody to look into them.

    `lowered`: automation levels the machine took back within LOWERED_OVER, as its agreement with people fell.
    """

    at: datetime
    queue: QueueHealth
    loads: tuple[Load, ...]
    fatal: UrgentCalls
    threats: UrgentCalls
    changes: tuple[Change, ...]
    appeals: Appeals
    complaints: int
    praise: int
    draws: tuple[DrawLine, ...]
    lowered: int


def home(session: Session, viewer: Viewer, now: datetime) -> Home:
    """For who oversees the work. Calls the viewer is to judge blind are not among the urgent ones."""
    midnight = midnight_of(now)
    feedback = urgent.count_feedback(session)
    open_, late = urgent.count_appeals(session, now)
    return Home(
        at=now,
        queue=queue_health(session, now),
        loads=health.loads(session, now, midnight, now - SPEED_OVER),
        fatal=UrgentCalls(
            urgent.count_fatal(session, midnight),
            _shown(session, viewer, urgent.fatal_calls(session, midnight, limit=MOST), None),
        ),
        threats=UrgentCalls(
            urgent.count_hit_by(session, THREAT, midnight),
            _shown(session, viewer, urgent.calls_hit_by(session, THREAT, midnight, limit=MOST), THREAT),
        ),
        changes=_changes(session, now),
        appeals=Appeals(open_, late, urgent.open_appeals(session, limit=MOST)),
        complaints=feedback.get(FeedbackKind.COMPLAINT, 0),
        praise=feedback.get(FeedbackKind.PRAISE, 0),
        draws=urgent.draws_since(session, _monday(midnight), limit=MOST),
        lowered=lowered_since(session, now - LOWERED_OVER),
    )


def queue_health(session: Session, now: datetime) -> QueueHealth:
    teams = health.team_queues(session, now)
    queued, in_review = sum(team.queued for team in teams), sum(team.in_review for team in teams)
    waiting = queued + in_review
    reasons = health.waiting_reasons(session)
    return QueueHealth(
        waiting=waiting,
        queued=queued,
        in_review=in_review,
        overdue=sum(team.overdue for team in teams),
        submitted=health.count_submitted(session),
        oldest=health.oldest_waiting(session),
        forecast=_forecast(session, waiting, now),
        teams=teams,
        reasons=tuple(ReasonCount(code, calls) for code, calls in reasons),
        reasons_of=min(waiting, health.MOST_REASONS),
    )


def midnight_of(now: datetime) -> datetime:
    """When this day began in China."""
    return datetime.combine(now.astimezone(CHINA_TIME).date(), time(), CHINA_TIME)


def forecast(waiting: int, came: int, done: int) -> Forecast:
    """From how many calls were queued and judged within `SPEED_OVER`."""
    a_day = (done - came) / SPEED_OVER.days
    days = 0.0 if waiting == 0 else waiting / a_day if a_day > 0 else None
    return Forecast(came, done, a_day, days)


def _forecast(session: Session, waiting: int, now: datetime) -> Forecast:
    since = now - SPEED_OVER
    came = health.count_between(session, ReviewRow.queued_at, since, now)
    done = health.count_between(session, ReviewRow.submitted_at, since, now)
    return forecast(waiting, came, done)


def _changes(session: Session, now: datetime) -> tuple[Change, ...]:
    midnight, day = midnight_of(now), timedelta(days=1)
    spans = ((midnight, now), (midnight - day, midnight), (midnight - day, now - day))
    today, before, by_now = health.changes(session, spans)
    return tuple(Change(name, today[name], before[name], by_now[name]) for name in WHAT_CHANGES)


def _monday(midnight: datetime) -> datetime:
    return midnight - timedelta(days=midnight.astimezone(CHINA_TIME).weekday())


def _shown(session: Session, viewer: Viewer, lines: tuple[Urgent, ...], rule: str | None) -> tuple[UrgentCall, ...]:
    """The lines with what was said; `rule` is the one they are listed for, None for fatal ones."""
    hidden = visibility.hidden_calls(session, viewer, [line.call_id for line in lines])
    seen = [line for line in lines if line.call_id not in hidden]
    hits = urgent.hits(session, [line.score_id for line in seen])
    return tuple(_with_quote(line, [hit for hit in hits if hit.score_id == line.score_id], rule) for line in seen)


def _with_quote(line: Urgent, hits: Iterable[Hit], rule: str | None) -> UrgentCall:
    guilty = _guilty(line)
    wanted = sorted(hits, key=lambda hit: (not _is_asked(hit, rule, guilty), not hit.quote, hit.effect != "violation"))
    hit = wanted[0] if wanted else None
    return UrgentCall(
        call_id=line.call_id,
        started_at=line.started_at,
        agent_id=line.agent_id,
        agent_name=line.agent_name,
        team=line.team,
        total=line.total,
        rule=hit.name if hit else "",
        quote=masked_text(hit.quote, line.customer_number) if hit else "",
        second=hit.start if hit else None,
        review=ReviewState(line.review) if line.review else None,
    )


def _guilty(line: Urgent) -> set[str]:
    """Names of the rules by which an item of the call is fatal, as routing wrote them down."""
    reasons = map(restored, line.reasons or ())
    return {name for reason in reasons if reason.code == FATAL for name in str(reason.facts["rules"]).split(BETWEEN)}


def _is_asked(hit: Hit, rule: str | None, guilty: set[str]) -> bool:
    return hit.name in guilty if rule is None else hit.rule == rule

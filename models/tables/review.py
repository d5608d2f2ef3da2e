"""Reviews, who was asked to make them, what they said, and the scores that came of it. Nothing is overwritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.review import AssignmentState, ReviewState
from models.tables.base import Base

IS_TO_DO = text(f"state IN ('{AssignmentState.OPEN}', '{AssignmentState.STARTED}')")
"""Written out rather than bound: only then do both planners use the index of open assignments."""

IS_WAITING = text(f"state IN ('{ReviewState.QUEUED}', '{ReviewState.IN_REVIEW}')")


BY_URGENCY = text(f"coalesce(state, '') IN ('{ReviewState.QUEUED}', '{ReviewState.IN_REVIEW}')")
"""IS_WAITING for lists by urgency, said so that SQLite cannot take an index on the state and sort all of it."""


class ReviewRow(Base):
    """The way of one call through people's hands. `reasons` (stored `Reason`s) say why it was picked.

    `score_id` is the machine's score it was picked by; `final_id` the `FinalScoreRow` in force (no foreign key, which
    would close a circle). What queues and sums need of others is copied here, so that they need not look there:
    `agent_id`, `team`, `seconds` and `started_at` from the call, `final_total`, `final_fatal` and `final_at` (when it
    was published) from the final score.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "agent_id", "state"),
        Index(None, "team", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)
    score_id: Mapped[int | None] = mapped_column(ForeignKey("scores.id"))
    state: Mapped[str]
    reasons: Mapped[list[Any]]
    priority: Mapped[float]
    fatal: Mapped[bool]
    blind: Mapped[bool]
    agent_id: Mapped[str | None]
    team: Mapped[str | None]
    seconds: Mapped[float | None]
    started_at: Mapped[datetime | None]
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("draws.id"))
    final_id: Mapped[int | None]
    final_total: Mapped[float | None]
    final_fatal: Mapped[bool | None]
    final_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    queued_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


Index(
    "ix_reviews_waiting", ReviewRow.priority.desc(), ReviewRow.id, sqlite_where=BY_URGENCY, postgresql_where=BY_URGENCY
)


class MoveRow(Base):
    """A review went from one state to another: who, when, why. Append-only."""

    __tablename__ = "moves"
    __table_args__ = (Index(None, "review_id", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    before: Mapped[str]
    after: Mapped[str]
    by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    why: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]


class AssignmentRow(Base):
    """One person's hearing of a call. `slot` is 1, or 2 for the second opinion; appeals and calibrations count on.

    `user_id` is whom it was shared out to, or who took it; None: whoever comes next. `lease_until` protects one that
    was taken; a lease that ran out gives it back to the pool, its draft kept for who began it. `revision` counts what
    a lead changed. `seconds` is the call's length.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("review_id", "slot"),
        Index("ix_assignments_due", "due_at", "id", sqlite_where=IS_TO_DO, postgresql_where=IS_TO_DO),
        Index("ix_assignments_of", "user_id", "state", "id"),
        Index("ix_assignments_done", "submitted_at", "user_id", "seconds"),
        Index(
            "ix_assignments_loads",
            *("user_id", "state", "lease_until", "due_at", "seconds"),
            sqlite_where=IS_TO_DO,
            postgresql_where=IS_TO_DO,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    slot: Mapped[int]
    purpose: Mapped[str]
    state: Mapped[str]
    priority: Mapped[float]
    team: Mapped[str | None]
    seconds: Mapped[float | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


Index(
    "ix_assignments_to_do",
    AssignmentRow.priority.desc(),
    AssignmentRow.id,
    sqlite_where=IS_TO_DO,
    postgresql_where=IS_TO_DO,
)


class VerdictDraftRow(Base):
    """What an inspector has filled in so far; `revision` counts savings. Gone when submitted. `body`: a `Judgement`.

    `seconds` is the time spent so far, `seen_at` the last sign of life. `given_back`: who wrote it did not want the
    call, and is not offered it again.
    """

    __tablename__ = "verdict_drafts"
    __table_args__ = (UniqueConstraint("assignment_id", "user_id"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[dict[str, Any]]
    revision: Mapped[int]
    seconds: Mapped[float]
    seen_at: Mapped[datetime]
    given_back: Mapped[bool]
    updated_at: Mapped[datetime]


class VerdictRow(Base):
    """What one person said (判定), once and for good; one per assignment. `body`: a `Judgement`, `score`: a `PreScore`.

    `scorecard_id` is the version it was judged by. `seconds` is the time spent on it.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index(None, "review_id"), Index(None, "user_id", "submitted_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str]
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    body: Mapped[dict[str, Any]]
    score: Mapped[dict[str, Any]]
    total: Mapped[float | None]
    grade: Mapped[str | None]
    fatal: Mapped[bool]
    seconds: Mapped[float | None]
    submitted_at: Mapped[datetime]


class FinalScoreRow(Base):
    """A final score (终评) of a call. Appended: publishing makes the first, an appeal that is overturned the next.

    `source` is `review`, `consensus` or `appeal`; `body` is a `PreScore`, `judgement` the `Judgement` behind it.
    """

    __tablename__ = "final_scores"
    __table_args__ = (Index(None, "review_id", "id"), Index(None, "agent_id", "published_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"))
    agent_id: Mapped[str | None]
    source: Mapped[str]
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    judgement: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    total: Mapped[float | None]
    grade: Mapped[str | None]
    fatal: Mapped[bool]
    published_by: Mapped[str]
    published_at: Mapped[datetime]


class DeductionRow(Base):
    """An item that cost points in a final score (扣分), or was fatal: what its `body` says, as pages add it up."""

    __tablename__ = "deductions"
    __table_args__ = (UniqueConstraint("final_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    final_id: Mapped[int] = mapped_column(ForeignKey("final_scores.id"))
    item: Mapped[str]
    name: Mapped[str]
    lost: Mapped[float]


class CorrectionRow(Base):
    """What a person heard in place of a machine's word; words `first`..`last` of a turn. The newest one counts."""

    __tablename__ = "corrections"
    __table_args__ = (Index(None, "transcript_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"))
    turn: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    before: Mapped[str]
    text: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[str]
    at: Mapped[datetime]


class RuleMarkRow(Base):
    """A person on a rule's answer about a call: `hit` says whether the rule should have hit. One per person and rule.

    Feeds the rule's precision and recall.
    """

    __tablename__ = "rule_marks"
    __table_args__ = (
        UniqueConstraint("score_id", "rule", "user_id"),
        Index(None, "rule", "id"),
        Index(None, "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    score_id: Mapped[int] = mapped_column(ForeignKey("scores.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    pack: Mapped[str]
    pack_version: Mapped[int]
    rule: Mapped[str]
    hit: Mapped[bool]
    why: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]

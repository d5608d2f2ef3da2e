"""What reports add up: one narrow row for each scored call, its error items, and their sums by day.

They say again what calls, scores and final scores say, so that a report over a million calls reads none of them.
"""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.review import AssignmentRow

IS_FATAL = text("fatal")
IS_CRITICAL = text("critical > 0")
IS_REVIEWED = text("final_fatal IS NOT NULL")
"""Written out rather than bound: only then do both planners use the indexes of such calls."""


class CallFactRow(Base):
    """A scored call. `day` is the day in China it was made on, or came in on where that is not known.

    `agent_id`, `team`, `call_type`, `direction` and `stage` are empty where they are not known. `card` names the
    scorecard. `critical` and `final_critical` are sums of `models.facts.CRITICAL_BITS`; the `final_` columns are None
    before the call's result is published. Seconds of silence and overlap, `rate` (the agent's characters a minute) and
    `response` (seconds) are None where they were not measured.
    """

    __tablename__ = "call_facts"
    __table_args__ = (
        Index(None, "day", "call_id"),
        Index(None, "team", "day", "call_id"),
        Index(None, "agent_id", "day", "call_id"),
        Index(None, "grade", "day", "call_id"),
        Index(None, "call_type", "day", "call_id"),
        Index("ix_call_facts_fatal", "day", "call_id", sqlite_where=IS_FATAL, postgresql_where=IS_FATAL),
        Index("ix_call_facts_critical", "day", "call_id", sqlite_where=IS_CRITICAL, postgresql_where=IS_CRITICAL),
        Index("ix_call_facts_reviewed", "day", "call_id", sqlite_where=IS_REVIEWED, postgresql_where=IS_REVIEWED),
    )

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    agent_id: Mapped[str]
    team: Mapped[str]
    call_type: Mapped[str]
    direction: Mapped[str]
    stage: Mapped[str]
    seconds: Mapped[float | None]
    card: Mapped[str]
    total: Mapped[float | None]
    grade: Mapped[str | None]
    fatal: Mapped[bool]
    critical: Mapped[int]
    coverage: Mapped[float]
    satisfaction: Mapped[int | None]
    transferred: Mapped[bool | None]
    silence: Mapped[float | None]
    overlap: Mapped[float | None]
    rate: Mapped[float | None]
    response: Mapped[float | None]
    final_card: Mapped[str | None]
    final_total: Mapped[float | None]
    final_grade: Mapped[str | None]
    final_fatal: Mapped[bool | None]
    final_critical: Mapped[int | None]


class ErrorFactRow(Base):
    """An item that cost a call points, or was fatal: as the machine scored it, or (`by_people`) in its final score."""

    __tablename__ = "error_facts"
    __table_args__ = (
        UniqueConstraint("call_id", "by_people", "item"),
        Index(None, "day"),
        Index(None, "agent_id", "day"),
        Index(None, "by_people", "card", "item", "day", "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    by_people: Mapped[bool]
    day: Mapped[date] = mapped_column(Date)
    agent_id: Mapped[str]
    team: Mapped[str]
    card: Mapped[str]
    item: Mapped[str]
    name: Mapped[str]
    item_class: Mapped[str]
    lost: Mapped[float]
    fatal: Mapped[bool]


class DaySumRow(Base):
    """The calls of one day and team added up: by agent (`call_type` is `models.facts.ALL`), and again by call type.

    `timed`, `scored`, `rated`, `transfers_known` and `final_scored` are calls of which that is known; `squares` is the
    sum of squared totals, `coverage` that of the shares of points that could be judged.
    """

    __tablename__ = "day_sums"
    __table_args__ = (UniqueConstraint("day", "team", "agent_id", "call_type"), Index(None, "agent_id", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    team: Mapped[str]
    agent_id: Mapped[str]
    call_type: Mapped[str]
    calls: Mapped[int]
    seconds: Mapped[float]
    timed: Mapped[int]
    scored: Mapped[int]
    points: Mapped[float]
    squares: Mapped[float]
    fatal: Mapped[int]
    customer_critical: Mapped[int]
    business_critical: Mapped[int]
    compliance_critical: Mapped[int]
    coverage: Mapped[float]
    rated: Mapped[int]
    satisfaction: Mapped[float]
    satisfied: Mapped[int]
    transfers_known: Mapped[int]
    transferred: Mapped[int]
    reviewed: Mapped[int]
    final_scored: Mapped[int]
    final_points: Mapped[float]
    final_squares: Mapped[float]
    final_fatal: Mapped[int]
    final_customer_critical: Mapped[int]
    final_business_critical: Mapped[int]
    final_compliance_critical: Mapped[int]


class DayCountRow(Base):
    """How many calls of one day and team fall into a bin; those without the measure into none.

    `measure` is one of `models.facts.NAMED`, `NUMBERED` or `BINS`; `bin` the name, the number or the bin's lower bound,
    as text. Or it is `rule`, and `bin` a rule that hit in so many calls.
    """

    __tablename__ = "day_counts"
    __table_args__ = (UniqueConstraint("day", "team", "measure", "bin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    team: Mapped[str]
    measure: Mapped[str]
    bin: Mapped[str]
    calls: Mapped[int]


class DayErrorRow(Base):
    """How many calls of one day and team an item cost points in, and how many points."""

    __tablename__ = "day_errors"
    __table_args__ = (UniqueConstraint("day", "team", "by_people", "card", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    team: Mapped[str]
    by_people: Mapped[bool]
    card: Mapped[str]
    item: Mapped[str]
    name: Mapped[str]
    item_class: Mapped[str]
    calls: Mapped[int]
    lost: Mapped[float]
    fatal: Mapped[int]


class StaleDayRow(Base):
    """A day whose sums no longer say what its calls do: reports count its calls themselves until it is summed anew.

    Written in the transaction that changed a call of that day; `changed` tells one such writing from another, so that
    none waits for another, and none is lost that comes while a day is summed.
    """

    __tablename__ = "stale_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    changed: Mapped[str] = mapped_column(primary_key=True)


Index(
    "ix_assignments_judged",
    AssignmentRow.submitted_at,
    AssignmentRow.user_id,
    AssignmentRow.purpose,
    AssignmentRow.due_at,
    AssignmentRow.seconds,
)
"""What inspectors did in a month is added up without reading one hearing."""

"""The shapes of answers about reports."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes
from api.reports.call_rows import row_of
from models.facts import CallFactLine
from models.tables.report import ReportRow
from pipeline.reports.issuing import ReportKind, ReportState


class CallLineAnswer(BaseModel):
    """A call behind a figure."""

    call_id: int
    day: date = Field(description="China's.")
    started_at: datetime | None
    agent_id: str
    agent_name: str | None
    team: str
    call_type: str
    seconds: float | None
    total: float | None = Field(description="The machine's.")
    grade: str | None
    fatal: bool | None
    critical: list[str] | None = Field(description="Classes of critical errors the machine found.")
    final_total: float | None = Field(description="People's, once it was published.")
    final_grade: str | None
    final_fatal: bool | None
    final_critical: list[str] | None
    lost: float | None = Field(description="Points the item asked about cost it.")
    hidden: bool = Field(description="You are still to judge it without knowing what was said: no score is told.")

    @classmethod
    def of(cls, line: CallFactLine) -> Self:
        return cls.model_validate(row_of(line))


class FiguresAnswer(BaseModel):
    """docs/reports.md says what each part is."""

    first: date
    last: date
    team: str | None
    agent: str | None
    parts: dict[str, Any]


class CallsAnswer(BaseModel):
    count: int = Field(description="The figure.")
    hidden: int = Field(description="Of them, calls you are still to judge without knowing what the machine said.")
    calls: list[CallLineAnswer]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class ReportAnswer(FromAttributes):
    """A weekly or monthly report."""

    id: int
    kind: ReportKind
    first_day: date
    last_day: date
    team: str = Field(description="Empty for the whole centre.")
    state: ReportState
    summary: str
    plan: str
    follow_up: str
    figures: dict[str, Any] | None = Field(description="As they were when it was issued; null for a draft.")
    made_by: str
    made_at: datetime
    issued_by: str | None
    issued_at: datetime | None
    revision: int

    @classmethod
    def of(cls, row: ReportRow) -> Self:
        return cls.model_validate(row)


class ReportListAnswer(BaseModel):
    reports: list[ReportAnswer]
    next: str | None

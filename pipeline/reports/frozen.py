"""The figures of a report as they were when it was issued: what `Report` says, kept as JSON and read again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from models.person import Viewer
from pipeline.reports.distributions import Part
from pipeline.reports.error_estimates import ErrorEstimate
from pipeline.reports.errors import ErrorLine
from pipeline.reports.events import Calibration
from pipeline.reports.history import Past, history
from pipeline.reports.quality import Quality
from pipeline.reports.report import Report
from pipeline.reports.span import DaySpan
from pipeline.reports.tables import Line
from pipeline.reports.totals import Totals
from pipeline.reports.trend import Point
from pipeline.reports.who import Who
from scoring.wilson import Share


@dataclass(frozen=True, slots=True)
class Frozen:
    """The parts of a weekly or monthly report, each as `pipeline.reports.report.Report` has it, as of `now`."""

    now: datetime
    span: DaySpan
    who: Who
    uncounted: int
    totals: Totals
    before: Totals
    points: tuple[Point, ...]
    history: tuple[Past, ...]
    grades: tuple[Part, ...]
    final_grades: tuple[Part, ...]
    any_critical: tuple[Share, Share]
    quality: tuple[Quality, ...]
    errors: tuple[ErrorLine, ...]
    final_errors: tuple[ErrorLine, ...]
    error_estimates: tuple[ErrorEstimate, ...]
    teams: tuple[Line, ...]
    agents: tuple[Line, ...]
    agents_before: tuple[Line, ...]
    calibrations: tuple[Calibration, ...]

    def trend(self) -> tuple[Point, ...]:
        return self.points


FROZEN: TypeAdapter[Frozen] = TypeAdapter(Frozen)


def freeze(session: Session, report: Report) -> Frozen:
    return Frozen(
        points=report.trend(),
        history=history(session, report.span, report.who),
        agents_before=before(session, report).agents,
        **{
            name: getattr(report, name)
            for name in Frozen.__dataclass_fields__
            if name not in {"points", "history", "agents_before"}
        },
    )


def before(session: Session, report: Report) -> Report:
    """The report of the period before."""
    return Report(session, report.viewer, report.span.before(), report.who, report.now)


def frozen(session: Session, viewer: Viewer, span: DaySpan, who: Who, now: datetime) -> dict[str, Any]:
    """The figures of these days as they are now, as JSON."""
    kept: dict[str, Any] = FROZEN.dump_python(freeze(session, Report(session, viewer, span, who, now)), mode="json")
    return kept


def thawed(figures: Mapping[str, Any]) -> Frozen:
    return FROZEN.validate_python(figures)

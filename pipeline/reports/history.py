"""The periods up to a report's own: a week says more beside the weeks before it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from pipeline.reports.quality import quality
from pipeline.reports.span import DaySpan, month_of, week_of
from pipeline.reports.trend import Point, Step, trend_of
from pipeline.reports.who import Who
from scoring.sampling.estimate import Estimate
from storage.reports.figures import call_sums

WEEKS, MONTHS, DAYS = 8, 6, 14


@dataclass(frozen=True, slots=True)
class Past:
    """A period with what was estimated of all its calls; None where no plan drew from it."""

    point: Point
    estimate: Estimate | None


def history(session: Session, span: DaySpan, who: Who) -> tuple[Past, ...]:
    """The last eight weeks, six months or fourteen days that end with the span; `who` is the viewer's to see."""
    whole, step = _reach(span)
    sums = call_sums(session, who.during(whole), ("day",))
    points = trend_of(sums, whole, step)
    return tuple(Past(point, _estimate(session, point.span, who) if step is not Step.DAY else None) for point in points)


def _reach(span: DaySpan) -> tuple[DaySpan, Step]:
    if span.days == 1:
        return DaySpan(span.first - timedelta(days=DAYS - 1), span.last), Step.DAY
    if span.is_month or span.days > 31:
        first = month_of(span.last)
        for _ in range(MONTHS - 1):
            first = first.before()
        return DaySpan(first.first, span.last), Step.MONTH
    return DaySpan(week_of(span.last).first - timedelta(weeks=WEEKS - 1), span.last), Step.WEEK


def _estimate(session: Session, span: DaySpan, who: Who) -> Estimate | None:
    found = quality(session, span, who)
    return found[0].measures["mean"] if found else None

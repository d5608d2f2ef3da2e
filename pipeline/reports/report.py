"""One report: every figure of a period, for the centre, a team or an agent, read from the database when asked for."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from models.person import Right, Viewer
from pipeline.reports import distributions, events, health, tables
from pipeline.reports.distributions import Distribution, Part
from pipeline.reports.error_estimates import ErrorEstimate, error_estimates
from pipeline.reports.errors import ErrorLine, pareto
from pipeline.reports.events import Appeals, Calibration, Feedback
from pipeline.reports.health import Health
from pipeline.reports.inspectors import Inspector, inspectors
from pipeline.reports.quality import Quality, quality
from pipeline.reports.span import DaySpan
from pipeline.reports.tables import Line
from pipeline.reports.totals import Totals, added, totals_of
from pipeline.reports.trend import Point, Step, trend_of, usual_step
from pipeline.reports.who import Who, scope_of
from scoring.wilson import Share
from storage.reports.facts import uncounted
from storage.reports.figures import CallSum, call_sums


class Report:
    """Parts are worked out when they are first read, each of them once; read what a page shows.

    Wants a session that stays open meanwhile. `now` is the moment of the report.
    """

    def __init__(self, session: Session, viewer: Viewer, span: DaySpan, who: Who, now: datetime) -> None:
        self.viewer, self.span, self.now = viewer, span, now
        self.who = scope_of(viewer, who.team, who.agent_id)
        self._session = session
        self._wanted = self.who.during(span)

    @cached_property
    def uncounted(self) -> int:
        """Scored calls that are in no figure yet, since their facts are still being made."""
        return uncounted(self._session, self._wanted)

    @cached_property
    def totals(self) -> Totals:
        return totals_of(added(self._by_day))

    @cached_property
    def before(self) -> Totals:
        """The same of `span.before()`."""
        found = call_sums(self._session, self.who.during(self.span.before()))
        return totals_of(added(found))

    def trend(self, step: Step | None = None) -> tuple[Point, ...]:
        return trend_of(self._by_day, self.span, step or usual_step(self.span))

    @cached_property
    def grades(self) -> tuple[Part, ...]:
        """The machine's, of all calls."""
        return distributions.grades(self._session, self._wanted, by_people=False)

    @cached_property
    def final_grades(self) -> tuple[Part, ...]:
        """Of reviewed calls only."""
        return distributions.grades(self._session, self._wanted, by_people=True)

    @cached_property
    def any_critical(self) -> tuple[Share, Share]:
        """By the machine of all calls, by people of reviewed ones."""
        return distributions.any_critical(self._session, self._wanted)

    @cached_property
    def distributions(self) -> Mapping[str, Distribution]:
        return distributions.distributions(self._session, self._wanted)

    @cached_property
    def ratings(self) -> tuple[Part, ...]:
        return distributions.ratings(self._session, self._wanted)

    @cached_property
    def quality(self) -> tuple[Quality, ...]:
        """Section 9's estimates, of each sampling plan that drew in the period; none for a team's or agent's part."""
        return quality(self._session, self.span, self.who)

    @cached_property
    def errors(self) -> tuple[ErrorLine, ...]:
        """By the machine, over all calls."""
        return pareto(self._session, self.viewer, self.span, self.who, by_people=False)

    @cached_property
    def final_errors(self) -> tuple[ErrorLine, ...]:
        """By people, among reviewed calls."""
        return pareto(self._session, self.viewer, self.span, self.who, by_people=True)

    @cached_property
    def error_estimates(self) -> tuple[ErrorEstimate, ...]:
        """The share of all calls with an error on people's top items, estimated from their verdicts on drawn calls."""
        return error_estimates(self._session, self.span, self.who, self.final_errors)

    @cached_property
    def teams(self) -> tuple[Line, ...]:
        return tables.teams(self._session, self._wanted)

    @cached_property
    def agents(self) -> tuple[Line, ...]:
        return tables.agents(self._session, self._wanted)

    @cached_property
    def call_types(self) -> tuple[Line, ...]:
        return tables.call_types(self._session, self._wanted)

    @cached_property
    def calibrations(self) -> tuple[Calibration, ...]:
        """The centre's sessions that were closed in the period."""
        return events.calibrations(self._session, self.span)

    @cached_property
    def appeals(self) -> Appeals:
        return events.appeals(self._session, self._wanted)

    @cached_property
    def feedback(self) -> Feedback:
        return events.feedback(self._session, self._wanted)

    @cached_property
    def inspectors(self) -> tuple[Inspector, ...]:
        """Of the whole centre; empty for who does not oversee it, and in reports of a team or an agent."""
        if not self.viewer.may(Right.ASSESS) or self.who.level != "centre":
            return ()
        return inspectors(self._session, self.span, self.now)

    @cached_property
    def health(self) -> Health | None:
        """Of rules and model, for the whole centre; None in reports of a team or an agent."""
        if self.who.level != "centre":
            return None
        return health.health(self._session, self.span)

    @cached_property
    def _by_day(self) -> list[CallSum]:
        return call_sums(self._session, self._wanted, ("day",))


def report(session: Session, viewer: Viewer, span: DaySpan, who: Who, now: datetime) -> Report:
    """The report of a period.

    Raises:
        NotFound: `who` is not the viewer's to see.
    """
    return Report(session, viewer, span, who, now)

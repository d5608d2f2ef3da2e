"""Where sections take their figures from: a live report, or an issued one as it was then."""

from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from models.person import Viewer
from pipeline.reports.frozen import Frozen, before
from pipeline.reports.history import Past, history
from pipeline.reports.report import Report
from pipeline.reports.span import DaySpan
from pipeline.reports.tables import Line
from pipeline.reports.who import Who


class Live(Report):
    """A report of the moment, with the periods before it."""

    def __init__(self, session: Session, viewer: Viewer, span: DaySpan, who: Who, now: datetime) -> None:
        super().__init__(session, viewer, span, who, now)
        self.session = session

    @cached_property
    def history(self) -> tuple[Past, ...]:
        return history(self.session, self.span, self.who)

    @cached_property
    def agents_before(self) -> tuple[Line, ...]:
        return before(self.session, self).agents


Figures = Live | Frozen

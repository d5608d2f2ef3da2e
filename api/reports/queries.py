"""Which days and whose calls a report is asked for: as addresses of pages and of the API spell it."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.problems import BadRequest
from api.queries import MOST, Text
from api.routes.sampling import EARLIEST, LATEST
from models.person import Viewer
from models.reason import Language
from pipeline.reports.drill import By, Place
from pipeline.reports.span import DaySpan, day_span, month_of, parse_span, span_between, today, week_of
from pipeline.reports.who import Who, scope_of

UNKNOWN = "~"
"""Stands for calls of no known team or agent; an empty field of a form asks for all."""

Period = Literal["day", "week", "month", "range"]
Day = Annotated[date | None, Field(ge=EARLIEST, le=LATEST)]


class ReportQuery(BaseModel):
    """Days are China's, both included. With none, the week that yesterday was in."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: Day = Field(None, alias="from", description="First day; `to` goes with it.")
    last: Day = Field(None, alias="to")
    of: str | None = Field(
        None,
        max_length=40,
        description="Instead of days: `2026-W46`, `2026-11`, `2026-11-05`, `2026-11-01..2026-11-20`.",
    )
    team: Text = Field(None, description="A team; `~` for calls of no known team.")
    agent: Text = Field(None, description="An agent's number; `~` for calls of no known agent.")
    lang: Language | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: object) -> object:
        return {name: v for name, v in value.items() if v != ""} if isinstance(value, dict) else value

    def span(self, now: datetime) -> DaySpan:
        """The days asked for.

        Raises:
            BadInput: they are no days, or the wrong way round.
            BadRequest: one of the two days is missing.
        """
        if self.of is not None:
            return parse_span(self.of)
        if self.first is not None and self.last is not None:
            return span_between(self.first, self.last)
        if self.first is not None or self.last is not None:
            raise BadRequest("api.period_one_day")
        return week_of(today(now) - timedelta(days=1))

    def who(self, viewer: Viewer) -> Who:
        """Whose calls.

        Raises:
            NotFound: they are not the viewer's to see.
        """
        return scope_of(viewer, _known(self.team), _known(self.agent))

    def asked(self, viewer: Viewer, now: datetime | None = None) -> "Asked":
        return Asked(self.span(now or datetime.now(UTC)), self.who(viewer))


class CallsQuery(ReportQuery):
    """The calls behind a figure: its own address."""

    what: str = Field(
        "all", max_length=200, description="`all`, `fatal`, `grade:NAME`, `error:CARD:ITEM`, `silence:30`…"
    )
    by: By = Field(
        "machine", description="Whose say counts: the machine's of all calls, or people's of those reviewed."
    )
    cursor: Text = Field(None, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=MOST, description="Calls on a page.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The days and whose calls, with the addresses of what else there is about them."""

    span: DaySpan
    who: Who

    @property
    def period(self) -> Period:
        if self.span.days == 1:
            return "day"
        if self.span == week_of(self.span.first):
            return "week"
        return "month" if self.span.is_month else "range"

    def on(self, path: str, **more: Any) -> str:
        """The same days and people at another address; `more` adds to the address or changes it, None leaves out."""
        fields = {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "team": spelt(self.who.team),
            "agent": spelt(self.who.agent_id),
            **more,
        }
        return f"{path}?{urlencode({name: value for name, value in fields.items() if value is not None})}"

    def calls(
        self,
        what: str,
        by: By = "machine",
        *,
        span: DaySpan | None = None,
        more: Mapping[str, str | None] = MappingProxyType({}),
    ) -> str:
        """Where the calls behind a figure are listed; of some of the days only, where `span` says so."""
        days = {"from": span.first.isoformat(), "to": span.last.isoformat()} if span else {}
        return self.on("/reports/calls", **days, **more, what=what, by=by)

    def at(self, path: str, span: DaySpan) -> str:
        return Asked(span, self.who).on(path)

    def as_period(self, period: Period, now: datetime | None = None) -> DaySpan:
        """The day, week or month that the last of these days is in; of days that go on, the one today is in."""
        last = max(self.span.first, min(self.span.last, today(now or datetime.now(UTC))))
        ways = {"day": day_span, "week": week_of, "month": month_of}
        return ways[period](last) if period in ways else self.span

    def after(self) -> DaySpan:
        """The equally long span just after; of a month the next one."""
        next_day = self.span.last + timedelta(days=1)
        return (
            month_of(next_day)
            if self.span.is_month
            else DaySpan(next_day, self.span.last + self.span.days * timedelta(days=1))
        )


def to_place_cursor(place: Place | None) -> str | None:
    if place is None:
        return None
    return base64.urlsafe_b64encode(f"drill:{place.day.isoformat()}:{place.call_id}".encode()).decode().rstrip("=")


def from_place_cursor(cursor: str | None) -> Place | None:
    """The place a cursor names; None without one.

    Raises:
        BadRequest: not a cursor of such a list.
    """
    if not cursor:
        return None
    try:
        said = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        of, day, id_ = said.split(":")
        place = Place(date.fromisoformat(day), int(id_))
    except (binascii.Error, ValueError):
        raise BadRequest("api.bad_cursor") from None
    if of != "drill" or not 0 <= place.call_id < 2**63:
        raise BadRequest("api.bad_cursor")
    return place


def spelt(name: str | None) -> str | None:
    return UNKNOWN if name == "" else name


def _known(name: str | None) -> str | None:
    return "" if name == UNKNOWN else name

"""The lead's home: how the work stands, each figure leading to the list behind it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, render, words_for
from api.console.views import why_word
from api.console.wording import Wording
from api.database import ReadSession
from api.viewer import CurrentViewer
from models.clock import CHINA_TIME
from pipeline import home as pipeline_home
from pipeline.home import THREAT, Change, Home

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ELSEWHERE = {
    "appealed": "/appeals",
    "decided": "/appeals",
    "feedback": "/feedback",
    "versions": "/rules",
}
"""Lists of what is no call."""

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class HomePage:
    home: Home

    threat = THREAT

    def calls(self, **filters: str | None) -> str:
        """The list of calls narrowed like this."""
        return "/?" + urlencode({name: value for name, value in filters.items() if value})

    def calls_today(self, day_of: str, **filters: str) -> str:
        return self.calls(**filters, day_of=day_of, from_day=self.day(), to_day=self.day())

    def day(self, before: int = 0) -> str:
        """Today in China, or so many days before."""
        return (self.home.at.astimezone(CHINA_TIME).date() - timedelta(days=before)).isoformat()

    def changed(self, change: Change, before: int) -> str:
        """The list of what happened on the day so many days before today."""
        if change.name in ELSEWHERE:
            return ELSEWHERE[change.name]
        day = self.day(before)
        state = "quarantined" if change.name == "set_aside" else None
        sort = "received" if change.name in {"received", "set_aside"} else None
        return self.calls(state=state, day_of=change.name, from_day=day, to_day=day, sort=sort)

    def queued_on(self, moment: datetime) -> str:
        day = moment.astimezone(CHINA_TIME).date().isoformat()
        return self.calls(review="waiting", day_of="queued", from_day=day, to_day=day)

    def age(self, t: Wording, moment: datetime) -> str:
        """How long ago, in the largest unit that says enough."""
        seconds = max(0.0, (self.home.at - moment).total_seconds())
        if seconds >= 2 * DAY:
            return t("age_days", n=int(seconds // DAY))
        return t("age_hours", n=int(seconds // HOUR)) if seconds >= HOUR else t("age_minutes", n=int(seconds // MINUTE))

    def left(self, t: Wording, moment: datetime) -> str:
        """How long until then, or that it is over."""
        seconds = (moment - self.home.at).total_seconds()
        if seconds < 0:
            return t("left_none")
        return t("left_days", n=int(seconds // DAY)) if seconds >= DAY else t("left_hours", n=int(seconds // HOUR))

    def why(self, t: Wording, code: str) -> str:
        return why_word(t, code)

    def outlook(self, t: Wording) -> tuple[str, str]:
        """The forecast as a figure and what it means."""
        forecast = self.home.queue.forecast
        pace = t("home_pace", came=forecast.came, done=forecast.done)
        if self.home.queue.waiting == 0:
            return t("home_outlook_empty"), pace
        if forecast.days is None:
            if forecast.a_day == 0:
                return t("home_outlook_still"), pace
            return t(
                "home_outlook_grows", n=f"{-forecast.a_day:.0f}" if forecast.a_day <= -1 else f"{-forecast.a_day:.1f}"
            ), pace
        return t("home_outlook_days", n=f"{forecast.days:.0f}" if forecast.days >= 1 else "1"), pace


@router.get("/home")
def home(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    page = HomePage(pipeline_home.home(session, viewer, datetime.now(UTC)))
    frame = Frame(words_for(request)("title_home"), "home", min(page.home.queue.waiting, 100))
    return render(request, "home.html", frame, page)

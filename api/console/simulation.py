"""A simulated centre: what is estimated beside what is known to be true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.formats import number, signed
from api.console.page import Frame, render, words_for
from api.console.sampling_views import BAR, Scale
from api.database import ReadSession
from api.viewer import CurrentViewer
from pipeline.simulated.compare import Beside, Comparison, compare
from scoring.agreement.figure import Figure

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class SimulationPage:
    found: Comparison

    bar = BAR

    def scale(self, lines: Sequence[Beside], *, around: float | None = None) -> Scale:
        """Wide enough for every line; `around` is a value it must have."""
        values = [value for one in lines for value in (one.truth, one.low, one.high, one.naive) if value is not None]
        values += [] if around is None else [around]
        low, high = min(values, default=0.0), max(values, default=1.0)
        reach = max((high - low) * 0.05, 0.01)
        return Scale(low - reach, high + reach)

    def points(self, value: float | None) -> str:
        return number(None if value is None else round(value, 1))

    def more(self, value: float | None) -> str:
        """Points given more or less."""
        return "–" if value is None else signed(round(value, 1))

    def share(self, value: float | None) -> str:
        return "–" if value is None else f"{100 * value:.1f}%"

    def figure(self, figure: Figure | None) -> str:
        if figure is None or figure.value is None:
            return "–"
        return f"{100 * figure.value:.0f}%"


@router.get("/simulation")
def simulation(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    page = SimulationPage(compare(session, viewer, datetime.now(UTC)))
    frame = Frame(words_for(request)("title_simulation"), "simulation")
    return render(request, "simulation.html", frame, page)

"""Every section by its name: who may see it, and how it is put together. Only what a page shows is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.console.wording import Wording
from api.reports.calibration import calibration_section, complaints_section
from api.reports.errors import errors_section
from api.reports.figures import Live
from api.reports.overview import overview_section
from api.reports.people import kinds_section, people_section
from api.reports.queries import Asked
from api.reports.shown import Section
from api.reports.trends import MOST_TEAMS, trends_section
from api.reports.voice import customers_section, voice_section
from api.reports.work import health_section, work_section
from models.errors import NotFound
from models.person import Right, Viewer
from pipeline.reports.report import Report
from pipeline.reports.who import Who

Build = Callable[[Live, Asked, Wording], Section]


@dataclass(frozen=True, slots=True)
class Part:
    """`right` beside that to read reports. `of_centre`: it says nothing of a team or an agent alone."""

    build: Build
    right: Right | None = None
    of_centre: bool = False


def _errors(figures: Live, asked: Asked, t: Wording) -> Section:
    return errors_section(figures.errors, figures.final_errors, figures.error_estimates, asked, t)


def _trends(figures: Live, asked: Asked, t: Wording) -> Section:
    if asked.who.agent_id is not None or len(figures.teams) < 2:
        return trends_section(figures, (), asked, t)
    names = [line.key for line in figures.teams[:MOST_TEAMS]]
    own = [Report(figures.session, figures.viewer, figures.span, Who(name), figures.now) for name in names]
    return trends_section(figures, [(name, one.trend()) for name, one in zip(names, own, strict=True)], asked, t)


def _calibration(figures: Live, _: Asked, t: Wording) -> Section:
    return calibration_section(figures.calibrations, t)


def _complaints(figures: Live, _: Asked, t: Wording) -> Section:
    return complaints_section(figures.appeals, figures.feedback, t)


def _work(figures: Live, _: Asked, t: Wording) -> Section:
    return work_section(figures.inspectors, t)


def _health(figures: Live, _: Asked, t: Wording) -> Section:
    if figures.health is None:
        raise NotFound("pipeline.no_report_of", who="")
    return health_section(figures.health, t)


SECTIONS: Mapping[str, Part] = {
    "overview": Part(overview_section),
    "errors": Part(_errors),
    "trends": Part(_trends),
    "people": Part(people_section),
    "kinds": Part(kinds_section),
    "voice": Part(voice_section),
    "customers": Part(customers_section),
    "complaints": Part(_complaints),
    "calibration": Part(_calibration, Right.CALIBRATE, of_centre=True),
    "work": Part(_work, Right.ASSESS, of_centre=True),
    "health": Part(_health, Right.TEACH, of_centre=True),
}
"""In the order of the tabs."""


def sections_for(viewer: Viewer, who: Who) -> tuple[str, ...]:
    """Those that the viewer may see of these people's calls."""
    return tuple(
        name
        for name, part in SECTIONS.items()
        if (part.right is None or viewer.may(part.right)) and (not part.of_centre or who.level == "centre")
    )


def section(name: str, figures: Live, asked: Asked, t: Wording) -> Section:
    """One section.

    Raises:
        NotFound: there is none of that name, or it is not the viewer's to see.
    """
    if name not in sections_for(figures.viewer, figures.who):
        raise NotFound("api.no_report_section", name=name)
    return SECTIONS[name].build(figures, asked, t)

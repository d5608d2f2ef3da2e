"""A report on paper, or in a file that opens anywhere: the handbooks' sections without navigation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources

from sqlalchemy.orm import Session

from api.console.formats import moment
from api.console.page import html_of
from api.console.wording import Wording
from api.reports import words
from api.reports.figures import Live
from api.reports.handbook import handbook_sections
from api.reports.queries import Asked
from api.reports.shown import Section
from models.person import Viewer

STYLES = ("base", "parts", "forms", "reports")
_LINK = re.compile(r"<a\b[^>]*>|</a>")


@dataclass(frozen=True, slots=True)
class Paper:
    """`texts_before` and `texts_after` are (heading, text) around the figures; `styles` go into the page of a file."""

    title: str
    period: str
    whose: str
    as_of: str
    sections: Sequence[Section]
    texts_before: Sequence[tuple[str, str]] = ()
    texts_after: Sequence[tuple[str, str]] = ()
    back: str = "/reports"
    styles: str = field(default="", repr=False)


def live_paper(session: Session, viewer: Viewer, asked: Asked, t: Wording, now: datetime) -> Paper:
    figures = Live(session, viewer, asked.span, asked.who, now)
    asked = Asked(asked.span, figures.who)
    return Paper(
        title=t(f"report_title_{asked.period}"),
        period=words.period(asked, t),
        whose=words.of_whom(session, asked, t),
        as_of=t("report_as_of", time=moment(now)),
        sections=handbook_sections(figures, asked, t),
        back=asked.on("/reports"),
    )


def as_file(paper: Paper, t: Wording) -> str:
    """One HTML file with its styles in it; links that lead nowhere without a server are taken out."""
    folder = resources.files("api").joinpath("console", "static")
    styles = "\n".join(folder.joinpath(f"{name}.css").read_text("utf8") for name in STYLES)
    values = {name: getattr(paper, name) for name in Paper.__dataclass_fields__}
    html = html_of("reports_print.html", t.language, page=Paper(**{**values, "styles": styles}))
    return _LINK.sub("", html)

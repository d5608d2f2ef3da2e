"""Rendering a page in the reader's language."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api.console import formats
from api.console.nav import nav
from api.console.wording import Wording, wording
from api.language import COOKIE, LANGUAGES, reader_language
from api.reports import values
from api.simulated import says_simulated
from api.wording import sentence
from models.reason import Language

YEAR = 365 * 24 * 3600

THEMES = {"light": "not all", "dark": "screen"}
"""What a reader may choose (theme.js keeps it in the cookie `theme`) → when dark.css counts."""

SYSTEM_THEME = "screen and (prefers-color-scheme: dark)"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page. `section` is the part of the site; `queued` the queue's length, None if unknown."""

    title: str
    section: str
    queued: int | None = None


def render(request: Request, template: str, frame: Frame, page: Any, status: int = 200) -> HTMLResponse:
    """The page as HTML; a language asked for by `?lang=` is remembered in a cookie.

    Templates know who is signed in as `viewer`, None where nobody is.
    """
    language = reader_language(request)
    words = wording(language)
    viewer = getattr(request.state, "viewer", None)
    theme = request.cookies.get("theme", "")
    html = _ENVIRONMENT.get_template(template).render(
        frame=frame,
        page=page,
        t=words,
        language=language,
        viewer=viewer,
        nav=nav(viewer),
        path=request.url.path,
        theme=theme if theme in THEMES else "auto",
        dark_when=THEMES.get(theme, SYSTEM_THEME),
        say=lambda reason: sentence(reason, language),
        simulated=says_simulated(request.app),
        other_language=_in_other_language(request, words),
    )
    response = HTMLResponse(html, status, headers={"Content-Language": language})
    if request.query_params.get(COOKIE) in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=YEAR, httponly=True, samesite="lax")
    return response


def html_of(template: str, language: Language, **context: Any) -> str:
    """A page that is no answer to a request: a report written to a file. No viewer, no navigation."""
    words = wording(language)
    own = {"t": words, "language": language, "say": lambda reason: sentence(reason, language), **context}
    return _ENVIRONMENT.get_template(template).render(own)


def words_for(request: Request) -> Wording:
    return wording(reader_language(request))


def onward(request: Request, cursor: str | None) -> str | None:
    """This page's address at another cursor, its filters kept; None without one."""
    if cursor is None:
        return None
    kept = [(name, value) for name, value in request.query_params.items() if name not in {"cursor", COOKIE} and value]
    return "?" + urlencode([*kept, *([("cursor", cursor)] if cursor else [])])


def _in_other_language(request: Request, words: Wording) -> str:
    other = "en" if words.language == "zh" else "zh"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != COOKIE]
    return "?" + urlencode([*kept, (COOKIE, other)])


def warm() -> None:
    """Have every template and word at hand, so that the first reader need not wait for them: about a second's work."""
    for language in LANGUAGES:
        wording(language)
    for template in _ENVIRONMENT.list_templates(extensions=["html"]):
        _ENVIRONMENT.get_template(template)


def _environment() -> Environment:
    folder = Path(str(resources.files("api"))) / "console" / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        cache_size=-1,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for noun in (formats.clock, formats.tenths, formats.moment, formats.number, formats.percent, formats.signed):
        environment.filters[noun.__name__] = noun
    environment.filters["twice"] = lambda value: (value, value)  # an option whose label is its value
    environment.filters["as_kind"] = values.written
    environment.filters["reach"] = values.reach
    environment.globals["grade_class"] = formats.grade_class
    environment.globals["classifier_name"] = formats.classifier_name
    return environment


_ENVIRONMENT = _environment()

"""Markdown that people wrote, as HTML a page may show: no HTML of theirs, no pictures, no scripts in links."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

UNDER = 2
"""Headings go below the page's own: `#` becomes an `h3`."""


def markdown(text: str) -> Markup:
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _lower(token)
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  (the parser escapes all HTML)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _lower(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(6, int(token.tag[1]) + UNDER)}"
    if token.type in {"th_open", "td_open"}:
        token.attrs.pop("style", None)  # our policy refuses it

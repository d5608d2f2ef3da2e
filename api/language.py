"""The language a reader is answered in."""

from typing import Annotated

from fastapi import Depends, Request

from models.reason import Language

COOKIE = "lang"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def reader_language(request: Request) -> Language:
    """`?lang=` or the cookie it left; for programs then Accept-Language; else the centre's setting.

    Pages do not ask Accept-Language: the centre chose their language, and a browser installed in another one is
    common.
    """
    for said in (request.query_params.get(COOKIE), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return "zh" if said == "zh" else "en"
    if request.url.path.startswith("/v1/"):
        for said in _preferred(request.headers.get("accept-language", "")):
            if said in LANGUAGES:
                return "zh" if said == "zh" else "en"
    setting: Language = request.app.state.settings.language
    return setting


def _preferred(accept_language: str) -> list[str]:
    """Primary subtags of an Accept-Language header, the most wanted first; malformed parts are left out."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(wanted, key=lambda item: -item[0]) if weight > 0]


ReaderLanguage = Annotated[Language, Depends(reader_language)]

"""Reasons said to a reader, also those whose sentence is gone."""

import structlog

from models.reason import Language, Reason, sentences

log = structlog.get_logger()

COLON: dict[Language, str] = {"zh": "：", "en": ":"}
"""What ends the place in sentences that begin with one."""


def sentence(reason: Reason, language: Language) -> str:
    """The reason's sentence; its bare code where it has none.

    Stored reasons outlive the version that wrote them: a page about an old call must still open.
    """
    try:
        return reason.say(language)
    except (KeyError, FileNotFoundError):
        log.warning("reason_without_sentence", code=reason.code, language=language)
        return reason.code


def bare_sentence(reason: Reason, language: Language) -> str:
    """The sentence of a mistake in a text without file, line and path, for where those stand beside it."""
    try:
        template = sentences(reason.code.split(".", 1)[0], language)[reason.code]
    except (KeyError, FileNotFoundError):
        return sentence(reason, language)
    said = sentence(reason, language)
    if not template.startswith("{file}") or COLON[language] not in template:
        return said
    place = template.split(COLON[language], 1)[0]
    try:
        return said.removeprefix(place.format_map(reason.facts) + COLON[language]).strip()
    except KeyError:
        return said

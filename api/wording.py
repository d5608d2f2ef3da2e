"""Reasons said to a reader, also those whose sentence is gone."""

import structlog

from models.reason import Language, Reason

log = structlog.get_logger()


def sentence(reason: Reason, language: Language) -> str:
    """The reason's sentence; its bare code where it has none.

    Stored reasons outlive the version that wrote them: a page about an old call must still open.
    """
    try:
        return reason.say(language)
    except (KeyError, FileNotFoundError):
        log.warning("reason_without_sentence", code=reason.code, language=language)
        return reason.code

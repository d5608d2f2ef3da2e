"""The command line's own sentences, from `models/wording/batch.<language>.yaml`."""

from models.reason import Fact, Language, Reason


def say(language: Language, what: str, **facts: Fact) -> str:
    return Reason(f"batch.{what}", facts).say(language)

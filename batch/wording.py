"""The command line's own sentences, from `models/wording/batch.<language>.yaml`."""

from models.reason import Fact, Language, Reason


def say(language: Language, sentence: str, /, **facts: Fact) -> str:
    return Reason(f"batch.{sentence}", facts).say(language)

"""Phrases as rule writers give them, checked when the pack is read."""

from typing import Annotated

from pydantic import AfterValidator

from scoring.mistake import wrong
from scoring.normalise import normalise

LONGEST = 64
"""Characters of a phrase as it is matched; nobody says more word for word."""


def _checked(phrase: str) -> str:
    length = len(normalise(phrase).text)
    if not length:
        raise wrong("empty_phrase", phrase=phrase)
    if length > LONGEST:
        raise wrong("long_phrase", phrase=f"{phrase[:30]}…", most=LONGEST)
    return phrase


Words = Annotated[str, AfterValidator(_checked)]

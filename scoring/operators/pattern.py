"""Regular expressions as rule writers give them, checked when the pack is read."""

from typing import Annotated

import regex
from pydantic import AfterValidator, BeforeValidator

from scoring.mistake import wrong
from scoring.patterns import compile_pattern

PUNCTUATION = frozenset("，。！？、；：“”‘’（）《》…")
"""Never in the text that patterns are matched against, so a pattern with one can never match."""


def _checked(pattern: str) -> str:
    try:
        compile_pattern(pattern)
    except regex.error as error:
        raise wrong("bad_pattern", pattern=pattern, problem=str(error)) from None
    idle = sorted(PUNCTUATION & set(pattern))
    if idle:
        raise wrong("punctuation_in_pattern", pattern=pattern, mark=idle[0])
    return pattern


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Pattern = Annotated[str, AfterValidator(_checked)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
"""One pattern or a list of them."""

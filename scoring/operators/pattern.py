"""Regular expressions as rule writers give them, checked when the pack is read."""

from typing import Annotated

import regex
from pydantic import AfterValidator, BeforeValidator

from scoring.mistake import wrong
from scoring.operators.listed import listed
from scoring.pattern_shape import shape_of
from scoring.patterns import compile_pattern

PUNCTUATION = frozenset("，。！？、；：“”‘’（）《》…")
"""Never in the text that patterns are matched against, so a pattern with one can never match."""


LONGEST = 1000
"""Characters of a pattern."""
LARGEST = 10_000
"""Characters of a pattern with its repeats written out: (a{1000}){1000} fills a gigabyte when it is compiled."""


def _checked(pattern: str) -> str:
    if len(pattern) > LONGEST:
        raise wrong("long_pattern", pattern=f"{pattern[:30]}…", most=LONGEST)
    shape = shape_of(pattern)
    if not shape.plain:
        raise wrong("strange_pattern", pattern=pattern)
    if shape.size > LARGEST:
        raise wrong("large_pattern", pattern=pattern, most=LARGEST)
    try:
        compile_pattern(pattern)
    except (regex.error, RecursionError) as error:
        raise wrong("bad_pattern", pattern=pattern, problem=str(error)) from None
    idle = sorted(PUNCTUATION & set(pattern))
    if idle:
        raise wrong("punctuation_in_pattern", pattern=pattern, mark=idle[0])
    return pattern


Pattern = Annotated[str, AfterValidator(_checked)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(listed, json_schema_input_type=str | list[str])]
"""One pattern or a list of them."""

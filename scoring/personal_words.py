"""The word lists of personal data, ready to be looked for."""

import re
from functools import cache
from importlib import resources

import yaml


@cache
def personal_words() -> dict[str, str]:
    """By name, an alternative of a regular expression, or a string of single characters."""
    words: dict[str, str] = yaml.safe_load(
        resources.files("scoring").joinpath("words", "personal.yaml").read_text("utf8")
    )
    return words


@cache
def surname() -> str:
    """An expression for one surname; those of two characters come first."""
    words = yaml.safe_load(resources.files("scoring").joinpath("words", "surnames.yaml").read_text("utf8"))
    return f"(?:{'|'.join(words['double'])}|[{words['single']}])"


@cache
def listed(name: str) -> re.Pattern[str]:
    """Any word of the list."""
    return re.compile(personal_words()[name])

"""Phrases of one list: those that add nothing, are several in one, or are too short to be told by their sound."""

import re
from collections.abc import Iterator
from functools import lru_cache

from scoring.lint.duplicates import listed
from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Placed, Reading
from scoring.normalise import normalise
from scoring.operators.phrase import Phrase
from scoring.phonetic_match import is_long
from scoring.phonetic_text import Numbers, hear

JOINTS = re.compile(r"[、；;/|]")
"""Not the comma, which stands in sentences; nor could any of these be heard."""


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        if isinstance(placed.operator, Phrase):
            yield from _joined(reading, placed, placed.operator)
            yield from _repeated(reading, placed, placed.operator)
            yield from _inside(reading, placed, placed.operator)
            yield from _short(reading, placed, placed.operator)


@lru_cache(maxsize=8192)
def is_tolerant(phrase: str) -> bool:
    """Whether it is also found where Whisper wrote other characters that sound alike."""
    return is_long(hear(normalise(phrase).text, Numbers(), learn=True).text)


def covers(shorter: str, longer: str) -> bool:
    """Whether `shorter` is found wherever `longer` is, in the way it was heard, too."""
    short, long = normalise(shorter).text, normalise(longer).text
    return short in long and (is_tolerant(shorter) or not is_tolerant(longer))


def _joined(reading: Reading, placed: Placed, operator: Phrase) -> Iterator[Lint]:
    """Phrases that were meant to be several: between them stands what parts the members of a list on paper."""
    for index, phrase in enumerate(operator.phrase):
        parts = [part.strip() for part in JOINTS.split(phrase)]
        if len(parts) > 1 and all(parts):
            facts = {"phrase": phrase, "parts": ", ".join(parts)}
            yield reading.at(placed, "scoring.lint_phrase_joined", key=("phrase", index), **facts)


def _repeated(reading: Reading, placed: Placed, operator: Phrase) -> Iterator[Lint]:
    """Written twice; with `need: all` or a number that also makes the rule harder to meet than it reads."""
    seen: dict[str, str] = {}
    for index, phrase in enumerate(operator.phrase):
        same = seen.setdefault(normalise(phrase).text, phrase)
        if index and same is not phrase:
            facts = {"phrase": phrase, "same": same}
            yield reading.at(placed, "scoring.lint_phrase_again", key=("phrase", index), **facts)


def _inside(reading: Reading, placed: Placed, operator: Phrase) -> Iterator[Lint]:
    """Where one phrase is enough, a longer one that contains another is never needed."""
    if operator.need not in {"any", "none", 1}:
        return
    for index, phrase in enumerate(operator.phrase):
        whole = normalise(phrase).text
        inner = (one for one in operator.phrase if normalise(one).text != whole and covers(one, phrase))
        if found := next(inner, None):
            facts = {"phrase": phrase, "inner": found}
            yield reading.at(placed, "scoring.lint_phrase_inside", Level.NOTE, key=("phrase", index), **facts)


def _short(reading: Reading, placed: Placed, operator: Phrase) -> Iterator[Lint]:
    if operator.exact:
        return
    short = [phrase for phrase in operator.phrase if not is_tolerant(phrase)]
    if short:
        yield reading.at(placed, "scoring.lint_short_phrases", Level.NOTE, key=("phrase",), phrases=listed(short))

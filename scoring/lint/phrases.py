"""Phrases of one list: those that add nothing, and those too short to be told by their sound."""

from collections.abc import Iterator
from functools import lru_cache

from scoring.lint.duplicates import listed
from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Placed, Reading
from scoring.normalise import normalise
from scoring.operators.phrase import Phrase
from scoring.phonetic_match import is_long
from scoring.phonetic_text import Numbers, hear


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        if isinstance(placed.operator, Phrase):
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

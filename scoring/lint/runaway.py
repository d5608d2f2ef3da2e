"""Regular expressions that some texts keep busy for minutes (catastrophic backtracking).

Two looks: at how the pattern is written, where a repetition repeats what can be repeated in itself; and at how long it
takes on texts made of what it repeats, cut off by a character it does not know.
"""

from collections.abc import Iterable, Iterator
from re import _constants as kind  # type: ignore[attr-defined]
from typing import Any

from scoring.lint.finding import Level, Lint
from scoring.lint.never import inner_sequences, parsed
from scoring.lint.reading import Reading
from scoring.patterns import compile_pattern

MANY = 10
"""Repeated more often than this, what goes wrong at each repetition adds up."""
PROBE = 240
"""Characters of a probe: a long sentence. Squares of it are quick, powers of two are not."""
PROBE_SECONDS = 0.25
"""Thousands of times what a sane pattern needs for a probe, on a slow and busy machine."""
STRANGER = "囧"
ANY_CHARACTER = "的"
REPEATS = frozenset({kind.MAX_REPEAT, kind.MIN_REPEAT})


def check(reading: Reading) -> Iterator[Lint]:
    for placed in reading.conditions:
        for key in ("regex", "unless"):
            for index, pattern in enumerate(getattr(placed.operator, key, ())):
                if probe := too_slow_on(pattern):
                    facts = {"pattern": pattern, "probe": f"{probe[:12]}…", "seconds": PROBE_SECONDS}
                    yield reading.at(placed, "scoring.lint_pattern_explodes", Level.ERROR, key=(key, index), **facts)
                elif repeats_repeated(pattern):
                    yield reading.at(placed, "scoring.lint_pattern_nested", key=(key, index), pattern=pattern)


def too_slow_on(pattern: str) -> str | None:
    """A text of `PROBE` characters that keeps it busy for longer than the rules allow."""
    compiled = compile_pattern(pattern)
    parts = parsed(pattern) or ()
    whole = next(_samples(parts), "")
    # With all that it needs somewhere in the text: what is not there at all the engine sees before it begins.
    around = (("", STRANGER), ("", STRANGER + whole), (whole, STRANGER))
    for probe in (head + text + tail for text in dict.fromkeys(_probes(parts, "")) for head, tail in around):
        try:
            for _ in compiled.finditer(probe, timeout=PROBE_SECONDS):
                pass
        except TimeoutError:
            return probe
    return None


def repeats_repeated(pattern: str) -> bool:
    """Whether many repetitions of something that repeats itself, with nothing between, are asked for: `(a+)+`."""
    return _nested(parsed(pattern) or ())


def _nested(parts: Iterable[Any]) -> bool:
    for code, value in parts:
        inner = list(inner_sequences(code, value))
        if code in REPEATS and value[1] > MANY and any(_repeats_itself(body) for body in inner):
            return True
        if any(_nested(body) for body in inner):
            return True
    return False


def _repeats_itself(body: Iterable[Any]) -> bool:
    """Whether what is repeated is a repetition, apart from what may be left out."""
    listed = list(body)
    while len(listed) == 1 and listed[0][0] is kind.SUBPATTERN:
        listed = list(listed[0][1][-1])
    if len(listed) == 1 and listed[0][0] is kind.BRANCH:
        return any(_repeats_itself(branch) for branch in listed[0][1][1])
    needed = [(code, value) for code, value in listed if not (code in REPEATS and value[0] == 0)]
    repeated = [value for code, value in listed if code in REPEATS and value[1] > MANY]
    return bool(repeated) and all(code in REPEATS and value[1] > MANY for code, value in needed)


def _probes(parts: Iterable[Any], before: str) -> Iterator[str]:
    """For everything that is repeated: what comes before it, and many of it."""
    for code, value in parts:
        for body in inner_sequences(code, value):
            if code in REPEATS and value[1] > MANY:
                for one in _samples(body):
                    yield before + (one * PROBE)[:PROBE]
            yield from _probes(body, before)
        before += next(_samples([(code, value)]), "")


def _samples(parts: Iterable[Any]) -> Iterator[str]:
    """Texts that the parts match, more or less: one for each alternative on the way."""
    texts = [""]
    for code, value in parts:
        texts = [text + more for text in texts for more in _sample(code, value)][:8]
    yield from (text for text in texts if text)


def _sample(code: Any, value: Any) -> list[str]:
    if code is kind.LITERAL:
        return [chr(value)]
    if code is kind.IN:
        inner, one = value[0]
        return [chr(one) if inner is kind.LITERAL else chr(one[0]) if inner is kind.RANGE else ANY_CHARACTER]
    if code in {kind.ANY, kind.NOT_LITERAL}:
        return [ANY_CHARACTER]
    if code in {kind.ASSERT, kind.ASSERT_NOT, kind.AT}:
        return [""]
    return [text for body in inner_sequences(code, value) for text in _samples(body)] or [""]

"""Doubts about what Whisper wrote for a window: small named tests, each with its reason.

The batched decoder has no safety net of its own. A doubt makes the window be decoded again another way;
what is still doubtful after that stays in the transcript, flagged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from models.transcript import Word

TRUNCATED = "truncated"
LOW_CONFIDENCE = "low_confidence"
NO_SPEECH = "no_speech"
REPETITION = "repetition"
PROMPT_ECHO = "prompt_echo"
STOCK_PHRASE = "stock_phrase"
UNHEARD = "unheard"

HARM = {REPETITION: 4, PROMPT_ECHO: 4, STOCK_PHRASE: 4, TRUNCATED: 4, UNHEARD: 2, LOW_CONFIDENCE: 1, NO_SPEECH: 1}
"""How bad a doubt is where every attempt has one: words nobody said, words left out, words perhaps misheard."""

LOW_LOG_PROBABILITY = -1.0
"""Mean over tokens; Whisper's own threshold (Radford et al. 2022, section 4.5)."""

NO_SPEECH_PROBABILITY = 0.6
"""Whisper's own threshold; it only counts with a weak text, as there."""

NO_SPEECH_LOG_PROBABILITY = -0.7

LOOP_LENGTHS = range(1, 31)
"""Characters of the n-gram that a loop repeats."""

LOOP_TIMES = 4
"""Times an n-gram of four or more characters follows itself in no real speech; people do say 好的好的好的."""

LOOP_CHARACTERS = 12
"""Shorter n-grams loop only if they fill this much: 对对对对对 is said, twelve 对 are not."""

SLIP = 3
"""A character that does not fit takes back this many that did: a loop may stumble and go on."""

SCANT_STRETCHES = {12: 2, 16: 3, 20: 4, 24: 6, 32: 8, 48: 12}
"""So many characters in a row, of so few kinds, are a loop without order; in 15,000 real customer-service messages
every such stretch is one that somebody pasted or held a key for."""

SCANT_NUMBERS = {24: 2, 40: 3}
"""The same for numerals alone: a telephone number said twice has 22 of four kinds."""

NUMERALS = frozenset("0123456789零〇一二两三四五六七八九十百千万亿幺点")

DOUBLED_CHARACTERS = 6
DOUBLED_CHARACTERS_A_SECOND = 5.0
"""A sentence this long written twice running, faster than this all in all, was said once: Whisper fills short windows
so. Who truly says a thing twice needs the time for it."""

MOST_CHARACTERS_A_SECOND = 12.0
"""The fastest speakers reach nine."""

ECHO_CHARACTERS = 6
"""A piece of the prompt this long in the text, and being most of it, is the prompt and not the caller."""

WHOLE_ECHO_CHARACTERS = 5
"""So much is enough where the text is nothing else: 普通话 may be somebody's answer, 有标点符号 is nobody's."""

UNHEARD_SECONDS = 2.0
"""Speech this long without a new word was skipped: pauses inside a window are shorter (asr/speech.py)."""

FEWEST_CHARACTERS_A_SECOND = 1.5
"""Slow speakers reach three."""

UNMEASURED_SECONDS = 1.5
"""Padding, and a drawn-out 嗯: so much of a window may be without characters."""

SHORTEST_HEARD = 0.9
"""Seconds of a window, padding and all, below which no word at all may be right: a breath, a click."""

_SPOKEN = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one decoding gave. `capped`: it stopped because it ran out of tokens."""

    text: str
    log_probability: float
    no_speech: float
    capped: bool
    seconds: float


def doubts(attempt: Attempt, prompt: str = "") -> tuple[str, ...]:
    """The names of the doubts, in alphabetical order; none for a text without a spoken character."""
    spoken = spoken_characters(attempt.text)
    if not spoken:
        return ()
    weak = attempt.log_probability < NO_SPEECH_LOG_PROBABILITY
    asked = {
        TRUNCATED: attempt.capped,
        LOW_CONFIDENCE: attempt.log_probability < LOW_LOG_PROBABILITY,
        NO_SPEECH: attempt.no_speech > NO_SPEECH_PROBABILITY and weak,
        REPETITION: loops(spoken)
        or doubled(spoken, attempt.seconds)
        or len(spoken) > 8 + MOST_CHARACTERS_A_SECOND * attempt.seconds,
        PROMPT_ECHO: echoes(spoken, spoken_characters(prompt)),
        STOCK_PHRASE: is_stock(spoken),
    }
    return tuple(sorted(name for name, doubtful in asked.items() if doubtful))


def spoken_characters(text: str) -> str:
    """Without punctuation and spaces.

    >>> spoken_characters("您好，请问?")
    '您好请问'
    """
    return "".join(_SPOKEN.findall(text))


def loops(spoken: str) -> bool:
    """Whether some n-gram follows itself more often than people do, or a few characters go on and on."""
    return any(_loops_at(spoken, length) for length in LOOP_LENGTHS) or monotonous(spoken)


def monotonous(spoken: str) -> bool:
    """Whether a long stretch consists of very few different characters, in whatever order.

    >>> monotonous("诶诶诶诒诶诶诒诶诶诶诶诒"), monotonous("好好好对对对嗯嗯嗯好的")
    (True, False)
    """
    return _scant(spoken, SCANT_STRETCHES, numerals=False) or _scant(spoken, SCANT_NUMBERS, numerals=True)


def doubled(spoken: str, seconds: float) -> bool:
    """Whether a sentence is written twice running though there was hardly time for that; a number may be.

    >>> doubled("你是哪位啊请问你是哪位啊请问", 2.0), doubled("你是哪位啊请问你是哪位啊请问", 4.0)
    (True, False)
    """
    if len(spoken) <= DOUBLED_CHARACTERS_A_SECOND * seconds:
        return False
    return any(
        spoken[start : start + length] == spoken[start + length : start + 2 * length]
        and not _mostly_numerals(spoken[start : start + length])
        for length in range(DOUBLED_CHARACTERS, len(spoken) // 2 + 1)
        for start in range(len(spoken) - 2 * length + 1)
    )


def echoes(spoken: str, prompt: str) -> bool:
    """Whether the text, or most of it, is a piece of the prompt."""
    if len(spoken) >= WHOLE_ECHO_CHARACTERS and spoken in prompt:
        return True
    longest = max((len(piece) for piece in _common_pieces(spoken, prompt)), default=0)
    return longest >= ECHO_CHARACTERS and longest * 2 > len(spoken)


def is_stock(spoken: str) -> bool:
    """Whether the text is nothing but stock phrases."""
    return _only_stock().fullmatch(spoken) is not None


def unheard(words: Sequence[Word], start: float, end: float) -> bool:
    """Whether Whisper skipped some of a window of speech, given the words it wrote there.

    Alignment hides a skipped sentence in a gap, in one word that lasts as long, or in words drawn out evenly.
    """
    if not words:
        return end - start > SHORTEST_HEARD
    written = sum(len(spoken_characters(word.text)) for word in words)
    if written < FEWEST_CHARACTERS_A_SECOND * (end - start - UNMEASURED_SECONDS):
        return True
    moments = sorted({start, end, *(word.start for word in words), *(word.end for word in words)})
    return any(after - before > UNHEARD_SECONDS for before, after in pairwise(moments))


@cache
def stock_phrases() -> tuple[str, ...]:
    """Longest first, in simplified Chinese, without punctuation."""
    lines = resources.files("asr").joinpath("stock_phrases.txt").read_text("utf8").splitlines()
    phrases = {spoken_characters(line) for line in lines if line and not line.startswith("#")}
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


@cache
def _only_stock() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(stock_phrases())})+")


def _loops_at(spoken: str, length: int) -> bool:
    """Whether the n-gram of this length runs on: text equal to itself, shifted, for long enough."""
    run = 0
    needed = max(length * (LOOP_TIMES - 1), LOOP_CHARACTERS - length)
    for here, there in zip(spoken, spoken[length:], strict=False):
        run = run + 1 if here == there else max(0, run - SLIP)
        if run >= needed:
            return True
    return False


def _scant(spoken: str, stretches: Mapping[int, int], *, numerals: bool) -> bool:
    """Whether some stretch has no more kinds of characters than given, among those that are mostly numerals or not."""
    return any(
        len(set(part)) <= kinds and _mostly_numerals(part) is numerals
        for length, kinds in stretches.items()
        for part in (spoken[start : start + length] for start in range(len(spoken) - length + 1))
    )


def _mostly_numerals(text: str) -> bool:
    return 2 * sum(character in NUMERALS for character in text) > len(text)


def _common_pieces(one: str, other: str) -> Iterator[str]:
    """Longest common piece from each place of `one`."""
    for start in range(len(one)):
        end = start
        while end < len(one) and one[start : end + 1] in other:
            end += 1
        yield one[start:end]

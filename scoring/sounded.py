"""A call's text as it sounds: what is said alike is the same symbol, and numbers are one symbol however written.

For operators that compare whole sentences, where scoring/phonetic_match.py looks for phrases. Equal are characters with
the same usual reading without its tone, apart from what many speakers confuse (zhi and zi, lin and ling). What says how
many, what negates, and opposites that sound alike (买 and 卖) are equal to themselves only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import accumulate, combinations

import yaml

from scoring.normalise import BREAK
from scoring.phonetic import COUNTED, NEGATIONS, sound
from scoring.phonetic_text import Numbers, Tokens, hear
from scoring.phonetic_words import is_word
from scoring.phrases import Occurrence

SOUNDS_ALIKE = 0.9
"""How like a phrase is what sounds like it, where something else speaks for it."""


@dataclass(frozen=True, slots=True)
class Sounded:
    """`symbols` has one for each token; they mean something only beside those of the same call."""

    symbols: str
    tokens: Tokens

    def span(self, place: Occurrence) -> tuple[int, int]:
        """The tokens that begin in a stretch of the text: first, and the one after the last."""
        first, end = self.tokens.starts.searchsorted((place.start, place.end)).tolist()
        return first, end

    def place(self, first: int, end: int, likeness: float = 1.0) -> Occurrence:
        """Where the tokens `first:end` stand in the text."""
        return Occurrence(self.tokens.start(first), self.tokens.end(end - 1), likeness)


class Sounds:
    """Of one call. `text` is normalised; what is compared with it is, too."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._numbers = Numbers()
        self._asked: dict[str, str] = {}

    @cached_property
    def heard(self) -> Sounded:
        return self._sounded(self._text)

    @cached_property
    def passages(self) -> Sequence[str]:
        """The symbols of each passage."""
        return self.heard.symbols.split(BREAK)

    @cached_property
    def begins(self) -> Sequence[int]:
        """The token each passage begins with."""
        return list(accumulate([len(passage) + len(BREAK) for passage in self.passages], initial=0))

    def of(self, asked: str) -> str:
        """The symbols of a text of the pack, or of a part of the call."""
        found = self._asked.get(asked)
        if found is None:
            found = self._asked[asked] = self._sounded(asked).symbols
        return found

    def alike(self, asked: str) -> Iterator[Occurrence]:
        """Where what sounds like a short phrase is written, with as many characters, that is no word of its own."""
        symbols, said = self.of(asked), self.heard
        at = said.symbols.find(symbols) if len(symbols) > 1 else -1
        while at >= 0:
            place = said.place(at, at + len(symbols), SOUNDS_ALIKE)
            written = self._text[place.start : place.end]
            if len(written) == len(asked) and written != asked and not is_word(written):
                yield place._replace(phrase=asked)
            at = said.symbols.find(symbols, at + 1)

    def _sounded(self, text: str) -> Sounded:
        tokens = hear(text, self._numbers, learn=True)
        return Sounded("".join(map(_symbol, tokens.text)), tokens)


def length(text: str) -> int:
    """How many characters a normalised text has without stutters and fillers."""
    tokens = hear(text, Numbers(), learn=True)
    return sum(tokens.end(at) - tokens.start(at) for at in range(len(tokens.text)))


@cache
def _symbol(token: str) -> str:
    return token if token in COUNTED or token in NEGATIONS or token in _opposites() else sound(token)


@cache
def _opposites() -> frozenset[str]:
    """Those that sound like what they are the opposite of."""
    lines = yaml.safe_load(resources.files("scoring").joinpath("words", "sounds.yaml").read_text("utf8"))["opposites"]
    pairs = (pair for line in lines for pair in combinations(line, 2))
    return frozenset(one for pair in pairs if sound(pair[0]) == sound(pair[1]) for one in pair)

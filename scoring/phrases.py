"""All phrases of all rules, found in one pass over the text: as they are written, and as they sound."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from scoring.grams import Grams, codes_of
from scoring.normalise import BREAK, normalise
from scoring.phonetic_match import HEARD_SAID, Bounds, SoundIndex, Weights, is_long, weigh
from scoring.phonetic_text import COUNTING, Numbers, Tokens, counts, hear, spell


class Occurrence(NamedTuple):
    """A stretch of normalised text. `phrase` is set where it is not the very words; then `likeness` may be below 1."""

    start: int
    end: int
    likeness: float = 1.0
    phrase: str = ""


class PhraseIndex:
    """Finds phrases given as people write them; punctuation, width, case and fillers do not matter.

    Nor do forms of numbers, stutters and erhua; of longer phrases homophones and confusable sounds do not either.
    """

    def __init__(self, phrases: Iterable[str], bounds: Bounds = HEARD_SAID) -> None:
        """`bounds`: how far what is heard may be from a phrase."""
        self._bounds = bounds
        self.phrases = tuple(sorted({normalise(phrase).text for phrase in phrases} - {""}))
        self._numbers = Numbers()
        self._written: dict[str, list[str]] = {}
        self._spelled: dict[str, list[str]] = {}
        for phrase in self.phrases:
            tokens = hear(phrase, self._numbers, learn=True)
            if is_long(tokens.text) or _whole(phrase, tokens):
                self._written.setdefault(tokens.text, []).append(phrase)
            if counts(tokens) and is_long(said := spell(phrase, tokens).text):
                self._spelled.setdefault(said, []).append(phrase)
        self._strings = tuple(dict.fromkeys((*self.phrases, *self._written)))
        self._own = frozenset(self.phrases)
        self._grams = Grams(self._strings)
        self._sounds = SoundIndex(filter(is_long, self._written), self._spelled, bounds=bounds)

    def __reduce__(self) -> tuple[type["PhraseIndex"], tuple[tuple[str, ...], Bounds]]:
        return PhraseIndex, (self.phrases, self._bounds)

    def __contains__(self, phrase: object) -> bool:
        """Whether a normalised phrase is one of them."""
        return phrase in self._own

    def find(self, text: str, confidences: Sequence[float] | Weights | None = None) -> dict[str, list[Occurrence]]:
        """Normalised phrase → where it stands in the normalised text, in order; phrases not found are absent.

        `confidences` say how sure Whisper was of each character of the text, 0–1; without them, of all. Where it was
        not, what it wrote may sound further from the phrase.
        """
        if not self.phrases:
            return {}
        certain = np.ones(len(text)) if confidences is None else np.asarray(confidences)
        tokens, weights = hear(text, self._numbers), weigh(certain)
        inside = tokens.inside()
        found: dict[str, list[Occurrence]] = {}
        as_heard = []
        for string, start, end in self._standing(f"{text}{BREAK}{tokens.text}"):
            if start > len(text):
                as_heard.append((string, (start - len(text) - 1, end - len(text) - 1, 1.0)))
            elif string in self._own and start not in inside and (end not in inside or text[end - 1] not in COUNTING):
                found.setdefault(string, []).append(Occurrence(start, end))
        for string, hit in as_heard:
            _add(self._written.get(string, ()), tokens, hit, found)
        heard = [tokens, spell(text, tokens)] if self._spelled else [tokens]
        for which, string, hit in self._sounds.find(*[(one.text, weights[one.starts]) for one in heard]):
            said = heard[which]
            if said is tokens:
                _add(self._written[string], said, hit, found)
            elif said.start(hit[0]) not in inside and said.end(hit[1] - 1) not in inside:
                _add(self._spelled[string], said, hit, found)
        return found

    def _standing(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Which phrases, and which phrases' tokens, stand where in a text."""
        for number, start in zip(*map(np.ndarray.tolist, self._grams.find(text, codes_of(text))), strict=True):
            string = self._strings[number]
            yield string, start, start + len(string)


def _add(
    phrases: Iterable[str], tokens: Tokens, hit: tuple[int, int, float], found: dict[str, list[Occurrence]]
) -> None:
    """To what was found of each of the phrases, where it overlaps none of it."""
    start, end, likeness = tokens.start(hit[0]), tokens.end(hit[1] - 1), hit[2]
    for phrase in phrases:
        places = found.setdefault(phrase, [])
        if all(end <= place.start or start >= place.end for place in places):
            places.append(Occurrence(start, end, likeness, phrase))
            places.sort()


def _whole(phrase: str, tokens: Tokens) -> bool:
    """Whether it may be looked for without what it lost: 一会 for 一会儿, but not 谢 for 谢谢 or 哪 for 哪儿."""
    kept = {at for token, start in enumerate(tokens.starts) for at in range(start, tokens.end(token))}
    lost = {phrase[at] for at in range(len(phrase)) if at not in kept}
    return not lost or (lost == {"儿"} and len(tokens.text) > 1)

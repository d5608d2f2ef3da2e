"""Which phrases to listen for again (复听), and where.

Where Whisper wrote something that sounds remotely like a phrase, nothing in the text tells whether the phrase was said.
The sound does: Whisper is asked how likely its text would be with the phrase in that place (asr/listening.py). What it
says is kept with the transcript, and scoring/listened.py tells what counts as said. Numbers and negations are not in
doubt but where they sound the same: 一前 may have been 一千, but 三百 is never 四百, and 能退 never 不能退.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from models.call import Metadata
from models.listening import Doubt
from models.transcript import Role, Transcript
from scoring.heard import Heard
from scoring.normalise import normalise
from scoring.patterns import PatternIndex
from scoring.phonetic_match import Bounds
from scoring.phrases import Occurrence, PhraseIndex
from scoring.plain_sounds import parts_number, plain, same_telling
from scoring.rule import Rule

if TYPE_CHECKING:
    from scoring.pack import Pack

REMOTE = Bounds(share=0.33, strange=1, sounds=0.34, other_words=True)
UNSURE = 0.5
"""The confidence with which they are looked for, however sure Whisper was: what sounds otherwise counts half."""
LIKE = 0.75
"""How like a phrase something must sound. Of 45 that listening again found in ten calls, two sounded less like it."""


class Doubtful:
    """The phrases of rules that are worth listening for. What is costly is made when first asked for."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules

    @cached_property
    def by_role(self) -> Mapping[str, frozenset[Role]]:
        """Of each phrase, normalised, whose it may be; without those that are asked for in the very words."""
        roles: dict[str, frozenset[Role]] = {}
        for part in (part for rule in self._rules for part in rule.when.walk()):
            asked = getattr(part, "role", None)
            whose = frozenset([Role(asked), Role.UNKNOWN] if asked else Role)
            for phrase in () if getattr(part, "exact", False) else part.phrases():
                normalised = normalise(phrase).text
                roles[normalised] = roles.get(normalised, frozenset()) | whose
        return roles

    @cached_property
    def by_sound(self) -> Mapping[str, Sequence[str]]:
        """The phrases by what they plainly sound like."""
        found: dict[str, list[str]] = {}
        for phrase in self.by_role:
            found.setdefault(normalise(plain(phrase)).text, []).append(phrase)
        return found

    @cached_property
    def sounds(self) -> PhraseIndex:
        return PhraseIndex(self.by_sound, REMOTE)


def doubts(pack: "Pack", transcript: Transcript) -> tuple[Doubt, ...]:
    """In the order of turns: not where the text alone tells it, nor where it was listened for before."""
    heard = Heard(transcript, Metadata(), pack.phrases, PatternIndex(()))
    known = {(one.phrase, one.turn, one.span) for one in transcript.listened}
    found = {(doubt.turn, doubt.span, doubt.phrase): doubt for doubt in _remote(pack.doubtful, heard)}
    return tuple(found[key] for key in sorted(found) if (key[2], key[0], key[1]) not in known)


def _remote(doubtful: Doubtful, heard: Heard) -> Iterator[Doubt]:
    text = heard.text
    for sounding, places in doubtful.sounds.find(plain(text), np.full(len(text), UNSURE)).items():
        for place in (place for place in places if place.likeness >= LIKE):
            for phrase in doubtful.by_sound[sounding]:
                if _is_open(phrase, place, doubtful, heard):
                    yield Doubt(phrase, heard.turn_of(place), heard.span(place), place.likeness)


def _is_open(phrase: str, place: Occurrence, doubtful: Doubtful, heard: Heard) -> bool:
    """Whether the sound could tell that this was said there, and somebody asks."""
    first, last = heard.turn_of(place), heard.turn_of(Occurrence(place.end - 1, place.end))
    turn, written = heard.turns[first], heard.text[place.start : place.end]
    return (
        # What stands over two turns stands over two windows of Whisper's.
        first == last
        and bool(turn.words)
        and turn.role in doubtful.by_role[phrase]
        and written != phrase
        and same_telling(phrase, written)
        and not parts_number(heard.text, place.start, place.end, phrase)
        and not heard.found_surely(phrase, place)
    )

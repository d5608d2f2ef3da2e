"""What listening again (复听) told: which phrases were said, or maybe said, where Whisper wrote something else."""

from collections.abc import Iterable, Iterator, Sequence

from models.listening import Listened
from models.transcript import Turn
from scoring.call_text import CallText
from scoring.phrases import Occurrence, PhraseIndex
from scoring.quote import confidences

DISTANCE = 40.0
"""What sounds less like a phrase is less likely to be it, before anything is listened to: in units of gain."""
TOO_SHORT = 2
"""Characters: a phrase that has no more is told by nothing; of longer ones the others count."""
CERTAIN = 4.0
"""Where Whisper was sure of every word it wrote, no other was said: 一分钱都不会少 is not 一分钱都不能少."""
SAID, MAYBE = -4.65, -5.65
"""The least that `weighed` may be for a phrase to count as said, and for a rule to be unable to judge about it.

All were chosen on 40 calls and what benchmarks/rules.py draws: of what nothing else found, 247 that were said count as
said, and 7 that were not; 37 and 18 as maybe said. And on 933 doubts about the shipped packs' phrases in 60 calls, in
all but one of which the phrase was not said: none counts as said, 4 as maybe.
"""
UNSURE = 0.3
"""Confidence in what was maybe said: less than rules ask for (scoring/scope.py)."""


def heard_again(
    listened: Iterable[Listened], turns: Sequence[Turn], said: CallText, phrases: PhraseIndex
) -> Iterator[tuple[str, Occurrence, float]]:
    """Those of the phrases that were said, as the sound tells, where, and with what confidence."""
    for one in listened:
        if one.phrase in phrases and one.turn in said.stretches:
            start, end = said.places(one.turn, *one.span)
            weight = weighed(one, turns[one.turn]) if start < end else MAYBE - 1
            if weight >= MAYBE:
                sure = one.likeness if weight >= SAID else UNSURE
                yield one.phrase, Occurrence(start, end, one.likeness, one.phrase), sure


def weighed(one: Listened, turn: Turn) -> float:
    """How much speaks for the phrase, a character.

    That is what the sound says, how like it sounds what was written, and how unsure Whisper was of it.
    """
    first, last = one.span
    least = float(confidences([turn])[first:last].min())
    told = one.gain - DISTANCE * (1 - one.likeness)
    return told / max(len(one.phrase) - TOO_SHORT, 1) - CERTAIN * least

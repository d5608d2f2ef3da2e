"""Listening again (复听): the sound is asked whether a phrase was said where Whisper wrote something else.

Whisper tells how likely any text is, given the sound (teacher forcing): here the words it wrote, and the same words
with the phrase in the place of some of them. Where both are about as likely, the phrase may well have been said; the
ratio of two likelihoods is what utterance verification has long gone by (Rahim, Lee and Juang, "Discriminative
utterance verification for connected digits recognition", 1997).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from asr.audio import Audio, stretch
from asr.decode import decode
from asr.transcriber import Listener, Readings, Transcriber, Window
from models.listening import Doubt, Listened
from models.transcript import Transcript, Turn

CONTEXT = 3.0
"""Seconds of a turn on either side of a doubt, listened to with it: with a whole turn nothing is told better."""
MARGIN = 0.15
"""Seconds before the first word and behind the last: Whisper's times are not exact."""
LONGEST = 25.0
"""Seconds that are listened to at once: Whisper hears 30."""
MOST = 140
"""Characters that are asked about at once, each of three tokens at the most: Whisper reads 448 with the prompt."""
DIGITS = 3
"""Of a gain, after the point."""


class _Stretch(NamedTuple):
    """Words of a turn: characters `first:last` of its text, from `start` to `end` seconds."""

    turn: int
    first: int
    last: int
    start: float
    end: float


def listen_again(
    path: Path, transcript: Transcript, doubts: Sequence[Doubt], transcriber: Transcriber, *, max_seconds: float
) -> tuple[Listened, ...]:
    """What the recording says to each of the doubts that can be listened to; nothing where the transcriber cannot.

    Raises:
        BadRecording: the recording cannot be used (any more).
    """
    if not isinstance(transcriber, Listener):
        return ()
    together: dict[_Stretch, list[Doubt]] = {}
    for doubt in doubts:
        around = _around(doubt, transcript.turns[doubt.turn])
        if around is not None:
            together.setdefault(around, []).append(doubt)
    if not together:
        return ()
    audio = decode(path, name=transcript.recording.file, max_seconds=max_seconds)
    readings = [_readings(audio, transcript, around, asked) for around, asked in together.items()]
    told = transcriber.likelihoods(readings)
    return tuple(_answers(together, told))


def _around(doubt: Doubt, turn: Turn) -> _Stretch | None:
    """The words about the doubt's; None where no words stand in its span, or it is too long to be listened to."""
    first, last = doubt.span
    ends = list(accumulate(len(word.text) for word in turn.words))
    begins = [0, *ends[:-1]]
    own = [at for at in range(len(ends)) if begins[at] < last and ends[at] > first]
    if not own:
        return None
    start, end = turn.words[own[0]].start - CONTEXT, turn.words[own[-1]].end + CONTEXT
    left = next(at for at in range(own[0] + 1) if turn.words[at].start >= start or at == own[0])
    right = next(at for at in reversed(range(own[-1], len(ends))) if turn.words[at].end <= end or at == own[-1])
    around = _Stretch(doubt.turn, begins[left], ends[right], turn.words[left].start, turn.words[right].end)
    characters = around.last - around.first + len(doubt.phrase)
    return around if around.end - around.start <= LONGEST and characters <= MOST else None


def _readings(audio: Audio, transcript: Transcript, around: _Stretch, doubts: Iterable[Doubt]) -> Readings:
    turn, facts = transcript.turns[around.turn], transcript.recording
    start, end = max(around.start - MARGIN, 0.0), min(around.end + MARGIN, audio.seconds)
    window = Window(stretch(audio.sound(turn.channel), start, end), turn.channel, start, end, facts.sha256, facts.file)
    written = turn.text[around.first : around.last]
    instead = (_instead(turn.text, around, doubt) for doubt in doubts)
    return Readings(window, (written, *instead))


def _instead(text: str, around: _Stretch, doubt: Doubt) -> str:
    first, last = doubt.span
    return f"{text[around.first : first]}{doubt.phrase}{text[last : around.last]}"


def _answers(asked: Mapping[_Stretch, Sequence[Doubt]], told: Iterable[Sequence[float]]) -> Iterator[Listened]:
    for doubts, (written, *instead) in zip(asked.values(), told, strict=True):
        for doubt, likelihood in zip(doubts, instead, strict=True):
            gain = round(likelihood - written, DIGITS)
            yield Listened(doubt.phrase, doubt.turn, doubt.span, doubt.likeness, gain)

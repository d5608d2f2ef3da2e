"""The seam between sound and text: windows in, words out. Whisper is one side, the scripted twin the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from asr.audio import Samples, Sound
from models.transcript import Word

Option = str | int | float | bool


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A stretch of one channel to be heard, `start` to `end` in seconds of the recording; `sound` is only its own."""

    sound: Sound
    channel: int
    start: float
    end: float
    recording: str
    file: str

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def samples(self) -> Samples:
        """Made anew each time where `sound` is a recording's: hold them no longer than they are needed."""
        return self.sound[:]


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What was made of one window: raw words with times in seconds of the recording, and doubts about them."""

    window: Window
    words: tuple[Word, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TranscriberFacts:
    """What made the text: enough to make it again. Anything that can change a word must show here."""

    transcriber: str
    model: str
    model_sha256: str
    options: Mapping[str, Option]


class Transcriber(Protocol):
    @property
    def facts(self) -> TranscriberFacts: ...

    def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
        """One Heard per window, in the windows' order. Windows may be of different channels and calls."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """A stretch of sound, and texts of which each may be what is said in it."""

    window: Window
    texts: tuple[str, ...]


@runtime_checkable
class Listener(Protocol):
    """A transcriber that can also be asked about words it did not write."""

    def likelihoods(self, readings: Sequence[Readings]) -> list[list[float]]:
        """Of each of the texts, the natural logarithm of how likely it is, given the sound."""
        ...

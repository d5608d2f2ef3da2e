"""Windows laid end to end for Whisper: a strip costs what its longest window would, and context helps it hear."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asr.audio import WHISPER_RATE, Samples
from asr.speech import WINDOW_SECONDS
from asr.transcriber import Window

GAP_SECONDS = 0.4
"""Silence between two windows of a strip: enough for Whisper to end a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """A window's place in a strip; `at` is its number among the windows asked for, `offset` in seconds."""

    at: int
    window: Window
    offset: float


@dataclass(frozen=True, slots=True)
class Strip:
    places: tuple[Place, ...]

    @property
    def seconds(self) -> float:
        return self.places[-1].offset + self.places[-1].window.seconds

    def samples(self, seconds: float) -> Samples:
        """The windows with silence between and behind."""
        sound = np.zeros(round(seconds * WHISPER_RATE), np.float32)
        for place in self.places:
            start = round(place.offset * WHISPER_RATE)
            part = place.window.samples[: len(sound) - start]
            sound[start : start + len(part)] = part
        return sound

    def place_of(self, end: float) -> Place:
        """The place of a word that ends at a moment of the strip: the last that has begun by then.

        Whisper times ends well; it lets the first word after a pause begin in the pause, or in the window before.
        """
        begun = bisect_left(self.places, end, key=lambda place: place.offset)
        return self.places[max(begun - 1, 0)]

    def apart(self) -> list["Strip"]:
        """Each window as a strip of its own."""
        return [Strip((Place(place.at, place.window, 0.0),)) for place in self.places]


def lay_end_to_end(windows: Sequence[Window]) -> list[Strip]:
    """Strips of neighbouring windows of one channel, at most WINDOW_SECONDS long unless one window is longer."""
    order = sorted(range(len(windows)), key=lambda at: (windows[at].recording, windows[at].channel, windows[at].start))
    strips: list[list[Place]] = []
    for at in order:
        window = windows[at]
        offset = _offset(strips[-1], window) if strips else None
        if offset is None:
            strips.append([Place(at, window, 0.0)])
        else:
            strips[-1].append(Place(at, window, offset))
    return [Strip(tuple(places)) for places in strips]


def _offset(places: Sequence[Place], window: Window) -> float | None:
    """Where in the strip the window would start, if it belongs there and fits."""
    last = places[-1]
    if (last.window.recording, last.window.channel) != (window.recording, window.channel):
        return None
    offset = last.offset + last.window.seconds + GAP_SECONDS
    return offset if offset + window.seconds <= WINDOW_SECONDS else None

"""A twin of Whisper that mishears, and when it is asked again knows what was said: both stand in scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from asr.scripted import ScriptedLine, ScriptedTranscriber
from asr.transcriber import Heard, Readings, Window
from sample_audio import TRUTH

A_CHARACTER = 6.0
"""How much less likely a text is for each character that was not said, as Whisper has it in round numbers."""


class MishearingTranscriber(ScriptedTranscriber):
    """`mishears` are words of the samples' scripts and what is written in their place, as long as they are.

    `heard` and `asked` count what it did.
    """

    def __init__(self, mishears: Mapping[str, str]) -> None:
        assert all(len(said) == len(written) for said, written in mishears.items())
        self._said = ScriptedTranscriber.from_truth_dir(Path(TRUTH))._scripts
        super().__init__(
            {stem: [_misheard(line, mishears) for line in lines] for stem, lines in self._said.items()},
        )
        self.heard = 0
        self.asked = 0

    def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
        self.heard += 1
        return super().transcribe(windows)

    def likelihoods(self, readings: Sequence[Readings]) -> list[list[float]]:
        self.asked += 1
        return [
            [-A_CHARACTER * Levenshtein.distance(text, self._said_in(one.window)) for text in one.texts]
            for one in readings
        ]

    def _said_in(self, window: Window) -> str:
        """The characters of which the greater part lies in the window."""
        said = ""
        for line in self._said[Path(window.file).stem]:
            step = (line.end - line.start) / max(len(line.text), 1)
            middles = ((character, line.start + (at + 0.5) * step) for at, character in enumerate(line.text))
            if line.channel == window.channel:
                said += "".join(character for character, at in middles if window.start <= at <= window.end)
        return said


def _misheard(line: ScriptedLine, mishears: Mapping[str, str]) -> ScriptedLine:
    text = line.text
    for said, written in mishears.items():
        text = text.replace(said, written)
    return replace(line, text=text)

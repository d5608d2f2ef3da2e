"""A call as the rules hear it: one normalised text to search, and the way back to turns, quotes and seconds."""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import lru_cache

import regex

from models.call import Metadata
from models.finding import Evidence
from models.transcript import Role, Transcript, Turn
from scoring.normalise import normalise
from scoring.phrases import Occurrence, PhraseIndex
from scoring.quote import quote
from scoring.scope import Scope, Window, lay

JOIN_PAUSE = 0.8
"""Turns of one speaker with a shorter pause between them, in seconds, are one passage: Whisper cut a sentence."""
PATTERN_SECONDS = 0.25
"""Longer than any sane pattern needs for hours of speech; only a runaway one meets it."""
BREAK = "\n"
"""Between passages; no phrase contains it and `.` does not match it."""


class Heard:
    """Everything said, searchable. Passages (turns of one speaker without a pause) stand one per line in `text`."""

    def __init__(self, transcript: Transcript, metadata: Metadata, index: PhraseIndex) -> None:
        self.transcript = transcript
        self.metadata = metadata
        self.turns = transcript.turns
        self.reach = (0.0, max([transcript.recording.seconds, *(turn.end for turn in self.turns)]))
        self._turn_at: list[int] = []
        self._offset_at: list[int] = []
        self.text = self._join()
        self._occurrences = index.find(self.text)
        self._matches: dict[str, tuple[Occurrence, ...]] = {}
        self._quotes: dict[Occurrence, Evidence] = {}
        self._windows: dict[Scope, Window] = {}

    def _join(self) -> str:
        lines: list[str] = []
        for passage in passages(self.turns):
            for index in passage:
                norm = normalise(self.turns[index].text)
                lines.append(norm.text)
                self._turn_at.extend([index] * len(norm.text))
                self._offset_at.extend(norm.offsets)
            lines.append(BREAK)
            self._turn_at.append(passage[-1])
            self._offset_at.append(0)
        return "".join(lines)

    def within(self, start: float, end: float) -> "Heard":
        """The same call, of which only some seconds count. What was found already is shared."""
        part = copy(self)
        part.reach = (max(start, self.reach[0]), min(end, self.reach[1]))
        part._windows = {}  # noqa: SLF001
        return part

    def window(self, scope: Scope) -> Window:
        if scope not in self._windows:
            self._windows[scope] = lay(scope, self.turns, self.reach)
        return self._windows[scope]

    def said(self, phrase: str) -> Sequence[Occurrence]:
        """Where a normalised phrase of the pack was said, by anyone."""
        return self._occurrences.get(phrase, ())

    def matches(self, pattern: str) -> tuple[Occurrence, ...]:
        """Where a pattern matches within one passage, of anyone.

        Raises:
            TimeoutError: the pattern takes too long on this text.
        """
        if pattern not in self._matches:
            compiled = compile_pattern(pattern)
            found = list(self._scan(compiled, 0, len(self.text)))
            if any(BREAK in self.text[one.start : one.end] for one in found):
                # A class such as [^不] ran across speakers; search each passage by itself.
                found = [one for line in self._lines() for one in self._scan(compiled, *line)]
            self._matches[pattern] = tuple(found)
        return self._matches[pattern]

    def _scan(self, compiled: regex.Pattern[str], start: int, end: int) -> Iterator[Occurrence]:
        for match in compiled.finditer(self.text, start, end, timeout=PATTERN_SECONDS):
            if match.end() > match.start():
                yield Occurrence(match.start(), match.end())

    def _lines(self) -> Iterator[tuple[int, int]]:
        start = 0
        while start < len(self.text):
            end = self.text.index(BREAK, start)
            yield start, end
            start = end + 1

    def turn_of(self, occurrence: Occurrence) -> int:
        """Index of the turn in which it begins."""
        return self._turn_at[occurrence.start]

    def quote(self, occurrence: Occurrence) -> Evidence:
        if occurrence not in self._quotes:
            first = self._turn_at[occurrence.start], self._offset_at[occurrence.start]
            last = self._turn_at[occurrence.end - 1], self._offset_at[occurrence.end - 1]
            self._quotes[occurrence] = quote(self.turns, first, last, occurrence.likeness)
        return self._quotes[occurrence]


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """`^` and `$` are the edges of a passage. The text has no capitals.

    Raises:
        regex.error: the pattern is wrong.
    """
    return regex.compile(pattern, regex.MULTILINE | (regex.IGNORECASE if any("A" <= c <= "Z" for c in pattern) else 0))


def passages(turns: Sequence[Turn]) -> list[list[int]]:
    """Indexes of turns, those of one speaker that follow closely together, in order of their first."""
    found: list[list[int]] = []
    latest: dict[tuple[Role, int], list[int]] = {}
    for index, turn in enumerate(turns):
        speaker = (turn.role, turn.channel)
        passage = latest.get(speaker)
        if passage and turn.start - turns[passage[-1]].end < JOIN_PAUSE:
            passage.append(index)
        else:
            latest[speaker] = [index]
            found.append(latest[speaker])
    return found

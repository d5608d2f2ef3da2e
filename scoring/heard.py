"""A call as the rules hear it: one normalised text to search, and the way back to turns, quotes and seconds."""

from collections.abc import Iterable, Sequence
from copy import copy

from models.call import Metadata
from models.finding import Evidence
from models.transcript import Role, Transcript, Turn
from scoring.normalise import normalise
from scoring.patterns import PatternIndex, compile_pattern
from scoring.phrases import Occurrence, PhraseIndex
from scoring.quote import Spoken, quote
from scoring.scope import Scope, Timeline, Window, lay
from scoring.speakers import is_announcement, with_doubted_speakers

JOIN_PAUSE = 0.8
"""Turns of one speaker with a shorter pause between them, in seconds, are one passage: Whisper cut a sentence."""
ALONE_PAUSE = 1.5
"""Likewise where the other does not speak in the pause: the speaker hesitated."""
PATTERN_SECONDS = 0.25
"""Longer than any sane pattern needs for hours of speech; only a runaway one meets it."""
BREAK = "\n"
"""Between passages; no phrase contains it and `.` does not match it."""


class Heard:
    """Everything said, searchable. Passages (turns of one speaker without a pause) stand one per line in `text`."""

    def __init__(
        self, transcript: Transcript, metadata: Metadata, phrases: PhraseIndex, patterns: PatternIndex
    ) -> None:
        self.transcript = transcript = with_doubted_speakers(transcript)
        self.metadata = metadata
        self.turns = transcript.turns
        self.reach = (0.0, max([transcript.recording.seconds, *(turn.end for turn in self.turns)]))
        self.timeline = Timeline.of(self.turns)
        self._passages = passages(self.turns)
        self._bounds: list[tuple[int, int]] = []
        self._line_at: list[int] = []
        self._turn_at: list[int] = []
        self._offset_at: list[int] = []
        self.text = self._join()
        self._occurrences = phrases.find(self.text)
        self._candidates = patterns.lines(self.text, self._line_at)
        self._matches: dict[tuple[str, int], tuple[Occurrence, ...]] = {}
        self._quotes: dict[Occurrence, Evidence] = {}
        self._spoken: dict[int, Spoken] = {}
        self._windows: dict[Scope, Window] = {}

    def _join(self) -> str:
        parts: list[str] = []
        for passage in self._passages:
            start = len(self._turn_at)
            for index in passage:
                norm = normalise(self.turns[index].text)
                parts.append(norm.text)
                self._turn_at.extend([index] * len(norm.text))
                self._offset_at.extend(norm.offsets)
            parts.append(BREAK)
            self._bounds.append((start, len(self._turn_at)))
            self._turn_at.append(passage[-1])
            self._offset_at.append(0)
            self._line_at.extend([len(self._bounds) - 1] * (len(self._turn_at) - start))
        return "".join(parts)

    def within(self, start: float, end: float) -> "Heard":
        """The same call, of which only some seconds count. What was found already is shared."""
        part = copy(self)
        part.reach = (max(start, self.reach[0]), min(end, self.reach[1]))
        part._windows = {}  # noqa: SLF001
        return part

    def window(self, scope: Scope) -> Window:
        window = self._windows.get(scope)
        if window is None:
            window = self._windows[scope] = lay(scope, self.timeline, self.reach)
        return window

    def said(self, phrase: str, *, exact: bool = False) -> Sequence[Occurrence]:
        """Where a normalised phrase of the pack was said, by anyone; `exact`: in these very words."""
        found = self._occurrences.get(phrase, ())
        return [occurrence for occurrence in found if not occurrence.phrase] if exact and found else found

    def matches(self, patterns: Iterable[str], window: Window) -> list[Occurrence]:
        """Where patterns of the pack match within one passage that is at least partly in the window.

        Raises:
            TimeoutError: the pattern takes too long on this text.
        """
        found: list[Occurrence] = []
        inside = window.turns.keys()
        for pattern in patterns:
            for line in self._candidates.get(pattern, ()):
                if not inside.isdisjoint(self._passages[line]):
                    found += self._on_line(pattern, line)
        return found

    def overlapped(self, occurrence: Occurrence, pattern: str) -> bool:
        """Whether a pattern of the pack matches somewhere that overlaps the occurrence.

        Raises:
            TimeoutError: the pattern takes too long on this text.
        """
        line = self._line_at[occurrence.start]
        return (
            line in self._candidates.get(pattern, ())
            and any(_overlap(occurrence, match.start, match.end) for match in self._on_line(pattern, line))
        ) or (bool(occurrence.phrase) and self._overlapped_as_meant(occurrence, line, pattern))

    def _overlapped_as_meant(self, occurrence: Occurrence, line: int, pattern: str) -> bool:
        """As `overlapped`, with the phrase in the place of what Whisper made of it."""
        start, end = self._bounds[line]
        before, after = self.text[start : occurrence.start], self.text[occurrence.end : end]
        meant = f"{before}{occurrence.phrase}{after}"
        place = Occurrence(len(before), len(before) + len(occurrence.phrase))
        matches = compile_pattern(pattern).finditer(meant, timeout=PATTERN_SECONDS)
        return any(_overlap(place, *match.span()) for match in matches if match.group())

    def may_match(self, patterns: Iterable[str]) -> bool:
        """False where none of the patterns of the pack can match anywhere."""
        return not self._candidates.keys().isdisjoint(patterns)

    def _on_line(self, pattern: str, line: int) -> tuple[Occurrence, ...]:
        found = self._matches.get((pattern, line))
        if found is None:
            start, end = self._bounds[line]
            matches = compile_pattern(pattern).finditer(self.text, start, end, timeout=PATTERN_SECONDS)
            found = tuple([Occurrence(match.start(), match.end()) for match in matches if match.group()])
            self._matches[pattern, line] = found
        return found

    def turn_of(self, occurrence: Occurrence) -> int:
        """Index of the turn in which it begins."""
        return self._turn_at[occurrence.start]

    def quote(self, occurrence: Occurrence) -> Evidence:
        if occurrence not in self._quotes:
            first, last = occurrence.start, occurrence.end - 1
            turns = [self._speak(turn) for turn in dict.fromkeys(self._turn_at[first : last + 1])]
            start, end = self._offset_at[first], self._offset_at[last] + 1
            self._quotes[occurrence] = quote(turns[0], start, turns[-1], end, occurrence.likeness, between=turns[1:-1])
        return self._quotes[occurrence]

    def _speak(self, turn: int) -> Spoken:
        if turn not in self._spoken:
            self._spoken[turn] = Spoken.of(turn, self.turns[turn])
        return self._spoken[turn]


def _overlap(occurrence: Occurrence, start: int, end: int) -> bool:
    return start < occurrence.end and end > occurrence.start


def passages(turns: Sequence[Turn]) -> list[list[int]]:
    """Indexes of turns, those of one speaker that follow closely together, in order of their first.

    Recorded voices are in none: what they say is never searched.
    """
    found: list[list[int]] = []
    latest: dict[tuple[Role, int], list[int]] = {}
    for index, turn in enumerate(turns):
        if is_announcement(turn):
            continue
        speaker = (turn.role, turn.channel)
        passage = latest.get(speaker)
        if passage and turn.start - turns[passage[-1]].end < _pause(turns, passage[-1], index):
            passage.append(index)
        else:
            latest[speaker] = [index]
            found.append(latest[speaker])
    return found


def _pause(turns: Sequence[Turn], before: int, after: int) -> float:
    """How long it may be: nobody else speaks in it where the turns follow one another and no other one is still on."""
    alone = after == before + 1 and (before == 0 or turns[before - 1].end <= turns[before].end)
    return ALONE_PAUSE if alone else JOIN_PAUSE

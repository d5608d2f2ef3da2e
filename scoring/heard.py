"""A call as the rules hear it: one normalised text to search, and the way back to turns, quotes and seconds."""

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.call import Metadata
from models.finding import Evidence
from models.listening import Listened
from models.transcript import Role, Transcript, Turn
from scoring.call_text import CallText
from scoring.listened import heard_again
from scoring.pattern_search import PatternSearch
from scoring.patterns import PatternIndex
from scoring.phrases import Occurrence, PhraseIndex
from scoring.quote import Spoken, confidences, quote
from scoring.scope import DOUBTFUL_CONFIDENCE, Scope, Timeline, Window, lay
from scoring.seams import Seam, runs, torn
from scoring.sounded import Sounds
from scoring.speakers import is_announcement, with_doubted_speakers
from scoring.turn_signs import TurnSigns
from scoring.verdict import Verdict

if TYPE_CHECKING:
    from scoring.classifier.turn_model import TurnModel

JOIN_PAUSE = 0.8
"""Turns of one speaker with a shorter pause between them, in seconds, are one passage: Whisper cut a sentence."""
ALONE_PAUSE = 1.5
"""Likewise where the other does not speak in the pause: the speaker hesitated."""

MANY = 32
"""Places of a phrase from which it pays to sort them by turn."""
SENTENCE = re.compile(r"[^。！？!?；;]+")
NOTHING: Mapping[str, str] = MappingProxyType({})


class Heard:
    """Everything said, searchable. Passages (turns of one speaker without a pause) stand one per line in `text`."""

    def __init__(
        self,
        transcript: Transcript,
        metadata: Metadata,
        phrases: PhraseIndex,
        patterns: PatternIndex,
        written: Mapping[str, str] = NOTHING,
        *,
        model: "TurnModel | None" = None,
    ) -> None:
        """`written` gives a normalised phrase as people write it; rules may ask the `model` about single turns."""
        self.transcript = transcript = with_doubted_speakers(transcript)
        self.metadata = metadata
        self._written = written
        self.turns = transcript.turns
        self.reach = (0.0, max([transcript.recording.seconds, *[turn.end for turn in self.turns]]))
        self.timeline = Timeline.of(self.turns)
        joined = passages(self.turns)
        self._passage_of = {turn: number for number, passage in enumerate(joined) for turn in passage}
        self._said = said = CallText.of(self.turns, joined)
        self.text = said.text
        self._spoken: dict[int, Spoken] = {}
        self._sentences: dict[int, Sequence[tuple[str, tuple[int, int]]]] = {}
        self.occurrences = phrases.find(self.text, self._confidences(said))
        self.seams: dict[Occurrence, Seam] = {}
        self._find_torn(phrases)
        self.patterns = PatternSearch(patterns, said.text, said.lines, said.line_at)
        self.sounds = Sounds(self.text)
        self.signs = TurnSigns(self.turns, model) if model else None
        self._quotes: dict[Occurrence, Evidence] = {}
        self._windows: dict[Scope, Window] = {}
        self._inside: dict[Scope, Collection[int]] = {}
        self.answered: dict[Hashable, Verdict] = {}
        self._by_turn: dict[tuple[str, bool], dict[int, list[Occurrence]]] = {}
        self.again: dict[Occurrence, float] = {}
        self._take_as_said(transcript.listened, phrases)

    def within(self, start: float, end: float) -> "Heard":
        """The same call, of which only some seconds count. What was found already is shared."""
        part = object.__new__(Heard)
        reach = (max(start, self.reach[0]), min(end, self.reach[1]))
        part.__dict__.update(self.__dict__, reach=reach, answered={}, _windows={}, _inside={})
        return part

    def window(self, scope: Scope) -> Window:
        window = self._windows.get(scope)
        if window is None:
            window = self._windows[scope] = lay(scope, self.timeline, self.reach)
        return window

    def said(self, phrase: str, *, exact: bool = False) -> Sequence[Occurrence]:
        """Where a normalised phrase of the pack was said, by anyone; `exact`: in these very words."""
        found = self.occurrences.get(phrase, ())
        return [occurrence for occurrence in found if not occurrence.phrase] if exact and found else found

    def said_in(self, window: Window, phrase: str, *, exact: bool = False) -> Sequence[Occurrence]:
        """Where a phrase may be said in the window: of one said often, only what begins in one of its turns."""
        found = self.said(phrase, exact=exact)
        if len(found) <= MANY:
            return found
        by_turn = self._by_turn.get((phrase, exact))
        if by_turn is None:
            by_turn = self._by_turn[phrase, exact] = {}
            for occurrence in found:
                by_turn.setdefault(self.turn_of(occurrence), []).append(occurrence)
        return [occurrence for turn in window.turns if turn in by_turn for occurrence in by_turn[turn]]

    def matches(self, patterns: Iterable[str], scope: Scope) -> list[Occurrence]:
        """Where patterns of the pack match within one passage that is at least partly in the scope.

        Raises:
            OutOfTimeError: a pattern takes too long on this call.
        """
        found: list[Occurrence] = []
        inside: Collection[int] | None = None
        for pattern in patterns:
            candidates = self.patterns.candidates.get(pattern)
            if candidates:
                inside = self._passages_in(scope) if inside is None else inside
                lines = [line for line in candidates if line in inside]
                if lines:
                    found += self.patterns.on_lines(pattern, lines)
        return found

    def _passages_in(self, scope: Scope) -> Collection[int]:
        inside = self._inside.get(scope)
        if inside is None:
            turns, passage_of = self.window(scope).turns, self._passage_of
            inside = self._inside[scope] = {passage_of[turn] for turn in turns if turn in passage_of}
        return inside

    def overlapped(self, occurrence: Occurrence, patterns: Iterable[str]) -> bool:
        """Whether one of some patterns of the pack matches somewhere that overlaps the occurrence.

        Raises:
            OutOfTimeError: a pattern takes too long on this call.
        """
        line, candidates = int(self._said.line_at[occurrence.start]), self.patterns.candidates
        for pattern in patterns:
            if line in candidates.get(pattern, ()):
                for match in self.patterns.on_lines(pattern, (line,)):
                    if _overlap(occurrence, match):
                        return True
            if occurrence.phrase and self._overlapped_as_meant(occurrence, line, pattern):
                return True
        return False

    def _overlapped_as_meant(self, occurrence: Occurrence, line: int, pattern: str) -> bool:
        """As `overlapped`, with the phrase in the place of what Whisper made of it."""
        start, end = self._said.lines[line]
        before, after = self.text[start : occurrence.start], self.text[occurrence.end : end]
        meant = f"{before}{occurrence.phrase}{after}"
        place = Occurrence(len(before), len(before) + len(occurrence.phrase))
        return any(_overlap(place, match) for match in self.patterns.anywhere(pattern, meant, 0, len(meant)))

    def sentences(self, turn: int, shortest: int) -> Sequence[tuple[str, tuple[int, int]]]:
        """Those of a turn, normalised, and where they stand in its text; none where all are shorter."""
        if self._said.length(turn) < shortest:
            return ()
        found = self._sentences.get(turn)
        if found is None:
            spans = [match.span() for match in SENTENCE.finditer(self.turns[turn].text)]
            found = self._sentences[turn] = list(zip(self._said.parts(turn, spans), spans, strict=True))
        return found

    def places(self) -> Iterator[tuple[int, Occurrence]]:
        """The turns in the order of the text, and where in it each of them is; without those of which nothing is."""
        for turn in self._said.turns:
            place = Occurrence(*self._said.stretches[turn])
            if place.end > place.start:
                yield turn, place

    def span(self, occurrence: Occurrence) -> tuple[int, int]:
        """Of the text of the turn in which it begins and ends."""
        return self._said.in_turn[occurrence.start], self._said.in_turn[occurrence.end - 1] + 1

    def turn_of(self, occurrence: Occurrence) -> int:
        """Index of the turn in which it begins."""
        return self._said.turn_at[occurrence.start]

    def quote(self, occurrence: Occurrence) -> Evidence:
        evidence = self._quotes.get(occurrence)
        if evidence is None:
            evidence = self._quotes[occurrence] = self._quote(occurrence)
        return evidence

    def _quote(self, occurrence: Occurrence) -> Evidence:
        said, likeness, last = self._said, occurrence.likeness, occurrence.end - 1
        # What is written or counted otherwise (300 for 三百) is as like as the very words.
        again = occurrence in self.again
        meant = self._written.get(occurrence.phrase, occurrence.phrase) if likeness < 1 or again else ""
        index, start = said.turn_at[occurrence.start], said.in_turn[occurrence.start]
        until, end = said.turn_at[last], said.in_turn[last]
        first = self._turn_spoken(index)
        if index == until:
            begun, ended, confidence = first.part(start, end + 1)
            # Whisper's own confidence is in the words it wrote, not in those that were said.
            sure = self.again[occurrence] if again else round(likeness * confidence, 4)
            listened = again and sure >= DOUBTFUL_CONFIDENCE
            said_by, words = first.turn.role, first.turn.text[start : end + 1]
            return Evidence(begun, ended, said_by, index, words, (start, end + 1), sure, meant, listened)
        turns = dict.fromkeys(said.turn_at[occurrence.start : occurrence.end])
        between = [self._turn_spoken(turn) for turn in [*turns][1:-1]]
        return quote(first, start, self._turn_spoken(until), end + 1, likeness=likeness, meant=meant, between=between)

    def _turn_spoken(self, index: int) -> Spoken:
        spoken = self._spoken.get(index)
        if spoken is None:
            spoken = self._spoken[index] = Spoken.of(index, self.turns[index])
        return spoken

    def found_surely(self, phrase: str, place: Occurrence) -> bool:
        """Whether the text alone tells that a phrase was said there."""
        found = (other for other in self.occurrences.get(phrase, ()) if _overlap(place, other))
        return any(self.quote(other).confidence >= DOUBTFUL_CONFIDENCE for other in found)

    def _take_as_said(self, listened: Sequence[Listened], phrases: PhraseIndex) -> None:
        """What listening again found, where the text alone does not tell it."""
        for phrase, place, sure in heard_again(listened, self.turns, self._said, phrases):
            if not self.found_surely(phrase, place):
                places = [other for other in self.occurrences.get(phrase, ()) if not _overlap(place, other)]
                self.occurrences[phrase] = sorted([*places, place])
                self.again[place] = sure
                self._quotes.pop(place, None)

    def _find_torn(self, phrases: PhraseIndex) -> None:
        """Phrases begun by one speaker of a channel and ended by the other, if that is where they were cut apart."""
        joined = runs(self.turns)
        if not joined:
            return
        run_text = CallText.of(self.turns, joined)
        certain = self._confidences(run_text)
        for phrase, place, seam in torn(self.turns, run_text, self._said, phrases, certain):
            places = self.occurrences.setdefault(phrase, [])
            if not any(_overlap(place, other) for other in places):
                self.seams[place] = seam
                places.append(place)
                places.sort()

    def _confidences(self, said: CallText) -> NDArray[np.float64]:
        """Of what stands at each character of a text."""
        return confidences([self.turns[turn] for turn in said.turns])[said.offsets]


def _overlap(one: Occurrence, other: Occurrence) -> bool:
    return other.start < one.end and other.end > one.start


def passages(turns: Sequence[Turn]) -> list[list[int]]:
    """Indexes of turns, those of one speaker that follow closely together, in order of their first.

    Recorded voices are in none: what they say is never searched.
    """
    found: list[list[int]] = []
    latest: dict[tuple[Role, int], list[int]] = {}
    for index, turn in enumerate(turns):
        if turn.flags and is_announcement(turn):
            continue
        speaker = (turn.role, turn.channel)
        passage = latest.get(speaker)
        if passage and turn.start - turns[passage[-1]].end < _pause(turns, passage[-1], index):
            passage.append(index)
        else:
            passage = latest[speaker] = [index]
            found.append(passage)
    return found


def _pause(turns: Sequence[Turn], before: int, after: int) -> float:
    """How long it may be: nobody else speaks in it where the turns follow one another and no other one is still on."""
    alone = after == before + 1 and (before == 0 or turns[before - 1].end <= turns[before].end)
    return ALONE_PAUSE if alone else JOIN_PAUSE

"""Turns with what is personal in them masked: each character by one ＊, so that words and quotes keep their places."""

from collections.abc import Iterable, Iterator, Sequence

from models.case import CaseMark, CaseTurn, CaseWord, MaskedPart
from models.finding import Evidence
from models.transcript import Turn
from scoring.personal_span import PersonalSpan
from scoring.quote import Spoken

MASK = "＊"

MARGIN = 0.25
"""Seconds before and after, as times of words are not exact."""

CLOSE = 0.3
"""Beeps nearer than this become one: what is left between them would be a click."""


def mask(turn: Turn, index: int, spans: Sequence[PersonalSpan], marks: Sequence[CaseMark] = ()) -> CaseTurn:
    """The turn masked; `marks` are evidence in it."""
    hidden = {at for span in spans for at in range(span.begin, span.end)}
    text = "".join(MASK if at in hidden else sign for at, sign in enumerate(turn.text))
    words: list[CaseWord] = []
    if turn.words and "".join(word.text for word in turn.words) == turn.text:
        at = 0
        for word in turn.words:
            words.append(CaseWord(text[at : at + len(word.text)], word.start, word.end))
            at += len(word.text)
    masked = tuple(MaskedPart(span.begin, span.end, span.kind) for span in spans)
    return CaseTurn(index, turn.role, turn.start, turn.end, text, tuple(words), tuple(marks), masked)


def beeps(turns: Sequence[Turn], spans: Iterable[PersonalSpan]) -> tuple[tuple[float, float], ...]:
    """Seconds of the recording nobody is to hear. A turn whose words have no times is hidden as a whole."""
    seconds = sorted(_seconds(turns[span.turn], span) for span in spans)
    joined: list[tuple[float, float]] = []
    for start, end in seconds:
        if joined and start - joined[-1][1] < CLOSE:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple((round(start, 3), round(end, 3)) for start, end in joined)


def _seconds(turn: Turn, span: PersonalSpan) -> tuple[float, float]:
    spoken = Spoken.of(span.turn, turn)
    if not spoken.ends:
        return max(0.0, turn.start - MARGIN), turn.end + MARGIN
    start, end, _ = spoken.part(span.begin, span.end)
    for word in _put_right_after(turn, spoken, span.end):
        end = max(end, word)
    return max(0.0, start - MARGIN), end + MARGIN


def _put_right_after(turn: Turn, spoken: Spoken, end: int) -> Iterator[float]:
    """Ends of words without text that follow: a person put them right, and the first holds the text of all."""
    for place, stop in enumerate(spoken.ends):
        if stop == end and not turn.words[place].text:
            yield turn.words[place].end


def remarked(old: Turn, new: Turn, evidence: Evidence) -> tuple[int, int] | None:
    """Where evidence about the turn as it was stands in the turn as people put it right; None without a quote."""
    span = evidence.span
    if span is None:
        at = old.text.find(evidence.quote) if evidence.quote else -1
        span = None if at < 0 else (at, at + len(evidence.quote))
    if span is None or not 0 <= span[0] < span[1] <= len(old.text):
        return None
    if old.text == new.text:
        return span
    before, after = Spoken.of(0, old), Spoken.of(0, new)
    if not before.ends or not after.ends or len(before.ends) != len(after.ends):
        return None
    first = next(i for i, stop in enumerate(before.ends) if stop > span[0])
    last = next(i for i, stop in enumerate(before.ends) if stop >= span[1])
    begin, end = (after.ends[first - 1] if first else 0), after.ends[last]
    return (begin, end) if begin < end else None

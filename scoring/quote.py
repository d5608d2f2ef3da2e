"""Words of a turn with their exact seconds."""

from itertools import accumulate

from models.finding import Evidence
from models.transcript import Turn


def quote(turns: tuple[Turn, ...], first: tuple[int, int], last: tuple[int, int], likeness: float = 1.0) -> Evidence:
    """From one character to another, both included, each given as (turn, offset in its text).

    A quote that runs over into the next turn stands under its first turn: `span` is the part said there, the quote
    and the seconds are whole.
    """
    turn = turns[first[0]]
    if first[0] == last[0]:
        span = (first[1], last[1] + 1)
        text, parts = turn.text[slice(*span)], [spoken(turn, *span)]
    else:
        span, end = (first[1], len(turn.text)), turns[last[0]]
        text = turn.text[span[0] :] + end.text[: last[1] + 1]
        parts = [spoken(turn, *span), spoken(end, 0, last[1] + 1)]
    confidence = likeness * min(part[2] for part in parts)
    return Evidence(parts[0][0], parts[-1][1], turn.role, first[0], text, span, round(confidence, 4))


def spoken(turn: Turn, start: int, end: int) -> tuple[float, float, float]:
    """Start and end in seconds, and the words' mean confidence, of characters `start:end` of the turn's text.

    From the words' times; where the words do not make up the text, by even speed over the turn.
    """
    if "".join(word.text for word in turn.words) != turn.text or not turn.words:
        pace = (turn.end - turn.start) / max(len(turn.text), 1)
        return turn.start + pace * start, turn.start + pace * end, turn.confidence
    ends = list(accumulate(len(word.text) for word in turn.words))
    touched = [
        word for word, after in zip(turn.words, ends, strict=True) if after > start and after - len(word.text) < end
    ]
    confidence = sum(word.confidence for word in touched) / len(touched)
    return touched[0].start, touched[-1].end, confidence

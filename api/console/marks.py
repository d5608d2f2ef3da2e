"""Turns cut into pieces that can be clicked and coloured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.finding import Effect
from models.transcript import Role, Turn, Word
from pipeline.browse import Finding

UNSURE = 0.5
"""Words Whisper was less sure of than this are underlined: often misheard."""

EFFECTS = (Effect.VIOLATION, Effect.PRAISE, Effect.TAG)
"""Where findings overlap, the first of these colours the text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters said at `start` seconds; of the turn's word with the index `word`, 0 where words are not known."""

    text: str
    word: int
    start: float
    end: float
    unsure: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pieces that the same findings point at; `findings` are their ids, `effect` the colour, None for plain text."""

    pieces: tuple[Piece, ...]
    findings: tuple[int, ...]
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class MarkedTurn:
    """`flags` name doubts about the text."""

    index: int
    role: Role
    start: float
    end: float
    flags: tuple[str, ...]
    stretches: tuple[Stretch, ...]


def marked_turns(turns: Sequence[Turn], findings: Sequence[Finding]) -> tuple[MarkedTurn, ...]:
    """Every turn with what the findings quote in it."""
    by_turn: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.evidence.turn is not None:
            by_turn.setdefault(finding.evidence.turn, []).append(finding)
    return tuple(
        MarkedTurn(index, turn.role, turn.start, turn.end, turn.flags, _stretches(turn, by_turn.get(index, [])))
        for index, turn in enumerate(turns)
    )


def _stretches(turn: Turn, findings: Iterable[Finding]) -> tuple[Stretch, ...]:
    """The turn's text, cut wherever a word or a quote begins or ends."""
    spans = [(finding, span) for finding in findings if (span := _span(turn, finding)) is not None]
    words = _placed(turn)
    bounds = {at for _, span in spans for at in span}
    cuts = sorted({0, len(turn.text), *bounds, *(begin for begin, _, _ in words)})
    stretches: list[Stretch] = []
    at = 0
    for begin, end in pairwise(cuts):
        while at + 1 < len(words) and words[at + 1][0] <= begin:
            at += 1
        word = words[at][1]
        piece = Piece(turn.text[begin:end], words[at][2], word.start, word.end, word.confidence < UNSURE)
        covering = [finding for finding, (a, b) in spans if a <= begin and end <= b]
        ids = tuple(finding.id for finding in covering)
        if stretches and stretches[-1].findings == ids:
            last = stretches.pop()
            stretches.append(Stretch((*last.pieces, piece), ids, last.effect))
        else:
            stretches.append(Stretch((piece,), ids, _effect(covering)))
    return tuple(stretches)


def _placed(turn: Turn) -> list[tuple[int, Word, int]]:
    """Words with the character they begin at and their index; the whole turn as one word where they are not known."""
    if "".join(word.text for word in turn.words) != turn.text or not turn.words:
        return [(0, Word(turn.text, turn.start, turn.end, turn.confidence), 0)]
    placed: list[tuple[int, Word, int]] = []
    at = 0
    for index, word in enumerate(turn.words):
        if word.text:
            placed.append((at, word, index))
        at += len(word.text)
    return placed


def _span(turn: Turn, finding: Finding) -> tuple[int, int] | None:
    """The quote's characters in the turn: as recorded, or else where the quote stands."""
    if finding.evidence.span is not None:
        begin, end = finding.evidence.span
        return (begin, end) if 0 <= begin < end <= len(turn.text) else None
    at = turn.text.find(finding.evidence.quote) if finding.evidence.quote else -1
    return None if at < 0 else (at, at + len(finding.evidence.quote))


def _effect(findings: Iterable[Finding]) -> Effect | None:
    effects = {finding.effect for finding in findings}
    return next((effect for effect in EFFECTS if effect in effects), None)

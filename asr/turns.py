"""Words of both channels, or of both speakers in one channel, as turns in the order they began."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from asr.announcements import announced
from asr.channels import Layout
from asr.speakers import Speakers
from asr.text import tidy
from asr.transcriber import Heard
from models.transcript import ANNOUNCEMENT, Role, Turn, Word

TURN_PAUSE = 0.8
"""Seconds without a word that end a turn."""

SPEAKER_DOUBT = "speaker_doubt"
"""Flag of turns in one channel of which it is not sure who said them."""

DOUBTED_SHARE = 0.3
"""Of a turn's characters; a moment at its edge is always a little doubtful."""

CHANGE_REACH = 0.6
"""Seconds by which a change of speaker may move to a better place: neither words nor voices are timed more finely."""

SENTENCE_ENDS, CLAUSE_ENDS = "。？！", "，、；："
CLEAR_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class _Said:
    """A tidied word with what Whisper wrote for it and the doubts of its window."""

    word: Word
    raw: str
    channel: int
    flags: tuple[str, ...]
    speaker: int = 0
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn and, where one channel holds two speakers, which of them says it; else 0."""

    turn: Turn
    speaker: int


def spoken_turns(heard: Sequence[Heard], layout: Layout, speakers: Speakers | None) -> tuple[SpokenTurn, ...]:
    """Cut at pauses and where the other speaker comes in between; turns of two channels may overlap.

    Cut where the speaker changes too, if `speakers` are two in the one channel heard.
    """
    said = sorted((said for one in heard for said in _said(one)), key=lambda said: (said.channel, said.word.start))
    if speakers is not None and speakers.parts:
        said = _by_speaker(said, speakers)
    parts: list[list[_Said]] = []
    for channel, words in groupby(said, key=lambda said: said.channel):
        others = sorted(one.word.start for one in said if one.channel != channel)
        parts += _cut(list(words), others)
    parts.sort(key=_begins)
    turns: list[SpokenTurn] = []
    for part, count in zip(parts, announced([_as_written(part) for part in parts]), strict=True):
        if count:
            turns.append(SpokenTurn(_nobodys(_turn(part[:count], layout)), part[0].speaker))
        if part[count:]:
            turns.append(SpokenTurn(_turn(part[count:], layout), part[-1].speaker))
    return tuple(sorted(turns, key=lambda spoken: (spoken.turn.start, spoken.turn.channel)))


def _begins(part: list[_Said]) -> tuple[float, int]:
    return part[0].word.start, part[0].channel


def _as_written(part: list[_Said]) -> tuple[int, list[str]]:
    return part[0].channel, [one.word.text for one in part]


def _nobodys(turn: Turn) -> Turn:
    return replace(turn, role=Role.UNKNOWN, flags=tuple(sorted({*turn.flags, ANNOUNCEMENT})))


def _said(heard: Heard) -> list[_Said]:
    return [_Said(word, raw, heard.window.channel, heard.flags) for word, raw in tidy(heard.words)]


def _cut(words: list[_Said], others: list[float]) -> list[list[_Said]]:
    """Turns of one channel's words; `others` are, in order, when words of the other channel begin."""
    parts = [[words[0]]]
    for before, after in pairwise(words):
        gap = (before.word.end, after.word.start)
        changed = before.speaker != after.speaker
        at = bisect_left(others, gap[0])
        answered = at < len(others) and others[at] < gap[1]
        if changed or answered or gap[1] - gap[0] > TURN_PAUSE:
            parts.append([])
        parts[-1].append(after)
    return parts


def _by_speaker(said: list[_Said], speakers: Speakers) -> list[_Said]:
    """Each word given to the speaker of its moment, the changes moved to where people do change."""
    found = [speakers.of(one.word.start, one.word.end) for one in said]
    whose = [speaker for speaker, _ in found]
    changes = [i for i in range(1, len(said)) if whose[i] != whose[i - 1]]
    edges = [0, *changes, len(said)]
    for before, at, after in zip(edges, edges[1:], edges[2:], strict=False):
        best = max(range(before + 1, after), key=lambda place: _fitness(said, place, at))
        low, high = min(best, at), max(best, at)
        whose[low:high] = [whose[at] if best < at else whose[at - 1]] * (high - low)
    return [
        replace(one, speaker=speaker, doubtful=doubtful)
        for one, speaker, (_, doubtful) in zip(said, whose, found, strict=True)
    ]


def _fitness(said: list[_Said], place: int, at: int) -> float:
    """How well a change of speaker fits before word `place`, where the voices have it before word `at`."""
    before, after = said[place - 1].word, said[place].word
    away = abs(after.start - said[at].word.start)
    if place != at and away > CHANGE_REACH:
        return -float("inf")
    last = before.text.rstrip()[-1:]
    fitness = -2 * away
    fitness += 2.0 if last in SENTENCE_ENDS else 1.0 if last in CLAUSE_ENDS else 0.0
    fitness += 2.0 if after.start - before.end >= CLEAR_PAUSE else 0.0
    return fitness if any(character.isalnum() for character in after.text) else fitness - 3.0


def _flags(said: list[_Said]) -> tuple[str, ...]:
    flags = {flag for one in said for flag in one.flags}
    doubted = sum(len(one.word.text) for one in said if one.doubtful)
    if doubted > DOUBTED_SHARE * sum(len(one.word.text) for one in said):
        flags.add(SPEAKER_DOUBT)
    return tuple(sorted(flags))


def _turn(said: list[_Said], layout: Layout) -> Turn:
    words = tuple(one.word for one in said)
    text = "".join(word.text for word in words)
    characters = sum(len(word.text) for word in words)
    return Turn(
        role=layout.roles[said[0].channel],
        channel=said[0].channel,
        start=words[0].start,
        end=max(word.end for word in words),
        text=text,
        confidence=round(sum(word.confidence * len(word.text) for word in words) / characters, 4),
        flags=_flags(said),
        words=words,
        raw_text="".join(one.raw for one in said),
    )

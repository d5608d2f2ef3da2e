"""How the call sounded, measured on where speech was found rather than on what was written of it."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from asr.audio import Sound, energy, stretch
from asr.channels import Layout
from asr.speech import Span
from models.transcript import Overlap, Role, RoleVoice, Silence, Turn, VoiceMeasures

SILENCE_AT_LEAST = 1.0
"""Seconds in which nobody speaks; shorter ones are the rhythm of talk."""

OVERLAP_AT_LEAST = 0.3
"""Seconds both speak; shorter ones are turns that touch."""

RATE_AT_LEAST = 1.0
"""Seconds of talk below which a rate a minute says nothing."""


@dataclass(frozen=True, slots=True)
class ChannelSpeech:
    """One heard channel: who is on it, where they speak, and how loud over that speech (dBFS, None if nowhere)."""

    role: Role
    spans: tuple[Span, ...]
    loudness: float | None


def loudness(sound: Sound, spans: Sequence[Span]) -> float | None:
    """Root mean square over the spans in dB, where a square wave of full scale is 0."""
    parts = [stretch(sound, span.start, span.end) for span in spans]
    total = sum(len(part) for part in parts)
    if total == 0:
        return None
    return round(10 * float(np.log10(sum(energy(part) for part in parts) / total + 1e-12)), 1)


def measure(speech: Mapping[int, ChannelSpeech], turns: Sequence[Turn], layout: Layout) -> VoiceMeasures:
    """The call's measures. Silences lie between first and last speech; overlaps need channels apart."""
    marked = sorted(
        ((span, channel.role) for channel in speech.values() for span in channel.spans),
        key=lambda pair: (pair[0].start, pair[0].end),
    )
    return VoiceMeasures(
        speech_seconds=round(sum(span.seconds for span in _union([span for span, _ in marked])), 3),
        roles={channel.role: _role_voice(channel, turns, marked) for channel in speech.values() if channel.spans},
        silences=_silences(marked),
        overlaps=_overlaps(list(speech.values())) if layout.apart else None,
    )


def characters(text: str) -> int:
    """What is spoken of a text: letters, digits and Chinese characters, not punctuation."""
    return sum(character.isalnum() for character in text)


def _role_voice(channel: ChannelSpeech, turns: Sequence[Turn], marked: Sequence[tuple[Span, Role]]) -> RoleVoice:
    talk = sum(span.seconds for span in channel.spans)
    said = sum(characters(turn.text) for turn in turns if turn.role is channel.role)
    waits = _responses(channel.role, marked)
    return RoleVoice(
        talk_seconds=round(talk, 3),
        rate=round(said / talk * 60, 1) if talk >= RATE_AT_LEAST and said else None,
        loudness=channel.loudness,
        response=round(median(waits), 3) if waits else None,
    )


def _responses(role: Role, marked: Sequence[tuple[Span, Role]]) -> list[float]:
    """Seconds from the other's last word to this role's first, where this role did not cut in or go on."""
    waits = []
    for reach, last, span, answers in _after_all(marked):
        if answers is role and last is not role and span.start >= reach:
            waits.append(span.start - reach)
    return waits


def _after_all(marked: Sequence[tuple[Span, Role]]) -> Iterator[tuple[float, Role, Span, Role]]:
    """Each stretch of speech but the first, and before it until when anybody spoke, and who was last to end."""
    reach, last = -math.inf, Role.UNKNOWN
    for span, role in marked:
        if reach > -math.inf:
            yield reach, last, span, role
        if span.end > reach:
            reach, last = span.end, role


def _silences(marked: Sequence[tuple[Span, Role]]) -> tuple[Silence, ...]:
    return tuple(
        Silence(round(reach, 3), round(span.start, 3), _other(last))
        for reach, last, span, _ in _after_all(marked)
        if span.start - reach >= SILENCE_AT_LEAST
    )


def _other(role: Role) -> Role:
    return {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}.get(role, Role.UNKNOWN)


def _overlaps(channels: Sequence[ChannelSpeech]) -> tuple[Overlap, ...]:
    one, two = channels
    overlaps = []
    at = 0
    for first in one.spans:
        while at < len(two.spans) and two.spans[at].end <= first.start:
            at += 1
        for second in two.spans[at : bisect_left(two.spans, first.end, key=_begins)]:
            start, end = max(first.start, second.start), min(first.end, second.end)
            if end - start >= OVERLAP_AT_LEAST:
                by = two.role if second.start >= first.start else one.role
                overlaps.append(Overlap(round(start, 3), round(end, 3), by))
    return tuple(overlaps)


def _begins(span: Span) -> float:
    return span.start


def _union(spans: Sequence[Span]) -> list[Span]:
    """Spans in order of start, joined where they touch."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined

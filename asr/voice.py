"""How the call sounded, measured on where speech was found rather than on what was written of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from asr.audio import WHISPER_RATE, Samples
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


def loudness(samples: Samples, spans: Sequence[Span]) -> float | None:
    """Root mean square over the spans in dB, where a square wave of full scale is 0."""
    parts = [samples[round(span.start * WHISPER_RATE) : round(span.end * WHISPER_RATE)] for span in spans]
    total = sum(len(part) for part in parts)
    if total == 0:
        return None
    energy = sum(float(np.dot(part, part)) for part in parts) / total
    return round(10 * float(np.log10(energy + 1e-12)), 1)


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
    """Seconds from the other's last word to this role's first, where this role did not cut in."""
    waits = []
    for (before, spoke), (after, answers) in pairwise(marked):
        if answers is role and spoke is not role and after.start >= before.end:
            waits.append(after.start - before.end)
    return waits


def _silences(marked: Sequence[tuple[Span, Role]]) -> tuple[Silence, ...]:
    silences = []
    reach, last = 0.0, Role.UNKNOWN
    for span, role in marked:
        if silences_from := (span.start - reach >= SILENCE_AT_LEAST and reach > 0):
            silences.append(Silence(round(reach, 3), round(span.start, 3), _other(last)))
        if span.end > reach or silences_from:
            reach, last = span.end, role
    return tuple(silences)


def _other(role: Role) -> Role:
    return {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}.get(role, Role.UNKNOWN)


def _overlaps(channels: Sequence[ChannelSpeech]) -> tuple[Overlap, ...]:
    one, two = channels
    overlaps = []
    for first in one.spans:
        for second in two.spans:
            start, end = max(first.start, second.start), min(first.end, second.end)
            if end - start >= OVERLAP_AT_LEAST:
                by = two.role if second.start >= first.start else one.role
                overlaps.append(Overlap(round(start, 3), round(end, 3), by))
    return tuple(sorted(overlaps, key=lambda overlap: overlap.start))


def _union(spans: Sequence[Span]) -> list[Span]:
    """Spans in order of start, joined where they touch."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined

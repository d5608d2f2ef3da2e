"""A recording's way to its transcript: prepare, hear, assemble. Engines that batch many calls use the parts."""

import hashlib
import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from asr.agent import Guess, find_agent
from asr.audio import WHISPER_RATE, Audio, Samples, Sound, stretch
from asr.batching import cores
from asr.channels import LEAK_DELAY, AgentChannel, Layout, lay_out, leaked, looks_swapped, on_both
from asr.decode import decode
from asr.speakers import Speakers, tell_apart
from asr.speech import Span, speech_in, windows_over, without
from asr.transcriber import Heard, Option, Transcriber, TranscriberFacts, Window
from asr.turns import SPEAKER_DOUBT, SpokenTurn, spoken_turns
from asr.voice import ChannelSpeech, loudness, measure
from asr.voice_encoder import can_tell_voices
from asr.word_times import held_to_speech
from models.errors import BadRecording
from models.transcript import ANNOUNCEMENT, Origin, Recording, Role, Transcript, Turn, connected

VERSION = 4
"""Raised with every change of this room's code that can change a transcript."""

ROLE_DOUBT = "role_doubt"
"""Flag of turns whose channel seems to be the other speaker's."""

AT_HAND_SECONDS = 600.0
"""Of a channel, in memory at once: shorter calls are prepared whole, longer ones in parts."""

_PREPARING = threading.BoundedSemaphore(cores())
"""More at a time would be no faster, and each holds minutes of sound."""

Judge = Callable[[Samples, Samples, Sequence[Span]], tuple[Span, ...]]
"""Of two channels: which parts of the spans on the second are the first's."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A recording before it is heard: everything but the words."""

    recording: Recording
    layout: Layout
    speech: Mapping[int, ChannelSpeech]
    windows: tuple[Window, ...]
    speakers: Speakers | None = None
    """Of a call in one channel; None where each speaker has a channel."""


def transcribe(
    path: Path,
    *,
    file: str,
    sha256: str,
    transcriber: Transcriber,
    agent_channel: AgentChannel,
    max_seconds: float,
) -> Transcript:
    """The transcript of one recording. `file` is the name people know it by, `sha256` that of its bytes.

    Raises:
        BadRecording: it cannot be used.
    """
    with _PREPARING:
        prepared = prepare(path, file=file, sha256=sha256, agent_channel=agent_channel, max_seconds=max_seconds)
    return assemble(prepared, transcriber.transcribe(prepared.windows), transcriber.facts)


def prepare(path: Path, *, file: str, sha256: str, agent_channel: AgentChannel, max_seconds: float) -> Prepared:
    """Decode, tell the channels or the voices apart, find speech and cut it into windows.

    Raises:
        BadRecording: it cannot be used.
    """
    audio = decode(path, name=file, max_seconds=max_seconds)
    layout = lay_out(audio.excerpt(), agent_channel)
    sounds = {channel: audio.sound(channel) for channel in layout.heard}
    at_hand = {channel: _at_hand(sound) for channel, sound in sounds.items()}
    speech = _speech(at_hand, layout)
    if not any(channel.spans for channel in speech.values()):
        raise BadRecording("asr.no_speech", file=file, seconds=round(audio.seconds, 1))
    windows = tuple(
        Window(stretch(sounds[channel], span.start, span.end), channel, span.start, span.end, sha256, file)
        for channel in layout.heard
        for span in windows_over(speech[channel].spans, at_hand[channel])
    )
    (channel, *_) = layout.heard
    speakers = None if layout.apart else tell_apart(at_hand[channel], speech[channel].spans)
    return Prepared(_recording(audio, file, sha256), layout, speech, windows, speakers)


def assemble(prepared: Prepared, heard: Sequence[Heard], facts: TranscriberFacts) -> Transcript:
    """The transcript from what was heard in the windows, in any order."""
    speech = prepared.speech
    timed = [replace(one, words=held_to_speech(one.words, speech[one.window.channel].spans)) for one in heard]
    spoken = spoken_turns(timed, prepared.layout, prepared.speakers)
    options: dict[str, Option] = {**facts.options, "version": VERSION}
    if prepared.speakers is not None:
        spoken, speech = _with_roles(spoken, prepared, options)
    turns = tuple(one.turn for one in spoken)
    if looks_swapped(turns) and prepared.layout.apart:
        turns = tuple(_doubted(turn) for turn in turns)
        options["channels_look_swapped"] = True
    return Transcript(
        recording=prepared.recording,
        turns=tuple(_nobodys(turn) if SPEAKER_DOUBT in turn.flags else turn for turn in turns),
        voice=measure(*_between_people(speech, turns), prepared.layout),
        origin=Origin(facts.transcriber, facts.model, facts.model_sha256, options, prepared.layout.roles),
    )


def _with_roles(
    spoken: Sequence[SpokenTurn], prepared: Prepared, options: dict[str, Option]
) -> tuple[tuple[SpokenTurn, ...], Mapping[int, ChannelSpeech]]:
    """Turns and speech of a one-channel call by role where the agent is known; `options` tell how sure that is."""
    speakers = prepared.speakers
    assert speakers is not None
    options |= {"speakers": speakers.count, "speaker_confidence": speakers.confidence}
    if not speakers.parts:
        return tuple(spoken), prepared.speech
    options["turn_speakers"] = "".join(str(one.speaker) for one in spoken)
    guess = find_agent([_said_by(who, spoken) for who in (0, 1)])
    options["agent_confidence"] = guess.confidence
    if guess.speaker is None:
        return tuple(spoken), prepared.speech
    roles = _roles(guess)
    speech = {who: ChannelSpeech(roles[who], speakers.spans(who), speakers.loudness[who]) for who in (0, 1)}
    return tuple(one if _is_announced(one.turn) else _spoken_by(one, roles) for one in spoken), speech


def _spoken_by(one: SpokenTurn, roles: tuple[Role, Role]) -> SpokenTurn:
    return replace(one, turn=replace(one.turn, role=roles[one.speaker]))


def _is_announced(turn: Turn) -> bool:
    return ANNOUNCEMENT in turn.flags


def _said_by(speaker: int, spoken: Sequence[SpokenTurn]) -> str:
    """All a speaker surely said; a doubtful turn is no evidence of who the agent is, nor is what a machine said."""
    doubts = {SPEAKER_DOUBT, ANNOUNCEMENT}
    return "".join(one.turn.text for one in spoken if one.speaker == speaker and doubts.isdisjoint(one.turn.flags))


def _between_people(
    speech: Mapping[int, ChannelSpeech], turns: Sequence[Turn]
) -> tuple[Mapping[int, ChannelSpeech], Sequence[Turn]]:
    """Speech and turns from when people are connected on: nobody is slow, fast or silent while a menu plays."""
    if not any(_is_announced(turn) for turn in turns):
        return speech, turns
    begin = connected(turns)
    menu = (Span(0.0, begin),)
    kept = {channel: replace(one, spans=without(one.spans, menu)) for channel, one in speech.items()}
    return kept, [turn for turn in turns if turn.start >= begin and not _is_announced(turn)]


def _roles(guess: Guess) -> tuple[Role, Role]:
    return (Role.AGENT, Role.CUSTOMER) if guess.speaker == 0 else (Role.CUSTOMER, Role.AGENT)


def _nobodys(turn: Turn) -> Turn:
    return replace(turn, role=Role.UNKNOWN)


def transcriber_key(transcriber: Transcriber, agent_channel: AgentChannel) -> str:
    """A hash of everything but the recording that can change a transcript: the same key, the same text."""
    facts = transcriber.facts
    everything = {
        "version": VERSION,
        "transcriber": facts.transcriber,
        "model": facts.model,
        "model_sha256": facts.model_sha256,
        "options": dict(facts.options),
        "agent_channel": agent_channel,
        "tells_voices": can_tell_voices(),
    }
    return hashlib.sha256(json.dumps(everything, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _speech(sounds: Mapping[int, Sound], layout: Layout) -> dict[int, ChannelSpeech]:
    spans = {channel: speech_in(sound) for channel, sound in sounds.items()}
    if layout.apart:
        leaks = {channel: leaks_of(sounds[1 - channel], sounds[channel], spans[channel]) for channel in (0, 1)}
        customer = layout.roles.index(Role.CUSTOMER)
        twins = leaks_of(sounds[1 - customer], sounds[customer], spans[customer], judge=on_both)
        spans = {channel: without(spans[channel], leaks[channel]) for channel in spans}
        # Said once, on the agent's channel.
        spans[customer] = without(spans[customer], twins)
    return {
        channel: ChannelSpeech(layout.roles[channel], spans[channel], loudness(sound, spans[channel]))
        for channel, sound in sounds.items()
    }


def _at_hand(sound: Sound) -> Sound:
    """A short sound in memory, since it is looked at again and again."""
    return sound[:] if len(sound) <= AT_HAND_SECONDS * WHISPER_RATE else sound


def leaks_of(source: Sound, quiet: Sound, spans: Sequence[Span], judge: Judge = leaked) -> tuple[Span, ...]:
    """Parts of `spans` (speech found on `quiet`, in order) that are `source`'s, as `judge` says; minutes at a time."""
    found: list[Span] = []
    for group in _groups(spans):
        first = max(0, round((group[0].start - LEAK_DELAY) * WHISPER_RATE))
        last = round((group[-1].end + LEAK_DELAY) * WHISPER_RATE) + 1
        at = first / WHISPER_RATE
        here = [Span(span.start - at, span.end - at) for span in group]
        found += [Span(leak.start + at, leak.end + at) for leak in judge(source[first:last], quiet[first:last], here)]
    return tuple(found)


def _groups(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Neighbouring spans that lie within AT_HAND_SECONDS; what is longer itself, such as music, in pieces."""
    group: list[Span] = []
    for span in spans:
        count = math.ceil(span.seconds / AT_HAND_SECONDS)
        edges = [span.start + i * span.seconds / count for i in range(count)]
        for start, end in pairwise([*edges, span.end]):
            if group and end - group[0].start > AT_HAND_SECONDS:
                yield group
                group = []
            group.append(Span(start, end))
    if group:
        yield group


def _doubted(turn: Turn) -> Turn:
    return turn if turn.role is Role.UNKNOWN else replace(turn, flags=tuple(sorted({*turn.flags, ROLE_DOUBT})))


def _recording(audio: Audio, file: str, sha256: str) -> Recording:
    return Recording(file, sha256, round(audio.seconds, 3), audio.channels, audio.codec, audio.source_rate)

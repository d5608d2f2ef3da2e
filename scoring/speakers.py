"""Whose words count as whose: doubted speakers are nobody in particular, and recorded voices are nobody at all."""

from collections.abc import Sequence
from dataclasses import replace

from models.transcript import ANNOUNCEMENT, Role, Silence, Transcript, Turn, VoiceMeasures, connected

ROLE_DOUBT = "role_doubt"
"""The transcriber's flag of turns whose channel may be the other speaker's; it says nothing against the text."""
SPEAKER_DOUBT = "speaker_doubt"
"""Its flag of turns in one channel that either may have said; it says nothing against the text either."""

DOUBTED_SHARE = 0.3
"""With more than this of the speech in doubt, what is measured per speaker is as much the other's."""
SLACK = 0.7
"""Speech detection and turn times differ by up to this, in seconds."""


def with_doubted_speakers(transcript: Transcript) -> Transcript:
    """The transcript with `unknown` as the role wherever it is doubted, in the voice measures too.

    Turns stay where they are, since evidence names them by number. Voice is measured between people only: not what was
    silent or overlapped before they were connected.
    """
    turns = transcript.turns
    if not any(turn.flags for turn in turns):
        return transcript
    voice = _between_people(transcript.voice, turns)
    if any(ROLE_DOUBT in turn.flags for turn in turns):
        voice = _of_nobody(voice)
    elif any(SPEAKER_DOUBT in turn.flags for turn in turns):
        voice = _partly_doubted(voice, turns)
    return replace(transcript, turns=tuple(_doubted(turn) for turn in turns), voice=voice)


def is_announcement(turn: Turn) -> bool:
    """Whether a recorded voice said it."""
    return ANNOUNCEMENT in turn.flags


def _between_people(voice: VoiceMeasures, turns: Sequence[Turn]) -> VoiceMeasures:
    if not any(is_announcement(turn) for turn in turns):
        return voice
    begin = connected(turns)
    return replace(
        voice,
        silences=tuple(one for one in voice.silences if one.start >= begin),
        overlaps=voice.overlaps and tuple(one for one in voice.overlaps if one.end > begin),
    )


def _of_nobody(voice: VoiceMeasures) -> VoiceMeasures:
    return VoiceMeasures(
        speech_seconds=voice.speech_seconds,
        silences=tuple(replace(silence, waited_for=Role.UNKNOWN) for silence in voice.silences),
        overlaps=voice.overlaps and tuple(replace(overlap, by=Role.UNKNOWN) for overlap in voice.overlaps),
    )


def _partly_doubted(voice: VoiceMeasures, turns: Sequence[Turn]) -> VoiceMeasures:
    """Unknown is who was waited for after a doubted turn; and how people speak, where much is doubted."""
    doubted = sum(turn.end - turn.start for turn in turns if SPEAKER_DOUBT in turn.flags)
    spoken = sum(turn.end - turn.start for turn in turns if not is_announcement(turn))
    return replace(
        voice,
        roles={} if doubted > DOUBTED_SHARE * spoken else voice.roles,
        silences=tuple(_known(silence, turns) for silence in voice.silences),
    )


def _known(silence: Silence, turns: Sequence[Turn]) -> Silence:
    ended = (turn for turn in turns if turn.end <= silence.start + SLACK)
    last = max(ended, key=lambda turn: turn.end, default=None)
    doubted = last is not None and SPEAKER_DOUBT in last.flags
    return replace(silence, waited_for=Role.UNKNOWN) if doubted else silence


def _doubted(turn: Turn) -> Turn:
    if not {ROLE_DOUBT, SPEAKER_DOUBT, ANNOUNCEMENT} & set(turn.flags):
        return turn
    flags = tuple(flag for flag in turn.flags if flag not in {ROLE_DOUBT, SPEAKER_DOUBT})
    return replace(turn, role=Role.UNKNOWN, flags=flags)

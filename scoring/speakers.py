"""Turns whose speaker is in doubt: their words count, but not as anybody's in particular."""

from dataclasses import replace

from models.transcript import Role, Transcript, Turn, VoiceMeasures

ROLE_DOUBT = "role_doubt"
"""The transcriber's flag of turns whose channel may be the other speaker's; it says nothing against the text."""


def with_doubted_speakers(transcript: Transcript) -> Transcript:
    """The transcript with `unknown` as the role wherever it is doubted, in the voice measures too."""
    if not any(ROLE_DOUBT in turn.flags for turn in transcript.turns):
        return transcript
    voice = transcript.voice
    overlaps = voice.overlaps
    return replace(
        transcript,
        turns=tuple(_doubted(turn) for turn in transcript.turns),
        voice=VoiceMeasures(
            speech_seconds=voice.speech_seconds,
            silences=tuple(replace(silence, waited_for=Role.UNKNOWN) for silence in voice.silences),
            overlaps=overlaps and tuple(replace(overlap, by=Role.UNKNOWN) for overlap in overlaps),
        ),
    )


def _doubted(turn: Turn) -> Turn:
    if ROLE_DOUBT not in turn.flags:
        return turn
    flags = tuple(flag for flag in turn.flags if flag != ROLE_DOUBT)
    return replace(turn, role=Role.UNKNOWN, flags=flags)

"""Transcripts of other programs: the keys that design.md documents are enough."""

from models.transcript import TRANSCRIPT_JSON, Role, VoiceMeasures

DOCUMENTED = {
    "recording": {"file": "a.wav", "sha256": "", "seconds": 3.0, "channels": 2, "codec": "pcm"},
    "turns": [
        {"role": "agent", "channel": 0, "start": 0.0, "end": 2.0, "text": "您好", "confidence": 0.9}
        | {"flags": [], "words": [{"text": "您好", "start": 0.0, "end": 2.0, "confidence": 0.9}], "mood": "calm"}
    ],
    "voice": {},
    "origin": {},
    "made_by": "another program",
}


def test_the_documented_keys_are_enough_and_unknown_ones_are_passed_over() -> None:
    transcript = TRANSCRIPT_JSON.validate_python(DOCUMENTED)
    assert (transcript.turns[0].role, transcript.turns[0].raw_text) == (Role.AGENT, "")
    assert transcript.recording.sample_rate is None
    written = TRANSCRIPT_JSON.dump_json(transcript)
    assert TRANSCRIPT_JSON.validate_json(written) == transcript


def test_what_was_not_measured_is_not_nothing() -> None:
    assert not TRANSCRIPT_JSON.validate_python(DOCUMENTED).voice.silences_measured
    assert VoiceMeasures(12.0).silences_measured
    silence = {"start": 1.0, "end": 4.0, "waited_for": "agent"}
    heard = TRANSCRIPT_JSON.validate_python(DOCUMENTED | {"voice": {"silences": [silence]}})
    assert heard.voice.silences_measured
    assert heard.voice.overlaps is None

import hashlib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.audio import WHISPER_RATE, Audio, Samples
from asr.channels import Layout
from asr.decode import decode
from asr.scripted import ScriptedLine, ScriptedTranscriber
from asr.speakers import Part, Speakers, tell_apart
from asr.speech import Span, speech_in
from asr.transcribe import transcribe
from asr.transcriber import Heard, Window
from asr.turns import spoken_turns
from asr.voice_encoder import can_tell_voices
from asr.voiceprint import voices
from models.transcript import Role, Transcript, Word

pytestmark = pytest.mark.skipif(
    not can_tell_voices(), reason="no voice weights: pip install --no-deps Resemblyzer==0.1.4"
)

SAMPLES = Path(__file__).parents[2] / "sample_audio"
SAME_GENDER = "bank-sms-code.wav"


def truth_of(file: str) -> dict[str, object]:
    return json.loads((SAMPLES / "truth" / f"{Path(file).stem}.json").read_text("utf8"))


def channel_of(file: str, channel: int) -> Samples:
    return decode(SAMPLES / "calls" / file, name=file, max_seconds=3600.0).heard_by_whisper(channel)


def mixed(file: str) -> Samples:
    audio = decode(SAMPLES / "calls" / file, name=file, max_seconds=3600.0)
    both = Audio(audio.samples.sum(axis=0, keepdims=True), audio.rate, audio.codec, audio.source_rate)
    return both.heard_by_whisper(0)


def in_one_channel(file: str, folder: Path, lines: list[ScriptedLine] | None = None) -> Transcript:
    """The call with both speakers in one channel, its words from the script."""
    path = folder / f"{Path(file).stem}.wav"
    soundfile.write(path, mixed(file), WHISPER_RATE)
    if lines is None:
        lines = [ScriptedLine(0, one["text"], one["start"], one["end"]) for one in truth_of(file)["lines"]]
    return transcribe(
        path,
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        transcriber=ScriptedTranscriber({path.stem: lines}),
        agent_channel="left",
        max_seconds=3600.0,
    )


def roles_of_characters(transcript: Transcript, file: str) -> Counter[str]:
    told: Counter[str] = Counter()
    for turn in transcript.turns:
        for word in turn.words:
            moment = (word.start + word.end) / 2
            true = {one["role"] for one in truth_of(file)["lines"] if one["start"] <= moment <= one["end"]}
            told["unknown" if turn.role is Role.UNKNOWN else "right" if turn.role in true else "wrong"] += 1
    return told


@pytest.fixture(scope="module")
def transcript(tmp_path_factory: pytest.TempPathFactory) -> Transcript:
    return in_one_channel("telecom-bill-query.wav", tmp_path_factory.mktemp("mono"))


def test_nearly_every_word_of_a_mixed_call_has_the_right_speaker(transcript: Transcript) -> None:
    told = roles_of_characters(transcript, "telecom-bill-query.wav")

    assert told["right"] > 0.97 * told.total()
    assert told["wrong"] < 0.02 * told.total()


@pytest.mark.parametrize("file", [SAME_GENDER, "collections-plan.amr", "telecom-roaming-mediocre.wav"])
def test_two_men_a_narrow_codec_and_gsm_are_told_apart_too(file: str, tmp_path: Path) -> None:
    told = roles_of_characters(in_one_channel(file, tmp_path), file)

    assert told["right"] > 0.97 * told.total()
    assert told["wrong"] < 0.02 * told.total()


def test_how_sure_it_is_is_exported(transcript: Transcript) -> None:
    options = transcript.origin.options

    assert options["speakers"] == "two"
    assert 0.9 <= float(options["speaker_confidence"]) <= 1
    assert 0.97 <= float(options["agent_confidence"]) <= 1
    assert len(str(options["turn_speakers"])) == len(transcript.turns)
    agents = {str(options["turn_speakers"])[i] for i, turn in enumerate(transcript.turns) if turn.role is Role.AGENT}
    assert agents == {"0"}, "the agent opens this call"


def test_a_turn_is_one_persons(transcript: Transcript) -> None:
    lines = truth_of("telecom-bill-query.wav")["lines"]

    assert abs(len(transcript.turns) - len(lines)) <= 3
    assert max(len(turn.text) for turn in transcript.turns) <= 1.2 * max(len(line["text"]) for line in lines)


def test_voice_is_measured_for_each_role_and_overlaps_are_not(transcript: Transcript) -> None:
    lines = truth_of("telecom-bill-query.wav")["lines"]
    said = {
        role: sum(one["end"] - one["start"] for one in lines if one["role"] == role) for role in ("agent", "customer")
    }

    voice = transcript.voice

    assert voice.overlaps is None
    assert set(voice.roles) == {Role.AGENT, Role.CUSTOMER}
    for role in (Role.AGENT, Role.CUSTOMER):
        assert voice.roles[role].talk_seconds == pytest.approx(said[role], rel=0.2)
        assert 120 < (voice.roles[role].rate or 0) < 420
        assert voice.roles[role].loudness is not None
    assert {silence.waited_for for silence in voice.silences} <= {Role.AGENT, Role.CUSTOMER}


def test_a_rude_call_without_agents_words_is_split_but_nobody_named(tmp_path: Path) -> None:
    transcript = in_one_channel("property-leak-silence.wav", tmp_path)

    assert transcript.origin.options["speakers"] == "two"
    assert {turn.role for turn in transcript.turns} == {Role.UNKNOWN}
    assert set(str(transcript.origin.options["turn_speakers"])) == {"0", "1"}
    assert set(transcript.voice.roles) == {Role.UNKNOWN}


def test_one_person_alone_is_not_made_two(call: Audio) -> None:
    agent = call.heard_by_whisper(0)
    speakers = tell_apart(agent, [span for span in speech_in(agent) if loud(agent, span)])

    assert (speakers.count, speakers.parts) == ("one", ())
    assert speakers.confidence < 0.1


def loud(samples: Samples, span: Span) -> bool:
    """Not the other side's leak."""
    part = samples[round(span.start * WHISPER_RATE) : round(span.end * WHISPER_RATE)]
    return float(np.sqrt(np.mean(np.square(part)))) > 0.02


def test_the_same_person_in_two_calls_is_too_alike(call: Audio) -> None:
    agent = call.heard_by_whisper(0)
    half = len(agent) // 2
    turns = np.concatenate([agent[half:], 0.7 * agent[:half]])  # as if one answered the other, more softly

    assert tell_apart(turns, [span for span in speech_in(turns) if loud(turns, span)]).count != "two"


def test_a_third_voice_leaves_it_unsure() -> None:
    sound = np.concatenate([mixed("telecom-cancel-plan.wav"), mixed("collections-threat.wav")])

    assert tell_apart(sound, speech_in(sound)).count == "unsure"


@pytest.mark.parametrize("seconds", [0, 3, 10])
def test_silence_and_short_calls_are_unsure(seconds: int) -> None:
    sound = mixed(SAME_GENDER)[: seconds * WHISPER_RATE]

    assert tell_apart(sound, speech_in(sound)) == Speakers("unsure", 0.0)


def test_the_same_sound_gives_the_same_speakers() -> None:
    sound = mixed(SAME_GENDER)
    spans = speech_in(sound)

    assert tell_apart(sound, spans) == tell_apart(sound, spans)


def test_parts_cover_the_speech_and_nothing_else() -> None:
    sound = mixed(SAME_GENDER)
    spans = speech_in(sound)

    parts = tell_apart(sound, spans).parts

    assert sum(part.end - part.start for part in parts) == pytest.approx(sum(span.seconds for span in spans))
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(parts))
    assert parts[0].speaker == 0


def test_a_voice_is_a_unit_vector_near_to_itself_and_not_to_another() -> None:
    agent, customer = channel_of("insurance-claim-hold.ogg", 0), channel_of("insurance-claim-hold.ogg", 1)
    windows = [Span(2.0, 3.2), Span(3.2, 4.4)]
    first, second = voices(agent, windows, windows)
    (other,) = voices(customer, [Span(10.0, 11.2)], [Span(10.0, 11.2)])

    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-4)
    assert first @ second > first @ other + 0.1


def test_whose_a_moment_is_among_many() -> None:
    random = np.random.default_rng(0)
    edges = np.cumsum(random.uniform(0.2, 2.0, 600)).reshape(-1, 2)
    speakers = two(*(Part(float(start), float(end), i % 2) for i, (start, end) in enumerate(edges)))

    for start in random.uniform(0, edges[-1, 1] + 3, 300):
        end = start + float(random.uniform(0.05, 4))
        near = [(part.overlap(start, end), -part.distance((start + end) / 2)) for part in speakers.parts]
        best = speakers.parts[near.index(max(near))]
        assert speakers.of(float(start), end) == (best.speaker, best.doubtful)


def test_voices_are_the_same_however_the_sound_is_held() -> None:
    audio = decode(SAMPLES / "calls" / SAME_GENDER, name=SAME_GENDER, max_seconds=3600.0)
    windows = [Span(at, at + 1.2) for at in (0.0, 1.3, 40.2, 41.0)]

    in_parts = voices(audio.sound(0), windows, windows)

    assert in_parts == pytest.approx(voices(audio.heard_by_whisper(0), windows, windows), abs=1e-4)


SHARED = Layout((0,), (Role.UNKNOWN,))


def said(*words: tuple[str, float, float]) -> list[Heard]:
    window = Window(np.zeros(0, np.float32), 0, words[0][1], words[-1][2], "sha", "call.wav")
    return [Heard(window, tuple(Word(text, start, end, 0.8) for text, start, end in words))]


def two(*parts: Part) -> Speakers:
    return Speakers("two", 0.99, 3.0, parts, (-20.0, -20.0))


def test_a_change_moves_to_the_end_of_the_sentence() -> None:
    heard = said(("可", 0.0, 0.3), ("以", 0.3, 0.6), ("吗？", 0.6, 0.9), ("可", 0.9, 1.2), ("以", 1.2, 1.5))

    spoken = spoken_turns(heard, SHARED, two(Part(0.0, 0.6, 0), Part(0.6, 1.5, 1)))

    assert [(one.turn.text, one.speaker) for one in spoken] == [("可以吗？", 0), ("可以", 1)]


def test_a_turn_of_doubtful_moments_says_so() -> None:
    heard = said(("对", 0.0, 0.3), ("的。", 0.3, 0.6), ("好", 2.0, 2.3))

    spoken = spoken_turns(heard, SHARED, two(Part(0.0, 0.6, 0), Part(2.0, 2.3, 1, doubtful=True)))

    assert [one.turn.flags for one in spoken] == [(), ("speaker_doubt",)]

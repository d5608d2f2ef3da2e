"""Calls are made from scripts with a voice that only hums, so that no speech synthesis is needed."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from numpy.typing import NDArray

from sample_audio.make_calls import RATE, load_voice, main, mix_call, read_script

VOICE_RATE = 16_000
HUMMED = {"low": 500.0, "high": 1_500.0}  # Hz
SCRIPT = {
    "file": "hummed.wav",
    "codec": "alaw",
    "layout": "stereo",
    "agent_voice": "low",
    "customer_voice": "high",
    "lines": [
        {"role": "agent", "text": "您好，请讲。"},
        {"role": "customer", "text": "我想问一下话费。", "pause": 0.5},
        {"role": "agent", "text": "今年都调了。", "pause": -0.6},
        {"role": "agent", "text": "让您久等了。", "hold": {"seconds": 3, "kind": "music", "excused": True}},
    ],
    "contains": [{"id": "interrupts", "line": 2, "quote": "都调了"}],
}


def hum(text: str, voice: str, speed: float) -> NDArray[np.float32]:
    """A fifth of a second for each character."""
    time = np.arange(int(VOICE_RATE * len(text) / 5 / speed)) / VOICE_RATE
    return (0.3 * np.sin(2 * np.pi * HUMMED[voice] * time)).astype(np.float32)


@pytest.fixture
def script_file(tmp_path: Path) -> Path:
    path = tmp_path / "hummed.yaml"
    path.write_text(yaml.safe_dump(SCRIPT, allow_unicode=True), "utf-8")
    return path


def loudest_hertz(samples: NDArray[np.float32]) -> float:
    return float(np.fft.rfftfreq(len(samples), 1 / RATE)[np.argmax(np.abs(np.fft.rfft(samples)))])


def test_everyone_speaks_on_their_own_channel_at_the_times_of_the_truth(script_file: Path) -> None:
    samples, truth = mix_call(read_script(script_file), hum, VOICE_RATE)
    agent, customer, _, _ = truth["lines"]
    for line, hertz in ((agent, 500), (customer, 1_500)):
        said = samples[int(line["start"] * RATE) : int((line["start"] + 0.8) * RATE), line["channel"]]
        assert loudest_hertz(said) == pytest.approx(hertz, abs=5)
    assert customer["start"] == pytest.approx(agent["end"] + 0.5, abs=0.01)
    assert truth["seconds"] == pytest.approx(len(samples) / RATE, abs=0.001)


def test_a_negative_pause_talks_over_and_a_hold_waits_with_music(script_file: Path) -> None:
    samples, truth = mix_call(read_script(script_file), hum, VOICE_RATE)
    _, customer, cut, after = truth["lines"]
    [hold] = truth["holds"]
    assert cut["start"] == pytest.approx(customer["end"] - 0.6, abs=0.01)
    assert (hold["kind"], hold["excused"]) == ("music", True)
    assert hold["end"] - hold["start"] >= 3
    assert hold["end"] == after["start"]
    music = samples[int((hold["start"] + 0.5) * RATE) : int((hold["end"] - 0.5) * RATE)]
    assert np.std(music[:, 0]) > 5 * np.std(music[:, 1])


def test_the_same_script_gives_the_same_call(script_file: Path) -> None:
    first, second = (mix_call(read_script(script_file), hum, VOICE_RATE)[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_a_mono_call_has_both_people_on_its_one_channel(script_file: Path) -> None:
    script_file.write_text(yaml.safe_dump(SCRIPT | {"layout": "mono"}, allow_unicode=True), "utf-8")
    samples, truth = mix_call(read_script(script_file), hum, VOICE_RATE)
    assert samples.shape[1] == 1
    assert {line["channel"] for line in truth["lines"]} == {0}


def test_the_command_writes_the_recording_and_its_truth(script_file: Path, tmp_path: Path) -> None:
    voice = tmp_path / "voice.py"
    voice.write_text("import numpy\nRATE = 8000\ndef say(text, voice, speed):\n    return numpy.ones(8000) * 0.1\n")
    assert load_voice(voice)[1] == 8_000
    main(["--voice", str(voice), "--scripts", str(tmp_path), "--out", str(tmp_path / "out")])
    made = soundfile.info(tmp_path / "out" / "calls" / "hummed.wav")
    assert (made.subtype, made.channels, made.samplerate) == ("ALAW", 2, RATE)
    assert (tmp_path / "out" / "truth" / "hummed.json").exists()

from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.playback import peaks, write_playable
from models.errors import BadRecording
from tests.asr.speech_samples import RATE, tone, two_channels, write_with_ffmpeg


@pytest.mark.parametrize(("codec", "container"), [("libmp3lame", "mp3"), ("libopencore_amrnb", "amr")])
def test_any_recording_becomes_wav_of_its_own_rate(tmp_path: Path, codec: str, container: str) -> None:
    source, target = tmp_path / "call", tmp_path / "cache" / "call.wav"
    write_with_ffmpeg(source, tone(3.0), codec, container)

    write_playable(source, target)

    facts = soundfile.info(target)
    assert (facts.format, facts.subtype, facts.samplerate, facts.channels) == ("WAV", "PCM_16", RATE, 1)
    assert facts.duration == pytest.approx(3.0, abs=0.2)
    assert [path.name for path in target.parent.iterdir()] == ["call.wav"]


def test_a_moment_of_the_playable_is_that_moment_of_the_recording(tmp_path: Path) -> None:
    source, target = tmp_path / "call.wav", tmp_path / "playable.wav"
    sound = two_channels(2.0)
    soundfile.write(source, sound, RATE, subtype="FLOAT")

    write_playable(source, target)

    played, _ = soundfile.read(target, dtype="float32")
    assert np.abs(played - sound).max() < 2 / 32768


def test_what_cannot_be_decoded_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "call.wav"
    source.write_bytes(b"no sound here")

    with pytest.raises(BadRecording) as refused:
        write_playable(source, tmp_path / "cache" / "call.wav", name="客户来电.wav")
    assert "客户来电.wav" in refused.value.say("zh")
    assert list((tmp_path / "cache").iterdir()) == []


def test_peaks_show_where_it_is_loud_on_each_channel(tmp_path: Path) -> None:
    source = tmp_path / "call.wav"
    sound = np.zeros((100 * RATE, 2), np.float32)
    sound[10 * RATE : 11 * RATE, 0] = 0.5
    sound[50 * RATE : 51 * RATE, 1] = -0.25
    soundfile.write(source, sound, RATE)

    left, right = peaks(source, per_second=10)

    assert len(left) == len(right) == 1000
    assert left[100:110] == [0.5] * 10
    assert right[500:510] == [0.25] * 10
    assert sum(left) == pytest.approx(5.0)
    assert sum(right) == pytest.approx(2.5)

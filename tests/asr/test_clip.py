"""Clips of real sample calls: the beep is there, the words under it are not, and the rest is as it was."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from asr.clip import BEEP_HZ, LOUD, RATE, write_clip
from models.errors import BadRecording
from sample_audio import CALLS

SAMPLES = ("telecom-bill-query.wav", "bank-card-frozen.mp3", "collections-plan.amr", "insurance-claim-hold.ogg")
START, END = 5.0, 35.0
BEEP = (23.0, 25.5)

Sound = npt.NDArray[np.float64]


def clip_of(name: str, folder: Path, *beeps: tuple[float, float]) -> Sound:
    target = folder / f"{name}-{len(beeps)}.mp3"
    write_clip(CALLS / name, target, START, END, beeps, name=name)
    sound, rate = soundfile.read(target)
    assert rate == RATE
    return np.asarray(sound)


def part(sound: Sound, start: float, end: float) -> Sound:
    """Of a clip, by seconds of the recording."""
    return sound[round((start - START) * RATE) : round((end - START) * RATE)]


def share_of_tone(sound: Sound) -> float:
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float(power[np.abs(hertz - BEEP_HZ) < 30].sum() / power.sum())


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_personal_is_a_beep_and_nothing_else(name: str, tmp_path: Path) -> None:
    plain, beeped = clip_of(name, tmp_path), clip_of(name, tmp_path, BEEP)
    under = part(beeped, BEEP[0] + 0.05, BEEP[1] - 0.05)
    assert share_of_tone(under) > 0.999, "only the tone, whoever spoke there and on whichever channel"
    assert share_of_tone(part(plain, *BEEP)) < 0.2
    assert 0.05 < float(np.abs(under).max()) < 0.2, "it hurts nobody"
    spoken = part(plain, *BEEP)
    kept = np.corrcoef(part(beeped, *BEEP)[: len(spoken)], spoken[: len(part(beeped, *BEEP))])[0, 1]
    assert abs(kept) < 0.05, "nothing of the words is left"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_rest_is_as_it_was_and_evenly_loud(name: str, tmp_path: Path) -> None:
    plain, beeped = clip_of(name, tmp_path), clip_of(name, tmp_path, BEEP)
    assert abs(len(beeped) / RATE - (END - START)) < 0.1
    kept = ((START + 0.5, BEEP[0] - 3), (BEEP[1] + 3, END - 0.5))
    for start, end in kept:
        assert np.corrcoef(part(plain, start, end), part(beeped, start, end))[0, 1] > 0.95
    rest = np.concatenate([part(beeped, start, end) for start, end in kept])
    levels = np.sqrt((rest[: len(rest) // 800 * 800].reshape(-1, 800) ** 2).mean(axis=1))
    spoken = levels[levels > LOUD / 4]
    assert LOUD / 2 < float(np.sqrt((spoken**2).mean())) < LOUD * 2
    assert float(np.abs(beeped).max()) <= 1.0


def test_it_begins_and_ends_softly_and_is_small(tmp_path: Path) -> None:
    sound = clip_of("telecom-bill-query.wav", tmp_path)
    assert float(np.abs(sound[:40]).max()) < 0.02
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size < 5000 * (END - START)


def test_beeps_outside_of_the_stretch_and_across_its_ends_do_no_harm(tmp_path: Path) -> None:
    sound = clip_of("telecom-bill-query.wav", tmp_path, (0.0, 6.0), (34.0, 50.0), (60.0, 61.0))
    assert share_of_tone(part(sound, 5.1, 5.9)) > 0.999
    assert share_of_tone(part(sound, 34.1, 34.9)) > 0.999


def test_a_recording_that_cannot_be_decoded_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadRecording):
        write_clip(CALLS / "broken.wav", tmp_path / "x.mp3", 0.0, 1.0, (), name="broken.wav")
    assert list(tmp_path.iterdir()) == []

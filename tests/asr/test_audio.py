import tempfile

import numpy as np
import pytest
import soxr

from asr.audio import EXCERPT_BLOCK, EXCERPT_BLOCKS, WHISPER_RATE, Audio, Samples, energy, let_go, stretch
from asr.channels import lay_out
from asr.scratch import Rows


def noise(seconds: float, rate: int, level: float = 0.2, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0, level, round(seconds * rate)).astype(np.float32)


def audio(*channels: Samples, rate: int = 8000) -> Audio:
    return Audio(np.stack(channels), rate, "wav/alaw", rate)


@pytest.mark.parametrize("rate", [6000, 8000, 11025, 12000, 15999, 16000])
def test_parts_are_as_in_the_whole(rate: int) -> None:
    samples = noise(3.1, rate)
    whole = soxr.resample(samples, rate, WHISPER_RATE)
    sound = audio(samples, rate=rate).sound(0)

    assert len(sound) == len(whole)
    for start, stop in ((0, 700), (1, 2), (16_001, 31_999), (40_000, len(whole)), (48_000, 10**9), (9, 9)):
        assert sound[start:stop] == pytest.approx(whole[start:stop], abs=1e-5)
    assert sound[:] == pytest.approx(whole, abs=1e-5)


def test_a_stretch_is_a_sound_of_its_own() -> None:
    sound = audio(noise(4, 8000)).sound(0)

    part = stretch(sound, 1.0, 2.5)

    assert len(part) == 1.5 * WHISPER_RATE == len(part[:])
    assert part[:] == pytest.approx(sound[WHISPER_RATE : 5 * WHISPER_RATE // 2], abs=1e-5)
    assert part[100:200] == pytest.approx(part[:][100:200], abs=1e-5)
    assert len(stretch(sound, 3.5, 9.0)) == WHISPER_RATE // 2, "no longer than the sound"
    assert len(stretch(sound, 9.0, 11.0)[:]) == 0


def test_energy_of_a_long_sound_is_that_of_its_parts() -> None:
    sound = noise(130, WHISPER_RATE)

    assert energy(sound) == pytest.approx(float(np.square(sound, dtype=np.float64).sum()), rel=1e-5)


def test_what_is_let_go_is_read_again() -> None:
    with tempfile.TemporaryFile() as file:
        rows = Rows.with_room(2, 100, 8000)
        rows.append(file, np.stack([noise(90, 8000), noise(90, 8000, seed=1)]))
        mapped = Audio(rows.mapped(file), 8000, "wav/alaw", 8000)
    before = mapped.sound(1)[:].copy()

    let_go(mapped.samples)

    assert np.array_equal(mapped.sound(1)[:], before)
    second = slice(WHISPER_RATE, 2 * WHISPER_RATE)
    assert mapped.sound(1)[second] == pytest.approx(before[second], abs=1e-5)


def test_a_short_recording_is_its_own_excerpt() -> None:
    short = audio(noise(2 * EXCERPT_BLOCKS * EXCERPT_BLOCK, 100), rate=100)

    assert short.excerpt() is short


def long_call(left: float, right: float) -> tuple[Samples, Samples]:
    """An hour of a quiet line on which each side speaks in one minute only, the two minutes given."""
    sides = [noise(3600, 8000, 1e-5, seed) for seed in (1, 2)]
    for side, minute in zip(sides, (left, right), strict=True):
        at = round(minute * 60 * 8000)
        side[at : at + 60 * 8000] += noise(60, 8000, 0.1, seed=round(minute))
    return sides[0], sides[1]


def test_someone_who_speaks_for_a_minute_in_an_hour_is_in_the_excerpt() -> None:
    call = audio(*long_call(50, 17))

    assert call.excerpt().seconds <= 2 * EXCERPT_BLOCKS * EXCERPT_BLOCK
    assert lay_out(call.excerpt(), "left").heard == (0, 1)


def test_an_hour_recorded_twice_or_on_a_dead_line_is_known_by_its_excerpt() -> None:
    left, _ = long_call(50, 17)
    dead = np.zeros(len(left), np.float32)

    assert lay_out(audio(left, 0.7 * left).excerpt(), "left").heard == (0,)
    assert lay_out(audio(left, dead).excerpt(), "left").heard == (0,)
    assert lay_out(audio(dead, left).excerpt(), "left").heard == (1,)

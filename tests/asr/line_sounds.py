"""Sounds of a telephone line that are no speech, made as exchanges and recorders make them (8 kHz, full scale ±1)."""

import numpy as np

from tests.asr.speech_samples import RATE, Sound

DTMF = {
    **dict(zip("123", [(697, 1209), (697, 1336), (697, 1477)], strict=True)),
    **dict(zip("456", [(770, 1209), (770, 1336), (770, 1477)], strict=True)),
    **dict(zip("789", [(852, 1209), (852, 1336), (852, 1477)], strict=True)),
    **dict(zip("*0#", [(941, 1209), (941, 1336), (941, 1477)], strict=True)),
}
"""ITU-T Q.23: a low and a high frequency, Hz."""

CHORDS = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
"""C, Am, F, G: what music on hold goes through, Hz."""


def noise(seconds: float, level: float, *, pink: bool = False) -> Sound:
    """Pink falls by 3 dB an octave."""
    rng = np.random.default_rng(7)
    sound = rng.normal(0, 1, round(seconds * RATE))
    if pink:
        spectrum = np.fft.rfft(sound)
        spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
        sound = np.fft.irfft(spectrum, len(sound))
        sound /= np.std(sound)
    return (level * sound).astype(np.float32)


def chord(hertz: tuple[int, ...], seconds: float, level: float = 0.2) -> Sound:
    at = np.arange(round(seconds * RATE)) / RATE
    return (level / len(hertz) * sum(np.sin(2 * np.pi * h * at) for h in hertz)).astype(np.float32)


def on_and_off(hertz: tuple[int, ...], on: float, off: float, seconds: float) -> Sound:
    """A cadence: ring-back in China is 450 Hz, 1 s on and 4 s off; busy is 0.35 s on and off (GF 002-9002.1)."""
    once = np.concatenate([chord(hertz, on), np.zeros(round(off * RATE), np.float32)])
    return np.tile(once, int(np.ceil(seconds * RATE / len(once))))[: round(seconds * RATE)]


def dialled(keys: str) -> Sound:
    return np.concatenate([on_and_off(DTMF[key], 0.1, 0.1, 0.2) for key in keys])


def music(seconds: float) -> Sound:
    """Chords with overtones that are struck and fade, half a second each, and a tune above them."""
    bars = []
    for i in range(round(seconds * 2)):
        base = CHORDS[i // 4 % len(CHORDS)]
        fade = np.exp(-3 * np.arange(RATE // 2) / RATE).astype(np.float32)
        tune = chord((base[i % 3] * 2, base[i % 3] * 4), 0.5, 0.15)
        overtones = tuple(h * n for h in base for n in (1, 2, 3))
        bars.append(fade * (chord(overtones, 0.5, 0.4) + tune))
    return np.concatenate(bars)


def clicks(seconds: float) -> Sound:
    sound = noise(seconds, 0.0005)
    click = (0.6 * np.exp(-np.arange(40) / 8) * np.where(np.arange(40) % 2, 1, -1)).astype(np.float32)
    for at in np.random.default_rng(3).integers(0, len(sound) - 40, round(seconds * 3)):
        sound[at : at + 40] += click
    return sound

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
    waves = [np.sin(2 * np.pi * h * at) for h in hertz]
    return np.asarray(level * np.mean(waves, axis=0), np.float32)


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


def hold_music(seconds: float) -> Sound:
    """A tune like a violin's (overtones, vibrato) over a bass and a drum: more like a voice than bare chords are."""
    beats = []
    for i in range(round(seconds * 2)):
        base = CHORDS[i // 4 % len(CHORDS)]
        at = np.arange(RATE // 2) / RATE
        bend = 0.006 * np.sin(2 * np.pi * 5.5 * at)
        pitch = 2 * np.pi * base[i * 2 % 3] * 2 * (at + bend / 2 / np.pi)
        tune = np.sum([np.sin(n * pitch) / n for n in range(1, 6)], axis=0)
        bass = np.sin(2 * np.pi * base[0] / 2 * at) * np.exp(-4 * at)
        drum = np.random.default_rng(i).normal(0, 1, len(at)) * np.exp(-40 * at)
        beats.append((0.12 * np.minimum(1, at * 20) * tune + 0.1 * bass + 0.08 * drum).astype(np.float32))
    return np.concatenate(beats)


def breaths(seconds: float) -> Sound:
    """Somebody breathes into the mouthpiece: soft noise without low tones that swells and falls, every four seconds."""
    air = noise(seconds, 0.08, pink=True)
    air = np.diff(air, prepend=air[:1])
    at = np.arange(len(air)) / RATE % 4.0
    swell = np.where(at < 1.2, np.sin(np.pi * at / 1.2), np.where((at > 1.8) & (at < 3.4), 0.6, 0.0))
    return (swell * air + noise(seconds, 0.0005)).astype(np.float32)


def fax(seconds: float) -> Sound:
    """A fax calls (1100 Hz), another answers (2100 Hz), then they exchange data (V.21: 980 and 1180 Hz, 300 baud)."""
    bits = np.random.default_rng(5).integers(0, 2, round(seconds * 300) + 1)
    hertz = np.where(np.repeat(bits, RATE // 300 + 1)[: round(seconds * RATE)], 980, 1180)
    data = 0.2 * np.sin(2 * np.pi * np.cumsum(hertz) / RATE)
    return np.concatenate([on_and_off((1100,), 0.5, 1.0, 1.5), chord((2100,), 1.0), data.astype(np.float32)])[
        : round(seconds * RATE)
    ]


def modem(seconds: float) -> Sound:
    """Four phases on 1800 Hz, 1200 times a second, as V.26 and V.27 do: a hiss with a pitch."""
    rng = np.random.default_rng(6)
    phases = np.cumsum(rng.integers(0, 4, round(seconds * 1200) + 1)) * np.pi / 2
    at = np.arange(round(seconds * RATE))
    return (0.25 * np.sin(2 * np.pi * 1800 * at / RATE + phases[at * 1200 // RATE])).astype(np.float32)


def not_in_service(seconds: float) -> Sound:
    """The three rising tones before an exchange says why a call failed (ITU-T Q.35)."""
    once = np.concatenate([chord((hertz,), 0.33) for hertz in (950, 1400, 1800)] + [np.zeros(RATE, np.float32)])
    return np.tile(once, int(np.ceil(seconds * RATE / len(once))))[: round(seconds * RATE)]

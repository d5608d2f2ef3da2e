"""Make what a recorder leaves when it fails: an empty file, a broken one, and half a minute of nothing.

Run ``python sample_audio/bad_recordings.py --out sample_audio/calls``.
"""

import argparse
from pathlib import Path

import numpy as np
import soundfile

RATE = 8_000
CUT_HEADER = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00"
"""A WAV header that ends within its format chunk: no decoder can guess the rest."""


def make_bad_recordings(calls: Path) -> None:
    """Write ``empty.wav``, ``broken.wav`` and ``silent.wav`` into a folder."""
    random = np.random.default_rng(0)
    (calls / "empty.wav").write_bytes(b"")
    (calls / "broken.wav").write_bytes(CUT_HEADER + random.bytes(4_000))
    nothing = random.integers(-12, 13, (30 * RATE, 1)) / 32768
    soundfile.write(calls / "silent.wav", nothing, RATE, format="WAV", subtype="ALAW")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make an empty, a broken and a silent recording.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the recordings")
    make_bad_recordings(parser.parse_args().out)

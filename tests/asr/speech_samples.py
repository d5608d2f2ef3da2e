"""Sound for these tests, made when it is needed: bursts that a codec keeps, and speech from the sample calls."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE = 8000
Sound = npt.NDArray[np.float32]


def tone(seconds: float, *, rate: int = RATE, hertz: float = 440.0, level: float = 0.3) -> Sound:
    at = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def two_channels(seconds: float) -> Sound:
    """[frames, 2]: two tones, so that exchanged channels would show."""
    return np.stack([tone(seconds), tone(seconds, hertz=1000.0, level=0.1)], axis=1)


def write_with_ffmpeg(path: Path, sound: Sound, codec: str, container: str, rate: int = RATE) -> None:
    """Encode [frames] or [frames, 2] with PyAV."""
    channels = 1 if sound.ndim == 1 else sound.shape[1]
    layout = {1: "mono", 2: "stereo"}[channels]
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1).astype(np.float32), format="flt", layout=layout)
        frame.sample_rate = rate
        for packet in stream.encode(frame):
            out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)

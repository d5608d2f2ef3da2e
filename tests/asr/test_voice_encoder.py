from pathlib import Path

import numpy as np
import pytest

from asr import voice_weights
from asr.speakers import tell_apart
from asr.speech import Span
from asr.voice_encoder import can_tell_voices, voice_encoder
from models.errors import MissingPart

needs_weights = pytest.mark.skipif(
    not can_tell_voices(), reason="no voice weights: pip install --no-deps Resemblyzer==0.1.4"
)


@needs_weights
def test_a_window_becomes_a_unit_vector_whatever_is_beside_it() -> None:
    mels = np.abs(np.random.default_rng(0).normal(0, 0.01, (120, 3, 40))).astype(np.float32)
    (voices,) = voice_encoder().run(["voice"], {"mels": mels})
    (alone,) = voice_encoder().run(["voice"], {"mels": mels[:, 1:2]})
    assert np.linalg.norm(voices, axis=1) == pytest.approx([1, 1, 1], abs=1e-4)
    assert voices[1] == pytest.approx(alone[0], abs=1e-5)
    assert abs(float(voices[0] @ voices[1])) < 1


@needs_weights
def test_a_file_that_is_not_the_known_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "pretrained.pt"
    other.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    monkeypatch.setattr(voice_weights, "_weights_file", lambda: other)
    voice_weights.voice_weights.cache_clear()
    with pytest.raises(MissingPart, match="not the known ones"):
        voice_weights.voice_weights()
    voice_weights.voice_weights.cache_clear()


def test_without_the_weights_speakers_are_unsure_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_weights, "_weights_file", lambda: None)
    assert not can_tell_voices()
    assert tell_apart(np.zeros(16_000, np.float32), [Span(0, 1)]).count == "unsure"

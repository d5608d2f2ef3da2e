from pathlib import Path

import pytest

import sample_audio
from asr.audio import Audio
from asr.decode import decode

SAMPLES = Path(sample_audio.__file__).parent
CALL = "telecom-bill-query"


@pytest.fixture(scope="session")
def call_path() -> Path:
    """A two-channel sample call: agent left, customer right."""
    return SAMPLES / "calls" / f"{CALL}.wav"


@pytest.fixture(scope="session")
def truth_dir() -> Path:
    return SAMPLES / "truth"


@pytest.fixture(scope="session")
def call(call_path: Path) -> Audio:
    return decode(call_path, name=call_path.name, max_seconds=3600.0)

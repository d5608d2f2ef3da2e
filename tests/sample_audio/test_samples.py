"""The sample calls are whole: recordings, scripts, truth and manifest say the same."""

import csv
import json
import re
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile
import yaml

from sample_audio import CALLS, FOLDER, MANIFEST, SCRIPTS, TRUTH

STEMS = sorted(path.stem for path in SCRIPTS.glob("*.yaml"))
BAD = {"broken.wav", "empty.wav", "silent.wav"}
STAGES = {"intern", "trainee", "probation", "regular"}
SHORTEST, LONGEST = 40, 120  # seconds
PADDING = 0.2  # seconds a codec may add to fill its last frame


def script_of(stem: str) -> dict[str, Any]:
    return yaml.safe_load((SCRIPTS / f"{stem}.yaml").read_text("utf-8"))


def truth_of(stem: str) -> dict[str, Any]:
    return json.loads((TRUTH / f"{stem}.json").read_text("utf-8"))


def manifest_rows() -> list[dict[str, str]]:
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def decode(path: Path) -> tuple[np.ndarray, int]:
    """Samples [n, channels] and rate: soundfile first, PyAV for what it lacks."""
    try:
        return soundfile.read(path, always_2d=True, dtype="float32")
    except soundfile.LibsndfileError:
        pass
    with av.open(str(path)) as container:
        planar = av.AudioResampler("fltp")
        parts = [part.to_ndarray() for frame in container.decode(audio=0) for part in planar.resample(frame)]
        return np.concatenate(parts, axis=1).T, container.streams.audio[0].rate


def level(samples: np.ndarray) -> float:
    """RMS in dBFS."""
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples))) + 1e-9))


def findings_named(finding: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    truths = [truth_of(stem) for stem in STEMS]
    return [(truth, found) for truth in truths for found in truth["contains"] if found["id"] == finding]


def test_manifest_and_folder_name_the_same_files() -> None:
    named = [row["file"] for row in manifest_rows()]
    assert sorted(named) == sorted(path.name for path in CALLS.iterdir())
    assert len(named) == len(set(named))


def test_manifest_rows_are_well_formed() -> None:
    rows = manifest_rows()
    for row in rows:
        assert row["agent_stage"] in STAGES
        assert row["direction"] in {"inbound", "outbound"}
        assert row["satisfaction"] in {"", "1", "2", "3", "4", "5"}
        assert row["transferred"] in {"true", "false"}
        assert int(row["queue_seconds"]) >= 0
        assert re.fullmatch(r"1\d{10}", row["customer_number"])
        assert datetime.fromisoformat(row["started_at"]).utcoffset() == timedelta(hours=8)
    assert len({row["team"] for row in rows}) == 3
    people = {(row["agent_id"], row["agent_name"], row["team"], row["agent_stage"]) for row in rows}
    assert len({person[0] for person in people}) == len(people), "an agent has one name, team and stage"


def test_manifest_agrees_with_the_scripts() -> None:
    rows = {row["file"]: row for row in manifest_rows()}
    spoken_digits = str.maketrans("0123456789", "零一二三四五六七八九")
    for stem in STEMS:
        script = script_of(stem)
        row = rows[script["file"]]
        assert (row["direction"], row["call_type"]) == (script["direction"], script["call_type"])
        said = "".join(line["text"] for line in script["lines"] if line["role"] == "agent")
        number = re.search(r"工号([零一二三四五六七八九]{4})", said)
        if number:
            assert number[1] == row["agent_id"].translate(spoken_digits), stem


def test_every_script_has_a_recording_and_truth_and_nothing_is_left_over() -> None:
    assert len(STEMS) >= 16
    assert sorted(path.stem for path in TRUTH.glob("*.json")) == STEMS
    recordings = {script_of(stem)["file"] for stem in STEMS}
    assert recordings | BAD == {path.name for path in CALLS.iterdir()}
    assert len(recordings) == len(STEMS)


def test_the_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 15_000_000


@pytest.mark.parametrize("stem", STEMS)
def test_truth_repeats_the_script(stem: str) -> None:
    script, truth = script_of(stem), truth_of(stem)
    assert truth["file"] == script["file"]
    assert truth["layout"] == script["layout"]
    assert truth["contains"] == script["contains"]
    assert truth["traps"] == script.get("traps", [])
    spoken = [(line["role"], line["text"]) for line in script["lines"]]
    assert [(line["role"], line["text"]) for line in truth["lines"]] == spoken
    assert len(truth["holds"]) == sum("hold" in line for line in script["lines"])


@pytest.mark.parametrize("stem", STEMS)
def test_findings_quote_the_line_they_point_at(stem: str) -> None:
    script = script_of(stem)
    for found in [*script["contains"], *script.get("traps", [])]:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", found["id"])
        assert found.get("quote", "") in script["lines"][found["line"]]["text"]
        if found["id"].startswith("missing-"):
            assert script["lines"][found["line"]]["role"] == "agent"


@pytest.mark.parametrize("stem", STEMS)
def test_lines_are_in_order_inside_the_file(stem: str) -> None:
    truth = truth_of(stem)
    lines = truth["lines"]
    assert SHORTEST <= truth["seconds"] <= LONGEST
    assert all(0 <= line["start"] < line["end"] <= truth["seconds"] for line in lines)
    assert all(before["start"] < after["start"] for before, after in pairwise(lines))
    for role in ("agent", "customer"):
        own = [line for line in lines if line["role"] == role]
        assert all(before["end"] <= after["start"] for before, after in pairwise(own)), "talks over themselves"
    for hold in truth["holds"]:
        assert 0 < hold["start"] < hold["end"] < truth["seconds"]
        assert not any(line["start"] < hold["end"] and hold["start"] < line["end"] for line in lines)


@pytest.mark.parametrize("stem", STEMS)
def test_speech_is_where_the_truth_says(stem: str) -> None:
    truth = truth_of(stem)
    samples, rate = decode(CALLS / truth["file"])
    assert samples.shape[1] == (2 if truth["layout"] == "stereo" else 1)
    assert truth["seconds"] - 0.01 <= len(samples) / rate <= truth["seconds"] + PADDING
    quiet = samples[: int((truth["lines"][0]["start"] - 0.05) * rate)]
    for line in truth["lines"]:
        said = samples[int(line["start"] * rate) : int(line["end"] * rate)]
        assert level(said[:, line["channel"]]) > level(quiet[:, line["channel"]]) + 10, line["text"]


@pytest.mark.parametrize("stem", [stem for stem in STEMS if truth_of(stem)["layout"] == "stereo"])
def test_each_side_is_loudest_on_its_own_channel(stem: str) -> None:
    truth = truth_of(stem)
    samples, rate = decode(CALLS / truth["file"])
    for line in truth["lines"]:
        alone = all(
            other is line or other["end"] < line["start"] or other["start"] > line["end"] for other in truth["lines"]
        )
        if alone:
            said = samples[int(line["start"] * rate) : int(line["end"] * rate)]
            assert level(said[:, line["channel"]]) > level(said[:, 1 - line["channel"]]) + 10, line["text"]


def test_the_long_silence_is_silent_and_nobody_excused_it() -> None:
    [(truth, found)] = findings_named("unexcused-silence")
    hold = next(hold for hold in truth["holds"] if hold["end"] <= truth["lines"][found["line"]]["start"])
    samples, rate = decode(CALLS / truth["file"])
    assert hold["end"] - hold["start"] >= 15
    assert not hold["excused"]
    assert level(samples[int(hold["start"] * rate) : int(hold["end"] * rate)]) < -40


def test_every_excused_hold_is_found_and_announced() -> None:
    for truth in map(truth_of, STEMS):
        after = {found["line"] for found in truth["contains"] if found["id"] == "excused-hold"}
        ends = {hold["end"] for hold in truth["holds"] if hold["excused"]}
        assert {truth["lines"][line]["start"] for line in after} == ends
        for line in after:
            said_before = [one["text"] for one in truth["lines"][:line] if one["role"] == "agent"]
            assert any(re.search("稍等|不要挂机", text) for text in said_before[-2:])


def test_interruptions_start_before_the_customer_has_finished() -> None:
    cuts = findings_named("interrupts")
    assert len(cuts) >= 3
    for truth, found in cuts:
        customer, agent = truth["lines"][found["line"] - 1 : found["line"] + 1]
        assert (customer["role"], agent["role"]) == ("customer", "agent")
        assert agent["start"] < customer["end"] - 0.5


@pytest.mark.parametrize(
    "finding",
    [
        "good-service",
        "missing-greeting",
        "missing-farewell",
        "shirking",
        "over-promise",
        "asks-password",
        "asks-sms-code",
        "private-contact",
        "threat",
        "rude-question",
        "impatient",
        "complaint-threat",
        "excused-hold",
    ],
)
def test_every_kind_of_finding_is_there(finding: str) -> None:
    assert findings_named(finding)


@pytest.mark.parametrize("finding", ["shirking", "over-promise", "asks-password", "threat", "negative-refusal"])
def test_hard_negatives_stand_beside_the_real_ones(finding: str) -> None:
    traps = [trap for stem in STEMS for trap in truth_of(stem)["traps"] if trap["id"] == finding]
    assert traps
    assert all(trap["why"] for trap in traps)


def test_formats_are_many() -> None:
    codecs = [script_of(stem)["codec"] for stem in STEMS]
    assert {"alaw", "ulaw", "adpcm", "gsm", "mp3", "opus", "aac", "amr"} <= set(codecs)
    assert sum(script_of(stem)["layout"] == "mono" for stem in STEMS) >= 3


@pytest.mark.parametrize("name", ["broken.wav", "empty.wav"])
def test_bad_recordings_cannot_be_decoded(name: str) -> None:
    with pytest.raises(av.error.FFmpegError):
        decode(CALLS / name)


def test_the_silent_recording_decodes_to_nothing() -> None:
    samples, rate = decode(CALLS / "silent.wav")
    assert len(samples) / rate == pytest.approx(30, abs=0.1)
    assert level(samples) < -60

"""The tables of a run that somebody made up: ratios and rates come out as one can work them out by hand."""

from pathlib import Path

import pytest

from benchmarks.asr_tables import Run, put_between, tables
from benchmarks.character_errors import Errors
from benchmarks.contenders import BASELINE, CONTENDERS, OURS, Call, Work


@pytest.fixture
def run() -> Run:
    """Ours takes 2 s for what others take 6 s for, 1 s of processor against 4, and has half the errors."""
    calls = [
        Call(f"call-{at}", Path("x.wav"), stereo=at < 2, kind="wav/alaw" if at < 2 else "amr", seconds=30.0)
        for at in range(4)
    ]
    blocks = [calls[:2], calls[2:]]
    work = {
        (round_, at, name): Work(2.0, 1.0, {}) if name == OURS else Work(6.0, 4.0, {})
        for round_ in range(2)
        for at in range(2)
        for name in CONTENDERS
    }
    errors = {
        (name, call.stem): [Errors(100, 5 if name == OURS else 10, 0, 0)] * 2 for name in CONTENDERS for call in calls
    }
    return Run(blocks, 2, work, errors, dict.fromkeys(CONTENDERS, 512 * 2**20))


def cells(text: str, first: str) -> list[str]:
    (row,) = (line for line in text.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in row.split("|")[2:-1]]


def test_speed_memory_and_rates_of_each_contender(run: Run) -> None:
    text = tables(run, run, "made up", "base")
    assert cells(text, OURS)[:6] == ["30.0", "60.0", "512", "5.00%", "5.00%", "5.00%"]
    assert cells(text, BASELINE)[:4] == ["10.0", "15.0", "512", "10.00%"]


def test_ratios_to_the_baseline(run: Run) -> None:
    both = cells(tables(run, run, "made up", "base"), "two-channel")
    assert both[:2] == ["3.00 (3.00 to 3.00)", "4.00 (4.00 to 4.00)"]
    assert both[-1] == "-5.00% (-5.00% to -5.00%)"


def test_every_codec_and_layout_has_its_row(run: Run) -> None:
    text = tables(run, run, "made up", "base")
    assert cells(text, "amr, one-channel")[:4] == ["2", "1.0", "30.0", "3.00"]
    assert cells(text, "wav/alaw, two-channel")[0] == "2"


def test_calls_of_one_layout_alone_make_tables_too(run: Run) -> None:
    text = tables(run.of(lambda call: call.stereo), run.of(lambda call: call.stereo), "made up", "base")
    assert cells(text, OURS)[5] == "–"
    assert "| one-channel |" not in text


def test_only_what_is_between_the_marks_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "asr.md"
    file.write_text(
        "before\n<!-- tables -->\nold\n<!-- /tables -->\nafter\n<!-- long -->\nkept\n<!-- /long -->\n", "utf8"
    )
    for text in ("new", "newer"):
        put_between(file, "tables", text)
    written = file.read_text("utf8")
    assert written == "before\n<!-- tables -->\nnewer\n<!-- /tables -->\nafter\n<!-- long -->\nkept\n<!-- /long -->\n"


def test_a_file_without_marks_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "asr.md"
    file.write_text("nothing here\n", "utf8")
    with pytest.raises(SystemExit, match="has no"):
        put_between(file, "tables", "new")

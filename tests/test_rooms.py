"""The arrows between rooms (design.md, section 4), and which files may touch heavy modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT = {
    "models": set(),
    "asr": {"models"},
    "scoring": {"models"},
    "storage": {"models"},
    "pipeline": {"models", "asr", "scoring", "storage"},
    "api": {"models", "pipeline", "asr", "scoring", "storage"},
    "batch": {"models", "pipeline", "asr", "scoring", "storage"},
}

EXCEPTIONS = {
    "batch/commands/serve.py": {"api"},  # the command that starts the pages
    "batch/commands/demo.py": {"sample_audio"},
    "batch/simulated_centre.py": {"sample_audio"},
    "batch/commands/report.py": {"api"},  # the same sections, charts and workbook as the pages
    "batch/report_tables.py": {"api"},
}

DOORS = {
    "faster_whisper": {"asr/speech_model.py", "asr/speech.py", "asr/weights.py"},
    "ctranslate2": {"asr/speech_model.py"},
    "av": {"asr/decode.py"},
    "soundfile": {"asr/decode.py", "asr/playback.py", "asr/clip.py"},
    "pypinyin": {"scoring/phonetic.py"},
    "opencc": {"asr/text.py", "scoring/normalise.py"},
    "alembic": {"storage/migrate.py"},
    "uvicorn": {"batch/commands/serve.py"},
    "typer": {"batch/"},
    "rich": {"batch/"},
    "fastapi": {"api/"},
    "httpx": {"api/courier.py"},
    "altair": {"api/charts/"},
    "vl_convert": {"api/charts/drawing.py"},
    "xlsxwriter": {"api/workbook.py"},
    "markdown_it": {"api/console/markdown.py"},
    "pyarrow": {"api/reports/call_rows.py"},
}


def files(room: str) -> list[Path]:
    return [path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_one_way(room: str) -> None:
    ours = set(MAY_IMPORT) | {"sample_audio", "tests", "benchmarks"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(room)
        for name in set(imports(path)) & ours - {room} - MAY_IMPORT[room]
        if name not in EXCEPTIONS.get(str(path.relative_to(ROOT)), set())
    ]
    assert not wrong


@pytest.mark.parametrize("module", DOORS)
def test_heavy_modules_have_few_doors(module: str) -> None:
    doors = tuple(DOORS[module])
    wrong = [
        str(path.relative_to(ROOT))
        for room in MAY_IMPORT
        for path in files(room)
        if module in set(imports(path)) and not str(path.relative_to(ROOT)).startswith(doors)
    ]
    assert not wrong


def test_every_door_is_used() -> None:
    used = {module for room in MAY_IMPORT for path in files(room) for module in imports(path)}
    assert set(DOORS) <= used


def test_only_edges_read_settings() -> None:
    for room in ("models", "asr", "scoring", "storage", "pipeline"):
        for path in files(room):
            assert "models.settings" not in path.read_text("utf8") or path.name == "settings.py", path

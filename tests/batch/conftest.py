"""Batches on the sample calls, with the scripted transcriber where Whisper is not the point."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sample_audio import TRUTH

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class CallqaCommand:
    """The command line in a process of its own, as users run it, in an empty folder."""

    folder: Path
    environment: Mapping[str, str]

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "batch", *map(str, arguments)],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
        """`typed` is what stands in its pipe."""
        process = self.start(*arguments)
        out, err = process.communicate(typed, timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def batch_json(self, *arguments: str | Path) -> dict[str, Any]:
        done = self.run("batch", "--json", *arguments)
        assert done.returncode in (0, 5), done.stderr
        summary: dict[str, Any] = json.loads(done.stdout)
        return summary


@pytest.fixture
def callqa(tmp_path: Path) -> CallqaCommand:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CALLQA_")}
    ours = {
        "CALLQA_HOME": str(tmp_path / "home"),
        "CALLQA_TRANSCRIBER": "scripted",
        "CALLQA_SCRIPT_DIR": str(TRUTH),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    return CallqaCommand(tmp_path, kept | ours)

"""Small invented calls with the words that were spoken, for demonstrations and tests."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SCRIPTS = FOLDER / "scripts"
CALLS = FOLDER / "calls"
TRUTH = FOLDER / "truth"
MANIFEST = FOLDER / "manifest.csv"

__all__ = ["CALLS", "FOLDER", "MANIFEST", "SCRIPTS", "TRUTH"]

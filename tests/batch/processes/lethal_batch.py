"""A batch whose transcriber ends the whole process (as a crash in native code does) or fails, at chosen files.

Usage: lethal_batch.py LETHAL FAILING PATH.. — the first two are file names, or "-" for none.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from asr.scripted import ScriptedTranscriber
from asr.transcriber import Heard, Window
from batch import workplace
from batch.cli import main
from sample_audio import TRUTH

LETHAL, FAILING = sys.argv[1:3]


class LethalTranscriber(ScriptedTranscriber):
    def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
        if any(window.file == LETHAL for window in windows):
            os.kill(os.getpid(), signal.SIGKILL)
        if any(window.file == FAILING for window in windows):
            raise ValueError("a defect that only this recording meets")
        return super().transcribe(windows)


if __name__ == "__main__":
    scripts = ScriptedTranscriber.from_truth_dir(Path(TRUTH))
    workplace.open_transcriber = lambda _: LethalTranscriber(scripts._scripts)  # type: ignore[assignment]
    sys.argv = ["callqa", "batch", "--json", *sys.argv[3:]]
    main()

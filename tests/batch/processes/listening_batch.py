"""A batch whose transcriber mishears and is asked again; at a chosen file that is its end, as kill -9 is.

Usage: listening_batch.py LETHAL PATH.. — the first is a file name, or "-" for none.
"""

import os
import signal
import sys
from collections.abc import Sequence

from asr.transcriber import Readings
from batch import workplace
from batch.cli import main
from tests.pipeline.processing.misheard import MishearingTranscriber

LETHAL = sys.argv[1]


class LethalTranscriber(MishearingTranscriber):
    def likelihoods(self, readings: Sequence[Readings]) -> list[list[float]]:
        if any(one.window.file == LETHAL for one in readings):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().likelihoods(readings)


if __name__ == "__main__":
    workplace.open_transcriber = lambda _: LethalTranscriber({"不归我们管": "不会我们还"})  # type: ignore[assignment]
    sys.argv = ["callqa", "batch", "--json", *sys.argv[2:]]
    main()

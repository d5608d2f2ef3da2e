"""Many recordings to their transcripts: while some are heard, others are decoded and searched for speech.

The transcriber batches what all of them have to be heard (asr/batching.py); here they are only kept coming.
"""

from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from asr.batching import finishing_threads
from asr.channels import AgentChannel
from asr.transcribe import transcribe
from asr.transcriber import Transcriber
from models.errors import BadRecording
from models.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Asked:
    """A recording to be transcribed: `file` is the name people know it by, `sha256` that of its bytes."""

    path: Path
    file: str
    sha256: str


Answer = tuple[Asked, Transcript | BadRecording]


@dataclass(frozen=True, slots=True)
class Engine:
    """Holds `at_once` recordings: their sound is mapped from files, so it is the words that take memory."""

    transcriber: Transcriber
    agent_channel: AgentChannel
    max_seconds: float
    at_once: int

    def transcripts(self, asked: Iterable[Asked]) -> Generator[Answer]:
        """Each recording's transcript, or why there is none, as they are done: in any order.

        `asked` is drawn from only as room comes free, so it may go on without end. What fails otherwise than by the
        recording's fault is raised, and what was not yet begun is left. Closing the iterator finishes what is in hand;
        an interrupt waits for nothing.
        """
        todo = iter(asked)
        with finishing_threads(self.at_once, "call") as pool:
            running = {pool.submit(self._answer, one) for one in islice(todo, self.at_once)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(self._answer, one) for one in islice(todo, len(done))}
                for future in done:
                    yield future.result()

    def _answer(self, asked: Asked) -> Answer:
        try:
            transcript = transcribe(
                asked.path,
                file=asked.file,
                sha256=asked.sha256,
                transcriber=self.transcriber,
                agent_channel=self.agent_channel,
                max_seconds=self.max_seconds,
            )
        except BadRecording as error:
            return asked, error
        return asked, transcript

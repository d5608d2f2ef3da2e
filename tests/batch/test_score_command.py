"""`callqa score` on transcripts of this and other programs, a line of JSON for each."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from batch.given_transcripts import read_transcript
from models.errors import BadRecording
from tests.batch.conftest import ROOT, CallqaCommand

FINDING_KEYS = [
    *("rule", "answer", "turn", "role", "quote", "start", "end", "confidence"),
    *("meant", "listened", "name", "effect", "pack", "pack_version", "reason"),
]

PACK = """\
pack: our-own
version: 7
rules:
  - {id: shirking, name: 推诿, why: 客户会投诉, effect: violation, when: {phrase: [不归我们管], role: agent}}
  - {id: long-silence, name: 冷场, why: 没人说话, effect: violation, when: {silence: {at_least: 3}}}
  - {id: fast, name: 语速快, why: 听不清, effect: tag, when: {speech_rate: {at_least: 300}}}
  - {id: from-beijing, name: 北京来电, why: 分公司, effect: tag, when: {meta: {field: extra.分公司, value: 北京}}}
"""

CARD = """\
scorecard: ours
version: 2
sections:
  - id: attitude
    name: 态度
    items:
      - {id: no-shirking, name: 不推诿, points: 10, rules: [{rule: shirking, deduct: 4}]}
"""


ASKING = """\
pack: asking
version: 1
rules:
  - id: shirking-politely
    name: 婉转推诿
    why: 客户会投诉
    effect: violation
    queue: true
    when: {classifier: {signs: shirking}}
    fires: ["agent: 您好，这个真的不归我们部门管，您自己去找厂家问吧。"]
    silent: ["agent: 好的，我马上帮您登记，今天之内给您回电话。"]
"""
SHIRKED_POLITELY = "您好，这个真的不归我们部门管，您自己去找厂家问吧。"


def transcript(*turns: tuple[str, float, float, str], **other: Any) -> dict[str, Any]:
    """Only the keys that design.md documents, and no voice measures."""
    return {
        "recording": {"file": "a.wav", "sha256": "", "seconds": 60.0, "channels": 2, "codec": "pcm"},
        "turns": [
            {"role": role, "channel": int(role == "customer"), "start": start, "end": end, "text": text}
            | {"confidence": 0.9, "flags": [], "words": []}
            for role, start, end, text in turns
        ],
        "voice": {},
        "origin": {"engine": {"of": ["another", "program"]}},
        **other,
    }


SHIRKED = transcript(("agent", 0.0, 2.0, "您好，请讲。"), ("agent", 3.0, 5.0, "这个不归我们管的。"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pack.yaml").write_text(PACK, "utf8")
    (tmp_path / "card.yaml").write_text(CARD, "utf8")
    return tmp_path


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf8")
    return path


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_finding_says_rule_turn_quote_and_seconds(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", SHIRKED)
    done = callqa.run("score", "a.json", "--pack", "pack.yaml", "--scorecard", "card.yaml", "--json")
    assert done.returncode == 0, done.stderr
    (line,) = lines(done.stdout)
    assert list(line) == ["file", "findings", "opinions", "score"]
    found = line["findings"][0]
    assert list(found) == FINDING_KEYS
    assert {key: found[key] for key in FINDING_KEYS[:5]} == {
        "rule": "shirking",
        "answer": "hit",
        "turn": 1,
        "role": "agent",
        "quote": "不归我们管",
    }
    # No words' times: the quote's place in the turn, at even speed.
    assert 3.0 < found["start"] < found["end"] < 5.0
    assert line["score"]["total"] == pytest.approx(60.0)
    (section,) = line["score"]["sections"]
    assert [(item["id"], item["got"]) for item in section["items"]] == [("no-shirking", 6.0)]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "这个布贵我们管（机器复听确认为“不归我们管”）"),
        ("en", '这个布贵我们管 ("不归我们管", confirmed by the machine listening again)'),
    ],
)
def test_what_listening_again_found_is_told(callqa: CallqaCommand, folder: Path, language: str, told: str) -> None:
    wrote = "好的这个布贵我们管吧"
    said = {"phrase": "不归我们管", "turn": 1, "span": [2, 9], "likeness": 0.95, "gain": -0.5}
    listened = transcript(("agent", 0.0, 2.0, "您好，请讲。"), ("agent", 3.0, 5.0, wrote), listened=[said])
    write(folder / "a.json", listened)
    (line,) = lines(callqa.run("score", "a.json", "--pack", "pack.yaml", "--json").stdout)
    found = line["findings"][0]
    assert [found[key] for key in ("quote", "meant", "listened")] == [wrote[2:9], "不归我们管", True]
    done = callqa.run("score", "a.json", "--pack", "pack.yaml", "--scorecard", "card.yaml", "--lang", language)
    assert told in done.stdout


def test_what_was_not_measured_cannot_be_judged(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", SHIRKED)
    (line,) = lines(callqa.run("score", "a.json", "--pack", "pack.yaml", "--json", "--lang", "en").stdout)
    unjudged = {found["rule"]: found for found in line["findings"] if found["answer"] == "cannot_judge"}
    assert unjudged.keys() == {"long-silence", "fast", "from-beijing"}
    silence = unjudged["long-silence"]
    assert [silence[key] for key in ("turn", "role", "quote", "start", "end", "confidence")] == [None] * 6
    assert silence["reason"] == "Silences were not measured in this transcript."


def test_a_pack_without_a_card_of_its_own_gives_findings_alone(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", SHIRKED)
    done = callqa.run("score", "a.json", "--pack", "pack.yaml", "--json", "--lang", "en")
    assert (done.returncode, "no score" in done.stderr) == (0, True)
    (line,) = lines(done.stdout)
    assert line["score"] is None
    assert line["findings"][0]["pack_version"] == 7
    assert "推诿" in callqa.run("score", "a.json", "--pack", "pack.yaml").stdout


def test_a_card_that_is_asked_for_must_fit(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", SHIRKED)
    done = callqa.run("score", "a.json", "--pack", "pack.yaml", "--scorecard", "inbound-service", "--json")
    assert (done.returncode, done.stdout) == (3, "")


def test_broken_transcripts_among_good_ones_are_named_and_the_others_are_scored(
    callqa: CallqaCommand, folder: Path
) -> None:
    write(folder / "1.json", SHIRKED)
    write(folder / "2.json", '{"turns": [\n{"role": }]}')
    write(folder / "3.json", {"recording": {"file": "x"}, "turns": []})
    write(folder / "4.json", transcript(("agent", 0.0, float("nan"), "您好")))
    write(folder / "6.json", SHIRKED)
    names = [f"{number}.json" for number in range(1, 7)]
    done = callqa.run("score", *names, "--pack", "pack.yaml", "--json", "--lang", "en")
    assert done.returncode == 3
    assert [line["file"] for line in lines(done.stdout)] == ["1.json", "6.json"]
    assert "2.json, line 2, column 10" in done.stderr
    assert "3.json is not a transcript's JSON: recording.sha256 is missing." in done.stderr
    assert "4.json: times or confidence of turns.0 are wrong" in done.stderr
    assert "There is no file or folder 5.json." in done.stderr


LISTENED = {"phrase": "不归我们管", "turn": 0, "span": [2, 7], "likeness": 0.9, "gain": 3.0}
MISHEARD = [("agent", 3.0, 5.0, "这个不会我们还的。"), ("agent", 0.0, 2.0, "您好，请讲。")]


def test_what_was_listened_for_again_counts_wherever_its_turn_stands(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", transcript(*MISHEARD, listened=[LISTENED]))
    write(folder / "b.json", transcript(*MISHEARD, listened=None))
    done = callqa.run("score", "a.json", "b.json", "--pack", "pack.yaml", "--scorecard", "card.yaml", "--json")
    assert done.returncode == 0, done.stderr
    told, untold = ([one for one in line["findings"] if one["answer"] == "hit"] for line in lines(done.stdout))
    assert [(one["rule"], one["turn"], one["quote"], one["meant"]) for one in told] == [
        ("shirking", 0, "不会我们还", "不归我们管")
    ]
    assert untold == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phrase": ""}, "listened.0.phrase is empty"),
        ({"turn": 2}, "listened.0.turn is 2 of 2 turns"),
        ({"turn": -1}, "listened.0.turn is -1 of 2 turns"),
        ({"span": [2, 10]}, "listened.0.span is no part of the turn's 9 characters"),
        ({"span": [3, 3]}, "listened.0.span is no part of the turn's 9 characters"),
        ({"span": [-1, 2]}, "listened.0.span is no part of the turn's 9 characters"),
        ({"span": [1]}, "listened.0.span"),
        ({"likeness": -0.1}, "listened.0.likeness is not between 0 and 1"),
        ({"likeness": math.nan}, "listened.0.likeness is not between 0 and 1"),
        ({"gain": math.nan}, "listened.0.gain is not a finite number"),
        ({"gain": -math.inf}, "listened.0.gain is not a finite number"),
        ({"gain": "much"}, "listened.0.gain Input should be a valid number"),
    ],
)
def test_what_cannot_have_been_listened_for_is_named(wrong: dict[str, Any], said: str) -> None:
    content = json.dumps(transcript(*MISHEARD, listened=[LISTENED | wrong]))
    with pytest.raises(BadRecording) as refused:
        read_transcript("a.json", content.encode())
    assert said in refused.value.say("en")
    assert "a.json" in refused.value.say("zh")


def test_folders_patterns_and_stdin(callqa: CallqaCommand, folder: Path) -> None:
    for name in ("a", "b"):
        write(folder / "out" / f"{name}.json", SHIRKED)
    write(folder / "out" / "notes.txt", "no transcript")
    (folder / "empty").mkdir()
    for given in ("out", "out/*.json"):
        done = callqa.run("score", given, "--pack", "pack.yaml", "--json")
        assert [line["file"] for line in lines(done.stdout)] == ["out/a.json", "out/b.json"], done.stderr
    assert "no transcripts" in callqa.run("score", "empty", "--lang", "en").stderr
    two = json.dumps(SHIRKED) + "\n" + json.dumps(SHIRKED, indent=2)
    done = callqa.run("score", "-", "--pack", "pack.yaml", "--json", typed=two)
    assert [line["file"] for line in lines(done.stdout)] == ["-", "-2"], done.stderr


def test_metadata_beside_the_turns_is_asked_by_rules(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", SHIRKED | {"metadata": {"direction": "inbound", "分公司": "北京"}})
    write(folder / "b.json", SHIRKED | {"metadata": {"direction": "sideways"}})
    done = callqa.run("score", "a.json", "b.json", "--pack", "pack.yaml", "--json", "--lang", "en")
    (line,) = lines(done.stdout)
    assert {found["rule"]: found["answer"] for found in line["findings"]}["from-beijing"] == "hit"
    assert "b.json is not a transcript's JSON: metadata.direction" in done.stderr


def test_turns_are_numbered_as_in_the_file(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", SHIRKED | {"turns": SHIRKED["turns"][::-1]})
    (line,) = lines(callqa.run("score", "a.json", "--pack", "pack.yaml", "--json").stdout)
    assert (line["findings"][0]["rule"], line["findings"][0]["turn"]) == ("shirking", 0)


def test_the_shipped_card_of_the_packs_name_is_taken(callqa: CallqaCommand, folder: Path) -> None:
    write(folder / "a.json", SHIRKED)
    (line,) = lines(callqa.run("score", "a.json", "--json").stdout)
    assert (line["score"]["card"], line["score"]["card_version"] >= 1) == ("inbound-service", True)


def test_the_page_about_it_shows_what_it_prints(callqa: CallqaCommand, folder: Path) -> None:
    page = (ROOT / "docs" / "rules.md").read_text("utf8")
    given, printed = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)[:2])
    write(folder / "a.json", given)
    (line,) = lines(callqa.run("score", "a.json", "--json").stdout)
    found = next(one for one in line["findings"] if one["rule"] == "shirking")
    shown = printed["findings"][0]
    assert list(found) == list(shown)
    assert {**found, "pack_version": shown["pack_version"]} == shown
    assert list(line["score"]) == list(printed["score"])
    section, shown_section = line["score"]["sections"][0], printed["score"]["sections"][0]
    assert list(section) == list(shown_section)
    assert list(section["items"][0]) == list(shown_section["items"][0])


def test_people_read_how_much_was_judged_and_what_a_limit_of_a_section_did(callqa: CallqaCommand, folder: Path) -> None:
    twice = transcript(("agent", 0.0, 2.0, "这个不归我们管的。"), ("customer", 3.0, 5.0, "那谁管？"))
    (folder / "a.json").write_text(json.dumps(twice), "utf8")
    items = CARD.replace("    name: 态度\n", "    name: 态度\n    cap: 3\n")
    items += "      - {id: tone, name: 语气, points: 10, judge: human}\n"
    (folder / "card.yaml").write_text(items, "utf8")
    said = callqa.run("score", "a.json", "--pack", "pack.yaml", "--scorecard", "card.yaml").stdout
    assert "判断了 50% 的分值" in said
    lines_said = [line.strip() for line in said.splitlines()]
    section = lines_said.index("态度 7/10 分")
    assert lines_said[section + 1].startswith("・各项合计扣 4 分"), "beside the section, not under its last item"


def test_a_rule_asks_the_classifier_about_turns(callqa: CallqaCommand, folder: Path) -> None:
    (folder / "asking.yaml").write_text(ASKING, "utf8")
    said = transcript(("agent", 0.0, 2.0, "您好，请讲。"), ("agent", 3.0, 7.0, SHIRKED_POLITELY))
    (folder / "call.json").write_text(json.dumps(said), "utf8")
    scored = callqa.run("score", "call.json", "--pack", "asking.yaml", "--json")
    assert scored.returncode == 0, scored.stderr
    (finding,) = json.loads(scored.stdout)["findings"]
    assert (finding["answer"], finding["turn"], finding["quote"]) == ("hit", 1, SHIRKED_POLITELY)
    alone = callqa.run("score", "call.json", "--pack", "asking.yaml", "--classifier", "none", "--json")
    (finding,) = json.loads(alone.stdout)["findings"]
    assert finding["answer"] == "cannot_judge"
    checked = callqa.run("rules", "check", "asking.yaml", "--lang", "en")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 not as written" in checked.stdout

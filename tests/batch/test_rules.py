"""`callqa rules`: packs listed, checked and tried on stored calls, by the command people run."""

import json
import re
from pathlib import Path

import pytest

from sample_audio import CALLS, MANIFEST
from scoring.definition import shipped
from tests.batch.conftest import CallqaCommand, ReadyPython, callqa_in

SOUND = """\
pack: ours
version: 3
title: 我们的规则
rules:
  - id: shirking
    name: 推诿
    why: 客户被推来推去，最容易投诉
    when: {phrase: [不归我们管], role: agent}
    effect: violation
    fires: ["agent: 这个不归我们管的。", "agent: 那不归我们管。", "agent: 不归我们管，您找别人。"]
    silent: ["customer: 不归我们管？", "agent: 您好。", "agent: 再见。"]
"""

CARD = """\
scorecard: ours
version: 1
sections:
  - id: attitude
    name: 态度
    items:
      - {id: no-shirking, name: 不推诿, points: 10, rules: [{rule: shirking, deduct: 4}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ours.yaml").write_text(SOUND, "utf8")
    (tmp_path / "card.yaml").write_text(CARD, "utf8")
    return tmp_path


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_sound_pack_passes(callqa: CallqaCommand, folder: Path) -> None:
    done = callqa.run("rules", "check", "ours.yaml", "--scorecard", "card.yaml", "--strict", "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ours version 3: 1 rules, 6 cases, 0 not as written; 0 errors, 0 warnings" in done.stdout
    assert re.search(r"推诿 +│? *phrase +agent +3/3 +3/3 +— +不推诿", done.stdout)
    assert not (folder / "home" / "callqa.db").exists()  # looking at a file makes no database


def test_a_failing_case_is_shown_with_file_line_and_answer(callqa: CallqaCommand, folder: Path) -> None:
    broken = SOUND.replace('"customer: 不归我们管？"', '\n      - "agent: 谁说不归我们管？"').replace(
        ', "agent: 您好。", "agent: 再见。"]', ""
    )
    broken = broken.replace("silent: [", "silent:")
    (folder / "ours.yaml").write_text(broken, "utf8")
    done = callqa.run("rules", "check", "ours.yaml", "--lang", "en")
    assert done.returncode == 7, done.stderr
    place = f"ours.yaml:{line_of(broken, '谁说')}"
    assert f'{place} silent case 1 should not hit; the answer is "hit": agent: 谁说不归我们管？' in done.stdout
    assert "heard: 不归我们管" in done.stdout
    found = json.loads(callqa.run("rules", "check", "ours.yaml", "--json").stdout)
    assert (found["errors"], found["failures"][0]["line"]) == (1, line_of(broken, "谁说"))
    assert found["failures"][0] | {"quotes": ["不归我们管"], "answer": "hit"} == found["failures"][0]


def test_warnings_only_count_when_asked(callqa: CallqaCommand, folder: Path) -> None:
    (folder / "ours.yaml").write_text(SOUND.replace(", role: agent", ""), "utf8")
    assert callqa.run("rules", "check", "ours.yaml").returncode == 7  # the customer's case hits now
    tag = SOUND.replace("客户被推来推去，最容易投诉", "不行")
    (folder / "ours.yaml").write_text(tag, "utf8")
    done = callqa.run("rules", "check", "ours.yaml")
    assert (done.returncode, f"ours.yaml:{line_of(tag, 'id: shirking')}" in done.stdout) == (0, True)
    assert callqa.run("rules", "check", "ours.yaml", "--strict").returncode == 7


def test_a_pack_that_cannot_be_read_lists_every_mistake(callqa: CallqaCommand, folder: Path) -> None:
    (folder / "ours.yaml").write_text(SOUND.replace("effect: violation", "efect: violation"), "utf8")
    done = callqa.run("rules", "check", "ours.yaml", "--json", "--lang", "en")
    assert done.returncode == 3
    mistakes = json.loads(done.stdout)["mistakes"]
    assert ("ours.yaml", 9, "scoring.misspelt_key") in [(one["file"], one["line"], one["code"]) for one in mistakes]
    assert 'did you mean "effect"' in done.stderr


def test_packs_and_their_rules_are_listed(callqa: CallqaCommand, folder: Path) -> None:
    listed = [json.loads(line) for line in callqa.run("rules", "list", "--json").stdout.splitlines()]
    assert {one["pack"] for one in listed} == set(shipped("packs"))
    assert all(one["in_use"] and one["origin"] == "shipped" for one in listed)
    (rule,) = [json.loads(line) for line in callqa.run("rules", "list", "ours.yaml", "--json").stdout.splitlines()]
    assert (rule["rule"], rule["effect"], rule["roles"]) == ("shirking", "violation", ["agent"])
    assert "客户被推来推去" in callqa.run("rules", "list", "ours.yaml").stdout
    assert callqa.run("rules", "list", "no-such-pack").returncode == 3


TRIED = ("telecom-bill-query", "telecom-cancel-plan", "telecom-roaming-mediocre", "bank-sms-code")
GREETING = "您好"
"""Most of these agents greet."""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, ready_python: ReadyPython) -> CallqaCommand:
    """A data folder with a few sample calls, scored by our pack and card."""
    folder = tmp_path_factory.mktemp("stored")
    (folder / "ours.yaml").write_text(SOUND, "utf8")
    (folder / "card.yaml").write_text(CARD, "utf8")
    files = [path for path in CALLS.iterdir() if path.stem in TRIED]
    command = callqa_in(folder, ready_python)
    command.batch_json(*files, "--manifest", MANIFEST, "--pack", "ours.yaml", "--scorecard", "card.yaml")
    return command


def write_draft(command: CallqaCommand) -> None:
    """Our pack, with a rule that hits whoever greets."""
    (command.folder / "draft.yaml").write_text(SOUND.replace("[不归我们管]", f"[不归我们管, {GREETING}]"), "utf8")


REPLAY = ("rules", "replay", "draft.yaml", "--scorecard", "card.yaml", "--enough-calls", "3", "--json")


def test_a_draft_is_tried_on_the_stored_calls(stored: CallqaCommand) -> None:
    (stored.folder / "draft.yaml").write_text(SOUND, "utf8")
    same = stored.run(*REPLAY)
    assert same.returncode == 0, same.stdout + same.stderr
    calm = json.loads(same.stdout)  # and nothing of the bar, which is for stderr
    assert (calm["compared"], calm["gate"]["passed"], calm["scores"]["grades_changed"]) == (4, True, 0)

    write_draft(stored)
    done = stored.run(*REPLAY, "--lang", "en")
    assert done.returncode == 8, done.stderr
    replayed = json.loads(done.stdout)
    (rule,) = replayed["rules"]
    assert rule["newly"] == rule["hits_after"] - rule["hits_before"] >= 3
    assert rule["newly_in"][0]["quotes"][0] == GREETING
    assert rule["newly_in"][0]["url"] == f"/calls/{rule['newly_in'][0]['call']}"
    codes = {one["code"] for one in replayed["gate"]["reasons"]}
    assert codes >= {"pipeline.gate_cases", "pipeline.gate_newly_hit", "pipeline.gate_grades"}
    assert replayed["scores"]["mean_after"] < replayed["scores"]["mean_before"]
    text = stored.run(*REPLAY[:-1], "--lang", "en").stdout
    assert "Do not publish it yet" in text
    assert f"/calls/{rule['newly_in'][0]['call']}" in text


def test_calls_versions_and_verdicts_are_chosen(stored: CallqaCommand) -> None:
    write_draft(stored)
    verdicts = stored.folder / "verdicts.csv"
    verdicts.write_text("file,rule,hit\ntelecom-bill-query.wav,shirking,否\nbank-sms-code.wav,shirking,maybe\n", "utf8")
    wrong = stored.run(*REPLAY, "--verdicts", "verdicts.csv", "--lang", "en")
    assert (wrong.returncode, wrong.stdout) == (3, "")
    assert 'Line 3, column 3: "maybe" does not say whether it is a hit' in wrong.stderr
    verdicts.write_text("file,rule,hit\ntelecom-bill-query.wav,shirking,否\n", "utf8")
    replayed = json.loads(stored.run(*REPLAY, "--against", "3", "--verdicts", "verdicts.csv").stdout)
    assert (replayed["calls"], replayed["against"]) == (4, {"ours 3": 4})
    assert replayed["rules"][0]["agreement_after"]["precision"]["of"] == 1
    fewer = stored.run(*REPLAY, "--limit", "2", "--direction", "inbound")
    assert json.loads(fewer.stdout)["calls"] <= 2
    nobody = stored.run(*REPLAY, "--agent", "nobody")
    assert (json.loads(nobody.stdout)["calls"], nobody.returncode) == (0, 8)


def test_rules_are_tried_on_stored_calls_and_on_transcripts(stored: CallqaCommand) -> None:
    stored.run("transcribe", CALLS / "telecom-bill-query.wav", "--format", "json", "--output", "out")
    write_draft(stored)
    done = stored.run("rules", "check", "draft.yaml", "--stored", "--on", "out", "--json")
    found = json.loads(done.stdout)
    assert (found["calls"], found["rules"][0]["hits"] >= 4) == (5, True)


def test_what_was_used_is_listed_with_its_version(stored: CallqaCommand) -> None:
    listed = [json.loads(line) for line in stored.run("rules", "list", "--json").stdout.splitlines()]
    assert ("ours", 3, "file") in [(one["pack"], one["version"], one["origin"]) for one in listed]
    assert "推诿" in stored.run("rules", "list", "ours@3").stdout


def test_a_replay_that_is_interrupted_says_so_and_has_no_result(stored: CallqaCommand) -> None:
    (stored.folder / "draft.yaml").write_text(SOUND, "utf8")
    process = stored.start(*REPLAY)
    process.terminate()
    out, _ = process.communicate(timeout=60)
    assert process.returncode in (130, -15)  # -15: before it had begun to listen
    assert out == ""

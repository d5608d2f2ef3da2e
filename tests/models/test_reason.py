"""Every reason can be said in both languages."""

import ast
import string
from importlib import resources
from pathlib import Path

import pytest

from models.reason import Reason, sentences

ROOT = Path(__file__).parents[2]
ROOMS = sorted({f.name.split(".")[0].split("-")[0] for f in resources.files("models").joinpath("wording").iterdir()})


def slots(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_say_the_same_things_with_the_same_facts(room: str) -> None:
    chinese, english = sentences(room, "zh"), sentences(room, "en")
    assert chinese.keys() == english.keys()
    for code, sentence in chinese.items():
        assert slots(sentence) == slots(english[code]), code


def test_every_code_written_in_the_source_has_a_sentence() -> None:
    known = {code for room in ROOMS for code in sentences(room, "zh")}
    used = {
        node.value
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_code(node.value)
    }
    whole = {code for code in used if not code.endswith("_")}
    assert whole
    assert whole <= known
    for beginning in used - whole:  # an f-string's: the rest is filled in
        assert any(code.startswith(beginning) for code in known), beginning


def _is_code(text: str) -> bool:
    room, _, what = text.partition(".")
    return room in ROOMS and what.isidentifier() and not text.endswith((".py", ".yaml"))


def test_a_reason_is_said_with_its_facts() -> None:
    reason = Reason("pipeline.row_without_file", {"line": 7, "file": "a.wav"})
    assert reason.say("zh") == "清单第 7 行：没有找到录音 a.wav。"
    assert reason.say("en") == "Manifest line 7: there is no recording a.wav."


def test_a_sentence_may_tell_the_second_and_hold_parts_of_others() -> None:
    heard = {"rule": "推诿", "at": "1:23", "quote": "不归我们管", "who": "agent", "written": "", "times": 0}
    cost = Reason("scoring.explained_said_1", {**heard, "meant": "", "lost": 5.0, "won": 0})
    assert cost.say("zh") == "推诿：1:23 座席说“不归我们管”，扣 5 分。"
    alike = Reason("scoring.explained_said_1", {**heard, "meant": "{不归}", "lost": 0, "won": 0})
    assert alike.say("zh") == "推诿：1:23 座席说“不归我们管”（音近“{不归}”）。"
    second = Reason("scoring.who_cut_in", {"start": 3723.9})
    assert second.say("en").startswith("Two people speak at the same time at 1:02:03,")

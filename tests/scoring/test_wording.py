"""Every reason this room can give has its sentence in both languages, with the same facts."""

import re
from pathlib import Path
from string import Formatter

import pytest

from models.finding import Answer
from models.learning import Level
from models.reason import Language, sentences
from scoring.mistake import BOUNDS
from scoring.yaml_problem import PARSER, SLIPS

ROOM = Path(__file__).parents[2] / "scoring"
COMPOSED = {
    *(f"not_{what}" for what in ("text", "whole", "number", "bool", "list", "mapping")),
    *(f"bound_{which}" for which in BOUNDS.values()),
    *("known_keys", "yaml_line", "yaml_control", "yaml_other"),
    *(f"yaml_{what}" for what, _ in (*SLIPS, *PARSER)),
    *(f"no_{what}" for what in ("pack", "scorecard", "agent_rate", "customer_rate")),
    *(f"{who}_not_heard" for who in ("agent", "customer")),
    *(f"explained_said_{how}" for how in ("1", "1_many", "2", "2_many")),
    *(
        f"explained_{how}"
        for how in ("span_1", "span_2", "span_2_many", "hit", "section_bonus", "bonus_unused", "on_total_bonus")
    ),
    *(f"who_{who}" for who in ("agent", "customer", "unknown")),
    *("sounds_like", "written_as", "part_lost", "part_won", "part_more", "part_times"),
    *(f"item_{what}" for what in ("unknown", "repeated", "lose", "win")),
    "quoted",
    *(f"level_{level.value}" for level in Level),
    *(f"aside_{answer.value}" for answer in Answer),
    *("withheld_unheard", "withheld_unfamiliar"),
    *("ladder_order", "ladder_twice"),  # models/action.py: `scoring.mistake` reads that YAML too
    *(f"doubt_{what}" for what in ("unsure", "disagreeing", "unheard", "unfamiliar", "new_rule", "new_model", "mixed")),
    *("doubt_unhappy_yet_high", "doubt_happy_yet_low"),
}


def written_codes() -> set[str]:
    source = "".join(path.read_text("utf8") for path in ROOM.rglob("*.py"))
    named = re.findall(r'"scoring\.([a-z_0-9]+)"', source)
    raised = re.findall(r'\bwrong\(\s*"([a-z_0-9]+)"', source)
    return {*named, *raised, *COMPOSED}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_a_sentence_and_every_sentence_a_code(language: Language) -> None:
    assert {name.removeprefix("scoring.") for name in sentences("scoring", language)} == written_codes()


def test_both_languages_tell_the_same_facts() -> None:
    chinese, english = sentences("scoring", "zh"), sentences("scoring", "en")
    slots = {code: {name for _, name, _, _ in Formatter().parse(text) if name} for code, text in chinese.items()}
    assert slots == {code: {n for _, n, _, _ in Formatter().parse(text) if n} for code, text in english.items()}

"""Regular expressions that can never match, and those that some texts keep busy for minutes."""

import pytest

from scoring.lint import Level, lint
from scoring.lint.never import is_never_there
from scoring.lint.runaway import repeats_repeated, too_slow_on
from scoring.normalise import normalise
from tests.scoring.test_lint import code, pack, rule


@pytest.mark.parametrize(
    ("pattern", "slip", "level"),
    [
        ("'您好,请问'", "pattern_never", Level.ERROR),
        ("'您好 请问'", "pattern_never", Level.ERROR),
        ("說明一下", "pattern_never", Level.ERROR),
        ("'嗯.{0,3}对'", "pattern_never", Level.ERROR),
        ("'１２３'", "pattern_never", Level.ERROR),
        ("'(不归,|不归)我们管'", "pattern_partly", Level.WARNING),
        ("'不归[我 ]们管'", "pattern_partly", Level.WARNING),
    ],
)
def test_characters_that_the_text_never_has(pattern: str, slip: str, level: Level) -> None:
    doubts = [one for one in lint(pack(rule(f"{{regex: {pattern}, role: agent}}"))) if "pattern" in code(one)]
    assert [(code(one), one.level, one.line) for one in doubts] == [(slip, level, 8)]


@pytest.mark.parametrize("pattern", ["'不归[^,]{0,3}管'", "'加.{0,3}QQ|不归我们管'", "'不归我们管|3\\.5%'"])
def test_what_the_text_may_have_is_left_alone(pattern: str) -> None:
    assert [code(one) for one in lint(pack(rule(f"{{regex: {pattern}, role: agent}}"))) if "pattern" in code(one)] == []


@pytest.mark.parametrize("character", "，。,  嗯說Ａ😀")
def test_a_character_never_there_is_one_that_normalising_takes_away(character: str) -> None:
    assert is_never_there(character) == (character not in normalise(f"好{character}好").text)


@pytest.mark.parametrize("pattern", ["^(投|投投)*诉$", "((我|你)+)+滚", "(投诉|投.)+完"])
def test_a_pattern_that_runs_away_is_caught_in_the_act(pattern: str) -> None:
    assert too_slow_on(pattern)
    assert [code(one) for one in lint(pack(rule(f"{{regex: '{pattern}', role: agent}}"))) if "expl" in code(one)]


@pytest.mark.parametrize("pattern", ["(.*)*诉", "(好+)+吗", "(?:(?:甲*)+)*乙", "((好|行)+)+吗"])
def test_a_repeated_repetition_is_seen(pattern: str) -> None:
    assert repeats_repeated(pattern)


@pytest.mark.parametrize(
    "pattern", ["打了?(好几|两|三)(个|次)", "(投诉+)+吧", "(您?的?){0,3}好", ".{0,6}投诉.{0,6}", "(不归.{0,4})+管"]
)
def test_sane_patterns_are_left_alone(pattern: str) -> None:
    assert too_slow_on(pattern) is None
    assert not repeats_repeated(pattern)

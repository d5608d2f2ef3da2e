"""What `rules check` doubts in a pack: each slip is found where it is, and what is right is left alone."""

import pytest

from scoring.lint import Level, Lint, lint, lint_card
from scoring.pack import Pack, parse_pack, shipped_packs
from scoring.scorecard import load_scorecard, parse_scorecard, shipped_scorecards
from tests.scoring.shipped import shipped_pack

CASES = """\
    fires: ["agent: 这个不归我们管的。", "agent: 那不归我们管。", "agent: 不归我们管，您找别人。"]
    silent: ["customer: 不归我们管？", "agent: 您好。", "agent: 再见。"]
"""
WHY = "客户被推来推去，最容易投诉"


def rule(when: str, **other: str) -> str:
    """A rule that is right apart from what is said; lines 4 to 9 of a pack that has no other."""
    told = {"id": "asked", "name": "推诿", "why": WHY, "effect": "violation", "cases": CASES} | other
    head = "".join(f"    {key}: {told[key]}\n" for key in ("name", "why", "effect"))
    return f"  - id: {told['id']}\n{head}    when: {when}\n{told['cases']}"


def pack(*rules: str) -> Pack:
    return parse_pack("pack: test\nversion: 1\nrules:\n" + "".join(rules))


def found(*rules: str, least: Level = Level.WARNING) -> list[tuple[str, int]]:
    """Codes and lines, without notes unless asked for."""
    levels = {Level.ERROR, Level.WARNING} if least is Level.WARNING else {least}
    return [(code(one), one.line) for one in lint(pack(*rules)) if one.level in levels]


def code(one: Lint) -> str:
    return one.reason.code.removeprefix("scoring.lint_")


RIGHT = "{phrase: [不归我们管], role: agent}"


def test_a_rule_that_is_right_is_left_alone() -> None:
    assert lint(pack(rule(RIGHT))) == ()


def test_a_rule_needs_a_reason_people_learn_from() -> None:
    assert found(rule(RIGHT, why="不行")) == [("short_why", 4)]
    assert found(rule(RIGHT, why="推诿", name="推诿")) == [("short_why", 4)]


def test_a_rule_without_cases_says_so() -> None:
    assert found(rule(RIGHT, cases="")) == [("no_firing_case", 4), ("no_silent_case", 4)]
    few = '    fires: ["agent: 不归我们管"]\n    silent: ["agent: 您好"]\n'
    assert found(rule(RIGHT, cases=few)) == []
    assert found(rule(RIGHT, cases=few), least=Level.NOTE) == [("few_cases", 4)]


def test_a_rule_that_never_fires_in_its_own_cases_is_an_error() -> None:
    assert found(rule("{phrase: [毫不相干的话], role: agent}"), least=Level.ERROR) == [("never_fires", 4)]


def test_words_anybody_may_say_are_no_agents_fault() -> None:
    assert found(rule("{phrase: [不归我们管]}")) == [("no_role", 8)]
    assert found(rule("{phrase: [不归我们管]}", effect="tag")) == []
    # What is only asked for beside something else blames nobody.
    assert found(rule("{all: [{phrase: [不归我们管], role: agent}, {regex: 管}]}")) == []
    assert found(rule("{phrase: [不归我们管], role: agent, around: {phrase: [归我们管的]}, within: 30}")) == []


def test_nobody_is_blamed_on_the_classifiers_word_alone() -> None:
    guess = "{classifier: {signs: shirking}}"
    assert found(rule(f"{{any: [{RIGHT}, {guess}]}}")) == [("classifier_alone", 8)]
    assert found(rule(f"{{any: [{RIGHT}, {guess}]}}", effect="tag")) == []
    assert found(rule(f"{{any: [{RIGHT}, {{all: [{RIGHT}, {guess}]}}]}}")) == []
    heard = rule(f"{{any: [{RIGHT}, {guess}]}}").replace("    effect:", "    queue: true\n    effect:")
    assert found(heard) == []


@pytest.mark.parametrize(
    ("when", "slip"),
    [
        ("{any: [{phrase: [不归我们管], role: agent}, {duration: {at_least: 9, at_most: 3}}]}", "empty_range"),
        ("{any: [{phrase: [不归我们管], role: agent}, {speech_rate: {at_least: 9, at_most: 3}}]}", "empty_range"),
        ("{any: [{phrase: [不归我们管], role: agent}, {phrase: [甲乙, 丙丁], need: 3, role: agent}]}", "needs_more"),
        (f"{{any: [{RIGHT}, {{all: [{RIGHT}, {{not: {RIGHT}}}]}}]}}", "never_both"),
        (f"{{any: [{RIGHT}, {{not: {RIGHT}}}]}}", "always_either"),
    ],
)
def test_conditions_that_can_never_hold_or_always_do(when: str, slip: str) -> None:
    assert slip in [one for one, _ in found(rule(when), least=Level.ERROR)]


def test_scopes_that_only_meet_in_short_calls() -> None:
    apart = "{phrase: [不归我们管], role: agent, seconds: {first: 10}, share: [0.5, 1]}"
    assert ("scopes_apart", 8) in found(rule(apart))
    together = "{phrase: [不归我们管], role: agent, seconds: {first: 10}, share: [0, 0.5]}"
    assert found(rule(together)) == []


def test_the_same_condition_under_another_id() -> None:
    other = rule("{role: agent, phrase: [推给别人的话, 不归我们管]}", id="other")
    first = rule("{phrase: [不归我们管, 推给别人的话], role: agent}")
    assert found(first, other) == [("same_condition", 11)]


def test_a_phrase_that_sets_off_two_rules() -> None:
    first = rule("{phrase: [不归我们管], role: agent}")
    again = "{any: [{phrase: [别的什么话], role: agent}, {phrase: [不归我们管], role: agent}]}"
    assert found(first, rule(again, id="other")) == [("same_phrase", 15)]
    for apart in (
        rule(again, id="other", effect="praise"),
        rule("{phrase: [不归我们管], role: agent, seconds: {last: 20}}", id="other"),
        rule("{phrase: [不归我们管], role: agent, after: {phrase: [投诉], role: customer}}", id="other"),
    ):
        assert "same_phrase" not in [one for one, _ in found(first, apart)]


def test_phrases_that_stand_in_one() -> None:
    assert ("phrase_joined", 8) in found(rule("{phrase: [不归我们管、跟我们没关系], role: agent}"))
    assert "phrase_joined" not in [code for code, _ in found(rule("{phrase: [“您好，请讲”], role: agent}"))]


def test_phrases_of_one_list_that_add_nothing() -> None:
    twice = "{phrase: [不归我们管, 不归我们管。], role: agent}"
    assert found(rule(twice)) == [("phrase_again", 8)]
    inside = "{phrase: [不归我们管, 这个不归我们管], role: agent}"
    assert found(rule(inside), least=Level.NOTE) == [("phrase_inside", 8)]
    # Where all of them are needed none is idle.
    assert lint(pack(rule(inside.replace("role", "need: all, role")))) == ()


def test_phrases_too_short_to_be_told_by_their_sound() -> None:
    assert found(rule("{phrase: [不归我们管, 管吗], role: agent}"), least=Level.NOTE) == [("short_phrases", 8)]
    assert found(rule("{phrase: [不归我们管, 管吗], exact: true, role: agent}"), least=Level.NOTE) == []


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("{phrase: [这个不归我们管], role: agent}", "{phrase: [不归我们管], role: agent}"),
        ("{phrase: [不归我们管], role: agent, seconds: {first: 9}}", "{phrase: [不归我们管, 别的话], role: agent}"),
        ("{regex: '不归.{0,3}管', role: agent}", "{regex: ['不归.{0,3}管', 找别人], role: agent}"),
        ("{silence: {at_least: 5}}", "{silence: {at_least: 5}}"),
    ],
)
def test_a_member_of_any_that_another_one_covers(narrow: str, wide: str) -> None:
    whole = f"{{any: [{RIGHT}, {narrow}, {wide}]}}" if "silence" in narrow else f"{{any: [{narrow}, {wide}]}}"
    assert "shadowed" in [one for one, _ in found(rule(whole))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{phrase: [这个不归我们管], role: agent}", "{phrase: [不归我们管], role: agent, seconds: {first: 9}}"),
        ("{phrase: [这个不归我们管], role: agent}", "{phrase: [不归我们管], role: agent, unless: 谁说}"),
        ("{phrase: [不归我们管], role: agent}", "{phrase: [不归我们管], exact: true, role: customer}"),
    ],
)
def test_members_of_any_that_differ_are_left_alone(one: str, other: str) -> None:
    assert "shadowed" not in [slip for slip, _ in found(rule(f"{{any: [{one}, {other}]}}"))]


def test_what_real_calls_say() -> None:
    judged = pack(rule(RIGHT))
    assert lint(judged, hits_on_calls={}, calls=5) == ()
    assert [code(one) for one in lint(judged, hits_on_calls={}, calls=100)] == ["never_on_calls"]
    assert [code(one) for one in lint(judged, hits_on_calls={"asked": 99}, calls=100)] == ["always_on_calls"]
    assert lint(judged, hits_on_calls={"asked": 30}, calls=100) == ()


CARD = """\
scorecard: card
version: 1
sections:
  - id: a
    name: 甲
    items:
      - {id: one, name: 一, points: 10, rules: [{rule: idle, deduct: 1}]}
"""


def test_rules_and_items_that_do_not_find_each_other() -> None:
    idle = rule("{phrase: [毫不相干的话], role: agent}", id="idle")
    tag = rule(RIGHT, id="tag", effect="tag")
    found_out = lint_card(parse_scorecard(CARD), pack(rule(RIGHT), idle, tag))
    assert [(one.rule, code(one), one.line, one.of_card) for one in found_out] == [
        ("asked", "unheard", 4, False),
        ("one", "item_never_moves", 7, True),
    ]


@pytest.mark.parametrize("name", shipped_packs())
def test_shipped_packs_are_beyond_doubt(name: str) -> None:
    shipped = shipped_pack(name)
    doubts = list(lint(shipped))
    if name in shipped_scorecards():
        doubts += lint_card(load_scorecard(name), shipped)
    assert [(one.rule, one.line, one.reason.say("en")) for one in doubts if one.level is Level.ERROR] == []

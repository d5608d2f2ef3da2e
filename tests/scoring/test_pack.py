"""A pack that is wrong says where, in a way a QA lead can mend."""

from pathlib import Path
from textwrap import dedent

import pytest

from models.errors import BadDefinition, NotFound
from models.reason import Reason
from scoring.pack import load_pack, parse_pack, shipped_packs

GOOD = """\
# 第一版
pack: service
version: 2
title: 服务规则
rules:
  - id: shirking
    name: 推诿
    why: 客户会投诉
    when:
      any:
        - phrase: [不归我们管]
          role: agent
        - regex: 自己去?找
    effect: violation
    fires:
      - "agent: 这个不归我们管。"
"""


EXCUSED = "rules[0].when.any[1].silence.excused_by"


def mistakes(text: str) -> list[Reason]:
    with pytest.raises(BadDefinition) as caught:
        parse_pack(text, "服务.yaml")
    error = caught.value
    assert error.reason in error.details or not error.details
    found = list(error.details) or [error.reason]
    assert all(reason.say("zh") and reason.say("en") for reason in found)
    return found


def only(text: str) -> tuple[str, int, str]:
    (reason,) = mistakes(text)
    assert reason.facts["file"] == "服务.yaml"
    return reason.code.removeprefix("scoring."), int(reason.facts["line"]), str(reason.facts["path"])


def test_a_good_pack() -> None:
    pack = parse_pack(GOOD)
    assert (pack.name, pack.version, pack.title) == ("service", 2, "服务规则")
    assert [rule.name for rule in pack.rules] == ["推诿"]
    assert pack.text == GOOD


@pytest.mark.parametrize(
    ("before", "after", "code", "line", "path"),
    [
        ("role: agent", "roel: agent", "misspelt_key", 12, "rules[0].when.any[0].roel"),
        ("phrase:", "frase:", "misspelt_key", 11, "rules[0].when.any[0].frase"),
        ("role: agent", "role: agnt", "misspelt_choice", 12, "rules[0].when.any[0].role"),
        ("effect: violation", "effect: bad", "bad_choice", 14, "rules[0].effect"),
        ("effect: violation", "efect: violation", "misspelt_key", 14, "rules[0].efect"),
        ("version: 2", "version: zwei", "not_whole", 3, "version"),
        ("[不归我们管]", "[100]", "not_text", 11, "rules[0].when.any[0].phrase[0]"),
        ("[不归我们管]", "[]", "too_few", 11, "rules[0].when.any[0].phrase"),
        ("[不归我们管]", "不归我们管", "not_list", 11, "rules[0].when.any[0].phrase"),
        ("[不归我们管]", "['，。']", "empty_phrase", 11, "rules[0].when.any[0].phrase[0]"),
        ("自己去?找", "自己(去?找", "bad_pattern", 13, "rules[0].when.any[1].regex[0]"),
        ("自己去?找", "自己，去找", "punctuation_in_pattern", 13, "rules[0].when.any[1].regex[0]"),
        ("role: agent", "regex: 找", "two_operators", 12, "rules[0].when.any[0].regex"),
        ("id: shirking", "id: 推诿", "bad_name", 6, "rules[0].id"),
        ("agent: 这个", "客服: 这个", "misspelt_choice", 16, "rules[0].fires[0].lines[0]"),
        ("role: agent", "seconds: {}", "first_or_last", 12, "rules[0].when.any[0].seconds"),
        ("role: agent", "share: [0, 2]", "out_of_range", 12, "rules[0].when.any[0].share[1]"),
        ("role: agent", "need: 0", "bad_need", 12, "rules[0].when.any[0].need"),
        ("role: agent", "need: [1]", "bad_need", 12, "rules[0].when.any[0].need"),
        (
            "regex: 自己去?找",
            "meta: {field: satisfacton, value: 1}",
            "unknown_field",
            13,
            "rules[0].when.any[1].meta.field",
        ),
        ("regex: 自己去?找", "meta: {field: team, value: {}}", "bad_comparison", 13, "rules[0].when.any[1].meta.value"),
        ("regex: 自己去?找", "meta: {field: team, value: [a]}", "list_with_in", 13, "rules[0].when.any[1].meta"),
        (
            "regex: 自己去?找",
            'meta: {field: team, op: between, value: ["08:00", "09:00"]}',
            "between_times",
            13,
            "rules[0].when.any[1].meta",
        ),
        (
            "regex: 自己去?找",
            'meta: {field: started_at, op: between, value: ["8:00", "09:00"]}',
            "bad_times",
            13,
            "rules[0].when.any[1].meta",
        ),
        ("regex: 自己去?找", "meta: {field: direction, value: in}", "bad_choice", 13, "rules[0].when.any[1].meta"),
        ("regex: 自己去?找", "duration: {}", "no_bound", 13, "rules[0].when.any[1].duration"),
        ("regex: 自己去?找", "silence: {at_least: 3, excused_by: 请稍等}", "not_list", 13, EXCUSED),
        ("title:", "version:", "repeated_key", 4, "version"),
        ("effect: violation", "effect: [violation", "not_yaml", 14, "-"),
        ("effect: violation", "effect: !!python/object:os.system x", "not_yaml", 14, "-"),
    ],
)
def test_a_mistake_says_its_line_and_place(before: str, after: str, code: str, line: int, path: str) -> None:
    reasons = mistakes(GOOD.replace(before, after, 1))
    found = [(r.code.removeprefix("scoring."), r.facts["line"], r.facts["path"]) for r in reasons]
    assert (code, line, path) in found


def test_the_nearest_right_key_is_named() -> None:
    (reason,) = [r for r in mistakes(GOOD.replace("role: agent", "roel: agent")) if r.code == "scoring.misspelt_key"]
    assert reason.facts["near"] == "role"
    assert "服务.yaml 第 12 行" in reason.say("zh")
    assert "role" in reason.say("zh")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_text() -> None:
    wrong = GOOD.replace("version: 2", "version: x").replace("why: 客户会投诉", "wy: 客户").replace("violation", "bad")
    lines = [int(reason.facts["line"]) for reason in mistakes(wrong)]
    assert len(lines) == 3, "version, wy for why (which is not missed, too), effect"
    assert lines == sorted(lines)


def test_a_missing_key_is_told_at_its_rule() -> None:
    assert only(GOOD.replace("    why: 客户会投诉\n", "")) == ("missing_key", 6, "rules[0].why")


def test_two_rules_cannot_share_an_id() -> None:
    rule = GOOD.split("rules:\n")[1]
    (reason,) = mistakes(GOOD + rule)
    assert (reason.code, reason.facts["line"], reason.facts["first"]) == ("scoring.repeated_rule", 17, 6)


@pytest.mark.parametrize("text", ["", "just text", "[1, 2]", "\tx: 1", "a: &a [*a]", "x: " + "[" * 5000])
def test_what_is_no_pack_at_all(text: str) -> None:
    assert mistakes(text)


def test_aliases_of_aliases_do_not_fill_the_memory() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
    )
    assert only(laughs)[0] == "not_yaml"


def test_the_fingerprint_is_of_the_meaning() -> None:
    pack = parse_pack(GOOD)
    relaid = dedent(GOOD).replace("# 第一版\n", "").replace("[不归我们管]", '["不归我们管"]')
    assert parse_pack(relaid).sha256 == pack.sha256
    assert parse_pack(GOOD.replace("客户会投诉", "客户不满")).sha256 != pack.sha256


def test_a_pack_is_read_by_name_or_by_path(tmp_path: Path) -> None:
    assert "inbound-service" in shipped_packs()
    assert load_pack("inbound-service").name == "inbound-service"
    own = tmp_path / "own.yaml"
    own.write_text("\ufeff" + GOOD, "utf8")
    assert load_pack(own).name == "service"
    with pytest.raises(NotFound) as caught:
        load_pack("inbound-servise")
    assert "inbound-service" in caught.value.say("zh")
    own.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(BadDefinition) as wrong:
        load_pack(own)
    assert wrong.value.reason.code == "scoring.not_utf8"

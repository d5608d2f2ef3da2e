"""A key written wrong anywhere in a condition: the line, the place, and the key that was meant."""

import pytest
import yaml

from models.errors import BadDefinition
from scoring.pack import parse_pack

HEAD = "pack: p\nversion: 1\nrules:\n- id: a\n  name: a\n  why: a\n  effect: tag\n  when:\n"


@pytest.mark.parametrize(
    ("condition", "path", "meant"),
    [
        ("near:\n  first: [保证]\n  second: [收益]\n  withn: 3", "near.withn", "within"),
        ("near:\n  first: [保证]\n  second: [收益]\n  within: 3\n  order: true", "near.order", "ordered"),
        ("script:\n  txt: 理财非存款", "script.txt", "text"),
        ("script:\n  text: 理财非存款\n  atleast: 1", "script.atleast", "at_least"),
        ("similar:\n  to: [理财非存款]\n  at_lest: 1", "similar.at_lest", "at_least"),
        ("repeat:\n  time: 3", "repeat.time", "times"),
        ("entity:\n  kinds: phone", "entity.kinds", "kind"),
        ("entity:\n  kind: number\n  digits:\n    atleast: 3", "entity.digits.atleast", "at_least"),
        ("silence:\n  at_least: 3\n  excuse_by: [请稍等]", "silence.excuse_by", "excused_by"),
        ("overlap:\n  at_least: 1\n  delays: 1", "overlap.delays", "delay"),
        ("slow_answer:\n  medain: 3", "slow_answer.medain", "median"),
        ("late_hangup:\n  at_least: 9\n  farwell: [再见]", "late_hangup.farwell", "farewell"),
        ("talk_share:\n  at_mots: 0.5", "talk_share.at_mots", "at_most"),
        ("then:\n  fist: {phrase: [投诉]}\n  next: {phrase: [抱歉]}", "then.fist", "first"),
        ("then:\n  first: {phrase: [投诉]}\n  next: {phrase: [抱歉], roel: agent}", "then.next.roel", "role"),
        ("then:\n  first: {prase: [投诉]}\n  next: {phrase: [抱歉]}", "then.first.prase", "phrase"),
        ("if: {phrase: [投诉]}\nthen: {phrase: [抱歉]}\nwithn: 3", "withn", "within"),
        ("iff: {phrase: [投诉]}\nthen: {phrase: [抱歉]}", "iff", "if"),
        ("slow_anwser:\n  median: 3", "slow_anwser", "slow_answer"),
        ("entity:\n  kind: phone\nafer: {phrase: [投诉]}", "afer", "after"),
        ("entity:\n  kind: phone\nrole: agent\nwithn: 3\nafter: {phrase: [投诉]}", "withn", "within"),
        ("not:\n  all:\n  - near: {first: [a], second: [b], withn: 3}", "not.all[0].near.withn", "within"),
    ],
)
def test_the_key_that_was_meant(condition: str, path: str, meant: str) -> None:
    text = HEAD + "".join(f"    {line}\n" for line in condition.split("\n"))
    with pytest.raises(BadDefinition) as caught:
        parse_pack(text)
    found = {
        (str(reason.facts["path"]), str(reason.facts["near"])): int(reason.facts["line"])
        for reason in caught.value.details
        if reason.code == "scoring.misspelt_key"
    }
    place = f"rules[0].when.{path}".rstrip(".")
    assert (place, meant) in found
    key = path.rpartition(".")[2]
    if key in yaml.safe_load(condition):
        assert text.split("\n")[found[place, meant] - 1].strip().startswith(key)


@pytest.mark.parametrize(
    ("written", "line", "path", "near"),
    [
        ("  名称: 推诿", 5, "rules[0].名称", "name"),
        ("  effect: 违规", 7, "rules[0].effect", "violation"),
        ("  when: {短语: [投诉], role: agent}", 8, "rules[0].when.短语", "phrase"),
        ("  when: {phrase: [投诉], role: 座席}", 8, "rules[0].when.role", "agent"),
        ('  when: {meta: {field: satisfaction, op: "<=", value: 2}}', 8, "rules[0].when.meta.op", "le"),
        ('  fires: ["agnet: 您好"]', 9, "rules[0].fires[0].lines[0]", "agent"),
        ('  fires: ["客户: 您好"]', 9, "rules[0].fires[0].lines[0]", "customer"),
    ],
)
def test_what_was_written_in_chinese_or_nearly_right(written: str, line: int, path: str, near: str) -> None:
    rows = [*HEAD.rstrip().split("\n")[:-1], "  when: {phrase: [投诉]}", "  fires: []"]
    rows[line - 1] = written
    with pytest.raises(BadDefinition) as caught:
        parse_pack("\n".join(rows))
    (reason,) = caught.value.details
    assert (reason.facts["line"], reason.facts["path"], reason.facts["near"]) == (line, path, near)


def test_a_case_cannot_have_metadata_that_nothing_knows() -> None:
    case = "{{lines: ['agent: 您好'], metadata: {{{}}}}}"
    text = HEAD.replace("  when:\n", "  when: {phrase: [投诉]}\n  fires:\n  - ")
    assert (
        parse_pack(text + case.format("satisfaction: 2, extra: {分公司: 北京}")).rules[0].fires[0].metadata.satisfaction
        == 2
    )
    for written, code, key in (
        ("satisfacton: 2", "misspelt_key", "satisfacton"),
        ("分公司: 北京", "unknown_key", "分公司"),
        ("satisfaction: 好", "not_whole", "satisfaction"),
    ):
        with pytest.raises(BadDefinition) as caught:
            parse_pack(text + case.format(written))
        (reason,) = caught.value.details
        assert (reason.code, reason.facts["path"]) == (f"scoring.{code}", f"rules[0].fires[0].metadata.{key}")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{phrase: 投诉}", "用半角逗号隔开，只有一项也一样。现在是“投诉”"),
        ("{phrase: [投诉], seconds: 15}", "可以写的字段有：first, last"),
        ("{phrase:}", "这里还没有写内容"),
        ("{phrase: [投诉], share: [50, 100]}", "“50”超出了范围，要不大于 1。"),
        ("{phrase: [{甲: 乙}]}", '现在是“{"甲": "乙"}”'),
    ],
)
def test_nobody_has_to_read_python(when: str, said: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        parse_pack(HEAD.replace("  when:\n", f"  when: {when}\n"))
    sentences = " ".join(reason.say("zh") for reason in caught.value.details)
    assert said in sentences
    assert not any(word in sentences for word in ("None", "True", "Input", "should"))


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("near: {first: [], second: [b], within: 3}", "too_few"),
        ("near: {first: [。], second: [b], within: 3}", "empty_phrase"),
        ("near: {first: [a], second: [b]}", "missing_key"),
        ("near: {first: [a], second: [b], within: -1}", "out_of_range"),
        ("script: {text: 您好}", "short_script"),
        ("script: {text: '____，____'}", "short_script"),
        (f"script: {{text: '{'(您好/你好)' * 7}请讲'}}", "too_many_wordings"),
        ("similar: {to: [您好]}", "short_sentence"),
        (f"similar: {{to: [{'理财' * 33}]}}", "long_sentence"),
        ("similar: {to: [理财非存款], at_least: 0.3}", "out_of_range"),
        ("repeat: {times: 1}", "out_of_range"),
        ("entity: {kind: phon}", "misspelt_choice"),
        ("entity: {kind: []}", "too_few"),
        ("entity: {kind: phone, digits: {at_least: 3}}", "digits_of_number"),
        ("entity: {kind: number, digits: {}}", "no_bound"),
        ("slow_answer: {}", "at_least_or_median"),
        ("slow_answer: {at_least: 3, median: 2}", "at_least_or_median"),
        ("slow_answer: {at_least: 0.2}", "out_of_range"),
        ("late_hangup: {farewell: [再见]}", "no_bound"),
        ("talk_share: {at_least: 80}", "out_of_range"),
        ("then: {first: {phrase: [a]}}", "missing_key"),
        ("then: {first: {phrase: [a]}, next: {phrase: [b]}, within: {turns: 0}}", "out_of_range"),
    ],
)
def test_values_that_cannot_be(condition: str, code: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        parse_pack(f"{HEAD}    {condition}\n")
    assert [reason.code for reason in caught.value.details] == [f"scoring.{code}"]
    assert all(reason.say("zh") and reason.say("en") and reason.facts["line"] == 9 for reason in caught.value.details)

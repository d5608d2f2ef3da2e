"""Forms of the common rules, as YAML that does what its cases say."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from models.errors import BadDefinition
from pipeline.rulebook.rule_form import Common, RuleForm
from pipeline.rulebook.rule_place import insert_rule
from scoring.cases import check_cases
from scoring.pack import parse_pack

FORM: TypeAdapter[Common] = TypeAdapter(RuleForm)

PACK = """\
# 先看这里
pack: hotline
version: 1
rules:
  # ---- 第一组
  - id: first
    name: 一
    why: 因为
    when: {phrase: [不归我们管]}
    effect: tag
    fires: ["agent: 不归我们管"]

  # ---- 第二组
  - id: second
    name: 二
    why: 因为
    when: {phrase: [你找别人]}
    effect: tag
# 结尾
"""

FORMS: dict[str, dict[str, Any]] = {
    "forbidden": {"phrases": ["保证给您退款"], "fires": "座席：保证给您退款。", "silent": "客户：保证给您退款。"},
    "required": {
        "phrases": ["您好", "你好"],
        "first": 15,
        "fires": "座席：喂？",
        "silent": "座席：您好。\n客户：喂？",
    },
    "script": {
        "text": "本次通话将被录音，感谢您的（理解/支持）",
        "fires": "座席：您好，请讲。",
        "silent": "座席：本次通话将被录音，感谢您的支持。",
    },
    "silence": {
        "at_least": 10,
        "excused_by": ["请稍等"],
        "fires": "座席：我看一下。\n[12] 座席：查到了。",
        "silent": "座席：请稍等。\n[12] 座席：查到了。",
    },
    "overlap": {
        "at_least": 1,
        "fires": "客户：我昨天打电话来说过这个事情了。\n[-2] 座席：您先听我说完这一句。",
        "silent": "客户：我昨天打电话来说过。\n座席：您先听我说。",
    },
    "speech_rate": {
        "at_least": 300,
        "fires": "[语速 320]\n座席：您好，请问有什么可以帮您？",
        "silent": "[语速 200]\n座席：您好，请问有什么可以帮您？",
    },
}


def form(kind: str, **changes: object) -> Common:
    common = {"kind": kind, "id": "made", "name": "做出来的", "why": "因为: 这样"}
    return FORM.validate_python({**common, **FORMS[kind], **changes})


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("after", [None, 9, 15])
def test_every_form_makes_a_rule_that_passes_its_cases(kind: str, after: int | None) -> None:
    inserted = insert_rule(PACK, form(kind).rule(), after=after)
    pack = parse_pack(inserted.text)
    assert [rule.id for rule in pack.rules] == (
        ["first", "made", "second"] if after == 9 else ["first", "second", "made"]
    )
    assert [failure for failure in check_cases(pack) if failure.rule == "made"] == []
    assert inserted.text.splitlines()[inserted.line - 1].strip() == "- id: made"


def test_all_required_words_must_be_said() -> None:
    both = form("required", need="all", silent="座席：您好，你好。", fires="座席：您好。")
    assert check_cases(parse_pack(insert_rule("pack: a\nversion: 1\nrules: []\n", both.rule()).text)) == []


def test_comments_and_layout_stay_as_they_are() -> None:
    inserted = insert_rule(PACK, form("forbidden").rule(), after=9)
    lines = inserted.text.splitlines()
    del lines[inserted.line - 1 : inserted.last]
    assert [line for line in lines if line] == [line for line in PACK.splitlines() if line]
    assert lines.index("  # ---- 第二组") > inserted.line - 1


@pytest.mark.parametrize("text", ["", "pack: a\n", "- a\n", "rules: {a: 1}\n", "rules: [{id: a}]\n", "rules: [\n"])
def test_a_text_without_a_list_of_rules_is_refused(text: str) -> None:
    with pytest.raises(BadDefinition):
        insert_rule(text, form("forbidden").rule())


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1, max_size=40)


@settings(deadline=None)
@example(name="0", why="0\xa0", phrase="...")
@given(name=WORDS, why=WORDS, phrase=WORDS)
def test_whatever_is_written_in_a_form_is_only_text(name: str, why: str, phrase: str) -> None:
    inserted = insert_rule(PACK, form("forbidden", name=name, why=why, phrases=[phrase]).rule(), after=9)
    read = yaml.safe_load(inserted.text)
    assert [rule["id"] for rule in read["rules"]] == ["first", "made", "second"]
    made = read["rules"][1]
    assert (made["name"], made["why"], made["when"]["phrase"]) == (name, why, [phrase])

"""Dialogues as people paste them."""

import pytest

from models.errors import BadDefinition
from models.transcript import Role
from pipeline.rulebook.dialogue import read_dialogue, read_dialogues


def turns(text: str) -> list[tuple[Role, str]]:
    return [(turn.role, turn.text) for turn in read_dialogue(text).transcript().turns]


@pytest.mark.parametrize(
    ("line", "role", "said"),
    [
        ("座席：您好", Role.AGENT, "您好"),
        ("坐席1: 您好", Role.AGENT, "您好"),
        ("客服： 您好：请讲", Role.AGENT, "您好：请讲"),
        ("Agent: 您好", Role.AGENT, "您好"),
        ("  客户 ：喂", Role.CUSTOMER, "喂"),
        ("customer:喂", Role.CUSTOMER, "喂"),
        ("喂，你好", Role.UNKNOWN, "喂，你好"),
        ("地址：朝阳区", Role.UNKNOWN, "地址：朝阳区"),
        ("00:12 座席：您好", Role.AGENT, "您好"),
        ("[0:01:12] 客户：喂", Role.CUSTOMER, "喂"),
        ("[停顿 3 秒] 座席：您好", Role.AGENT, "您好"),
    ],
)
def test_who_says_what(line: str, role: Role, said: str) -> None:
    assert turns(line) == [(role, said)]


def test_pauses_and_speed_are_heard() -> None:
    transcript = read_dialogue("[语速 120]\n座席：我看一下\n\n[12] 座席：查到了\n[-1] 客户：好的").transcript()
    first, second, third = transcript.turns
    assert first.end == pytest.approx(2)  # four characters at 120 a minute
    assert second.start - first.end == pytest.approx(12)
    assert third.start == pytest.approx(second.end - 1)
    assert transcript.voice.roles[Role.AGENT].rate == 120


def test_an_empty_line_parts_dialogues() -> None:
    assert [len(one.lines) for one in read_dialogues("座席：一\n客户：二\n \n座席：三\n")] == [2, 1]
    assert read_dialogues(" \n\n") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\n \n", "pipeline.dialogue_empty"),
        ("座席：", "pipeline.dialogue_empty"),
        ("话" * 30_001, "pipeline.dialogue_too_long"),
        ("好\n" * 501, "pipeline.dialogue_too_many_lines"),
    ],
)
def test_what_is_no_dialogue_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadDefinition) as refusal:
        read_dialogue(text)
    assert refusal.value.reason.code == code

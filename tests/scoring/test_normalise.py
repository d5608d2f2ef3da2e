import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.normalise import fold, normalise, normalise_passages


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("您好，请问！", "您好请问"),
        ("保證收益", "保证收益"),
        ("ＶＩＰ用户１００％", "vip用户100%"),
        ("嗯，我要，呃，投诉", "我要投诉"),
        ("你投诉啊", "你投诉啊"),
        ("啊，那个，我想问一下。哦。", "我想问一下"),
        ("那个套餐", "那个套餐"),
        ("额度", "额度"),
        ("……", ""),
        ("年化３．５％，不到5.", "年化3.5%不到5"),
        ("今晚7:20，或者19：30", "今晚7点20或者19点30"),
        ("下午2:00，花了7.20元", "下午2点花了7.20元"),
        ("6.55那班", "6点55那班"),
        ("4.35%，3.14万，1.25折，2:1", "4.35%3.14万1.25折21"),
    ],
)
def test_what_is_left_for_matching(text: str, normal: str) -> None:
    assert normalise(text).text == normal


MADE = ".点"
"""Points are kept within a number only; what parts hours from minutes is said 点."""


@settings(deadline=None)
@given(st.text())
def test_every_letter_knows_where_it_came_from(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.offsets)
    assert normal.offsets.tolist() == sorted(normal.offsets)
    assert all(letter in fold(text[offset]) + MADE for letter, offset in zip(normal.text, normal.offsets, strict=True))


@settings(deadline=None)
@given(st.text(alphabet="您好，。投诉 嗯啊ＡＢ１100%那个"))
def test_normal_text_has_nothing_left_to_fold(text: str) -> None:
    normal = normalise(text).text
    assert "".join(map(fold, normal)) == normal


texts = st.text(alphabet="您好，。投诉 嗯啊ＡＢ１.5:2㎏100%那个\n\x1e\x1f\0", max_size=9)


@settings(deadline=None)
@given(st.lists(st.lists(texts, min_size=1, max_size=3), max_size=4))
def test_all_turns_at_once_are_each_by_itself(passages: list[list[str]]) -> None:
    whole = normalise_passages(passages)
    assert whole.text == "".join("".join(normalise(text).text for text in turns) + "\n" for turns in passages)
    begin, expected = 0, []
    for turns in passages:
        for text in turns:
            expected += (begin + normalise(text).offsets).tolist()
            begin += len(text) + 1
        expected.append(begin - 1)
    assert whole.offsets.tolist() == expected

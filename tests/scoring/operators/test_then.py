import pytest

from models.finding import Answer
from tests.scoring.made_call import ask, badly_heard, call, unknown

RUDE = "{then: {first: {phrase: [投诉], role: customer}, next: {phrase: [随便你], role: agent}, within: 10}}"


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["customer: 我要投诉你", "agent: 随便你"], Answer.HIT),
        (["agent: 随便你", "customer: 我要投诉你", "agent: 好的"], Answer.CLEAN),
        (["customer: 我要投诉你", {"agent": "随便你", "pause": 11}], Answer.CLEAN),
        (["customer: 你好", "agent: 随便你"], Answer.CLEAN),
        (["customer: 我要投诉", {"customer": "我就要投诉", "pause": 20}, "agent: 随便你"], Answer.HIT),
        (["agent: 随便你", "customer: 那我投诉"], Answer.CLEAN),
    ],
    ids=["after it", "before it", "too late", "without the first", "after the second time", "nobody spoke after it"],
)
def test_order(lines: list[object], answer: Answer) -> None:
    assert ask(RUDE, call(*lines)).answer is answer  # type: ignore[arg-type]


def test_both_are_quoted() -> None:
    result = ask(RUDE, call("customer: 我要投诉你", "agent: 随便你"))
    assert [one.quote for one in result.evidence] == ["投诉", "随便你"]


BY_TURNS = RUDE.replace("within: 10", "within: {turns: 1}")


def test_so_many_turns_later_however_they_were_cut() -> None:
    far = {"agent": "你随便你", "pause": 60}
    assert ask(BY_TURNS, call("customer: 我要投诉你", far)).answer is Answer.HIT
    cut = [{"customer": "真的", "pause": 2}, {"agent": "哦", "pause": 2}, {"agent": "随便你", "pause": 2}]
    assert ask(BY_TURNS, call("customer: 我要投诉你", *cut)).answer is Answer.HIT
    later = ["agent: 哦", "customer: 你听见了吗", "agent: 随便你"]
    assert ask(BY_TURNS, call("customer: 我要投诉你", *later)).answer is Answer.CLEAN


def test_anywhere_after_it_without_a_distance() -> None:
    asked = RUDE.replace(", within: 10", "")
    assert ask(asked, call("customer: 我要投诉你", {"agent": "随便你", "pause": 500})).answer is Answer.HIT


def test_a_sentence_missing_after_another() -> None:
    asked = "{then: {first: {phrase: [投诉]}, next: {phrase: [抱歉], need: none, role: agent}, within: {turns: 1}}}"
    assert ask(asked, call("customer: 我要投诉", "agent: 哦")).answer is Answer.HIT
    assert ask(asked, call("customer: 我要投诉", "agent: 非常抱歉")).answer is Answer.CLEAN


def test_what_was_badly_heard_leaves_it_open() -> None:
    heard = call("customer: 我要投诉你", "agent: 随便你")
    assert ask(RUDE, badly_heard(heard, 0)).answer is Answer.CANNOT_JUDGE
    assert ask(RUDE, badly_heard(heard, 1)).answer is Answer.CANNOT_JUDGE
    assert ask(RUDE, unknown(heard)).answer is Answer.CANNOT_JUDGE


def test_a_doubtful_first_matters_only_where_the_second_was_said() -> None:
    assert ask(RUDE, badly_heard(call("customer: 我要投诉你", "agent: 好的"), 0)).answer is Answer.CLEAN

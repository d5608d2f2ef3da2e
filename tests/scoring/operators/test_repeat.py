import pytest

from models.finding import Answer
from tests.scoring.made_call import ask, badly_heard, call, unknown

NAGGING = "{repeat: {times: 3}, role: agent}"
NO = "这个是系统自动扣的费用"


def three_times(second: str = "这个是系统自动扣的费用", role: str = "agent") -> list[dict[str, str]]:
    return [{role: NO}, {"customer": "那为什么扣我的"}, {role: second}, {"customer": "我没有同意过"}, {role: NO}]


def test_the_same_answer_three_times() -> None:
    result = ask(NAGGING, call(*three_times()))
    assert result.answer is Answer.HIT
    assert [one.turn for one in result.evidence] == [0, 2, 4]
    assert {one.quote for one in result.evidence} == {NO}


@pytest.mark.parametrize(
    ("second", "answer"),
    [
        ("这个都是系统自动扣的费用啊。", Answer.HIT),
        ("我说了。这个是系统自动扣的费用！您听明白了吗？", Answer.HIT),
        ("费用我帮您查一下明细", Answer.CLEAN),
    ],
    ids=["nearly", "among other sentences", "another answer"],
)
def test_what_is_nearly_the_same(second: str, answer: Answer) -> None:
    assert ask(NAGGING, call(*three_times(second))).answer is answer


def test_short_answers_may_be_repeated() -> None:
    heard = call(*(line for _ in range(4) for line in ("customer: 然后呢", "agent: 好的，请讲")))
    assert ask(NAGGING, heard).answer is Answer.CLEAN
    assert ask("{repeat: {times: 3, shortest: 4}, role: agent}", heard).answer is Answer.HIT


def test_two_people_saying_the_same_do_not_repeat_themselves() -> None:
    lines = three_times()
    lines[2] = {"customer": NO}
    assert ask("{repeat: {times: 3}}", call(*lines)).answer is Answer.CLEAN
    assert ask("{repeat: {times: 2}}", call(*lines)).answer is Answer.HIT


def test_the_customer_repeats_a_complaint() -> None:
    heard = call(*three_times(role="customer"))
    assert ask("{repeat: {times: 3}, role: customer}", heard).answer is Answer.HIT
    assert ask(NAGGING, heard).answer is Answer.CANNOT_JUDGE, "no agent on the recording"


def test_what_was_badly_heard_leaves_it_open() -> None:
    result = ask(NAGGING, badly_heard(call(*three_times()), 2))
    assert (result.answer, result.reason and result.reason.code) == (Answer.CANNOT_JUDGE, "scoring.may_be_repeated")


def test_unknown_speakers_leave_it_open() -> None:
    assert ask(NAGGING, unknown(call(*three_times()))).answer is Answer.CANNOT_JUDGE


def test_only_in_the_part_of_the_call_asked_for() -> None:
    assert ask("{repeat: {times: 3}, role: agent, share: [0, 0.6]}", call(*three_times())).answer is Answer.CLEAN

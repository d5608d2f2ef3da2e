"""The telesales pack and scorecard on whole calls that were not written for its rules, and the rubric's four levels."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from models.call import Metadata
from models.finding import Answer, Effect
from models.score import PreScore
from scoring.case import read_case
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.prescore import pre_score
from scoring.scorecard import load_scorecard
from tests.scoring.shipped import shipped_pack

CALLS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "telesales_calls.yaml").read_text("utf8"))
GOOD_SENTENCES: list[str | list[str]] = yaml.safe_load(
    (Path(__file__).parent / "telesales_good_sentences.yaml").read_text("utf8")
)
ABSENCE = "missing-"
"""Rules about something that was not said begin so: a single sentence always lacks it."""
CLEAN = [call["call"] for call in CALLS if not call["finds"] and not call["misses"]]
OPENING = [
    "agent: 您好，请问是王先生本人吗？我是安禾保险的小赵，工号五零一七，本次通话会录音，现在方便吗？",
    "customer: 方便，你说。",
]
FAREWELL = "agent: 感谢您的接听，祝您生活愉快，再见。"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped_pack("telesales")


def score(pack: Pack, lines: list[str]) -> PreScore:
    case = read_case({"lines": lines, "metadata": {"direction": "outbound"}})
    return pre_score(load_scorecard("telesales"), evaluate(pack, case.transcript(), case.metadata))


def written(sentence: str | list[str]) -> str | list[str]:
    """Lines where the agent answers a customer, otherwise the agent's words alone."""
    return f"agent: {sentence}" if isinstance(sentence, str) else sentence


def between(*lines: str) -> list[str]:
    """A call in which nothing is wrong but these lines."""
    return [*OPENING, *lines, FAREWELL]


@pytest.mark.parametrize("call", CALLS, ids=[call["call"] for call in CALLS])
def test_calls_by_another_hand_are_judged_as_a_person_judged_them(call: dict[str, Any], pack: Pack) -> None:
    case = read_case({"lines": call["lines"], "metadata": {"direction": "outbound"}})
    results = evaluate(pack, case.transcript(), case.metadata)
    found = {one.rule for one in results if one.answer is Answer.HIT and one.effect is Effect.VIOLATION}
    assert found - set(call["misses"]) == set(call["finds"])


def test_what_honest_agents_say_is_no_violation(pack: Pack) -> None:
    accused = [
        (sentence, one.rule)
        for sentence in GOOD_SENTENCES
        for one in evaluate(
            pack, read_case(f"agent: {sentence}" if isinstance(sentence, str) else sentence).transcript(), Metadata()
        )
        if one.answer is Answer.HIT and one.effect is Effect.VIOLATION and not one.rule.startswith(ABSENCE)
    ]
    assert accused == []


@pytest.mark.parametrize("call", [call for call in CALLS if call["call"] in CLEAN], ids=CLEAN)
def test_good_calls_lose_nothing(call: dict[str, Any], pack: Pack) -> None:
    assert (score(pack, call["lines"]).total, score(pack, call["lines"]).grade) == (100, "优秀")


def test_a_plus_errors_leave_at_most_fifty(pack: Pack) -> None:
    found = score(pack, between("agent: 您加一下我的个人微信。", "customer: 好。"))
    assert (found.total, found.grade, found.fatal) == (50, "不合格", ("a-plus-2",))


def test_a_plus_with_other_errors_goes_on_down(pack: Pack) -> None:
    refunds = [line for _ in range(3) for line in ("agent: 您放心，退保没有损失。", "customer: 哦。")]
    assert score(pack, between("agent: 您加一下我的个人微信。", "customer: 好。", *refunds)).total == 40


def test_a_errors_cost_twenty_each_time(pack: Pack) -> None:
    once = ("agent: 您放心，退保没有损失。", "customer: 哦。")
    assert score(pack, between(*once)).total == 80
    assert score(pack, between(*once, *once)).total == 60


def test_b_errors_cost_ten(pack: Pack) -> None:
    assert score(pack, between("agent: 您就当零存整取。", "customer: 哦。")).total == 90


def test_c_errors_cost_five(pack: Pack) -> None:
    assert score(pack, between("agent: 投保以后保单会寄给您的。", "customer: 哦。")).total == 95


def test_an_opening_without_name_and_number_costs_five_once(pack: Pack) -> None:
    opening = ["agent: 您好，安禾保险，本次通话会录音，现在方便吗？", "customer: 方便。"]
    assert score(pack, [*opening, FAREWELL]).total == 95


def test_refusing_twice_and_being_sold_to_twice_costs_an_a2_and_an_a3(pack: Pack) -> None:
    pushed = [
        "customer: 我不需要。",
        "agent: 您先听我说，一天才一块钱。",
        "customer: 真的不需要。",
        "agent: 万一生病了呢？",
    ]
    assert score(pack, between(*pushed, "customer: 再见。")).total == 60


def test_praise_is_recorded_and_gives_no_points(pack: Pack) -> None:
    found = score(pack, between("agent: 您加一下我的个人微信，我完全理解您的顾虑。", "customer: 好。"))
    praise = next(item for section in found.sections for item in section.items if item.id == "good-selling")
    assert (found.total, praise.rules) == (50, ("shows-empathy",))

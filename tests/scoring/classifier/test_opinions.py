from dataclasses import replace

import pytest

from models.finding import Answer, Opinion
from models.transcript import Role, Transcript
from scoring.classifier.classifier import opinions
from scoring.classifier.explanation import explain
from scoring.scorecard import parse_scorecard
from tests.scoring.classifier.taught import card, starter
from tests.scoring.made_call import call, with_turn

RUDE = call(
    "agent: 您好，请问有什么可以帮您？",
    "customer: 我家宽带坏了三天了，你们到底管不管？",
    "agent: 这个不归我们管，您自己找装维师傅去。",
    "customer: 我找了他们说让我找你们！",
    "agent: 我刚才不是说了吗，您听不懂是吧？",
    "customer: 行，我要投诉你们！",
)
PLAIN = call(
    "agent: 您好，很高兴为您服务，请问有什么可以帮您？",
    "customer: 你好，我想查一下上个月的话费。",
    "agent: 好的，请您稍等，您上个月一共六十八块五。",
    "customer: 哦好的，那我知道了，谢谢。",
    "agent: 不客气，请问还有其他可以帮您的吗？",
    "customer: 没有了。",
    "agent: 感谢您的来电，再见。",
)


def opinion(item: str, transcript: Transcript) -> Opinion:
    return next(one for one in opinions(starter(), card(), transcript, ()) if one.item == item)


@pytest.mark.parametrize(("item", "turn"), [("patience", 4), ("responsibility", 2)])
def test_an_error_is_found_with_the_turn_that_drove_it(item: str, turn: int) -> None:
    found = opinion(item, RUDE)
    assert found.answer in {Answer.HIT, Answer.CANNOT_JUDGE}
    assert found.probability > 0.5
    evidence = {one.turn: one for one in found.evidence}[turn]
    said = RUDE.turns[turn]
    assert (evidence.quote, evidence.start, evidence.end, evidence.role) == (
        said.text,
        said.start,
        said.end,
        Role.AGENT,
    )


def test_a_plain_call_is_clean() -> None:
    assert {one.answer for one in opinions(starter(), card(), PLAIN, ())} == {Answer.CLEAN}


def test_only_items_with_signs_are_asked_and_a_card_without_costs_nothing() -> None:
    assert [one.item for one in opinions(starter(), card(), RUDE, ())] == [one.id for one in card().items if one.signs]
    text = """\
scorecard: bare
version: 1
sections: [{id: s, name: 态度, items: [{id: i, name: 语气, points: 5, judge: human}]}]
"""
    assert opinions(starter(), parse_scorecard(text), RUDE, ()) == ()


def test_an_unhappy_customer_whom_nobody_soothes_is_an_error_of_care() -> None:
    soothed = with_turn(RUDE, 2, text="实在对不起，耽误您三天没网用，换谁都着急，我马上帮您催装维今天上门。")
    soothed = with_turn(soothed, 4, text="让您两头跑真的很抱歉，您先别着急，这个我来跟到底。")
    assert opinion("care", RUDE).probability > opinion("care", soothed).probability


def test_between_the_bounds_it_abstains_and_says_how_sure_it_is() -> None:
    never = replace(starter(), costs=replace(starter().costs, wrong_deduction=1000.0, miss=1000.0))
    found = {one.item: one for one in opinions(never, card(), RUDE, ())}["patience"]
    assert found.answer is Answer.CANNOT_JUDGE
    assert found.reason is not None
    assert found.reason.code == "scoring.model_unsure"


def test_where_no_agent_is_heard_nothing_is_clean() -> None:
    silent = call("customer: 喂？", "customer: 有人吗？")
    found = opinions(starter(), card(), silent, ())
    assert {(one.answer, one.reason.code if one.reason else "") for one in found} == {
        (Answer.CANNOT_JUDGE, "scoring.model_heard_nobody")
    }


def test_an_explanation_names_the_words() -> None:
    told = {one.item: one for one in explain(starter(), card(), RUDE, ())}["responsibility"]
    assert [one.item for one in explain(starter(), card(), RUDE, ())] == [
        one.item for one in opinions(starter(), card(), RUDE, ())
    ]
    turn = next(one for one in told.turns if one.turn == 2)
    assert turn.label == "shirking"
    assert dict(told.labels)["shirking"] > 0.5
    own = [one for one in turn.spoke if not one.before]
    assert {RUDE.turns[2].text[one.start : one.end] == one.text for one in own} == {True}
    assert any(one.weight > 0 for one in own)
    assert told.weighed == ()


def test_a_packs_phrases_are_cut_as_one_word() -> None:
    told = {one.item: one for one in explain(starter(), card(), RUDE, (), words=("不归我们管",))}["responsibility"]
    assert "不归我们管" in [one.text for turn in told.turns for one in turn.spoke]

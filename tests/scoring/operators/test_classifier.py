"""`classifier`: what the trained classifier makes of single turns."""

from typing import Any

import pytest

from models.call import Metadata
from models.errors import BadDefinition
from models.finding import Answer, RuleResult
from models.transcript import Transcript
from scoring.evaluate import evaluate
from scoring.pack import Pack, parse_pack
from tests.scoring.made_call import badly_heard, call, unknown
from tests.starter_kept import starter_turns

SHIRKED = "agent: 您好，这个真的不归我们部门管，您自己去找厂家问吧。"
HELPED = "agent: 好的，我马上帮您登记，今天之内给您回电话。"


def pack(condition: str) -> Pack:
    return parse_pack(
        f"pack: p\nversion: 1\nrules:\n  - id: r\n    name: r\n    why: w\n    effect: tag\n    when: {condition}\n"
    )


def ask(condition: str, transcript: Transcript, *, model: Any = None) -> RuleResult:
    (result,) = evaluate(pack(condition), transcript, Metadata(), model or starter_turns())
    return result


SHIRKING = "{classifier: {signs: shirking}}"


def test_a_turn_that_is_surely_the_sign_hits_with_its_words_and_seconds() -> None:
    said = call("customer: 我的洗衣机坏了。", SHIRKED)
    result = ask(SHIRKING, said)
    assert result.answer is Answer.HIT
    (evidence,) = result.evidence
    turn = said.turns[1]
    assert (evidence.turn, evidence.quote, evidence.start, evidence.end) == (1, turn.text, turn.start, turn.end)
    assert 0.8 <= evidence.confidence <= 1


def test_other_turns_are_clean() -> None:
    assert ask(SHIRKING, call("customer: 我的洗衣机坏了。", HELPED)).answer is Answer.CLEAN


def test_in_between_it_abstains_and_says_how_probable() -> None:
    likely = ask("{classifier: {signs: shirking, at_least: 0.05, unsure_from: 0.05}}", call(SHIRKED)).evidence[0]
    between = f"{{classifier: {{signs: shirking, at_least: 1, unsure_from: {likely.confidence - 0.01:.3f}}}}}"
    result = ask(between, call(SHIRKED))
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.code == "scoring.sign_unsure"
    assert f"{100 * likely.confidence:.0f}%" in result.reason.say("zh")
    assert [one.turn for one in result.evidence] == [0]


def test_without_a_classifier_it_cannot_be_judged() -> None:
    (result,) = evaluate(pack(SHIRKING), call(SHIRKED), Metadata())
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.code == "scoring.no_classifier"


def test_an_agents_sign_is_looked_for_in_agents_turns_alone() -> None:
    nobody = ask(SHIRKING, call("customer: 您好，这个真的不归我们部门管，您自己去找厂家问吧。"))
    assert nobody.answer is Answer.CANNOT_JUDGE
    assert nobody.reason is not None
    assert nobody.reason.code == "scoring.agent_not_heard"


def test_what_was_badly_heard_or_said_by_nobody_known_is_not_held_against_anyone() -> None:
    low = "{classifier: {signs: shirking, at_least: 0.3, unsure_from: 0.3}}"
    spoken = call(SHIRKED, HELPED)
    assert ask(low, spoken).answer is Answer.HIT
    assert ask(low, badly_heard(spoken, 0)).answer is Answer.CANNOT_JUDGE
    assert ask(low, unknown(spoken)).answer is Answer.CANNOT_JUDGE


def test_it_joins_with_other_conditions_and_scopes() -> None:
    spoken = call("customer: 我的洗衣机坏了。", SHIRKED, HELPED)
    assert ask(f"{{all: [{SHIRKING}, {{phrase: [登记], role: agent}}]}}", spoken).answer is Answer.HIT
    assert ask(f"{{not: {SHIRKING}}}", spoken).answer is Answer.CLEAN
    assert ask("{classifier: {signs: [shirking]}, turns: [1, -1]}", spoken).answer is Answer.CLEAN
    after = "{classifier: {signs: [shirking]}, after: {phrase: [洗衣机]}, within: 10}"
    assert ask(after, spoken).answer is Answer.HIT


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("{classifier: {signs: shirkin}}", "scoring.misspelt_choice"),
        ("{classifier: {signs: []}}", "scoring.too_few"),
        ("{classifier: {signs: shirking}, role: customer}", "scoring.sign_of_other_role"),
        ("{classifier: {signs: shirking, at_least: 0.5, unsure_from: 0.6}}", "scoring.band_backwards"),
        ("{classifier: {signs: shirking, at_least: 80}}", "scoring.out_of_range"),
        ("{classifier: {label: shirking}}", "scoring.missing_key"),
    ],
)
def test_mistakes_are_named(condition: str, code: str) -> None:
    with pytest.raises(BadDefinition) as error:
        pack(condition)
    assert code in [reason.code for reason in error.value.details]
    for reason in error.value.details:
        assert reason.say("zh")
        assert reason.say("en")


def test_a_pack_knows_whether_it_asks() -> None:
    assert pack(f"{{any: [{SHIRKING}]}}").asks_classifier
    assert not pack("{phrase: [您好]}").asks_classifier

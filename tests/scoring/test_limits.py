"""Packs that are too much: a clear mistake, soon; and packs that are much: an answer, soon."""

import time

import pytest

from models.call import Metadata
from models.errors import BadDefinition
from models.finding import Answer
from scoring.evaluate import evaluate
from scoring.pack import MAX_RULES, parse_pack
from tests.scoring.made_call import call, pack_of

HEAD = "pack: p\nversion: 1\nrules:\n"
RULE = "- {{id: a-{0}, name: 问, why: 测试, effect: tag, when: {{phrase: [投诉]}}}}\n"


def refused(text: str) -> BadDefinition:
    begun = time.process_time()
    with pytest.raises(BadDefinition) as error:
        parse_pack(text)
    assert time.process_time() - begun < 30
    assert all(error.value.reason.say(language) for language in ("zh", "en"))
    return error.value


@pytest.mark.parametrize("depth", [60, 300, 10_000])
@pytest.mark.parametrize(("opened", "closed"), [("{all: [", "]}"), ("{not: ", "}")])
def test_conditions_nested_too_deeply(depth: int, opened: str, closed: str) -> None:
    if opened.startswith("{not") and depth == 60:
        depth = 120
    when = opened * depth + "{phrase: [投诉]}" + closed * depth
    error = refused(HEAD + "- {id: a, name: 问, why: 测试, effect: tag, when: " + when + "}\n")
    assert error.reason.code == "scoring.not_yaml"
    assert error.reason.facts["problem"] == "deep"


def test_forty_conditions_in_one_another_are_judged() -> None:
    pack = pack_of("{not: " * 40 + "{phrase: [投诉]}" + "}" * 40)
    assert evaluate(pack, call("customer: 我要投诉"), Metadata())[0].answer is Answer.HIT


def test_too_many_rules() -> None:
    rules = "".join(RULE.format(number) for number in range(2))
    assert len(parse_pack(HEAD + rules).rules) == 2
    error = refused(HEAD + "".join(RULE.format(number) for number in range(MAX_RULES + 1)))
    assert (error.reason.code, error.reason.facts["most"]) == ("scoring.too_many", MAX_RULES)


def test_a_text_that_is_too_long() -> None:
    assert refused(HEAD + RULE.format(0) + "#" * 4_000_000).reason.code == "scoring.long_text"


@pytest.mark.parametrize(
    "when",
    [
        "{phrase: [WORDS]}",
        "{near: {first: [WORDS], second: [好], within: 3}}",
        "{silence: {at_least: 3, excused_by: [WORDS]}, role: agent}",
        "{late_hangup: {at_least: 3, farewell: [WORDS]}}",
    ],
)
def test_a_phrase_that_is_too_long(when: str) -> None:
    with pytest.raises(BadDefinition) as error:
        pack_of(when.replace("WORDS", "我要投诉" * 20))
    assert error.value.reason.code == "scoring.long_phrase"


def test_a_phrase_of_characters_with_many_readings_is_found_soon() -> None:
    phrase = "还行着了得地和重传调弹降参差数说都" * 3
    begun = time.process_time()
    pack = pack_of(f"{{phrase: [{phrase}]}}")
    assert evaluate(pack, call({"agent": phrase}), Metadata())[0].answer is Answer.HIT
    assert time.process_time() - begun < 5


LONG = call(*({("agent", "customer")[number % 2]: "我说的是你们的理财，我的钱" * 3} for number in range(600)))
"""About two hours of talk in which each phrase below is said thousands of times."""


@pytest.mark.parametrize(
    "when",
    [
        "{phrase: [我, 的, 你]}",
        "{regex: '.'}",
        "{near: {first: [我, 你], second: [的, 钱], within: 1000, across: true}}",
        "{script: {text: '我说的是(你们/他们)的(理财/保险)，____我的(钱/存款)'}}",
        "{similar: {to: [我说的是你们的理财产品]}}",
        "{repeat: {times: 3, shortest: 2}}",
        "{then: {first: {phrase: [我说]}, next: {phrase: [你们]}, within: 5}}",
        "{phrase: [钱], after: {phrase: [我说]}, within: {turns: 2}}",
    ],
)
def test_what_happens_thousands_of_times_is_judged_soon(when: str) -> None:
    pack = pack_of(when)
    begun = time.process_time()
    (result,) = evaluate(pack, LONG, Metadata())
    assert result.answer is Answer.HIT
    assert time.process_time() - begun < 8

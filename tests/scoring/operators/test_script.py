import pytest

from models.finding import Answer
from tests.scoring.made_call import ask, badly_heard, call, unknown

NOTICE = "本次通话将被录音，理财非存款，产品有风险，投资须谨慎。"
RISK = f"{{script: {{text: '{NOTICE}', at_least: 0.8}}, role: agent}}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (NOTICE, Answer.HIT),
        ("本次通话将会被录音哈，理财呢非存款，产品是有风险的，投资要谨慎。", Answer.HIT),
        ("本次通话将被录音，产品有风险。", Answer.CLEAN),
        ("投资须谨慎，产品有风险，理财非存款，本次通话将被录音。", Answer.CLEAN),
        ("您好，请问有什么可以帮您？", Answer.CLEAN),
    ],
    ids=["word for word", "in own words", "half of it", "in another order", "nothing of it"],
)
def test_how_much_of_it_is_said(said: str, answer: Answer) -> None:
    assert ask(RISK, call({"agent": said})).answer is answer


def test_a_listening_customer_does_not_break_it_off() -> None:
    heard = call("agent: 本次通话将被录音，理财非存款，", "customer: 嗯嗯，好。", "agent: 产品有风险，投资须谨慎。")
    result = ask(RISK, heard)
    assert result.answer is Answer.HIT
    assert [one.turn for one in result.evidence] == [0, 2], "a quote of each turn"


def test_the_quote_is_the_script_in_the_middle_of_a_long_turn() -> None:
    heard = call({"agent": "我先跟您介绍一下" * 9 + NOTICE + "那我们开始" * 9})
    (evidence,) = ask(RISK, heard).evidence
    assert evidence.quote == NOTICE.rstrip("。")


def test_characters_scattered_over_the_call_are_not_the_script() -> None:
    words = [{"agent": f"{character}字在这里{'啦' * 30}"} for character in NOTICE if character not in "，。"]
    assert ask(RISK, call(*words)).answer is Answer.CLEAN


SLOTS = (
    "{script: {text: '我是____（银行/保险）的客服，工号____，请问您是____(先生/女士)吗', at_least: 0.9}, role: agent}"
)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("我是星河银行的客服，工号八零一二，请问您是王女士吗？", Answer.HIT),
        ("我是平安保险的客服，工号三，请问您是欧阳先生吗？", Answer.HIT),
        ("我是星河银行的，请问您是王女士吗？", Answer.CLEAN),
    ],
)
def test_slots_are_free_and_one_alternative_is_enough(said: str, answer: Answer) -> None:
    assert ask(SLOTS, call({"agent": said})).answer is answer


def test_said_by_the_other_side_it_is_not_said() -> None:
    assert ask(RISK, call({"customer": NOTICE}, "agent: 对。")).answer is Answer.CLEAN


def test_where_half_of_it_was_badly_heard_it_may_have_been_said() -> None:
    heard = call("agent: 本次通话将被录音，理财非存款，", {"agent": "产品有风险，投资须谨慎。", "pause": 2})
    result = ask(RISK, badly_heard(heard, 1))
    assert (result.answer, result.reason and result.reason.code) == (Answer.CANNOT_JUDGE, "scoring.script_unsure")


def test_a_script_missing_from_a_badly_heard_call_is_no_violation() -> None:
    missing = f"{{not: {RISK}}}"
    heard = call("agent: 您好，请问有什么可以帮您？", "customer: 没事。", "agent: 再见。")
    assert ask(missing, heard).answer is Answer.HIT
    assert ask(missing, badly_heard(heard, 2)).answer is Answer.CANNOT_JUDGE


def test_of_unknown_speakers_it_is_left_open() -> None:
    assert ask(RISK, unknown(call({"agent": NOTICE}))).answer is Answer.CANNOT_JUDGE


def test_only_in_the_seconds_asked_for() -> None:
    early = RISK.replace("role: agent", "role: agent, seconds: {first: 10}")
    assert ask(early, call({"agent": NOTICE})).answer is Answer.HIT
    assert ask(early, call("agent: 您好", {"agent": NOTICE, "pause": 20})).answer is Answer.CLEAN

import pytest

from asr.agent import find_agent, phrases

OPENING = "您好，欢迎致电星河通信，工号三零二六为您服务，请问有什么可以帮您？"
QUESTION = "喂，你好，我想查一下话费，怎么多扣了三十块钱？"


def test_the_agent_is_known_by_the_opening_whoever_speaks_first() -> None:
    assert find_agent([OPENING, QUESTION]).speaker == 0
    assert find_agent([QUESTION, OPENING]).speaker == 1
    assert find_agent([OPENING, QUESTION]).confidence > 0.97


def test_an_outbound_agent_is_known_without_an_opening_of_service() -> None:
    agent = "您好，请问是宋女士吗？我是云帆银行的，工号二二三八，跟您核对一下。"

    assert find_agent(["喂，哪位？", agent]).speaker == 1


def test_a_rude_agent_is_known_by_an_angry_customer_and_little_of_his_own() -> None:
    agent = "您好，星河通信，请讲。你这个套餐有合约，改不了。"
    customer = "我要投诉你！你工号多少？叫你们领导给我回电话！"

    assert find_agent([agent, customer]).speaker == 0


@pytest.mark.parametrize(
    "texts",
    [
        ("", ""),
        ("喂，你好。", "你好，哪位？"),
        ("我要投诉你！你工号多少？叫你们领导来！", "行了行了，知道了。"),
        (OPENING, OPENING),
        ("你好，您说。", "嗯，您那边几点下班？"),
    ],
    ids=["nothing", "greetings", "only the customer shows", "both open", "courtesy"],
)
def test_where_the_words_do_not_say_nobody_is_the_agent(texts: tuple[str, str]) -> None:
    assert find_agent(texts).speaker is None


def test_a_customer_who_quotes_the_agent_is_not_taken_for_one() -> None:
    customer = "你好，我想问一下，你工号多少？上次那个客服说，为您服务，结果你们到现在还没处理，我要投诉你们。"
    agent = "非常抱歉，女士您好，给您带来不便了，我帮您查一下，请您稍等。"

    assert find_agent([customer, agent]).speaker == 1


def test_repeating_a_phrase_adds_nothing_for_ever() -> None:
    assert find_agent(["请讲。" * 50, "喂。"]).speaker is None


def test_every_phrase_is_evidence_for_one_side() -> None:
    assert {phrase.weight > 0 for phrase in phrases()} == {True, False}
    assert all(phrase.weight and phrase.times >= 1 for phrase in phrases())

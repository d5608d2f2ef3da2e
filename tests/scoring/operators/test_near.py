import pytest

from models.finding import Answer
from models.transcript import Transcript
from tests.scoring.made_call import ask, badly_heard, call, unknown

PROMISE = "{near: {first: [保证, 肯定], second: [收益, 赚钱], within: 4}, role: agent}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("我们保证您的收益", Answer.HIT),
        ("收益我可以保证", Answer.HIT),
        ("保证一定有收益", Answer.HIT),
        ("保证，嗯，一定，有，收益", Answer.HIT),
        ("保证了一定会有收益", Answer.CLEAN),
        ("我们保证您的服务", Answer.CLEAN),
        ("收益", Answer.CLEAN),
    ],
    ids=["two between", "the other way round", "three", "marks and fillers", "five", "only one", "only the other"],
)
def test_how_close_they_must_be(said: str, answer: Answer) -> None:
    assert ask(PROMISE, call({"agent": said})).answer is answer


def test_the_quote_goes_from_the_first_word_to_the_last() -> None:
    (evidence,) = ask(PROMISE, call("agent: 这个产品保证有收益的。")).evidence
    assert (evidence.quote, evidence.start, evidence.end) == ("保证有收益", 1.0, 2.25)


def test_in_the_order_asked_for() -> None:
    ordered = PROMISE.replace("within: 4", "within: 4, ordered: true")
    assert ask(ordered, call("agent: 保证有收益")).answer is Answer.HIT
    assert ask(ordered, call("agent: 收益有保证")).answer is Answer.CLEAN


def test_nothing_between_at_all() -> None:
    touching = "{near: {first: [保证], second: [收益], within: 0}}"
    assert ask(touching, call("agent: 保证收益")).answer is Answer.HIT
    assert ask(touching, call("agent: 保证有收益")).answer is Answer.CLEAN


def test_words_that_share_a_character_are_not_near_each_other() -> None:
    assert (
        ask("{near: {first: [不保证], second: [保证收益], within: 9}}", call("agent: 不保证收益")).answer
        is Answer.CLEAN
    )


ASKED_AND_ANSWERED = "{near: {first: [能赚钱], second: [肯定], within: 3, across: true}}"


def test_across_speakers_only_where_asked() -> None:
    heard = call("customer: 能赚钱吗", "agent: 那肯定")
    result = ask(ASKED_AND_ANSWERED, heard)
    assert [(one.turn, one.quote) for one in result.evidence] == [(0, "能赚钱"), (1, "肯定")]
    assert ask(ASKED_AND_ANSWERED.replace(", across: true", ""), heard).answer is Answer.CLEAN
    assert ask(ASKED_AND_ANSWERED, call("customer: 能赚钱吗", "agent: 那个我想肯定")).answer is Answer.CLEAN


def test_a_pause_parts_them() -> None:
    assert ask(PROMISE, call("agent: 我保证", {"agent": "收益", "pause": 2})).answer is Answer.CLEAN
    assert ask(PROMISE, call("agent: 我保证", {"agent": "收益", "pause": 0.2})).answer is Answer.HIT


@pytest.mark.parametrize("spoil", [lambda heard: badly_heard(heard, 0), unknown], ids=["badly heard", "by whom?"])
def test_left_open(spoil: "type[object]") -> None:
    heard: Transcript = call("agent: 保证有收益")
    assert ask(PROMISE, spoil(heard)).answer is Answer.CANNOT_JUDGE  # type: ignore[arg-type, call-arg]


def test_the_customer_may_say_so() -> None:
    assert ask(PROMISE, call("customer: 你们保证有收益吗", "agent: 不能")).answer is Answer.CLEAN

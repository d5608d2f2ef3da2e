import pytest

from models.finding import Answer
from tests.scoring.made_call import ask, badly_heard, call, unknown

SOOTHING = "{similar: {to: [我非常理解您现在的心情, 给您带来不便非常抱歉], at_least: 0.7}, role: agent}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("我非常理解您现在的心情", Answer.HIT),
        ("我很理解您的心情", Answer.HIT),
        ("先生，我也非常理解您现在这个心情，您先消消气，我马上帮您查。", Answer.HIT),
        ("给您造成不便，真的非常抱歉。", Answer.HIT),
        ("我不太清楚您说的事情", Answer.CLEAN),
        ("理解", Answer.CLEAN),
        ("好的", Answer.CLEAN),
    ],
)
def test_sentences_alike(said: str, answer: Answer) -> None:
    assert ask(SOOTHING, call({"agent": said})).answer is answer


def test_the_stretch_is_quoted_and_the_likeness_is_its_confidence() -> None:
    (evidence,) = ask(SOOTHING, call("agent: 先生我非常理解您现在的心情请稍等")).evidence
    assert (evidence.quote, evidence.confidence) == ("我非常理解您现在的心情", 1.0)
    (less,) = ask(SOOTHING, call("agent: 先生我非常理解您当时的心情请稍等")).evidence
    assert less.confidence == pytest.approx(9 / 11, abs=0.001)


def test_as_much_alike_as_asked() -> None:
    heard = call("agent: 我很理解您的心情")
    assert ask(SOOTHING.replace("0.7", "0.95"), heard).answer is Answer.CLEAN


def test_the_other_side_and_other_seconds_do_not_count() -> None:
    assert ask(SOOTHING, call("customer: 我非常理解您现在的心情", "agent: 是")).answer is Answer.CLEAN
    early = SOOTHING.replace("role: agent", "role: agent, seconds: {first: 2}")
    assert ask(early, call("agent: 您好", {"agent": "我非常理解您现在的心情", "pause": 9})).answer is Answer.CLEAN


def test_left_open() -> None:
    heard = call("agent: 我非常理解您现在的心情", "customer: 嗯")
    assert ask(SOOTHING, badly_heard(heard, 0)).answer is Answer.CANNOT_JUDGE
    assert ask(SOOTHING, unknown(heard)).answer is Answer.CANNOT_JUDGE

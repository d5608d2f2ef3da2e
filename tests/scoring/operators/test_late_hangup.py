from dataclasses import replace

import pytest

from models.finding import Answer
from models.transcript import Transcript
from tests.scoring.made_call import ask, badly_heard, call, unknown

LATE = "{late_hangup: {at_least: 10, farewell: [再见]}}"
EARLY = "{late_hangup: {at_most: 0.5}}"


def ending(after: float, farewell: str = "好的，再见。") -> Transcript:
    """The line is open for so many seconds after the last word."""
    heard = call("agent: 您好。", "customer: 没事了。", {"agent": farewell})
    seconds = heard.recording.seconds + after
    return replace(heard, recording=replace(heard.recording, seconds=seconds))


@pytest.mark.parametrize(
    ("after", "late", "early"), [(15, "hit", "clean"), (3, "clean", "clean"), (0.2, "clean", "hit")]
)
def test_seconds_after_the_last_word(after: float, late: str, early: str) -> None:
    assert ask(LATE, ending(after)).answer == late
    assert ask(EARLY, ending(after)).answer == early


def test_the_open_line_is_the_evidence() -> None:
    heard = ending(15)
    (evidence,) = ask(LATE, heard).evidence
    assert (evidence.start, evidence.end) == (heard.turns[-1].end, heard.recording.seconds)


def test_without_a_farewell_it_is_not_asked() -> None:
    assert ask(LATE, ending(15, "我看一下。")).answer is Answer.NOT_APPLICABLE
    assert ask("{late_hangup: {at_least: 10}}", ending(15, "我看一下。")).answer is Answer.HIT


def test_a_farewell_that_may_have_been_said_leaves_it_open() -> None:
    assert ask(LATE, badly_heard(ending(15), 2)).answer is Answer.CANNOT_JUDGE
    assert ask(LATE, unknown(ending(15))).answer is Answer.CANNOT_JUDGE
    assert ask(LATE, badly_heard(ending(15, "那就这样。"), 2)).answer is Answer.CANNOT_JUDGE


def test_a_recording_without_words_has_no_ending() -> None:
    assert ask(EARLY, replace(ending(3), turns=())).answer is Answer.CANNOT_JUDGE

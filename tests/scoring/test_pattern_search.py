"""Patterns that run away cost a call a few seconds in all, however many there are, and leave sane ones alone."""

from time import monotonic, process_time

import pytest

from models.call import Metadata
from models.finding import Answer, RuleResult
from models.transcript import Transcript
from scoring.evaluate import evaluate
from scoring.pack import parse_pack
from scoring.pattern_search import CALL_SECONDS, OutOfTimeError, PatternSearch
from scoring.patterns import PatternIndex
from tests.scoring.made_call import ask, call

TWO_HOURS = call({"agent": "我想问一下这个理财产品的收益到底是多少你们上次说的不一样啊" * 900 + "再见"})
"""In one passage, which is worse than any real call."""
RUNAWAY = [
    r"(.+)+\W",
    r"(.*)*\W",
    r"((.|我)+)+\W",
    r"(我.*问|.)+\W",
    r"(.+).*\1+\W",
    r"(?:(?:我|问|.)*)*\W",
    r"(?:(?:(?:.?){1,9}){1,9}){1,9}\W",
    r"(?=(.+)+\W)我",
]
SLACK = 1.0
"""Seconds for everything else about such a call."""


def answers(conditions: list[str], transcript: Transcript) -> tuple[tuple[RuleResult, ...], float]:
    """Results and seconds of processor time."""
    rules = "".join(
        f"- {{id: asked-{number}, name: 问, why: 测试, effect: tag, when: {condition}}}\n"
        for number, condition in enumerate(conditions)
    )
    pack = parse_pack(f"pack: p\nversion: 1\nrules:\n{rules}")
    begun = process_time()
    return evaluate(pack, transcript, Metadata()), process_time() - begun


@pytest.mark.parametrize("pattern", RUNAWAY)
def test_a_runaway_pattern_cannot_be_judged_and_is_named(pattern: str) -> None:
    result = ask(f"{{regex: '{pattern}'}}", TWO_HOURS)
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert (result.reason.code, result.reason.facts) == ("scoring.slow_pattern", {"pattern": pattern})


def test_two_hundred_of_them_cost_a_call_a_few_seconds_and_a_sane_one_nothing() -> None:
    bad = [f"{{regex: '{pattern}{{1,{number}}}'}}" for number in range(1, 13) for pattern in RUNAWAY]
    excused = [
        f"{{phrase: [再见], unless: '{pattern}{{1,{number}}}'}}" for number in range(13, 26) for pattern in RUNAWAY
    ]
    begun = monotonic()
    (*results, last), seconds = answers([*bad, *excused, "{regex: '收益.{0,6}多少'}"], TWO_HOURS)
    slow = [result for result in results if result.reason and result.reason.code == "scoring.slow_pattern"]
    assert len(slow) > 0.9 * len(results)
    assert seconds < CALL_SECONDS + SLACK
    # Where most of the time is gone, a slow machine may not have enough left for the sane one either.
    assert last.reason is None or monotonic() - begun > CALL_SECONDS / 2


def test_a_sane_pattern_beside_a_few_bad_ones_is_judged() -> None:
    bad = [f"{{regex: '{pattern}'}}" for pattern in RUNAWAY]
    (*_, last), _ = answers([*bad, "{regex: '收益.{0,6}多少'}"], TWO_HOURS)
    assert last.answer is Answer.HIT


def test_a_pattern_that_ran_out_once_is_not_tried_again_in_that_call() -> None:
    pattern, lines = RUNAWAY[0], ["我想问一下" * 2000] * 50
    text = "\n".join(lines)
    ends = [(number * 10001, number * 10001 + 10000) for number in range(50)]
    index = PatternIndex([pattern])
    search = PatternSearch(index, text, ends, [number for number in range(50) for _ in range(10001)])
    begun = process_time()
    for line in range(50):
        with pytest.raises(OutOfTimeError):
            search.on_lines(pattern, [line])
    assert process_time() - begun < 1


def test_the_same_pattern_is_judged_on_a_short_text() -> None:
    assert ask(f"{{regex: '{RUNAWAY[0]}'}}", call("agent: 再见")).answer is Answer.CLEAN

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest

from scoring.grams import codes_of
from scoring.phonetic import NEVER
from scoring.phonetic_align import align
from scoring.phonetic_least import FEW, MOST, ROUNDING, LeastCosts
from scoring.phrases import PhraseIndex

PHRASES = ["我要投诉你们", "七天之内退款", "不归我们管", "给您带来的不便非常抱歉", "稍等一下"]
ALIKE = "我要偷树你们七天期天之类退宽步归我们馆给您带来的不便飞常抱欠稍等以下嗯那个，"
SLACK = np.array([2, 2, 1, 3, 1], np.intp)


def least(costs: LeastCosts, number: int, begin: int, text: str, weights: list[float]) -> float:
    found = costs.of(np.array([number]), np.array([begin]), codes_of(text), np.array(weights))
    return float(found[0])


@pytest.mark.parametrize("sure", [True, False])
def test_no_alignment_costs_less_than_the_least(sure: bool) -> None:  # noqa: FBT001
    costs, draw = LeastCosts(PHRASES, SLACK), random.Random(7)
    for _ in range(300):
        text = "".join(draw.choices(ALIKE, k=20))
        weights = [1.25 if sure else draw.choice([0.5, 0.8, 1.0, 1.25]) for _ in text]
        for number, slack in enumerate(SLACK.tolist()):
            begin, length = slack, len(PHRASES[number])
            near = slice(begin - slack, begin + length + slack)
            found = align(PHRASES[number], text[near], NEVER, weights[near])
            assert found is None or found.cost >= least(costs, number, begin, text, weights) - ROUNDING


def test_what_is_said_costs_nothing_and_what_is_not_much() -> None:
    costs = LeastCosts(PHRASES, SLACK)
    for number, slack in enumerate(SLACK.tolist()):
        said = "好" * slack + PHRASES[number] + "好" * slack
        assert least(costs, number, slack, said, [1.25] * len(said)) == 0
        assert least(costs, number, slack, "好" * len(said), [1.25] * len(said)) > NEVER


def test_many_places_are_told_at_once() -> None:
    costs, text = LeastCosts(PHRASES, SLACK), ALIKE * 2
    weights = [1.0] * len(text)
    numbers, begins = map(np.array, zip(*product(range(len(PHRASES)), range(3, 50)), strict=True))
    together = costs.of(numbers, begins, codes_of(text), np.array(weights))
    pairs = zip(numbers.tolist(), begins.tolist(), strict=True)
    assert together.tolist() == [least(costs, number, begin, text, weights) for number, begin in pairs]


def test_nothing_is_missed_among_more_characters_than_are_kept() -> None:
    costs, phrase = LeastCosts([PHRASES[2]], SLACK[2:3]), PHRASES[2]
    others = list(map(chr, range(0x4E00, 0x4E00 + MOST + FEW)))
    for start in range(0, len(others), FEW):
        text = "".join(others[start : start + FEW])
        begins = np.arange(1, len(text) - len(phrase))
        found = costs.of(np.zeros(len(begins), np.intp), begins, codes_of(text), np.ones(len(text)))
    assert found.max() == 0
    assert least(costs, 0, 1, f"好{phrase}好", [1.0] * 7) == 0


def test_calls_heard_at_the_same_time_are_heard_as_one_by_one() -> None:
    draw = random.Random(3)
    common = "".join(map(chr, range(0x4E00, 0x5E00)))
    texts = ["".join(draw.choices(ALIKE * 60 + common, k=400)) + draw.choice(PHRASES) for _ in range(40)]
    alone = [PhraseIndex(PHRASES).find(text) for text in texts]
    shared = PhraseIndex(PHRASES)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(shared.find, texts)) == alone

"""Scores of items are kept by the card: what was scored before changes nothing."""

from dataclasses import replace
from itertools import product

import pytest

from models.finding import Answer, Opinion
from scoring.prescore import pre_score
from tests.scoring.test_prescore import bonus, card_of, deduct, item, result

CARD = card_of(
    {
        "items": [
            item(20, deduct("a", 5, each=True), bonus("b", 2), cap=15),
            item(10, deduct("c", 4), only_if="d"),
            item(5, deduct("a", 5), deduct("c", 1), judge="both"),
        ]
    },
    {"on_total": True, "items": [item(3, deduct("b", 3))]},
)


@pytest.mark.parametrize("opinions", [(), (Opinion("i0-2", 0.9, Answer.HIT),)], ids=["rules", "classifier too"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_card_scores_as_if_for_the_first_time(opinions: tuple[Opinion, ...], times: int) -> None:
    for answers in product(Answer, repeat=4):
        heard = [result(rule, answer, times) for rule, answer in zip("abcd", answers, strict=True)]
        assert pre_score(CARD, heard, opinions) == pre_score(replace(CARD), heard, opinions)

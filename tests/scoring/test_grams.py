import random
from itertools import pairwise

import pytest

from scoring.grams import Grams, codes_of

STRINGS = ["谢谢", "不归我们管", "啊", "归我们", "三百块", "我", "\U000f0000天内", "不不不"]


def standing(strings: list[str], text: str) -> list[tuple[int, int]]:
    return [(n, at) for n, one in enumerate(strings) for at in range(len(text)) if text.startswith(one, at)]


@pytest.mark.parametrize("length", [0, 1, 2, 3, 60])
def test_every_string_is_found_wherever_it_stands(length: int) -> None:
    draw, grams = random.Random(length), Grams(STRINGS)
    for _ in range(50):
        text = "".join(draw.choices("谢不归我们管啊三百块\U000f0000天内\n", k=length))
        numbers, begins = grams.find(text, codes_of(text))
        found = list(zip(numbers.tolist(), begins.tolist(), strict=True))
        assert sorted(found) == standing(STRINGS, text)
        assert all(before[1] < after[1] for before, after in pairwise(found) if before[0] == after[0])


def test_a_string_no_longer_than_a_gram_needs_no_second_look() -> None:
    short = [one for one in STRINGS if len(one) <= 3]
    text = "我谢谢不归我们三百块\U000f0000天内不不不不啊"
    numbers, begins = Grams(short).near(codes_of(text))
    assert sorted(zip(numbers.tolist(), begins.tolist(), strict=True)) == standing(short, text)


def test_nothing_is_found_where_nothing_is_looked_for() -> None:
    numbers, begins = Grams([]).find("您好", codes_of("您好"))
    assert numbers.tolist() == begins.tolist() == []

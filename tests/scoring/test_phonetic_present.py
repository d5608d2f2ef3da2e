import random
from collections import Counter

import numpy as np
import pytest

from scoring.grams import codes_of
from scoring.phonetic_present import Present

SOUNDS = "".join(map(chr, range(0xE000, 0xE000 + 300)))
PHRASES = ["不归我们管", "我要投诉你们", "七天之内退款七天", "啊啊啊啊"]
WIDTHS = np.array([5 + 4, 6 + 4, 8 + 6, 4 + 2])
AT_LEAST = np.array([3, 4, 5, 3])


def shared(phrase: str, stretch: str) -> int:
    return sum((Counter(phrase) & Counter(stretch)).values())


def test_no_place_is_missed_that_has_enough_of_a_phrase() -> None:
    draw, present = random.Random(4), Present(PHRASES, WIDTHS, AT_LEAST)
    met = 0
    for _ in range(500):
        number = draw.randrange(len(PHRASES))
        text = "".join(draw.choices(PHRASES[number] + SOUNDS[:8], k=40))
        firsts = np.arange(len(text) - int(WIDTHS[number]))
        found = present.enough(np.full(len(firsts), number), firsts, codes_of(text)).tolist()
        for first, enough in enumerate(found):
            if shared(PHRASES[number], text[first : first + int(WIDTHS[number])]) >= AT_LEAST[number]:
                assert enough
                met += 1
    assert met > 1000


@pytest.mark.parametrize("number", range(3))
def test_most_places_that_have_too_little_are_told(number: int) -> None:
    draw, present = random.Random(9), Present(PHRASES, WIDTHS, AT_LEAST)
    text = "".join(draw.choices(SOUNDS, k=2000))
    firsts = np.arange(len(text) - int(WIDTHS[number]))
    assert present.enough(np.full(len(firsts), number), firsts, codes_of(text)).mean() < 0.2


def test_what_lies_beside_the_place_is_not_in_it() -> None:
    present, said = Present(PHRASES[:1], WIDTHS[:1], AT_LEAST[:1]), "好" * 9 + PHRASES[0] + "好" * 9
    firsts = np.arange(len(said) - int(WIDTHS[0]) + 1)
    enough = present.enough(np.zeros(len(firsts), np.intp), firsts, codes_of(said)).nonzero()[0]
    assert enough.tolist() == list(range(9 + 3 - 9, 9 + 5 - 3 + 1))

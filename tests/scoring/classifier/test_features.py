import numpy as np

from scoring.classifier.features import grams, without_marks


def slots(text: str) -> list[tuple[int, int]]:
    found = grams([text])
    return sorted(zip(found.size.tolist(), found.slot.tolist(), strict=True))


def test_a_turn_gives_its_characters_pairs_and_triples_with_its_edges() -> None:
    found = grams(["您好"])
    sizes = np.bincount(found.size).tolist()
    assert sizes == [0, 2, 3, 2]
    spans = [(begin, end) for begin, end in zip(found.begin.tolist(), found.end.tolist(), strict=True)]
    assert spans == [(0, 1), (1, 2), (-1, 1), (0, 2), (1, 3), (-1, 2), (0, 3)]


def test_grams_do_not_run_from_one_turn_into_the_next() -> None:
    both = grams(["不归", "我管"])
    alone = [grams([text]) for text in ("不归", "我管")]
    for number, one in enumerate(alone):
        assert both.slot[both.text == number].tolist() == one.slot.tolist()


def test_traditional_full_width_and_digits_are_folded() -> None:
    assert slots("這個１２") == slots("这个98")
    assert slots("好？") == slots("好?")


def test_an_empty_turn_has_a_place_of_its_own() -> None:
    assert np.bincount(grams(["", "好", ""]).text).tolist() == [1, 4, 1]
    assert grams([]).slot.size == 0


def test_text_without_marks_keeps_what_is_said() -> None:
    assert without_marks("不行！100%，真的。") == "不行100%真的"

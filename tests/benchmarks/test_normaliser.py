"""Two ways to write the same words are the same to the benchmark; other words are not."""

import jiwer
import pytest
from cn2an import an2cn

from benchmarks.normaliser import normalise

SAME = {
    "punctuation": ("您好，请问…有什么可以帮您？", "您好请问有什么可以帮您"),
    "traditional characters": ("這個電話號碼", "这个电话号码"),
    "width and case": ("ＡＰＰ　３００", "app300"),
    "spelled letters": ("L O G O", "logo"),
    "a number with a unit": ("三百", "300"),
    "a number in wide digits": ("３００", "三百"),
    "digits and a unit": ("15万", "十五万"),
    "a unit left out": ("一万五", "15000"),
    "thousands with a comma": ("1,380元", "一千三百八十元"),
    "digits read one by one": ("一三八零", "1380"),
    "one read as yao": ("幺三八零", "1380"),
    "a year": ("一九九零年", "1990年"),
    "two": ("两个", "2个"),
    "ten": ("十号", "10号"),
    "a decimal": ("二点五", "2.5"),
    "a decimal and a unit": ("1.5万", "一点五万"),
    "per cent": ("百分之五十七", "57%"),
    "per cent with a decimal": ("百分之零点五", "0.5%"),
    "all of it": ("百分之百", "100%"),
    "a fraction": ("三分之一", "1/3"),
    "a time": ("三点十五分", "3点15分"),
    "a clock": ("三点十五", "3:15"),
    "a list of numbers": ("一、二、三", "1 2 3"),
    "a guess at a number": ("两三百", "2三百"),
}

OTHER = {
    "another number": ("三百", "三千"),
    "a digit more": ("一三八零", "13800"),
    "ten times the decimal": ("二点五", "25"),
    "per cent and no per cent": ("百分之五", "5"),
    "another character": ("是的", "事的"),
    "the numbers of a list in one": ("三百，五十", "三百五十"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_the_same_words_compare_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_other_words_do_not(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_only_what_is_spoken_is_left() -> None:
    assert normalise(" 好的，，。_—「」 ") == "好的"


def test_units_that_count_nothing_stay() -> None:
    assert normalise("万一千万别去，上百人") == "万1千万别去上百人"


def test_what_is_no_number_is_left_to_stand_numeral_by_numeral() -> None:
    assert normalise("百十二") == "百十2"
    assert normalise("五六百") == "56百"


def test_every_number_comes_back_from_how_it_is_read() -> None:
    for number in (*range(10, 1200), 10_000, 10_010, 100_500, 2_026_000, 340_000_000):
        assert normalise(an2cn(number)) == str(number)


def test_errors_are_counted_by_character() -> None:
    assert jiwer.cer(normalise("一共三百元。"), normalise("一共300块")) == pytest.approx(1 / 6)

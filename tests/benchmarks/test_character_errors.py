"""Errors of a call: channels apart, lines and turns cut anywhere."""

from benchmarks.character_errors import Errors, errors_in


def test_a_call_heard_well_has_no_errors_however_it_is_cut() -> None:
    said = {0: ["您好，", "请问有什么可以帮您？"], 1: ["我想查三百块的账单"]}
    assert errors_in({0: ["您好请问", "有什么可以帮您"], 1: ["我想查300块的帐单"]}, said) == Errors(21, 1, 0, 0)


def test_the_three_kinds_of_error() -> None:
    assert errors_in({0: ["今天好的天气"]}, {0: ["今天天气好吗"]}).said == 6
    assert errors_in({0: ["今天"]}, {0: ["今天天气"]}) == Errors(4, 0, 2, 0)
    assert errors_in({0: ["明天天气谢谢"]}, {0: ["今天天气"]}) == Errors(4, 1, 0, 2)


def test_words_on_a_channel_where_nobody_spoke_are_added() -> None:
    assert errors_in({0: ["您好"], 1: ["字幕"]}, {0: ["您好"]}) == Errors(2, 0, 0, 2)


def test_a_channel_not_heard_at_all_is_left_out() -> None:
    assert errors_in({}, {0: ["您好"], 1: ["我在"]}) == Errors(4, 0, 4, 0)

"""Near duplicates among what was said."""

from scoring.alike import heads

FIRST = "您好，请问有什么可以帮您？我的话费这个月怎么多扣了三十块钱。我帮您查一下，是您订了彩铃业务。"
AGAIN = "您好，请问有什么可以帮您？我的话费这个月怎么多扣了五十块钱。我帮您查一下，是您订了流量业务。"
OTHER = "这个不归我们管，你找售后去。我都打了三遍了，你们怎么这样推来推去。那我也没办法。"


def test_what_is_nearly_the_same_stands_under_the_first() -> None:
    assert heads([FIRST, OTHER, AGAIN, FIRST]) == [0, 1, 0, 0]


def test_short_texts_are_alike_only_where_they_are_the_same() -> None:
    assert heads(["好的，再见。", "好的再见", "好的，谢谢。"]) == [0, 0, 2]


def test_nothing_is_like_nothing() -> None:
    assert heads([]) == []
    assert heads([FIRST]) == [0]

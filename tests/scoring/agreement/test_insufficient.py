"""What cannot be known is said, with how much is missing; undefined is not 1."""

import pytest

from scoring.agreement.alpha import krippendorff_alpha
from scoring.agreement.differences import bias, within
from scoring.agreement.figure import Figure
from scoring.agreement.gwet import gwet
from scoring.agreement.kappa import cohen_kappa
from scoring.agreement.ratings import Ratings
from scoring.agreement.raw import raw_agreement, share_of

BEYOND_CHANCE = (cohen_kappa, gwet, krippendorff_alpha)


def said(figure: Figure) -> str:
    assert figure.value is figure.low is figure.high is None
    assert figure.insufficient is not None
    assert figure.insufficient.say("en")
    return figure.insufficient.say()


@pytest.mark.parametrize("coefficient", BEYOND_CHANCE)
def test_too_few_calls(coefficient: object) -> None:
    ratings = Ratings.pairs([0.0, 1.0] * 6, [0.0, 1.0] * 6)
    assert said(coefficient(ratings)) == "数据不足：12/30"  # type: ignore[operator]


@pytest.mark.parametrize("coefficient", [*BEYOND_CHANCE, raw_agreement])
@pytest.mark.parametrize("ratings", [Ratings.table([[1.0]] * 40), Ratings.table([]), Ratings.table([[1.0, None]] * 40)])
def test_one_rater(coefficient: object, ratings: Ratings) -> None:
    assert said(coefficient(ratings)) == "数据不足：没有双方都评过的通话"  # type: ignore[operator]


@pytest.mark.parametrize("coefficient", BEYOND_CHANCE)
def test_everybody_always_says_the_same(coefficient: object) -> None:
    found = coefficient(Ratings.pairs([0.0] * 40, [0.0] * 40))  # type: ignore[operator]
    assert said(found) == "无法计算：40 通的答案全都相同，看不出一致是不是碰巧"


def test_raw_agreement_is_known_where_the_others_are_not() -> None:
    assert raw_agreement(Ratings.pairs([0.0] * 40, [0.0] * 40)).value == 1.0


def test_missing_answers_are_left_out() -> None:
    whole = [[0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.0]] * 12
    holes = [*whole, [None, 1.0, None], [None, None, None]]
    assert krippendorff_alpha(Ratings.table(whole)) == krippendorff_alpha(Ratings.table(holes))
    assert raw_agreement(Ratings.table(holes)).n == 36


def test_shares_and_means_of_few_cases() -> None:
    assert said(share_of(3, 9)) == "数据不足：9/10"
    assert said(bias([1.0] * 4)) == "数据不足：4/10"
    assert said(within([1.0] * 20, [1] * 20)) == "数据不足：1/10"
    assert said(within([], [])) == "数据不足：0/10"


def test_answers_come_in_any_order_and_the_last_of_a_rater_counts() -> None:
    ratings = Ratings.of([("a", "li", 1.0), ("b", "wu", 0.0), ("a", "wu", 0.0), ("a", "wu", 1.0)])
    assert ratings.pairable.values.tolist() == [[1.0, 1.0]]

"""Those the trained are compared with did as they did before, on calls of the same types."""

from scoring.effect.comparable import Candidate, alike, comparable


def test_the_nearest_rates_are_chosen_and_nobody_trained() -> None:
    trained = [Candidate("t", 100, 40, {"查询": 100})]
    others = [Candidate(str(n), 100, n, {"查询": 100}) for n in range(40)]
    chosen = comparable(trained, [*trained, *others])
    assert chosen[:3] == ("39", "38", "37")
    assert len(chosen) == 30
    assert "t" not in chosen


def test_who_takes_other_calls_or_hardly_any_is_not_comparable() -> None:
    trained = [Candidate("t", 100, 20, {"查询": 80, "投诉": 20})]
    sales = Candidate("sales", 100, 20, {"外呼": 100})
    idle = Candidate("idle", 3, 1, {"查询": 3})
    fit = Candidate("fit", 100, 50, {"查询": 60, "投诉": 40})
    assert comparable(trained, [sales, idle, fit]) == ("fit",)


def test_without_calls_before_nobody_is_comparable() -> None:
    assert comparable([Candidate("t", 0, 0)], [Candidate("o", 100, 5, {"查询": 100})]) == ()


def test_mixes_share_what_both_have() -> None:
    assert alike({"a": 0.5, "b": 0.5}, {"a": 0.8, "c": 0.2}) == 0.5

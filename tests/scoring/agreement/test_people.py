"""How good people are, whatever they were given to judge; how strict; and since when they are otherwise."""

import numpy as np
import pytest
from scipy.special import expit

from scoring.agreement.accuracy import NOBODY, Cases, difficulty
from scoring.agreement.drift import change
from scoring.agreement.strictness import strictness

SKILL = np.array([1.2, 0.5, 0.1, -0.4, -1.4])


def judged(seed: int, *, calls: int = 150, items: int = 8) -> Cases:
    """Pairs and references; the better a person, the harder the calls they are given."""
    random = np.random.default_rng(seed)
    ease = random.normal(0, 1, items)
    rows = []
    for call in range(calls):
        first, second = random.permutation(len(SKILL))[:2]
        hard = int(random.random() < (0.9 if min(first, second) < 2 else 0.1))
        second = NOBODY if call % 2 else second
        for item in range(items):
            other = 0.0 if second == NOBODY else SKILL[second]
            chance = expit(2 + SKILL[first] + other + ease[item] - 1.5 * hard)
            rows.append((random.random() < chance, first, second, item, hard, call))
    right, one, other, item, hard, of_call = (np.array(column) for column in zip(*rows, strict=True))
    return Cases(right.astype(float), one, other, [item, hard], of_call)


def test_difficulty_is_taken_into_account() -> None:
    cases = judged(1, calls=800)
    model = difficulty(cases, len(SKILL))
    assert model is not None
    raw = [cases.of(person).right.mean() for person in range(5)]
    assert raw[2] > raw[1]  # who was given the easy calls looks better
    adjusted = [model.adjusted(person).value for person in range(5)]
    assert adjusted == sorted(adjusted, key=lambda value: -(value or 0))
    assert model.person - model.person.mean() == pytest.approx(SKILL - SKILL.mean(), abs=0.3)


def test_intervals_hold_what_people_are_worth_as_often_as_they_say() -> None:
    covered = []
    for seed in range(40):
        cases = judged(seed)
        model = difficulty(cases, len(SKILL))
        assert model is not None
        item, hard = cases.circumstances
        ease = 2 + np.random.default_rng(seed).normal(0, 1, 8)[item] - 1.5 * hard
        common = ease + np.where(cases.second >= 0, SKILL.mean(), 0.0)
        for person, skill in enumerate(SKILL):
            found = model.adjusted(person)
            assert found.low is not None
            assert found.high is not None
            covered.append(found.low <= expit(common + skill).mean() <= found.high)
    assert 0.90 <= np.mean(covered) <= 0.99


def test_an_outsider_is_measured_without_being_a_measure() -> None:
    cases = judged(3, calls=600)
    model = difficulty(cases, len(SKILL))
    assert model is not None
    best = cases.of(0)
    outsider = model.adjusted_outsider(Cases(best.right, best.first, best.second, best.circumstances, best.calls))
    assert outsider.value == pytest.approx(model.adjusted(0).value, abs=0.03)


def test_nothing_is_difficult_where_all_are_right() -> None:
    cases = judged(1)
    always = Cases(np.ones_like(cases.right), cases.first, cases.second, cases.circumstances, cases.calls)
    assert difficulty(always, 5) is None


@pytest.mark.parametrize("with_references", [True, False])
def test_bias_is_found_whoever_one_was_compared_with(*, with_references: bool) -> None:
    true = np.array([6.0, 0.0, 0.0, -2.0, -4.0])
    covered = []
    for seed in range(30):
        random = np.random.default_rng(seed)
        first = random.integers(0, 5, 300)
        second = (first + random.integers(1, 5, 300)) % 5
        if with_references:
            second[::3] = NOBODY
        apart = true[first] - np.where(second >= 0, true[second], 0.0) + random.normal(0, 4, 300)
        found = strictness(apart, first, second, np.arange(300), 5)
        covered.append(
            [
                one.low <= bias <= one.high
                for one, bias in zip(found, true, strict=True)
                if one.low is not None and one.high is not None
            ]
        )
    assert 0.88 <= np.mean(covered) <= 1.0


def test_few_comparisons_say_nothing_of_bias() -> None:
    (known, few) = strictness(np.ones(14), np.array([0] * 12 + [1] * 2), np.full(14, NOBODY), np.arange(14), 2)
    assert known.value == pytest.approx(1.0, abs=0.02)
    assert few.insufficient is not None
    assert few.insufficient.facts == {"n": 2, "needed": 10}


def test_a_change_is_found_where_it_is() -> None:
    random = np.random.default_rng(1)
    found = change(np.concatenate([random.normal(0, 1, 60), random.normal(2, 1, 40)]))
    assert found is not None
    assert abs(found.place - 60) <= 3
    assert found.by.low is not None
    assert found.by.high is not None
    assert found.by.low < 2 < found.by.high


def test_who_has_not_changed_is_seldom_said_to_have() -> None:
    series = [np.random.default_rng(seed).normal(0, 1, 80) for seed in range(300)]
    assert sum(change(values) is not None for values in series) <= 9


@pytest.mark.parametrize("values", [np.zeros(50), np.arange(10.0), np.array([])])
def test_too_little_to_see_a_change(values: np.ndarray) -> None:
    assert change(values) is None

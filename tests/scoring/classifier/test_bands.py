import pytest

from models.score import ItemClass
from scoring.classifier.bands import Band, Costs, band


def cheapest(probability: float, costs: Costs) -> str:
    prices = {
        "error": (1 - probability) * costs.wrong_deduction,
        "none": probability * costs.miss,
        "ask": costs.asking,
    }
    return min(prices, key=lambda name: prices[name])


@pytest.mark.parametrize("costs", [Costs(), Costs(20, 2, 1), Costs(3, 30, 1), Costs(1, 1, 5)])
def test_the_band_is_where_asking_is_the_cheapest(costs: Costs) -> None:
    found = band(costs)
    for step in range(1, 200):
        probability = step / 200 + 1e-6
        said = "error" if probability >= found.high else "none" if probability < found.low else "ask"
        assert said == cheapest(probability, costs)


def test_a_critical_error_is_missed_less_gladly() -> None:
    ordinary, critical = band(Costs()), band(Costs(), ItemClass.COMPLIANCE_CRITICAL)
    assert critical.low < ordinary.low
    assert critical.high == ordinary.high


def test_where_asking_costs_too_much_nobody_is_asked() -> None:
    assert band(Costs(wrong_deduction=2, miss=2, asking=2)) == Band(0.5, 0.5)

"""Ten thousand simulated weeks: is the plain mean of the calls heard off, and are our estimates not?

    python -m benchmarks.sampling [--weeks 10000]

Every hundred weeks are of another made-up centre (benchmarks/sampled_weeks.py), drawn and estimated by the product's
own functions. `bias` is the mean of estimate − truth, with its standard error from the simulation; `held` how often
the 95 % interval held the truth; `width` the interval's mean width; `told` in how many cases enough was heard.
"""

import argparse
import time

from benchmarks.sampled_weeks import MEASURES, NAIVE, Tally, make_centre, merge, tallies
from scoring.sampling.plan import SamplingPlan

WEEKS_A_CENTRE = 100

SITUATIONS: dict[str, tuple[dict[str, float], SamplingPlan]] = {
    "the handbook's plan, 5 % by routing": ({}, SamplingPlan()),
    "the same, 70 % heard so far": ({"heard_share": 0.7}, SamplingPlan()),
    "no routing share, 15 % of each agent": (
        {"chance": 0.0},
        SamplingPlan.model_validate({"chance": {"share": 0.15, "each": 5}}),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=10_000)
    weeks = parser.parse_args().weeks
    for title, (facts, plan) in SITUATIONS.items():
        started = time.perf_counter()
        told: dict[tuple[str, str], Tally] = {}
        calls = 0
        for number in range(max(weeks // WEEKS_A_CENTRE, 1)):
            centre = make_centre(number, **facts)  # type: ignore[arg-type]
            calls += len(centre.frame)
            merge(told, tallies(centre, plan, min(weeks, WEEKS_A_CENTRE), seed=number))
        mean_calls = calls / max(weeks // WEEKS_A_CENTRE, 1)
        print(f"\n{title}: {weeks} weeks of {mean_calls:.0f} calls, {time.perf_counter() - started:.0f} s")
        print(f"{'':18}{'bias':>10}{'±':>9}{'held':>8}{'width':>8}{'told':>7}")
        for domain in (NAIVE, "centre", "team", "agent", "type"):
            for measure in MEASURES:
                print(_line(domain, measure, told[domain, measure]))


def _line(domain: str, measure: str, tally: Tally) -> str:
    scale = 1 if measure == "mean" else 100  # points; percentage points
    begun = f"{domain + ' ' + measure:18}{scale * tally.bias:>+10.3f}{scale * tally.bias_error:>9.3f}"
    if domain == NAIVE:
        return begun
    told = len(tally.held) / (len(tally.held) + tally.lacking)
    return f"{begun}{tally.coverage:>8.1%}{scale * tally.width:>8.2f}{told:>7.0%}"


if __name__ == "__main__":
    main()

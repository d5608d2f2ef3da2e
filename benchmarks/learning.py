"""Do verdicts chosen by doubt teach faster than random ones, and do estimates stay honest beside them?

    python -m benchmarks.learning [--seeds 64] [--weeks 400] [--dialogues FILE.jsonl]

The first table: mean average precision over the items of a card, on calls nobody asked about, after so many verdicts
(benchmarks/taught_calls.py); `±` is the 95 % interval of the difference to chance, over seeds, each of which begins
with the same model and calls. `as chance at` is by how many verdicts it knows what chance knows after all of them.
The second: the share of calls with an error in made-up weeks, as the calls heard have it, those chosen by doubt alone,
and the estimate that counts in how each was picked; `held` is how often its 95 % interval held the truth.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from scipy.stats import t as students

from benchmarks.taught_calls import CHOOSERS, Centre, Curve, Week, dialogue_centre, industries, learn, make_centre, week


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=64)
    parser.add_argument("--weeks", type=int, default=400)
    parser.add_argument("--start", type=int, default=60, help="turns of other industries the model starts from")
    parser.add_argument("--dialogues", type=Path, help="real dialogues with ratings, a JSON object a line")
    asked = parser.parse_args()
    begun = time.perf_counter()
    tell("turns of an industry held out", curves(lambda seed: corpus_centre(seed, asked.start), asked.seeds))
    if asked.dialogues is not None:
        file: Path = asked.dialogues
        tell("real dialogues", curves(lambda seed: dialogue_centre(file, seed), asked.seeds, batch=50))
    tell_weeks([week(corpus_centre(number), number) for number in range(asked.weeks)])
    print(f"\n{time.perf_counter() - begun:.0f} s")


def corpus_centre(seed: int, start: int = 60) -> Centre:
    return make_centre(industries()[seed % len(industries())], seed, start=start)


def curves(centre_of: Callable[[int], Centre], seeds: int, *, batch: int = 15) -> Mapping[str, list[Curve]]:
    return {
        name: [learn(centre_of(seed), choose, seed, batch=batch) for seed in range(seeds)]
        for name, choose in CHOOSERS.items()
    }


def tell(title: str, found: Mapping[str, list[Curve]]) -> None:
    verdicts = found["chance"][0].verdicts
    print(f"\n{title}: {len(found['chance'])} seeds\n{'verdicts':10}" + "".join(f"{n:>14}" for n in verdicts))
    chance = precisions(found["chance"])
    for name, some in found.items():
        own = precisions(some)
        cells = [f"{mean:>14.3f}" for mean in own.mean(axis=0)]
        if name != "chance":
            cells = [f"{mean:>7.3f}{_more(d):>7}" for mean, d in zip(own.mean(axis=0), (own - chance).T, strict=True)]
        print(f"{name:10}" + "".join(cells) + f"   as chance at {as_chance(own, chance, verdicts):.0f}")


def precisions(some: list[Curve]) -> np.ndarray:
    return np.array([curve.precision for curve in some])


def difference(own: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Of two means over the same seeds, with its 95 % interval (Student's t)."""
    apart = own - other
    reach = float(students.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / np.sqrt(len(apart)))
    return float(apart.mean()), float(apart.mean()) - reach, float(apart.mean()) + reach


def as_chance(own: np.ndarray, chance: np.ndarray, verdicts: tuple[int, ...]) -> float:
    """The verdicts by which `own` has reached what chance reaches with all of them; nan where it never does."""
    reached = np.flatnonzero(own.mean(axis=0) >= chance.mean(axis=0)[-1])
    return float(verdicts[reached[0]]) if len(reached) else float("nan")


def _more(apart: np.ndarray) -> str:
    reach = students.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / np.sqrt(len(apart))
    return f"±{reach:.3f}"


def tell_weeks(weeks: list[Week]) -> None:
    truth = np.array([one.truth for one in weeks])
    print(f"\n{len(weeks)} weeks, share of calls with an error {100 * truth.mean():.1f} %: bias in percentage points")
    for name in ("heard", "chosen", "estimate"):
        off = 100 * (np.array([getattr(one, name) for one in weeks]) - truth)
        off = off[~np.isnan(off)]
        print(f"{name:10}{off.mean():>+8.2f} ± {1.96 * off.std(ddof=1) / np.sqrt(len(off)):.2f}")
    print(f"chosen by doubt: {100 * np.mean([one.certain for one in weeks]):.0f} % of calls")
    print(f"held {100 * np.mean([one.low <= one.truth <= one.high for one in weeks]):.1f} %")


if __name__ == "__main__":
    main()

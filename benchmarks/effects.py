"""Whether effects are told right: simulated centres whose truth is known. `python -m benchmarks.effects [--runs N]`.

For each model: how often the 95 % interval covers the truth, how often it says better or worse, and how often before
and after alone would say better. See docs/effect.md.
"""

import argparse
from dataclasses import replace

import numpy as np

from scoring.effect.change import change, simple_change
from tests.scoring.effect.simulated import Model, draw
from tests.scoring.effect.test_change import naive_says_better

MODELS = {
    "8 of 40 trained": Model(),
    "1 of 40": Model(trained=1),
    "15 of 40": Model(trained=15),
    "few calls (20)": Model(calls=20),
    "many calls (200), more drift": Model(calls=200, drift=0.05),
    "rare errors (5 %)": Model(mean=0.05, drift=0.01),
    "small centre, 3 of 15": Model(agents=15, trained=3),
    "large centre, 30 of 300": Model(agents=300, trained=30),
}
WORKS = (0.0, 0.3, 0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    print(
        f"{'model':30} {'works':>6} {'covers':>7} {'better':>7} {'worse':>7} {'bias':>7} {'naive better':>13} {'n':>6}"
    )
    for works in WORKS:
        for name, model in MODELS.items():
            print(_line(name, replace(model, works=works), runs))


def _line(name: str, model: Model, runs: int) -> str:
    covers: list[bool] = []
    better: list[bool] = []
    worse: list[bool] = []
    naive: list[bool] = []
    bias: list[float] = []
    for seed in range(runs):
        drawn = draw(model, seed)
        seen = change(drawn.trained, drawn.others)
        if seen is None or simple_change(drawn.trained) is None:
            continue
        covers.append(seen.low <= drawn.true <= seen.high)
        better.append(seen.high < 0)
        worse.append(seen.low > 0)
        naive.append(naive_says_better(drawn))
        bias.append(seen.value - drawn.true)
    shares = " ".join(f"{np.mean(one):7.3f}" for one in (covers, better, worse, bias))
    return f"{name:30} {model.works:6.1f} {shares} {np.mean(naive):13.3f} {len(covers):6d}"


if __name__ == "__main__":
    main()

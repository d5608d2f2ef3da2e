"""The figures of a run of benchmarks/asr.py, as tables in Markdown."""

import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.character_errors import Errors
from benchmarks.contenders import BASELINE, BASELINE_WITH_WORDS, OURS, Call, Work

DRAWS = 5000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured. `work` is by round, block and contender; `errors` by contender and call, a round each."""

    blocks: Sequence[Sequence[Call]]
    rounds: int
    work: Mapping[tuple[int, int, str], Work]
    errors: Mapping[tuple[str, str], Sequence[Errors]]
    peaks: Mapping[str, int]

    def of(self, wanted: Callable[[Call], bool]) -> "Run":
        """Only some blocks; all calls of a block are of one layout, at least."""
        chosen = [at for at, block in enumerate(self.blocks) if wanted(block[0])]
        work = {
            (round_, chosen.index(at), name): done for (round_, at, name), done in self.work.items() if at in chosen
        }
        return Run([self.blocks[at] for at in chosen], self.rounds, work, self.errors, self.peaks)

    @property
    def calls(self) -> list[Call]:
        return [call for block in self.blocks for call in block]

    @property
    def seconds(self) -> float:
        """Of the calls, each counted once, however many channels."""
        return sum(call.seconds for call in self.calls)

    def took(self, name: str, of: Callable[[Work], float]) -> Floats:
        """Seconds for every block, one round after the other."""
        return np.array(
            [of(self.work[round_, at, name]) for round_ in range(self.rounds) for at in range(len(self.blocks))]
        )

    def mistakes(self, name: str) -> Floats:
        """[calls, (wrong, said)], over all rounds."""
        sums = (sum(self.errors[name, call.stem], Errors()) for call in self.calls)
        return np.array([(one.all, one.said) for one in sums], np.float64)


def clock(work: Work) -> float:
    return work.clock


def processor(work: Work) -> float:
    return work.processor


def tables(run: Run, codecs: Run | None, calls: str, model: str) -> str:
    """Everything about a run, and about one in blocks by codec; `calls` is what the set is called."""
    return "\n\n".join(
        [_origin(run, calls, model), _contenders(run), _ratios(run), *([_kinds(codecs)] if codecs else [])]
    )


def long_call_line(hours: float, work: Work, before: int, peak: int) -> str:
    return (
        f"A two-channel A-law call of {hours:g} h ({_today()}): at most {peak / 2**20:.0f} MB, children included, of"
        f" which {before / 2**20:.0f} MB with the model loaded and nothing heard yet;"
        f" {hours * 3600 / work.clock:.1f} × real time."
    )


def put_between(file: Path, mark: str, text: str) -> None:
    """Replace what stands between `<!-- mark -->` and `<!-- /mark -->`.

    Raises:
        SystemExit: the file has no such marks.
    """
    content = file.read_text("utf8")
    first, last = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    if first not in content or last not in content:
        raise SystemExit(f"{file} has no {first.strip()} … {last}")
    before, rest = content.split(first, 1)
    file.write_text(before + first + text + "\n" + rest[rest.index(last) :], "utf8")


def _origin(run: Run, calls: str, model: str) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in ("faster-whisper", "ctranslate2"))
    return (
        f"{_today()}, calls of `{calls}`: {len(run.calls)} of {run.seconds / 60:.1f} min in all,"
        f" {sum(call.stereo for call in run.calls)} of them two-channel. {run.rounds} round(s), model {model}, int8,"
        f" {len(os.sched_getaffinity(0))} cores ({_processor_name()}), shared or not. {versions}."
    )


def _contenders(run: Run) -> str:
    rows = []
    for name in run.peaks:
        rates = [_rate(part.mistakes(name)) if part.blocks else "–" for part in _layouts(run).values()]
        counted = [error for call in run.calls for error in run.errors[name, call.stem]]
        kinds = sum(counted, Errors())
        shares = [f"{part / kinds.said:.2%}" for part in (kinds.other, kinds.left_out, kinds.added)]
        speeds = [f"{run.seconds * run.rounds / run.took(name, of).sum():.1f}" for of in (clock, processor)]
        rows.append([name, *speeds, f"{run.peaks[name] / 2**20:.0f}", *rates, *shares])
    head = ["", "× real time by the clock", "× real time by one core", "peak memory, MB", "CER"]
    return _table([*head, "CER two-channel", "CER one-channel", "wrong", "left out", "added"], rows)


def _ratios(run: Run) -> str:
    rows = []
    for label, part in _layouts(run).items():
        if not part.blocks:
            continue
        ratios = [
            _with_interval(*_speed_ratio(part, name, of), "{:.2f}")
            for name in (BASELINE, BASELINE_WITH_WORDS)
            for of in (clock, processor)
        ]
        rows.append([label, *ratios, _with_interval(*_more_errors(part), "{:+.2%}")])
    named = [
        f"times as fast as {name}, {how}" for name in (BASELINE, BASELINE_WITH_WORDS) for how in ("clock", "processor")
    ]
    return _table(["ours (95 % interval)", *named, f"CER, ours − {BASELINE}"], rows)


def _kinds(run: Run) -> str:
    rows = []
    for kind, stereo in sorted({(call.kind, call.stereo) for call in run.calls}):
        part = run.of(lambda call, wanted=(kind, stereo): (call.kind, call.stereo) == wanted)  # type: ignore[misc]
        speed = part.seconds * part.rounds / part.took(OURS, clock).sum()
        ratios = [f"{_speed_ratio(part, BASELINE, of)[0]:.2f}" for of in (clock, processor)]
        rates = [_rate(part.mistakes(name)) for name in (OURS, BASELINE)]
        layout = "two-channel" if stereo else "one-channel"
        rows.append(
            [f"{kind}, {layout}", str(len(part.calls)), f"{part.seconds / 60:.1f}", f"{speed:.1f}", *ratios, *rates]
        )
    head = ["", "calls", "min", "ours, × real time", "ratio, clock", "ratio, processor", "CER ours", f"CER {BASELINE}"]
    return _table(head, rows)


def _layouts(run: Run) -> dict[str, Run]:
    return {
        "all": run,
        "two-channel": run.of(lambda call: call.stereo),
        "one-channel": run.of(lambda call: not call.stereo),
    }


def _speed_ratio(run: Run, name: str, of: Callable[[Work], float]) -> tuple[float, Floats]:
    """How many times as fast ours is, and the same with the blocks drawn again."""
    mine, theirs = run.took(OURS, of), run.took(name, of)
    drawn = np.random.default_rng(0).integers(len(mine), size=(DRAWS, len(mine)))
    return float(theirs.sum() / mine.sum()), theirs[drawn].sum(axis=1) / mine[drawn].sum(axis=1)


def _more_errors(run: Run) -> tuple[float, Floats]:
    """Ours minus the baseline's error rate, and the same with the calls drawn again."""
    mine, theirs = run.mistakes(OURS), run.mistakes(BASELINE)
    drawn = np.random.default_rng(0).integers(len(mine), size=(DRAWS, len(mine)))
    again = mine[drawn].sum(axis=1), theirs[drawn].sum(axis=1)
    here = mine.sum(axis=0), theirs.sum(axis=0)
    return float(here[0][0] / here[0][1] - here[1][0] / here[1][1]), (
        again[0][:, 0] / again[0][:, 1] - again[1][:, 0] / again[1][:, 1]
    )


def _rate(mistakes: Floats) -> str:
    wrong, said = mistakes.sum(axis=0)
    return f"{wrong / said:.2%}"


def _with_interval(value: float, drawn: Floats, form: str) -> str:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{form.format(value)} ({form.format(low)} to {form.format(high)})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _processor_name() -> str:
    """As Linux tells it; platform.processor() is empty there."""
    for line in Path("/proc/cpuinfo").read_text("utf8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()

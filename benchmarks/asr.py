"""Ours beside faster-whisper: the same calls, weights, prompt and machine, in one run (docs/asr.md).

    python -m benchmarks.asr CALLS TRUTH [--cache DIR] [--rounds N] [--markdown docs/asr.md]
    python -m benchmarks.asr CALLS TRUTH --long 2 [--markdown docs/asr.md]

CALLS is a folder of recordings, TRUTH one of <stem>.json as in sample_audio/truth. Every contender has a process of
its own and hears the calls in blocks, all of one layout; who begins changes with every block. After that ours and
the baseline hear them once more by codec. `--long` only measures how much memory ours takes for a call of so many
hours, made of the two-channel calls again and again.
`--markdown` puts the tables in place of those that stand between the file's marks.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from faster_whisper import decode_audio

from asr.decode import open_sound
from asr.weights import find_model
from benchmarks.asr_tables import Run, long_call_line, put_between, tables
from benchmarks.character_errors import Errors, errors_in
from benchmarks.contenders import BASELINE, BASELINE_WITH_WORDS, CONTENDERS, OURS, Call, Contender, Texts, Work
from models.errors import BadRecording

LONG_RATE = 8000
LONG_PAUSE = 1.0
"""Seconds between two calls of the long one."""


def calls_of(folder: Path, truths: Path, only: str) -> list[Call]:
    """The recordings that have a truth, but those that ours refuses to open."""
    calls = []
    for path in sorted(folder.iterdir()):
        file = truths / f"{path.stem}.json"
        if not file.is_file() or only not in path.name:
            continue
        truth = json.loads(file.read_text("utf8"))
        try:
            with open_sound(path, name=path.name) as sound:
                kind = sound.codec
        except BadRecording as error:
            print(f"left out: {path.name}: {error}")
            continue
        calls.append(Call(path.stem, path, truth["layout"] == "stereo", kind, float(truth["seconds"])))
    return calls


def truth_of(file: Path) -> Texts:
    """The lines of each channel by their beginnings."""
    truth = json.loads(file.read_text("utf8"))
    lines: Texts = defaultdict(list)
    for line in sorted(truth["lines"], key=lambda line: line["start"]):
        lines[line["channel"] if truth["layout"] == "stereo" else 0].append(line["text"])
    return dict(lines)


def by_layout(calls: Sequence[Call]) -> list[list[Call]]:
    """Two-channel calls, one-channel calls."""
    return [block for stereo in (True, False) if (block := [call for call in calls if call.stereo is stereo])]


def by_codec(calls: Sequence[Call]) -> list[list[Call]]:
    """Of one layout and codec each."""
    blocks: dict[tuple[bool, str], list[Call]] = defaultdict(list)
    for call in calls:
        blocks[call.stereo, call.kind].append(call)
    return list(blocks.values())


def turns(names: Sequence[str], blocks: Sequence[Sequence[Call]], rounds: int) -> Iterator[tuple[int, int, str]]:
    """Round, block and contender; the one that begins is another every time."""
    for round_ in range(rounds):
        for at in range(len(blocks)):
            first = (round_ + at) % len(names)
            yield from ((round_, at, name) for name in (*names[first:], *names[:first]))


def compare(
    blocks: Sequence[Sequence[Call]], truths: Path, model: Path, rounds: int, names: Sequence[str] = tuple(CONTENDERS)
) -> Run:
    calls = [call for block in blocks for call in block]
    truth = {call.stem: truth_of(truths / f"{call.stem}.json") for call in calls}
    work: dict[tuple[int, int, str], Work] = {}
    errors: dict[tuple[str, str], list[Errors]] = defaultdict(list)
    with ExitStack() as processes:
        contenders = {name: processes.enter_context(Contender(name, model)) for name in names}
        shortest = min(calls, key=lambda call: call.seconds)
        for contender in contenders.values():
            contender.hear([shortest])  # what is loaded or measured only once is not of the work
        for round_, at, name in turns(tuple(contenders), blocks, rounds):
            done = work[round_, at, name] = contenders[name].hear(blocks[at])
            for call in blocks[at]:
                errors[name, call.stem].append(errors_in(done.texts[call.stem], truth[call.stem]))
            told = f"{sum(call.seconds for call in blocks[at]) / done.clock:5.1f} x"
            print(f"round {round_ + 1}  {_label(blocks[at])}  {name:28} {told}", flush=True)
        peaks = {name: contender.peak for name, contender in contenders.items()}
    return Run(blocks, rounds, work, dict(errors), peaks)


def _label(block: Sequence[Call]) -> str:
    kinds = {call.kind for call in block}
    kind = kinds.pop() if len(kinds) == 1 else f"{len(kinds)} codecs"
    return f"{len(block):2} calls {kind:16} {'stereo' if block[0].stereo else 'mono  '}"


def long_call(calls: Sequence[Call], hours: float, path: Path) -> Call:
    """A two-channel A-law call of that length: the two-channel calls again and again.

    Raises:
        SystemExit: there are none.
    """
    stereo = [call for call in calls if call.stereo]
    if not stereo:
        raise SystemExit("--long needs two-channel calls")
    sounds = [
        np.stack(decode_audio(str(call.path), sampling_rate=LONG_RATE, split_stereo=True), axis=1) for call in stereo
    ]
    pause = np.zeros((round(LONG_PAUSE * LONG_RATE), 2), np.float32)
    missing = round(hours * 3600 * LONG_RATE)
    with soundfile.SoundFile(path, "w", LONG_RATE, 2, "ALAW", format="WAV") as file:
        while missing > 0:
            for sound in sounds:
                part = np.concatenate([sound, pause])[:missing]
                file.write(part)
                missing -= len(part)
    return Call(path.stem, path, stereo=True, kind="wav/alaw", seconds=hours * 3600)


def hear_long(calls: Sequence[Call], hours: float, model: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        call = long_call(calls, hours, Path(folder) / "long.wav")
        with Contender(OURS, model) as contender:
            before = contender.peak
            work = contender.hear([call])
            return long_call_line(hours, work, before, contender.peak)


def kept(run: Run) -> dict[str, Any]:
    """Everything that was heard, to be read."""
    return {
        name: {
            stem: texts for (_, _, who), work in run.work.items() if who == name for stem, texts in work.texts.items()
        }
        for name in CONTENDERS
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("calls", type=Path, help="folder of recordings")
    parser.add_argument("truth", type=Path, help="folder of <stem>.json")
    parser.add_argument("--model", default="base")
    parser.add_argument("--cache", type=Path, default=Path("callqa-data/cache/models"))
    parser.add_argument("--rounds", type=int, default=1, help="how often every contender hears every call")
    parser.add_argument("--quick", action="store_true", help="only ours and the pipeline of the bar, codecs not apart")
    parser.add_argument("--only", default="", help="only calls whose name holds this")
    parser.add_argument("--long", type=float, metavar="HOURS", help="memory on a call of that length, nothing else")
    parser.add_argument("--markdown", type=Path, help="a file whose tables to replace")
    parser.add_argument("--set", default="", help="what the tables shall call these calls; the folder's name if not")
    parser.add_argument("--texts", type=Path, help="write all that was heard to this JSON file")
    given = parser.parse_args()
    model = find_model(given.model, given.cache)
    calls = calls_of(given.calls, given.truth, given.only)
    if not calls:
        raise SystemExit(f"no recording in {given.calls} has a truth in {given.truth}")
    if given.long:
        mark, text = "long", hear_long(calls, given.long, model)
    else:
        names = (OURS, BASELINE, BASELINE_WITH_WORDS) if given.quick else tuple(CONTENDERS)
        run = compare(by_layout(calls), given.truth, model, given.rounds, names)
        codecs = None if given.quick else compare(by_codec(calls), given.truth, model, 1, (OURS, BASELINE))
        mark, text = "tables", tables(run, codecs, given.set or given.calls.resolve().parent.name, model.name)
        if given.texts:
            given.texts.write_text(json.dumps(kept(run), ensure_ascii=False, indent=1), "utf8")
    print("\n" + text)
    if given.markdown:
        put_between(given.markdown, mark, text)


if __name__ == "__main__":
    main()

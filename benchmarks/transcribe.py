"""Our path beside faster-whisper's own BatchedInferencePipeline: same files, weights, prompt and machine, one run.

    python benchmarks/transcribe.py sample_audio/calls sample_audio/truth --cache callqa-data/cache/models

Both decode each call from its file and hear each channel by itself, in turns, and the one that begins changes with
each call. Seconds of audio (a two-channel call counted
once) per second of work, and the character error rate against the truth, punctuation stripped, numbers as they are.
Cores are often shared: quote the ratio, and trust the one by processor time more. `--plain-words` gives the
baseline word times too, which ours always has; `--plain-prompt ""` takes our prompt away from it. The difference of
error rates has a 95 % interval from drawing calls again (bootstrap), the ratio of times likewise.
"""

import argparse
import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from asr.channels import lay_out
from asr.decode import decode
from asr.gates import spoken_characters
from asr.text import tidy_text
from asr.transcribe import transcribe
from asr.weights import find_model
from asr.whisper import PROMPT, WhisperTranscriber

MAX_SECONDS = 4 * 3600
DRAWS = 2000
Hear = Callable[[Path], dict[int, str]]


@dataclass(frozen=True)
class Heard:
    """One call heard by one of the two."""

    errors: int
    characters: int
    work: float
    cpu: float


def errors_in(heard: dict[int, str], truth: dict[int, str]) -> tuple[int, int]:
    """Wrong characters, and characters said."""
    said = {channel: spoken_characters(text) for channel, text in truth.items()}
    wrong = sum(edit_distance(text, spoken_characters(heard.get(channel, ""))) for channel, text in said.items())
    return wrong, sum(map(len, said.values()))


def edit_distance(one: str, other: str) -> int:
    """Levenshtein's, a row at a time: insertions are a running minimum."""
    other_codes = np.array([ord(character) for character in other])
    places = np.arange(len(other) + 1)
    row = places.copy()
    for i, character in enumerate(one, 1):
        change = row[:-1] + (other_codes != ord(character)) if len(other) else row[:0]
        best = np.concatenate([[i], np.minimum(change, row[1:] + 1)])
        row = np.minimum.accumulate(best - places) + places
    return int(row[-1])


def truth_of(file: Path) -> tuple[float, dict[int, str]]:
    """Seconds, and what is said on each channel."""
    truth = json.loads(file.read_text("utf8"))
    channels: dict[int, str] = {}
    for line in sorted(truth["lines"], key=lambda line: line["start"]):
        channel = line["channel"] if truth["layout"] == "stereo" else 0
        channels[channel] = channels.get(channel, "") + line["text"]
    return float(truth["seconds"]), channels


def ours(transcriber: WhisperTranscriber) -> Hear:
    def hear(path: Path) -> dict[int, str]:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        transcript = transcribe(
            path,
            file=path.name,
            sha256=sha256,
            transcriber=transcriber,
            agent_channel="left",
            max_seconds=MAX_SECONDS,
        )
        said: dict[int, str] = {}
        for turn in transcript.turns:
            said[turn.channel] = said.get(turn.channel, "") + turn.text
        return said

    return hear


def plain(pipeline: BatchedInferencePipeline, *, words: bool, prompt: str) -> Hear:
    def hear(path: Path) -> dict[int, str]:
        audio = decode(path, name=path.name, max_seconds=MAX_SECONDS)
        return {channel: text_of(audio.heard_by_whisper(channel)) for channel in lay_out(audio, "left").heard}

    def text_of(samples: np.ndarray) -> str:
        segments, _ = pipeline.transcribe(
            samples, language="zh", batch_size=8, beam_size=5, initial_prompt=prompt or None, word_timestamps=words
        )
        return tidy_text("".join(segment.text for segment in segments))

    return hear


def measure(hear: Hear, path: Path, truth: dict[int, str]) -> Heard:
    began, began_cpu = time.perf_counter(), time.process_time()
    heard = hear(path)
    work, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    return Heard(*errors_in(heard, truth), work, cpu)


def run(calls: Sequence[Path], truth_dir: Path, ours_hears: Hear, plain_hears: Hear) -> None:
    pairs: list[tuple[Heard, Heard]] = []
    seconds = 0.0
    for number, path in enumerate(calls):
        length, truth = truth_of(truth_dir / f"{path.stem}.json")
        seconds += length
        if number % 2:
            theirs = measure(plain_hears, path, truth)
            mine = measure(ours_hears, path, truth)
        else:
            mine = measure(ours_hears, path, truth)
            theirs = measure(plain_hears, path, truth)
        pairs.append((mine, theirs))
        rates = f"errors {mine.errors:4} {theirs.errors:4} of {mine.characters:4}"
        print(
            f"{path.name:40} {length:7.1f} s   ours {mine.work:6.2f} s   plain {theirs.work:6.2f} s   {rates}",
            flush=True,
        )
    report(pairs, seconds)


def report(pairs: Sequence[tuple[Heard, Heard]], seconds: float) -> None:
    """Rates of both, and what lies between them with 95 % intervals over calls."""
    print(f"\n{len(pairs)} calls, {seconds:.0f} s of audio, {len(os.sched_getaffinity(0))} cores, shared or not")
    # [calls, ours and plain, what was counted]
    counts = np.array([[(one.errors, one.characters, one.work, one.cpu) for one in pair] for pair in pairs])
    for name, (errors, characters, work, cpu) in zip(("ours", "plain"), counts.sum(axis=0), strict=True):
        rates = f"{seconds / work:6.1f} s of audio per second, {seconds / cpu:6.1f} per second of one core"
        print(f"{name:6} {rates}   CER {errors / characters:.4f}")
    drawn = np.random.default_rng(0).integers(len(pairs), size=(DRAWS, len(pairs)))
    again = np.concatenate([counts.sum(axis=0)[None], counts[drawn].sum(axis=1)])
    more = again[:, 0, 0] / again[:, 0, 1] - again[:, 1, 0] / again[:, 1, 1]
    print(f"CER ours - plain {more[0]:+.4f} ({_interval(more[1:], '+.4f')})")
    for name, at in (("by the clock", 2), ("by processor time", 3)):
        ratio = again[:, 1, at] / again[:, 0, at]
        print(f"ratio {ratio[0]:.2f} ({_interval(ratio[1:], '.2f')}) {name}")


def _interval(values: np.ndarray, form: str) -> str:
    low, high = np.quantile(values, (0.025, 0.975))
    return f"{low:{form}} to {high:{form}}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path, help="folder of recordings")
    parser.add_argument("truth", type=Path, help="folder of <stem>.json")
    parser.add_argument("--model", default="base")
    parser.add_argument("--cache", type=Path, default=Path("callqa-data/cache/models"))
    parser.add_argument("--plain-compute-type", default="int8", help="the baseline's; ours is int8 on a CPU")
    parser.add_argument("--plain-words", action="store_true", help="word times for the baseline too")
    parser.add_argument("--plain-prompt", default=PROMPT, help="the baseline's; ours by default")
    parser.add_argument("--every", type=int, default=1, help="only every so-many-th call")
    parser.add_argument("--only", default="", help="only calls whose name holds this")
    given = parser.parse_args()
    folder = find_model(given.model, given.cache)
    cores = len(os.sched_getaffinity(0))
    model = WhisperModel(str(folder), device="cpu", compute_type=given.plain_compute_type, cpu_threads=cores)
    calls = [
        path
        for path in sorted(given.calls.iterdir())
        if (given.truth / f"{path.stem}.json").is_file() and given.only in path.name
    ][:: given.every]
    transcriber = WhisperTranscriber(folder, device="cpu")
    baseline = plain(BatchedInferencePipeline(model), words=given.plain_words, prompt=given.plain_prompt)
    run(calls, given.truth, ours(transcriber), baseline)


if __name__ == "__main__":
    main()

"""Our path beside faster-whisper's own BatchedInferencePipeline: same files, weights, prompt and machine, one run.

    python benchmarks/transcribe.py sample_audio/calls sample_audio/truth --cache callqa-data/cache/models

Both decode each call from its file and hear each channel by itself. Seconds of audio (a two-channel call counted
once) per second of work, and the character error rate against the truth, punctuation stripped, numbers as they are.
Cores are often shared: quote the ratio, and trust the one by processor time more. `--plain-words` gives the
baseline word times too, which ours always has.
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
Hear = Callable[[Path], dict[int, str]]


@dataclass
class Tally:
    """Sums over calls."""

    errors: int = 0
    characters: int = 0
    work: float = 0.0
    cpu: float = 0.0

    def add(self, heard: dict[int, str], truth: dict[int, str]) -> None:
        for channel, text in truth.items():
            self.errors += edit_distance(spoken_characters(text), spoken_characters(heard.get(channel, "")))
            self.characters += len(spoken_characters(text))

    @property
    def error_rate(self) -> float:
        return self.errors / self.characters


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


def plain(pipeline: BatchedInferencePipeline, *, words: bool) -> Hear:
    def hear(path: Path) -> dict[int, str]:
        audio = decode(path, name=path.name, max_seconds=MAX_SECONDS)
        return {channel: text_of(audio.heard_by_whisper(channel)) for channel in lay_out(audio, "left").heard}

    def text_of(samples: np.ndarray) -> str:
        segments, _ = pipeline.transcribe(
            samples, language="zh", batch_size=8, beam_size=5, initial_prompt=PROMPT, word_timestamps=words
        )
        return tidy_text("".join(segment.text for segment in segments))

    return hear


def measure(hear: Hear, path: Path, truth: dict[int, str], tally: Tally) -> float:
    began, began_cpu = time.perf_counter(), time.process_time()
    heard = hear(path)
    work = time.perf_counter() - began
    tally.work += work
    tally.cpu += time.process_time() - began_cpu
    tally.add(heard, truth)
    return work


def run(calls: Sequence[Path], truth_dir: Path, ours_hears: Hear, plain_hears: Hear) -> None:
    mine, theirs, seconds = Tally(), Tally(), 0.0
    for path in calls:
        length, truth = truth_of(truth_dir / f"{path.stem}.json")
        seconds += length
        took = measure(ours_hears, path, truth, mine), measure(plain_hears, path, truth, theirs)
        print(f"{path.name:40} {length:7.1f} s   ours {took[0]:6.2f} s   plain {took[1]:6.2f} s", flush=True)
    print(f"\n{len(calls)} calls, {seconds:.0f} s of audio, {len(os.sched_getaffinity(0))} cores, shared or not")
    for name, tally in (("ours", mine), ("plain", theirs)):
        rates = f"{seconds / tally.work:6.1f} s of audio per second, {seconds / tally.cpu:6.1f} per second of one core"
        print(f"{name:6} {rates}   CER {tally.error_rate:.4f}")
    print(f"ratio  {theirs.work / mine.work:.2f} by the clock, {theirs.cpu / mine.cpu:.2f} by processor time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path, help="folder of recordings")
    parser.add_argument("truth", type=Path, help="folder of <stem>.json")
    parser.add_argument("--model", default="base")
    parser.add_argument("--cache", type=Path, default=Path("callqa-data/cache/models"))
    parser.add_argument("--plain-compute-type", default="int8", help="the baseline's; ours is int8 on a CPU")
    parser.add_argument("--plain-words", action="store_true", help="word times for the baseline too")
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
    baseline = plain(BatchedInferencePipeline(model), words=given.plain_words)
    run(calls, given.truth, ours(transcriber), baseline)


if __name__ == "__main__":
    main()

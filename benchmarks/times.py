"""Word times and voice measures against calls of which the truth is known.

    python -m benchmarks.times sample_audio [--clips FOLDER_OF_CLIPS] [--cache callqa-data/cache/models]

Words: a line's first character, where it was heard, against the line's start, its last against the line's end; what
is inside of lines is not known, except for pauses: the character before and the one after. Measures: against where
the lines sound (benchmarks/true_calls.py), of calls in two channels. Clips are laid into calls with known silences,
response times and overlaps; FOLDER holds manifest.jsonl with `file` and `text`.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import numpy as np

from asr.transcribe import transcribe
from asr.turns import TURN_PAUSE
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from benchmarks.true_calls import MAX_SECONDS, Line, TrueCall, laid_calls, sample_calls
from benchmarks.voice_errors import Errors, compare, table
from models.transcript import Transcript, Word

AROUND = 1.5
"""Seconds outside of a line in which its words are still looked for."""

BAR = 0.2


def heard(call: TrueCall, transcriber: WhisperTranscriber) -> Transcript:
    return transcribe(
        call.path,
        file=call.path.name,
        sha256=call.path.stem,
        transcriber=transcriber,
        agent_channel="left",
        max_seconds=MAX_SECONDS,
    )


def characters(words: Iterable[Word]) -> list[tuple[str, float, float]]:
    """Spoken characters with times; a word's are laid evenly over it."""
    found = []
    for word in words:
        spoken = [character for character in word.text if character.isalnum()]
        step = (word.end - word.start) / max(1, len(spoken))
        found += [(one, word.start + i * step, word.start + (i + 1) * step) for i, one in enumerate(spoken)]
    return found


def errors_of(line: Line, said: list[tuple[str, float, float]]) -> Iterator[tuple[str, float]]:
    """Seconds by which the first character begins too late, and the last one ends too late, where they were heard."""
    near = [one for one in said if line.start - AROUND < (one[1] + one[2]) / 2 < line.end + AROUND]
    text = [character for character in line.text if character.isalnum()]
    matcher = SequenceMatcher(None, text, [one[0] for one in near], autojunk=False)
    matched = {block.a + i: near[block.b + i] for block in matcher.get_matching_blocks() for i in range(block.size)}
    if 0 in matched:
        yield "start", matched[0][1] - line.sounds[0].start
    if len(text) - 1 in matched:
        yield "end", matched[len(text) - 1][2] - line.sounds[-1].end
    for before, after in pairwise(line.sounds):
        yield from _pause_errors(before.end, after.start, list(matched.values()))


def _pause_errors(start: float, end: float, said: list[tuple[str, float, float]]) -> Iterator[tuple[str, float]]:
    """Of the characters on either side of a pause inside a line."""
    middle = (start + end) / 2
    before, after = [one for one in said if one[1] < middle], [one for one in said if one[1] >= middle]
    if before and after:
        yield "pause start", before[-1][2] - start
        yield "pause end", after[0][1] - end


def times(call: TrueCall, transcript: Transcript) -> dict[str, list[float]]:
    errors: dict[str, list[float]] = defaultdict(list)
    for channel in {line.channel for line in call.lines}:
        words = [word for turn in transcript.turns if turn.channel == channel for word in turn.words]
        said = characters(sorted(words, key=lambda word: word.start))
        for line in call.lines:
            if line.channel == channel and line.sounds:
                for kind, error in errors_of(line, said):
                    errors[kind].append(error)
    return errors


def turns_held(transcript: Transcript) -> tuple[int, int]:
    """Turns, and those that hold a pause longer than one may."""
    long = sum(
        any(after.start - before.end > TURN_PAUSE for before, after in pairwise(turn.words))
        for turn in transcript.turns
    )
    return len(transcript.turns), long


def report(title: str, calls: Iterable[TrueCall], transcriber: WhisperTranscriber) -> None:
    errors: dict[str, list[float]] = defaultdict(list)
    measures: list[Errors] = []
    turns = np.zeros(2, int)
    for call in calls:
        transcript = heard(call, transcriber)
        for kind, found in times(call, transcript).items():
            errors[kind] += found
        turns += turns_held(transcript)
        if call.apart:
            measures.append(compare(call, transcript))
    print(f"\n{title}: {turns[0]} turns, {turns[1]} with a pause over {TURN_PAUSE} s inside")
    print(
        f"{'word times':14} {'n':>5} {'median':>8} {'90 %':>8} {'bias':>8} {f'≤ {BAR:.1f} s':>8}   (|error|, seconds)"
    )
    for kind in ("start", "end", "pause start", "pause end"):
        if len(values := np.array(errors[kind])):
            size = np.abs(values)
            print(
                f"{kind:14} {len(values):5} {np.median(size):8.3f} {np.quantile(size, 0.9):8.3f} "
                f"{np.median(values):+8.3f} {np.mean(size <= BAR):8.0%}"
            )
    print(table(measures))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", type=Path, help="folder with calls/ and truth/")
    parser.add_argument("--clips", type=Path, help="folder of clips to be laid into calls")
    parser.add_argument("--cache", type=Path, default=Path("callqa-data/cache/models"), help="of Whisper's weights")
    given = parser.parse_args()
    transcriber = WhisperTranscriber(find_model("base", given.cache), device="cpu")
    report("sample calls", sample_calls(given.samples), transcriber)
    if given.clips:
        with tempfile.TemporaryDirectory() as temporary:
            report("laid calls", laid_calls(given.clips, Path(temporary)), transcriber)


if __name__ == "__main__":
    main()

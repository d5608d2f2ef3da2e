"""How rules find what was said: `python -m benchmarks.rules CALLS TRUTH [--cache DIR]`, or `--speed` alone.

CALLS is a folder of recordings, TRUTH one of <stem>.json as in sample_audio/truth. The recordings are heard by Whisper
(`--cache` keeps the transcripts). Phrases are pieces of 4 to 10 characters of what was really said, drawn at random
with a fixed seed, within a clause (nobody's phrase runs over a full stop) and never through the middle of a number.
Recall is the share of phrases found in the transcript of the call in which they were said; false hits are phrases found
in other calls of the same kind (the name up to `-`), in which they were not said. Beside the matcher stand exact
matching and rapidfuzz's partial_ratio at several thresholds, on the same normalised passages.

`--speed` measures calls a second of one core with 10, 200 and 2,000 rules on calls of 60 turns, as
benchmarks/scoring.py does, and what exact matching alone would take.
"""

import argparse
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rapidfuzz.fuzz import partial_ratio

from asr.transcribe import transcribe
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from benchmarks.scoring import PACK, grown, measure, ordinary
from models.transcript import TRANSCRIPT_JSON, Transcript
from scoring.heard import passages
from scoring.normalise import normalise
from scoring.pack import load_pack
from scoring.phonetic_numbers import NUMERAL
from scoring.phrases import PhraseIndex

LENGTHS = range(4, 11)
PHRASES_A_CALL = 150
CLAUSE = re.compile(r"[，。！？、；：,.!?;:\s…—“”\"（）()]+")
THRESHOLDS = (70, 75, 80, 85, 90)
MODELS = Path(tempfile.gettempdir()) / "callqa-models"
MAX_SECONDS = 4 * 3600
RULES = (10, 200, 2000)

Find = Callable[[Sequence[str], Sequence[str]], set[str]]
"""Which of the phrases are in the passages of a call."""


@dataclass(frozen=True)
class Said:
    """A call: what was said in it, some of its phrases, and the passages Whisper wrote; all normalised."""

    said: str
    phrases: frozenset[str]
    heard: Sequence[str]


def calls_of(recordings: Path, truths: Path, cache: Path | None) -> dict[str, dict[str, Said]]:
    """By kind and stem."""
    draw, kinds = random.Random(0), defaultdict[str, dict[str, Said]](dict)
    transcriber = WhisperTranscriber(find_model("base", MODELS), device="cpu")
    for path in sorted(recordings.iterdir()):
        truth = truths / f"{path.stem}.json"
        if not truth.is_file():
            continue
        clauses = clauses_of(line["text"] for line in json.loads(truth.read_text("utf8"))["lines"])
        pieces = sorted({piece for clause in clauses for piece in pieces_of(clause)})
        phrases = frozenset(draw.sample(pieces, min(PHRASES_A_CALL, len(pieces))))
        call = Said("\n".join(clauses), phrases, written(heard(path, transcriber, cache)))
        kinds[path.stem.partition("-")[0]][path.stem] = call
    return kinds


def clauses_of(lines: Iterable[str]) -> list[str]:
    return [normalise(clause).text for line in lines for clause in CLAUSE.split(line)]


def pieces_of(clause: str) -> Iterable[str]:
    inside = {at for number in re.finditer(f"{NUMERAL}+", clause) for at in range(number.start() + 1, number.end())}
    for length in LENGTHS:
        for start in range(len(clause) - length + 1):
            if inside.isdisjoint((start, start + length)):
                yield clause[start : start + length]


def heard(path: Path, transcriber: WhisperTranscriber, cache: Path | None) -> Transcript:
    kept = cache / f"{path.stem}.json" if cache else None
    if kept and kept.is_file():
        return TRANSCRIPT_JSON.validate_json(kept.read_bytes())
    transcript = transcribe(
        path,
        file=path.name,
        sha256=sha256(path.read_bytes()).hexdigest(),
        transcriber=transcriber,
        agent_channel="left",
        max_seconds=MAX_SECONDS,
    )
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(TRANSCRIPT_JSON.dump_json(transcript))
    return transcript


def written(transcript: Transcript) -> list[str]:
    turns = transcript.turns
    return ["".join(normalise(turns[turn].text).text for turn in passage) for passage in passages(turns)]


def matcher(phrases: Sequence[str], texts: Sequence[str]) -> set[str]:
    return set(PhraseIndex(phrases).find("\n".join(texts)))


def exact(phrases: Sequence[str], texts: Sequence[str]) -> set[str]:
    return {phrase for phrase in phrases if any(phrase in text for text in texts)}


def fuzzy(threshold: int) -> Find:
    def find(phrases: Sequence[str], texts: Sequence[str]) -> set[str]:
        long = [text for text in texts if text]
        return {
            phrase
            for phrase in phrases
            if any(len(text) >= len(phrase) and partial_ratio(phrase, text) >= threshold for text in long)
        }

    return find


def compare(calls: Mapping[str, Said]) -> None:
    phrases = sorted(frozenset().union(*(call.phrases for call in calls.values())))
    print(f"{'':18} recall  false hits  precision")
    ways: dict[str, Find] = {"exact": exact, "matcher": matcher}
    ways |= {f"partial_ratio {threshold}": fuzzy(threshold) for threshold in THRESHOLDS}
    for name, find in ways.items():
        hits = wrong = 0
        for call in calls.values():
            found = find(phrases, call.heard)
            hits += len(found & call.phrases)
            wrong += sum(phrase not in call.said for phrase in found - call.phrases)
        total = sum(len(call.phrases) for call in calls.values())
        precision = hits / (hits + wrong) if hits else 0.0
        print(f"{name:18} {hits / total:6.3f} {wrong:11} {precision:10.4f}")


def speed() -> None:
    shipped, transcripts = load_pack(PACK), list(ordinary(60, 60))
    characters = sum(len(turn.text) for call in transcripts for turn in call.turns) / len(transcripts)
    print(f"calls of 60 turns, {characters:.0f} characters; calls a second of one core: median (best)")
    for rules in RULES:
        middle, best = measure(grown(shipped, rules), transcripts)
        print(f"{rules:5} rules: {middle:6.0f} ({best:.0f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", type=Path, nargs="?")
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--speed", action="store_true")
    asked = parser.parse_args()
    if asked.calls and asked.truth:
        for kind, calls in calls_of(asked.calls, asked.truth, asked.cache).items():
            phrases = sum(len(call.phrases) for call in calls.values())
            print(f"{kind}: {len(calls)} calls, {phrases} phrases")
            compare(calls)
    if asked.speed:
        speed()


if __name__ == "__main__":
    main()

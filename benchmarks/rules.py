"""How rules find what was said: `python -m benchmarks.rules CALLS TRUTH [--cache DIR]`, or `--speed` alone.

CALLS is a folder of recordings, TRUTH one of <stem>.json as in sample_audio/truth. The recordings are heard by Whisper
(`--cache` keeps the transcripts). Phrases are what was really said, of two sorts: *pieces* of 4 to 10 characters, cut
anywhere in a clause but never through a number; and *phrases* of 6 to 12 characters as people write them in rule packs,
cut between words. Both are drawn at random with a fixed seed, so many a call.

Recall is the share of phrases found in the transcript of the call in which they were said; false hits are phrases found
in other calls of the same kind (the name up to `-`), in which they were not said. Both stand with the 95 % interval of
a bootstrap over calls. Beside the matcher stand exact matching, equality of sounds (folded toneless pinyin) and
rapidfuzz's partial_ratio at several thresholds, on the same normalised passages; the matcher without Whisper's
confidences; and the matcher after listening again, as calls are processed. Of what that misses, `not there` is the
share of all phrases of which less than two thirds of the syllables are anywhere in the transcript in their order:
Whisper heard something else. Numbers are never taken for one another, so what is found of phrases without any is told
apart; and each call's recall, since calls are of unlike difficulty.

`--speed` measures calls a second of one core with 10, 200 and 2,000 rules on calls of 60 turns, as
benchmarks/scoring.py does, and milliseconds a call for finding phrases alone.
"""

import argparse
import json
import math
import random
import re
import tempfile
import timeit
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, combinations
from pathlib import Path
from statistics import median

import jieba
import yaml
from rapidfuzz.distance import LCSseq
from rapidfuzz.fuzz import partial_ratio

from asr.listening import listen_again
from asr.transcribe import transcribe
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from benchmarks.scoring import PACK, grown, measure, ordinary
from models.call import Metadata
from models.transcript import TRANSCRIPT_JSON, Transcript
from scoring.heard import Heard, passages
from scoring.listening import doubts
from scoring.normalise import BREAK, normalise
from scoring.pack import load_pack, parse_pack
from scoring.patterns import PatternIndex
from scoring.phonetic import sound
from scoring.phonetic_text import COUNTING, Numbers, hear
from scoring.phrases import PhraseIndex

LENGTHS = range(4, 11)
LIKE_RULES = range(6, 13)
PHRASES_A_CALL = 150
CLAUSE = re.compile(r"[，。！？、；：,.!?;:\s…—“”\"（）()]+")
THRESHOLDS = (70, 75, 80, 85, 90)
THERE = 2 / 3
RESAMPLES = 2000
MODELS = Path(tempfile.gettempdir()) / "callqa-models"
MAX_SECONDS = 4 * 3600
RULES = (10, 200, 2000)
NUMERALS = COUNTING - frozenset("一%.")
"""一 alone mostly counts nothing (一定, 一下)."""
BY_CALL = ("exact", "same sounds", "matcher", "listening again")


@dataclass(frozen=True)
class Said:
    """A call: what was said in it, normalised, phrases of it of each sort, and what Whisper wrote."""

    said: str
    phrases: Mapping[str, frozenset[str]]
    transcript: Transcript
    path: Path

    @cached_property
    def heard(self) -> list[str]:
        """Normalised passages."""
        turns = self.transcript.turns
        return ["".join(normalise(turns[turn].text).text for turn in passage) for passage in passages(turns)]


Find = Callable[[Sequence[str], Said], set[str]]
"""Which of the phrases are in a call."""


@dataclass(frozen=True)
class Tally:
    """Of one call: phrases said in it, those found, and those found though they were not said."""

    said: int
    found: int
    wrong: int


def calls_of(
    recordings: Path, truths: Path, cache: Path | None, transcriber: WhisperTranscriber
) -> dict[str, list[Said]]:
    """By kind."""
    draw, kinds = random.Random(0), defaultdict[str, list[Said]](list)
    for path in sorted(recordings.iterdir()):
        truth = truths / f"{path.stem}.json"
        if not truth.is_file():
            continue
        clauses = clauses_of(line["text"] for line in json.loads(truth.read_text("utf8"))["lines"])
        phrases = {
            sort: drawn(draw, {piece for clause in clauses for piece in cut(clause)})
            for sort, cut in (("pieces", pieces_of), ("phrases", phrases_of))
        }
        kinds[path.stem.partition("-")[0]].append(
            Said("\n".join(clauses), phrases, heard(path, transcriber, cache), path)
        )
    return kinds


def drawn(draw: random.Random, pieces: Iterable[str]) -> frozenset[str]:
    ordered = sorted(pieces)
    return frozenset(draw.sample(ordered, min(PHRASES_A_CALL, len(ordered))))


def clauses_of(lines: Iterable[str]) -> list[str]:
    return [normalise(clause).text for line in lines for clause in CLAUSE.split(line)]


def pieces_of(clause: str) -> Iterable[str]:
    whole = uncut(clause)
    for length in LENGTHS:
        for start in range(len(clause) - length + 1):
            if {start, start + length} <= whole:
                yield clause[start : start + length]


def phrases_of(clause: str) -> Iterable[str]:
    borders = sorted({0, *accumulate(map(len, jieba.cut(clause)))} & uncut(clause))
    for start, end in combinations(borders, 2):
        if end - start in LIKE_RULES:
            yield clause[start:end]


def uncut(clause: str) -> set[int]:
    """Places that are not within a number."""
    tokens = hear(clause, Numbers(), learn=True)
    return set(range(len(clause) + 1)) - tokens.inside()


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


def matcher(phrases: Sequence[str], call: Said) -> set[str]:
    return set(Heard(call.transcript, Metadata(), PhraseIndex(phrases), PatternIndex([])).occurrences)


def listening(phrases: Sequence[str], transcriber: WhisperTranscriber) -> Find:
    """As calls are processed: a pack's doubts, and what the recording says to them."""
    rules = [{"id": "any", "name": "any", "why": "-", "when": {"phrase": list(phrases)}, "effect": "tag"}]
    pack = parse_pack(yaml.safe_dump({"pack": "phrases", "version": 1, "rules": rules}, allow_unicode=True))

    def find(_: Sequence[str], call: Said) -> set[str]:
        asked = doubts(pack, call.transcript)
        told = listen_again(call.path, call.transcript, asked, transcriber, max_seconds=MAX_SECONDS)
        return set(Heard(replace(call.transcript, listened=told), Metadata(), pack.phrases, pack.patterns).occurrences)

    return find


def without_confidence(phrases: Sequence[str], call: Said) -> set[str]:
    return set(PhraseIndex(phrases).find(BREAK.join(call.heard)))


def exact(phrases: Sequence[str], call: Said) -> set[str]:
    return {phrase for phrase in phrases if any(phrase in text for text in call.heard)}


def same_sounds(phrases: Sequence[str], call: Said) -> set[str]:
    texts = list(map(sound, call.heard))
    return {phrase for phrase in phrases if any(sound(phrase) in text for text in texts)}


def fuzzy(threshold: int) -> Find:
    def find(phrases: Sequence[str], call: Said) -> set[str]:
        return {
            phrase
            for phrase in phrases
            if any(len(text) >= len(phrase) and partial_ratio(phrase, text) >= threshold for text in call.heard)
        }

    return find


def is_there(phrase: str, call: Said) -> bool:
    """Whether most of its syllables stand anywhere in their order, about as close together as they were said."""
    length, wanted = len(phrase), sound(phrase)
    least = math.ceil(length * THERE)
    return any(
        LCSseq.similarity(wanted, text[start : start + length + 1], score_cutoff=least)
        for text in map(sound, call.heard)
        for start in range(max(len(text) - least + 1, 1))
    )


def compare(calls: Sequence[Said], sort: str, transcriber: WhisperTranscriber) -> None:
    phrases = sorted(frozenset().union(*(call.phrases[sort] for call in calls)))
    print(f"{sort:19} recall              precision            false hits")
    ways: dict[str, Find] = {"exact": exact, "same sounds": same_sounds}
    ways |= {f"partial_ratio {threshold}": fuzzy(threshold) for threshold in THRESHOLDS}
    ways |= {"without confidence": without_confidence, "matcher": matcher}
    ways["listening again"] = listening(phrases, transcriber)
    by_way: dict[str, list[set[str]]] = {}
    for name, find in ways.items():
        found = by_way[name] = [find(phrases, call) for call in calls]
        tallies = [tally(one, call, sort) for one, call in zip(found, calls, strict=True)]
        recall = interval(tallies, lambda of: sum(one.found for one in of) / max(sum(one.said for one in of), 1))
        precision = interval(tallies, precision_of)
        print(f"{name:18} {recall}  {precision} {sum(one.wrong for one in tallies):11}")
    by_length(calls, found, sort)
    without_amounts(calls, found, sort)
    by_call(calls, by_way, sort)


def tally(found: set[str], call: Said, sort: str) -> Tally:
    said = call.phrases[sort]
    return Tally(len(said), len(found & said), sum(phrase not in call.said for phrase in found - said))


def precision_of(tallies: Sequence[Tally]) -> float:
    hits = sum(one.found for one in tallies)
    return hits / max(hits + sum(one.wrong for one in tallies), 1)


def interval(tallies: Sequence[Tally], figure: Callable[[Sequence[Tally]], float]) -> str:
    """The figure with its 95 % interval if other calls of the kind had been drawn."""
    draw = random.Random(1)
    resampled = sorted(figure(draw.choices(tallies, k=len(tallies))) for _ in range(RESAMPLES))
    low, high = resampled[RESAMPLES // 40], resampled[-RESAMPLES // 40]
    return f"{figure(tallies):.3f} ({low:.3f}-{high:.3f})"


def by_length(calls: Sequence[Said], found: Sequence[set[str]], sort: str) -> None:
    """Of the matcher after listening again."""
    said, hits = Counter[int](), Counter[int]()
    missed = []
    for one, call in zip(found, calls, strict=True):
        said.update(map(len, call.phrases[sort]))
        hits.update(map(len, call.phrases[sort] & one))
        missed += [is_there(phrase, call) for phrase in call.phrases[sort] - one]
    print("recall by length: ", ", ".join(f"{length}: {hits[length] / said[length]:.3f}" for length in sorted(said)))
    total = said.total()
    print(f"missed {len(missed) / total:.3f}, of these not there {missed.count(False) / total:.3f}")


def without_amounts(calls: Sequence[Said], found: Sequence[set[str]], sort: str) -> None:
    """Likewise, for phrases that say no number: design.md wants amounts never to be taken for one another."""
    tallies = []
    for one, call in zip(found, calls, strict=True):
        said = {phrase for phrase in call.phrases[sort] if not says_number(phrase)}
        wrong = sum(phrase not in call.said and not says_number(phrase) for phrase in one)
        tallies.append(Tally(len(said), len(one & said), wrong))
    recall = interval(tallies, lambda of: sum(one.found for one in of) / max(sum(one.said for one in of), 1))
    print(f"without numbers    {recall}  {interval(tallies, precision_of)} {sum(one.wrong for one in tallies):11}")


def says_number(phrase: str) -> bool:
    return not NUMERALS.isdisjoint(phrase)


def by_call(calls: Sequence[Said], by_way: Mapping[str, Sequence[set[str]]], sort: str) -> None:
    """Recall in each call, the easiest first: how hard a call is shows in what exact matching finds."""
    rows = [
        [len(by_way[way][at] & call.phrases[sort]) / len(call.phrases[sort]) for way in BY_CALL]
        for at, call in enumerate(calls)
    ]
    print(f"by call: {', '.join(BY_CALL)}")
    for row, call in sorted(zip(rows, calls, strict=True), key=lambda one: -one[0][0]):
        print(f"    {call.transcript.recording.file:24} {'  '.join(f'{share:.3f}' for share in row)}")


def speed() -> None:
    shipped, transcripts = load_pack(PACK), list(ordinary(60, 60))
    characters = sum(len(turn.text) for call in transcripts for turn in call.turns) / len(transcripts)
    print(f"calls of 60 turns, {characters:.0f} characters; calls a second of one core: median (best)")
    texts = [Heard(call, Metadata(), PhraseIndex([]), PatternIndex([])).text for call in transcripts]
    for rules in RULES:
        pack = grown(shipped, rules)
        middle, best = measure(pack, transcripts)
        finding = median(milliseconds(pack.phrases, text) for text in texts)
        print(f"{rules:5} rules: {middle:6.0f} ({best:.0f}); finding phrases {finding:.2f} ms a call")


def milliseconds(phrases: PhraseIndex, text: str) -> float:
    """The best of a few, since others may use the machine."""
    return min(timeit.repeat(lambda: phrases.find(text), number=1, repeat=9)) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", type=Path, nargs="?")
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--speed", action="store_true")
    asked = parser.parse_args()
    if asked.calls and asked.truth:
        jieba.setLogLevel("ERROR")
        transcriber = WhisperTranscriber(find_model("base", MODELS), device="cpu")
        for kind, calls in calls_of(asked.calls, asked.truth, asked.cache, transcriber).items():
            print(f"{kind}: {len(calls)} calls, {sum(len(call.phrases['pieces']) for call in calls)} pieces")
            for sort in ("pieces", "phrases"):
                compare(calls, sort, transcriber)
    if asked.speed:
        speed()


if __name__ == "__main__":
    main()

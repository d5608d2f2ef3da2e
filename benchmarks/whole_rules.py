"""Whole rules on Whisper's text: `python -m benchmarks.whole_rules CALLS TRUTH [--cache DIR]`.

Every rule of the shipped packs answers thrice about each call: on the script, as if all had been heard perfectly, on
what Whisper heard, and on that after listening again for the pack's phrases. Rules that ask about the sound (silences,
speech rate and the like) are left out: a script has none. The tables count, per pack and effect, what became of the
script's hits, and hits that only Whisper's text has, first without listening again, then with it; shares stand with
95 % Wilson intervals. Each lost or new hit is listed with its quote. A script's hit is what the pack says, which is not
always what a person would say: this measures hearing, not the packs.

CALLS and TRUTH are folders as in sample_audio; `--cache` keeps transcripts, as benchmarks.rules does.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from asr.listening import listen_again
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from benchmarks.rules import MAX_SECONDS, MODELS, heard
from models.call import Metadata
from models.finding import Answer, Effect, RuleResult
from scoring.case import read_case
from scoring.evaluate import evaluate
from scoring.listening import doubts
from scoring.pack import Pack, load_pack, shipped_packs
from scoring.wilson import share

VOICE = ("silence", "overlap", "speech_rate", "slow_answer", "late_hangup", "talk_share", "duration")
HIT, OPEN = Answer.HIT, Answer.CANNOT_JUDGE


@dataclass(frozen=True)
class Pair:
    """One rule's two answers about one call."""

    call: str
    pack: str
    scripted: RuleResult
    whispered: RuleResult

    @property
    def became(self) -> str:
        before, after = self.scripted.answer, self.whispered.answer
        if before is HIT:
            return {HIT: "found", OPEN: "cannot judge"}.get(after, "lost")
        return "new" if after is HIT else "other"


def pairs(calls: Path, truth: Path, cache: Path, packs: list[Pack]) -> Iterator[tuple[Pair, Pair]]:
    """Without listening again, and with it."""
    whisper = WhisperTranscriber(find_model("base", MODELS), device="cpu")
    for path in sorted(calls.iterdir()):
        script = truth / f"{path.stem}.json"
        if not script.is_file():
            continue
        lines = json.loads(script.read_text("utf8"))["lines"]
        said = read_case([f"{line['role']}: {line['text']}" for line in lines]).transcript()
        transcript = heard(path, whisper, cache)
        for pack in packs:
            voice = {rule.id for rule in pack.rules if _asks_about_sound(rule.when.model_dump_json(warnings=False))}
            told = listen_again(path, transcript, doubts(pack, transcript), whisper, max_seconds=MAX_SECONDS)
            listened = replace(transcript, listened=told)
            answers = (evaluate(pack, one, Metadata()) for one in (said, transcript, listened))
            for first, second, third in zip(*answers, strict=True):
                if first.rule not in voice:
                    yield Pair(path.stem, pack.name, first, second), Pair(path.stem, pack.name, first, third)


def _asks_about_sound(condition: str) -> bool:
    return any(f'"{operator}"' in condition for operator in VOICE)


def table(found: list[Pair]) -> Iterator[str]:
    yield "| pack | effect | hits on the script | found | cannot judge | lost | new |"
    yield "|---|---|---|---|---|---|---|"
    packs = sorted({pair.pack for pair in found})
    for name in [*packs, "all"]:
        for effect in (Effect.VIOLATION, Effect.PRAISE):
            some = [one for one in found if name in {one.pack, "all"} and one.scripted.effect is effect]
            counted = Counter(one.became for one in some)
            hits = counted["found"] + counted["cannot judge"] + counted["lost"]
            _, _, _, low, high = share(counted["found"], hits)
            kept = f"{counted['found']} ({low:.2f}–{high:.2f})"
            rest = " | ".join(str(counted[one]) for one in ("cannot judge", "lost", "new"))
            yield f"| {name} | {effect.value} | {hits} | {kept} | {rest} |"


def listed(found: list[Pair]) -> Iterator[str]:
    for pair in found:
        if pair.became in {"lost", "new"} and pair.scripted.effect is not Effect.TAG:
            evidence = (pair.whispered if pair.became == "new" else pair.scripted).evidence
            quotes = "; ".join(f"{one.quote} ({one.confidence:.2f})" for one in evidence[:2])
            yield f"{pair.became:5} {pair.call} {pair.pack}/{pair.scripted.rule}: {quotes}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        packs = [load_pack(name) for name in shipped_packs()]
        found = list(pairs(asked.calls, asked.truth, asked.cache or Path(scratch), packs))
    before, after = ([pair[which] for pair in found] for which in (0, 1))
    print("\n".join(["As it is heard", *table(before), "", "After listening again", *table(after), "", *listed(after)]))


if __name__ == "__main__":
    main()

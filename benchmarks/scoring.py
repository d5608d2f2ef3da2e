"""Calls scored a second on one core: `python -m benchmarks.scoring [--rules 200] [--turns 60] [--calls 300]`.

The shipped pack, and the same pack grown to `--rules` rules by copies whose phrases and patterns differ (so that nothing
found for one rule can be reused by another), over made-up calls of `--turns` turns from the lines of the pack's own cases.
"""

import argparse
import os
import random
import time
from itertools import count

import yaml

from models.call import Direction, Metadata
from models.transcript import Transcript
from scoring.case import CaseLines, read_case
from scoring.evaluate import evaluate
from scoring.pack import Pack, load_pack, parse_pack
from scoring.prescore import pre_score
from scoring.scorecard import load_scorecard

PACK = "inbound-service"


def grown(pack: Pack, rules: int) -> Pack:
    """The pack with distinct copies of its rules until it has so many."""
    content = yaml.safe_load(pack.text)
    originals = list(content["rules"])
    for number in count(1):
        for rule in originals:
            if len(content["rules"]) >= rules:
                return parse_pack(yaml.safe_dump(content, allow_unicode=True))
            copy = {key: _changed(value, number) for key, value in rule.items() if key not in {"id", "cannot_judge"}}
            content["rules"].append({**copy, "id": f"{rule['id']}-{number}", "fires": [], "silent": []})
    raise AssertionError


def _changed(value: object, number: int, key: str = "") -> object:
    """Phrases and patterns get another ending, so that each is a search of its own."""
    if isinstance(value, dict):
        return {name: _changed(inner, number, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_changed(inner, number, key) for inner in value]
    if isinstance(value, str) and key in {"phrase", "excused_by"}:
        return value + "甲乙丙丁戊己庚辛"[number % 8]
    if isinstance(value, str) and key in {"regex", "unless"}:
        return f"(?:{value})(?!第{number}号)"
    return value


def calls(pack: Pack, number: int, turns: int) -> list[Transcript]:
    draw = random.Random(1)
    lines = [
        {"role": line.role.value, "text": line.text}
        for rule in pack.rules
        for case in (*rule.fires, *rule.silent)
        for line in case.lines
    ]
    cases: list[CaseLines] = [read_case({"lines": draw.choices(lines, k=turns)}) for _ in range(number)]
    return [case.transcript() for case in cases]


def measure(pack: Pack, transcripts: list[Transcript]) -> float:
    card, metadata = load_scorecard(PACK), Metadata(direction=Direction.INBOUND, satisfaction=3)
    pre_score(card, evaluate(pack, transcripts[0], metadata))
    start = time.perf_counter()
    for transcript in transcripts:
        pre_score(card, evaluate(pack, transcript, metadata))
    return len(transcripts) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in (("--rules", 200), ("--turns", 60), ("--calls", 300)):
        parser.add_argument(option, type=int, default=default)
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    shipped = load_pack(PACK)
    transcripts = calls(shipped, asked.calls, asked.turns)
    characters = sum(len(turn.text) for call in transcripts for turn in call.turns) / len(transcripts)
    print(f"{asked.calls} calls of {asked.turns} turns, {characters:.0f} characters each, one core")
    for pack in (shipped, grown(shipped, asked.rules)):
        print(f"{len(pack.rules):4} rules: {measure(pack, transcripts):7.0f} calls/s")


if __name__ == "__main__":
    main()

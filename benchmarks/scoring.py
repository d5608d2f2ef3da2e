"""Calls scored a second on one core: `python -m benchmarks.scoring [--rules 200] [--turns 60] [--calls 300]`.

The shipped pack, and the same pack grown to `--rules` rules by copies whose phrases and patterns differ, so that
nothing found for one rule is reused by another. Two kinds of calls: `ordinary` ones are the scripts of the sample
calls, one after the other, cut to `--turns` turns; `all fire` ones are made of the cases of the pack's own rules, so
that nearly every rule finds something in every call. Processor time is measured, as the machine may be busy.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import yaml

from models.call import Direction, Metadata
from models.transcript import Transcript
from scoring.case import read_case
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


def case_lines(pack: Pack) -> list[dict[str, str]]:
    return [
        {"role": line.role.value, "text": line.text}
        for rule in pack.rules
        for case in (*rule.fires, *rule.silent)
        for line in case.lines
    ]


def script_lines() -> list[dict[str, str]]:
    """Of all sample calls in the order of their names."""
    files = sorted((Path(__file__).parents[1] / "sample_audio" / "truth").glob("*.json"))
    lines = [line for file in files for line in json.loads(file.read_text("utf8"))["lines"]]
    return [{"role": line["role"], "text": line["text"]} for line in lines]


def ordinary(number: int, turns: int) -> Iterator[Transcript]:
    lines = script_lines()
    for call in range(number):
        start = call * 7 % len(lines)
        yield read_case({"lines": (lines + lines)[start : start + turns]}).transcript()


def all_fire(pack: Pack, number: int, turns: int) -> Iterator[Transcript]:
    draw, lines = random.Random(1), case_lines(pack)
    for _ in range(number):
        yield read_case({"lines": draw.choices(lines, k=turns)}).transcript()


def measure(pack: Pack, transcripts: list[Transcript]) -> float:
    card, metadata = load_scorecard(PACK), Metadata(direction=Direction.INBOUND, satisfaction=3)
    pre_score(card, evaluate(pack, transcripts[0], metadata))
    start = time.process_time()
    for transcript in transcripts:
        pre_score(card, evaluate(pack, transcript, metadata))
    return len(transcripts) / (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in (("--rules", 200), ("--turns", 60), ("--calls", 300)):
        parser.add_argument(option, type=int, default=default)
    asked = parser.parse_args()
    shipped = load_pack(PACK)
    large = grown(shipped, asked.rules)
    kinds = {
        "ordinary": list(ordinary(asked.calls, asked.turns)),
        "all fire": list(all_fire(shipped, asked.calls, asked.turns)),
    }
    for kind, transcripts in kinds.items():
        characters = sum(len(turn.text) for call in transcripts for turn in call.turns) / len(transcripts)
        print(f"{kind}: {asked.calls} calls of {asked.turns} turns, {characters:.0f} characters each")
        for pack in (shipped, large):
            print(f"{len(pack.rules):6} rules: {measure(pack, transcripts):6.0f} calls/s")


if __name__ == "__main__":
    main()

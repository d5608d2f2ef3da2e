"""Calls scored a second on one core: `python -m benchmarks.scoring [--rules 200] [--turns 60] [--calls 300]`.

Three packs: the shipped one for inbound service; the same `grown` to `--rules` rules by copies in which every character
of every phrase and pattern is exchanged for another of the pack's, so that they look for other words of the same shape;
and the rules of all shipped packs `together`, grown by copies if they are too few. Copies find little in any call, real
rules find much: it is for real ones that a rate counts. Two kinds of calls:
`ordinary` ones are the scripts of the sample calls, one after the other, cut to `--turns` turns (four calls in one,
each with several faults); `all fire` ones are made of the cases of the pack's own rules, so that each of these finds
something in every call. The calls are measured in ten parts; the median part and the fastest one are told, which lie
close together on a quiet machine.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from models.call import Direction, Metadata
from models.transcript import Transcript
from scoring.case import read_case
from scoring.evaluate import evaluate
from scoring.normalise import normalise
from scoring.pack import Pack, load_pack, parse_pack, shipped_packs
from scoring.prescore import pre_score
from scoring.scorecard import load_scorecard

PACK = "inbound-service"


def grown(pack: Pack, rules: int) -> Pack:
    """The pack with copies of its rules about other words until it has so many."""
    content = yaml.safe_load(pack.text)
    return _grown(content, rules, pack.text)


def together(rules: int) -> Pack:
    """The rules of all shipped packs, with copies of them until there are so many."""
    packs = [load_pack(name) for name in shipped_packs()]
    listed = [{**rule, "id": f"{pack.name[0]}-{rule['id']}"[:60]} for pack in packs for rule in _rules(pack)]
    content = {"pack": "together", "version": 1, "rules": listed}
    return _grown(content, rules, "".join(pack.text for pack in packs))


def _rules(pack: Pack) -> list[dict[str, Any]]:
    return list(yaml.safe_load(pack.text)["rules"])


def _grown(content: dict[str, Any], rules: int, words: str) -> Pack:
    originals = list(content["rules"])
    characters = sorted({one for one in words if "一" <= one <= "龥" and normalise(one).text})
    for number in count(1):
        shift = 37 * number % len(characters)
        others = str.maketrans(dict(zip(characters, characters[shift:] + characters[:shift], strict=True)))
        for rule in originals:
            if len(content["rules"]) >= rules:
                return parse_pack(yaml.safe_dump(content, allow_unicode=True))
            copy = {"id": f"{rule['id']}-{number}", "name": rule["name"], "why": rule["why"], "effect": rule["effect"]}
            content["rules"].append({**copy, "when": _translated(rule["when"], others)})
    raise AssertionError


def _translated(value: Any, others: dict[int, str]) -> Any:
    if isinstance(value, dict):
        return {key: _translated(inner, others) for key, inner in value.items()}
    if isinstance(value, list):
        return [_translated(inner, others) for inner in value]
    return value.translate(others) if isinstance(value, str) else value


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


def measure(pack: Pack, transcripts: list[Transcript]) -> tuple[float, float]:
    """Calls a second of processor time: median and best of ten parts."""
    card, metadata = load_scorecard(PACK), Metadata(direction=Direction.INBOUND, satisfaction=3)
    rates = []
    for part in range(10):
        chunk = transcripts[part::10]
        start = time.process_time()
        for transcript in chunk:
            pre_score(card, evaluate(pack, transcript, metadata))
        rates.append(len(chunk) / (time.process_time() - start))
    return median(rates), max(rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in (("--rules", 200), ("--turns", 60), ("--calls", 300)):
        parser.add_argument(option, type=int, default=default)
    asked = parser.parse_args()
    shipped = load_pack(PACK)
    packs = {"shipped": shipped, "grown": grown(shipped, asked.rules), "together": together(asked.rules)}
    kinds = {
        "ordinary": list(ordinary(asked.calls, asked.turns)),
        "all fire": list(all_fire(shipped, asked.calls, asked.turns)),
    }
    for kind, transcripts in kinds.items():
        characters = sum(len(turn.text) for call in transcripts for turn in call.turns) / len(transcripts)
        print(f"{kind}: {asked.calls} calls of {asked.turns} turns, {characters:.0f} characters each")
        for name, pack in packs.items():
            middle, best = measure(pack, transcripts)
            print(f"{len(pack.rules):6} rules, {name:8}: {middle:6.0f} calls/s (best {best:.0f})")


if __name__ == "__main__":
    main()

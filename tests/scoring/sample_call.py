"""The sample calls as if every word had been heard: their scripts with the times at which they were spoken."""

import csv
import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from models.call import Direction, Metadata
from models.transcript import (
    Origin,
    Overlap,
    Recording,
    Role,
    RoleVoice,
    Silence,
    Transcript,
    Turn,
    VoiceMeasures,
    Word,
)

SAMPLES = Path(__file__).parents[2] / "sample_audio"


@dataclass(frozen=True)
class SampleCall:
    stem: str
    transcript: Transcript
    metadata: Metadata
    contains: tuple[dict[str, Any], ...]
    traps: tuple[dict[str, Any], ...]


def sample_stems() -> list[str]:
    return sorted(path.stem for path in (SAMPLES / "truth").glob("*.json"))


def sample_call(stem: str) -> SampleCall:
    truth = json.loads((SAMPLES / "truth" / f"{stem}.json").read_text("utf8"))
    with (SAMPLES / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if Path(row["file"]).name == truth["file"])
    metadata = Metadata(direction=Direction(row["direction"]), call_type=row.get("call_type"))
    return SampleCall(stem, _transcript(truth), metadata, tuple(truth["contains"]), tuple(truth["traps"]))


def _transcript(truth: dict[str, Any]) -> Transcript:
    turns = tuple(sorted((_turn(line) for line in truth["lines"]), key=lambda turn: turn.start))
    stereo = truth["layout"] == "stereo"
    recording = Recording(truth["file"], "", truth["seconds"], 2 if stereo else 1, "pcm", 8000)
    return Transcript(recording, turns, _voice(turns, stereo=stereo), Origin("script", "", "", {}, ()))


def _turn(line: dict[str, Any]) -> Turn:
    text, start, end = line["text"], line["start"], line["end"]
    pace = (end - start) / len(text)
    words = tuple(Word(c, start + pace * i, start + pace * (i + 1), 0.95) for i, c in enumerate(text))
    return Turn(Role(line["role"]), line["channel"], start, end, text, 0.95, (), words, text)


def _voice(turns: tuple[Turn, ...], *, stereo: bool) -> VoiceMeasures:
    silences, overlaps = [], []
    for before, after in pairwise(turns):
        waited_for = Role.CUSTOMER if before.role is Role.AGENT else Role.AGENT
        if after.start - before.end >= 2:
            silences.append(Silence(before.end, after.start, waited_for))
        if after.start < before.end and after.role is not before.role:
            overlaps.append(Overlap(after.start, min(before.end, after.end), after.role))
    roles = {role: _role(turns, role) for role in (Role.AGENT, Role.CUSTOMER)}
    talk = sum(voice.talk_seconds for voice in roles.values())
    return VoiceMeasures(talk, roles, tuple(silences), tuple(overlaps) if stereo else None)


def _role(turns: tuple[Turn, ...], role: Role) -> RoleVoice:
    own = [turn for turn in turns if turn.role is role]
    seconds = sum(turn.end - turn.start for turn in own)
    return RoleVoice(seconds, 60 * sum(c.isalnum() for turn in own for c in turn.text) / seconds)

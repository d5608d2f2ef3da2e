"""A rule's own test cases: short made-up calls, written as lines, turned into perfect transcripts."""

from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic_core import PydanticCustomError

from models.call import METADATA_FIELDS, Metadata
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
from scoring.mistake import nearest, shown, unknown_key, wrong

RATE = 240.0
"""Characters a minute."""
PAUSE = 0.9
"""Seconds between lines."""
METADATA_KEYS = [*METADATA_FIELDS, "extra"]
CHANNELS = {Role.AGENT: 0, Role.CUSTOMER: 1, Role.UNKNOWN: 0}


class Line(BaseModel):
    """`agent: 您好`; `pause` is seconds before it, negative where it begins while the line before is still spoken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    text: str
    pause: float = PAUSE


class LineMapping(BaseModel):
    """YAML's reading of a line without quotes; only for its JSON Schema."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"oneOf": [{"required": [role.value]} for role in Role]}
    )

    agent: str = ""
    customer: str = ""
    unknown: str = ""
    pause: float = PAUSE


WrittenLine = Annotated[str, Field(pattern=r"^\s*(agent|customer|unknown)\s*[:：]")] | LineMapping
"""How a line may stand in YAML, for editors."""


def _line(value: object) -> object:
    """`"agent: 您好"`, or YAML's reading of it without quotes, with `pause` if needed."""
    if isinstance(value, str):
        role, colon, text = value.partition(":")
        if not colon:
            role, colon, text = value.partition("：")
        value = {role.strip(): text.strip()}
    if not isinstance(value, dict) or "role" in value:
        return value
    said = [key for key in value if key in set(Role)]
    if len(said) != 1 or set(value) - {"pause", *said}:
        raise _bad_line(value)
    return {"role": said[0], "text": value[said[0]], "pause": value.get("pause", PAUSE)}


def _bad_line(value: dict[str, object]) -> PydanticCustomError:
    unknown = [key for key in value if key not in {"pause", *Role}]
    near = nearest(unknown[0], [*Role]) if len(unknown) == 1 else None
    if near:
        return wrong("misspelt_choice", value=unknown[0], near=near, choices=", ".join(Role))
    return wrong("bad_line", value=shown(value if any(value.values()) else "".join(value)))


def _case(value: object) -> object:
    """A case of one line may be written as the line, one of several as a list."""
    if isinstance(value, dict) and "lines" in value:
        return value
    return {"lines": value if isinstance(value, list) else [value]}


def _metadata(value: object) -> object:
    """A key that is no metadata would be passed over, and the case be of a call without it."""
    for key in value if isinstance(value, dict) else ():
        if key not in METADATA_KEYS:
            code, facts = unknown_key(str(key), METADATA_KEYS)
            raise wrong(code.removeprefix("scoring."), **facts)
    return value


class CaseLines(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    lines: Annotated[
        tuple[Annotated[Line, BeforeValidator(_line, json_schema_input_type=WrittenLine)], ...], Field(min_length=1)
    ]
    metadata: Annotated[Metadata, BeforeValidator(_metadata)] = Metadata()
    channels: Annotated[int, Field(ge=1, le=2)] = 2
    rate: Annotated[float, Field(gt=0)] = RATE

    def transcript(self) -> Transcript:
        """As if every word had been heard; pauses of a second or more are silences."""
        turns: list[Turn] = []
        clock = 0.0
        for line in self.lines:
            start = max(clock + (line.pause if turns else 0.0), 0.0)
            turns.append(_spoken(line, start, 60 / self.rate))
            clock = max(clock, turns[-1].end)
        ordered = tuple(sorted(turns, key=lambda turn: turn.start))
        recording = Recording("case", "", clock, self.channels, "case", 8000)
        origin = Origin("case", "case", "", {}, (Role.AGENT, Role.CUSTOMER)[: self.channels])
        return Transcript(recording, ordered, _voice(ordered, self.channels, self.rate), origin)


Case = Annotated[CaseLines, BeforeValidator(_case, json_schema_input_type=WrittenLine | list[WrittenLine] | CaseLines)]


def _spoken(line: Line, start: float, pace: float) -> Turn:
    """`pace` is seconds a character."""
    words = tuple(
        Word(character, start + pace * index, start + pace * (index + 1), 1.0)
        for index, character in enumerate(line.text)
    )
    end = start + pace * len(line.text)
    return Turn(line.role, CHANNELS[line.role], start, end, line.text, 1.0, (), words, line.text)


def _voice(turns: tuple[Turn, ...], channels: int, rate: float) -> VoiceMeasures:
    silences: list[Silence] = []
    overlaps: list[Overlap] = []
    for before, after in pairwise(turns):
        if after.start - before.end >= 1:
            silences.append(Silence(before.end, after.start, _other(before.role)))
        elif after.start < before.end and after.role is not before.role:
            overlaps.append(Overlap(after.start, min(before.end, after.end), after.role))
    roles = {role: RoleVoice(_talk(turns, role), rate) for role in {turn.role for turn in turns}}
    speech = sum(turn.end - turn.start for turn in turns)
    return VoiceMeasures(speech, roles, tuple(silences), tuple(overlaps) if channels > 1 else None)


def _talk(turns: tuple[Turn, ...], role: Role) -> float:
    return sum(turn.end - turn.start for turn in turns if turn.role is role)


def _other(role: Role) -> Role:
    return {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}.get(role, Role.UNKNOWN)


def read_case(value: Any) -> CaseLines:
    """A case as it would stand in a pack.

    Raises:
        pydantic.ValidationError: it is not written as a case.
    """
    return TypeAdapter(Case).validate_python(value)

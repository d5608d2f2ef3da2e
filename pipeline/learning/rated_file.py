"""Dialogues that people rated, one JSON object a line, as the NTCIR short text conversation task has them.

`{"id", "turns": [{"role": "customer" | "agent", "text"}], "mean": {"S": −2..2}, "hist": {"S": {"-2": votes, ...}}}`;
`hist` is for comparing the machine with single readers and may be missing, other keys are passed over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from models.errors import BadInput
from models.transcript import Role
from scoring.classifier.satisfaction import RatedDialogue, Said

RATINGS = (-2, -1, 0, 1, 2)
LONGEST = 20_000
"""Characters of a turn."""


@dataclass(frozen=True, slots=True)
class Rated:
    """`votes`: how many readers gave each of RATINGS, empty where the file does not say."""

    id: str
    dialogue: RatedDialogue
    votes: tuple[int, ...]


class _Turn(BaseModel):
    role: Literal["customer", "agent"]
    text: Annotated[str, Field(max_length=LONGEST)]


class _Mean(BaseModel):
    satisfaction: Annotated[float, Field(alias="S", ge=-2, le=2, allow_inf_nan=False)]


class _Line(BaseModel):
    id: str | int = ""
    turns: Annotated[tuple[_Turn, ...], Field(min_length=1)]
    mean: _Mean
    hist: Mapping[str, Mapping[str, Annotated[int, Field(ge=0)]]] = {}


def read_rated(path: Path) -> list[Rated]:
    """Every line of a file.

    Raises:
        BadInput: there is no such file, it has no dialogue, or a line is wrong: says which and why.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("pipeline.rated_unreadable", file=str(path), why=str(error)) from error
    found = [_rated(line, path, number) for number, line in _lines(text)]
    if not found:
        raise BadInput("pipeline.rated_empty", file=str(path))
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _rated(written: str, path: Path, number: int) -> Rated:
    try:
        line = _Line.model_validate_json(written)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "–"
        raise BadInput("pipeline.rated_line", file=str(path), line=number, place=place, why=first["msg"]) from error
    votes = line.hist.get("S", {})
    said = tuple(Said(Role(turn.role), turn.text) for turn in line.turns)
    counted = tuple(votes.get(str(rating), 0) for rating in RATINGS) if votes else ()
    return Rated(str(line.id or number), RatedDialogue(said, line.mean.satisfaction), counted)

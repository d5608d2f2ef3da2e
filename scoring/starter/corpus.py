"""The starter corpus as it is written (CSV), read and checked."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from models.errors import BadDefinition
from models.transcript import Role
from scoring.starter.labels import turn_labels

ROLES = {"a": Role.AGENT, "c": Role.CUSTOMER}
SATISFACTIONS = ("-2", "-1", "0", "1", "2")
STANDARD = "standard.csv"


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of the corpus. `before` is what the other side said last; `heard` what Whisper made of it, where known.

    `place` is the turn's number in its dialogue over the dialogue's turns − 1; None for turns of no dialogue, unless
    they belong to a certain place, as a farewell does.
    """

    before: str
    role: Role
    text: str
    labels: frozenset[str]
    heard: str = ""
    place: float | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`satisfaction` is −2..2 as an outside reader would rate it; `resolved` is yes, partly or no."""

    id: str
    industry: str
    lines: tuple[Line, ...]
    kind: str
    satisfaction: int
    resolved: str


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """`turns` are single turns by industry, `standard` what is said in every call and is nothing but that.

    `sha256` is of everything that was read.
    """

    turns: Mapping[str, tuple[Line, ...]]
    dialogues: tuple[Dialogue, ...]
    sha256: str
    standard: tuple[Line, ...] = ()


@cache
def starter_corpus() -> Corpus:
    """The corpus that ships.

    Raises:
        BadDefinition: a row is wrong: says file and line.
    """
    folder = resources.files("scoring").joinpath("starter")
    files = {
        f"{kind}/{file.name}": file.read_text("utf8")
        for kind in ("turns", "dialogues")
        for file in folder.joinpath(kind).iterdir()
        if file.name.endswith(".csv")
    }
    files[STANDARD] = folder.joinpath(STANDARD).read_text("utf8")
    return read_corpus(files)


def read_corpus(files: Mapping[str, str]) -> Corpus:
    """From texts by name: `turns/<industry>.csv`, `dialogues/<industry>.csv` and `<industry>-calls.csv`, STANDARD.

    Raises:
        BadDefinition: a row is wrong: says file and line.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    turns = {_industry(name): _turns(name, text) for name, text in sorted(files.items()) if name.startswith("turns/")}
    dialogues = [
        dialogue
        for name, text in sorted(files.items())
        if name.startswith("dialogues/") and not name.endswith("-calls.csv")
        for dialogue in _dialogues(name, text, files.get(name.replace(".csv", "-calls.csv"), ""))
    ]
    return Corpus(turns, tuple(dialogues), digest.hexdigest(), _standard(files.get(STANDARD, "")))


def _industry(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".csv")


def _rows(name: str, text: str, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    if not needed <= set(reader.fieldnames or ()):
        raise _wrong(name, 1, "、".join(sorted(needed)))
    for row in reader:
        if None in row or None in row.values():
            raise _wrong(name, reader.line_num, str(row.get(None, "")))
        yield reader.line_num, row


def _wrong(name: str, line: int, value: str) -> BadDefinition:
    return BadDefinition("scoring.bad_corpus_row", file=name, line=line, path="-", value=value[:60])


def _line(name: str, number: int, row: dict[str, str]) -> Line:
    labels = frozenset(row["labels"].split())
    role = ROLES.get(row["role"])
    allowed = {label.id for label in turn_labels() if label.role is role}
    if role is None or not row["text"].strip() or not labels <= allowed:
        raise _wrong(name, number, f"{row['role']} {row['labels']} {row['text']}")
    return Line(row.get("before", ""), role, row["text"], labels, row.get("heard", ""))


def _turns(name: str, text: str) -> tuple[Line, ...]:
    return tuple(_line(name, number, row) for number, row in _rows(name, text, {"before", "role", "text", "labels"}))


def _standard(text: str) -> tuple[Line, ...]:
    rows = _rows(STANDARD, text, {"before", "role", "text", "labels", "place"}) if text else ()
    return tuple(replace(_line(STANDARD, number, row), place=_place(number, row["place"])) for number, row in rows)


def _place(number: int, place: str) -> float:
    try:
        return float(place)
    except ValueError:
        raise _wrong(STANDARD, number, place) from None


def _dialogues(name: str, text: str, calls: str) -> Iterator[Dialogue]:
    lines: dict[str, list[Line]] = {}
    for number, row in _rows(name, text, {"dialogue", "role", "text", "labels"}):
        lines.setdefault(row["dialogue"], []).append(_line(name, number, row))
    of_calls = name.replace(".csv", "-calls.csv")
    for number, row in _rows(of_calls, calls, {"dialogue", "kind", "satisfaction", "resolved"}) if calls else ():
        said = lines.get(row["dialogue"])
        if said is None or row["satisfaction"] not in SATISFACTIONS:
            raise _wrong(of_calls, number, f"{row['dialogue']} {row['satisfaction']}")
        told = (row["kind"], int(row["satisfaction"]), row["resolved"])
        yield Dialogue(row["dialogue"], _industry(name), _placed(said), *told)


def _placed(lines: list[Line]) -> tuple[Line, ...]:
    """With what the other side said last, and where in the dialogue each is."""
    latest: dict[Role, str] = {}
    placed: list[Line] = []
    for number, line in enumerate(lines):
        other = Role.CUSTOMER if line.role is Role.AGENT else Role.AGENT
        placed.append(replace(line, before=latest.get(other, ""), place=number / max(len(lines) - 1, 1)))
        latest[line.role] = line.text
    return tuple(placed)

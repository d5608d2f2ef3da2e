"""Packs and scorecards as they are written: YAML text, checked so that every mistake says its file, line and place."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from models.errors import BadDefinition, NotFound
from models.reason import Fact, Reason
from scoring.mistake import Place, mistakes
from scoring.yaml_problem import yaml_problem

Kind = Literal["packs", "scorecards"]
Model = TypeVar("Model", bound=BaseModel)

MAX_NODES = 200_000
"""A pack of thousands of rules stays far below; a few aliases of aliases do not (the billion laughs)."""
MAX_CHARACTERS = 4_000_000
"""YAML of that length is read for a minute."""
MAX_DEPTH = 100
"""Steps from the top; a condition within a condition is two."""
LARGEST_NUMBER = 10**15
"""Longer ones are numbers of cards and phones, which are text; nothing could count or store them."""


@dataclass(frozen=True, slots=True)
class Definition:
    """`lines` gives the line, from 1, of each place in `content`."""

    file: str
    text: str
    content: Any
    lines: Mapping[Place, int]

    @property
    def sha256(self) -> str:
        """Of what the text means: comments, order of keys and layout do not change it."""
        canonical = json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def line(self, place: Place) -> int:
        """The line of the place, or of the nearest one around it that is written."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def wrong(self, place: Place, code: str, **facts: Fact) -> Reason:
        """A mistake at that place."""
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
        return Reason(code, {"file": self.file, "line": self.line(place), "path": dotted or "-", **facts})

    def fit(self, model: type[Model]) -> Model:
        """The content as `model`.

        Raises:
            BadDefinition: with every mistake in its details, in the order of the text.
        """
        try:
            return model.model_validate(self.content)
        except ValidationError as error:
            found = mistakes(error, model)
            raise all_wrong([self.wrong(place, code, **facts) for place, code, facts in found]) from None


def all_wrong(mistakes: list[Reason]) -> BadDefinition:
    """One error for all mistakes; it speaks of the first and has all of them as its details."""
    ordered = sorted(mistakes, key=lambda reason: int(reason.facts["line"]))
    return BadDefinition(ordered[0].code, details=ordered, **ordered[0].facts)


def shipped(kind: Kind) -> list[str]:
    folder = resources.files("scoring") / kind
    return sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))


def read_definition(kind: Kind, source: str | Path) -> Definition:
    """A shipped name, or the path of a YAML file.

    Raises:
        NotFound: neither is there.
        BadDefinition: it is not YAML text.
    """
    if str(source) in shipped(kind):
        file = f"{source}.yaml"
        return parse_definition((resources.files("scoring") / kind / file).read_text("utf8"), file)
    path = Path(source)
    if not path.is_file():
        raise NotFound(f"scoring.no_{kind.removesuffix('s')}", name=str(source), shipped="、".join(shipped(kind)))
    try:
        return parse_definition(path.read_text("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        raise _whole_text("scoring.not_utf8", str(path)) from None


def parse_definition(text: str, file: str) -> Definition:
    """Read YAML, with the line of everything.

    Raises:
        BadDefinition: not YAML, a key stands twice, or there is too much of it.
    """
    if len(text) > MAX_CHARACTERS:
        raise _whole_text("scoring.long_text", file, most=MAX_CHARACTERS)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        reader = _Reader(yaml.SafeLoader(""), {})
        content = reader.read(root, ()) if root else None
    except yaml.YAMLError as error:
        raise _not_yaml(error, text, file) from None
    except RecursionError:
        raise _not_yaml(yaml.MarkedYAMLError(problem="nested too deeply"), text, file) from None
    definition = Definition(file, text, content, reader.lines)
    if reader.repeated:
        again = [definition.wrong(place, "scoring.repeated_key", key=str(place[-1])) for place in reader.repeated]
        raise all_wrong(again)
    return definition


def _not_yaml(error: yaml.YAMLError, text: str, file: str) -> BadDefinition:
    found = yaml_problem(error, text)
    facts: dict[str, Fact] = {"line": found.line, "column": found.column, "problem": found.what, "text": found.text}
    return all_wrong([Reason("scoring.not_yaml", {"file": file, "path": "-", **facts})])


def _whole_text(code: str, file: str, **facts: Fact) -> BadDefinition:
    return all_wrong([Reason(code, {"file": file, "line": 1, "path": "-", **facts})])


MERGE = "tag:yaml.org,2002:merge"
"""YAML's tag of the key `<<`."""


class _Reader:
    """Turns nodes into plain values and remembers their lines."""

    def __init__(self, loader: yaml.SafeLoader, lines: dict[Place, int]) -> None:
        self.loader = loader
        self.lines = lines
        self.repeated: list[Place] = []
        self._seen = 0

    def read(self, node: yaml.Node, place: Place) -> Any:
        self._seen += 1
        if self._seen > MAX_NODES:
            raise yaml.MarkedYAMLError(problem="too many nodes", problem_mark=node.start_mark)
        if len(place) > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=node.start_mark)
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*place, index)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, place))
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            value = self.loader.construct_object(node)
            str(value).encode()
        except (ValueError, LookupError, TypeError, AttributeError):  # 2024-13-45, !!int x, "\\ud800"
            value = LARGEST_NUMBER
        if isinstance(value, int) and abs(value) >= LARGEST_NUMBER:
            raise yaml.MarkedYAMLError(problem="unreadable value", problem_mark=node.start_mark)
        return value

    def _pairs(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[Any, Any]]:
        keys: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == MERGE:
                problem = "merge key" if key_node.tag == MERGE else "not a plain key"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            key = key_node.value
            here = (*place, key)
            if key in keys:
                self.repeated.append(here)
            keys.add(key)
            self.lines[here] = key_node.start_mark.line + 1
            yield key, self.read(value_node, here)

"""A rule pack (规则包): rules written as YAML, read and checked."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from scoring.definition import Definition, all_wrong, parse_definition, read_definition, shipped
from scoring.listening import Doubtful
from scoring.operators.classifier import Classifier
from scoring.patterns import PatternIndex
from scoring.phrases import PhraseIndex
from scoring.questions import Questions
from scoring.rule import Name, Rule

MAX_RULES = 5000


class PackFile(BaseModel):
    """The YAML's shape."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: Name
    version: Annotated[int, Field(ge=1)]
    title: str = ""
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=MAX_RULES)]


@dataclass(frozen=True, slots=True)
class Pack:
    """`text` is the YAML as written; `sha256` is of what it means."""

    name: str
    version: int
    title: str
    rules: tuple[Rule, ...]
    sha256: str
    text: str = field(repr=False)
    phrases: PhraseIndex = field(repr=False, compare=False)
    patterns: PatternIndex = field(repr=False, compare=False)
    questions: Questions = field(repr=False, compare=False)
    doubtful: Doubtful = field(repr=False, compare=False)

    @property
    def rule_ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.rules)

    @property
    def asks_classifier(self) -> bool:
        """Whether a rule asks it; without one these cannot be judged."""
        return any(isinstance(part, Classifier) for rule in self.rules for part in rule.when.walk())


def shipped_packs() -> list[str]:
    return shipped("packs")


def load_pack(source: str | Path) -> Pack:
    """A shipped pack by name, or a YAML file by path.

    Raises:
        NotFound: neither is there.
        BadDefinition: with file, line and place of the first mistake, and all of them in its details.
    """
    return _pack(read_definition("packs", source))


def parse_pack(text: str, file: str = "pack.yaml") -> Pack:
    """A pack from its text, such as one that was stored.

    Raises:
        BadDefinition: as `load_pack`.
    """
    return _pack(parse_definition(text, file))


def _pack(definition: Definition) -> Pack:
    shape = definition.fit(PackFile)
    _refuse_repeated(definition, shape)
    conditions = [part for rule in shape.rules for part in rule.when.walk()]
    return Pack(
        name=shape.pack,
        version=shape.version,
        title=shape.title or shape.pack,
        rules=shape.rules,
        sha256=definition.sha256,
        text=definition.text,
        phrases=PhraseIndex(phrase for condition in conditions for phrase in condition.phrases()),
        patterns=PatternIndex(pattern for condition in conditions for pattern in condition.patterns()),
        questions=Questions(shape.pack, shape.version, shape.rules),
        doubtful=Doubtful(shape.rules),
    )


def _refuse_repeated(definition: Definition, shape: PackFile) -> None:
    first: dict[str, int] = {}
    mistakes = []
    for index, rule in enumerate(shape.rules):
        if rule.id in first:
            line = definition.line(("rules", first[rule.id], "id"))
            mistakes.append(definition.wrong(("rules", index, "id"), "scoring.repeated_rule", id=rule.id, first=line))
        first.setdefault(rule.id, index)
    if mistakes:
        raise all_wrong(mistakes)

"""A scorecard (评分表): sections of items, each with points, and the rules that take or give them."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.reason import Fact, Reason
from models.score import ItemScore
from scoring.card_item import Item, Points
from scoring.definition import Definition, all_wrong, parse_definition, read_definition, shipped
from scoring.mistake import Place, nearest, wrong
from scoring.pack import Pack
from scoring.rule import Name


class Section(BaseModel):
    """`cap` is the most the section can lose, `bonus_cap` the most it can win.

    A section `on_total` has no share of the 100 points: what it loses is taken from the total, what it wins is added.
    The `points` of its items say what they weigh in the coverage and, without a `cap`, the most they can cost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    name: Annotated[str, Field(min_length=1)]
    on_total: bool = False
    cap: Points | None = None
    bonus_cap: Points | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class Grade(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    at_least: Annotated[float, Field(ge=0, le=100)]


GRADES = (
    Grade(name="优秀", at_least=90),
    Grade(name="良好", at_least=80),
    Grade(name="合格", at_least=60),
    Grade(name="不合格", at_least=0),
)
"""The handbooks' four grades."""


GRADE_FROM_COVERAGE = 0.6
"""A grade is a word about the whole call: with less of it judged than this, there is a total but no grade."""


class CardFile(BaseModel):
    """The YAML's shape."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scorecard: Name
    version: Annotated[int, Field(ge=1)]
    title: str = ""
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)] = GRADES
    grade_from_coverage: Annotated[float, Field(ge=0, le=1)] = GRADE_FROM_COVERAGE
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> "CardFile":
        bounds = [grade.at_least for grade in self.grades]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0:
            raise wrong("grades_not_descending")
        if not any(item.points for section in self.sections for item in section.items):
            raise wrong("no_points")
        return self


@dataclass(frozen=True, slots=True)
class Scorecard:
    """`grades` are in descending order and end at 0. `text` is the YAML as written; `sha256` is of what it means.

    `known` are scores of its items that were worked out before (scoring/prescore.py).
    """

    name: str
    version: int
    title: str
    sections: tuple[Section, ...]
    grades: tuple[Grade, ...]
    grade_from_coverage: float
    sha256: str
    text: str = field(repr=False)
    definition: Definition = field(repr=False, compare=False)
    known: dict[Hashable, ItemScore] = field(default_factory=dict, init=False, repr=False, compare=False)

    def grade(self, total: float | None, coverage: float) -> str | None:
        """The grade of a total (0–100); None where too little of the call was judged for one."""
        if total is None or coverage < self.grade_from_coverage:
            return None
        return next(grade.name for grade in self.grades if total >= grade.at_least)

    @property
    def items(self) -> Iterator[Item]:
        return (item for section in self.sections for item in section.items)


def shipped_scorecards() -> list[str]:
    return shipped("scorecards")


def load_scorecard(source: str | Path) -> Scorecard:
    """A shipped scorecard by name, or a YAML file by path.

    Raises:
        NotFound: neither is there.
        BadDefinition: with file, line and place of the first mistake, and all of them in its details.
    """
    return _card(read_definition("scorecards", source))


def parse_scorecard(text: str, file: str = "scorecard.yaml") -> Scorecard:
    """A scorecard from its text, such as one that was stored.

    Raises:
        BadDefinition: as `load_scorecard`.
    """
    return _card(parse_definition(text, file))


def check_against(card: Scorecard, pack: Pack) -> None:
    """Whether the pack has every rule the card listens to, also those that say whether an item applies.

    Raises:
        BadDefinition: it lacks some.
    """
    mistakes = [_lacks(card, pack, place, rule) for place, rule in _rules(card.sections) if rule not in pack.rule_ids]
    if mistakes:
        raise all_wrong(mistakes)


def _lacks(card: Scorecard, pack: Pack, place: Place, rule: str) -> Reason:
    near = nearest(rule, sorted(pack.rule_ids))
    if near:
        return card.definition.wrong(place, "scoring.rule_misspelt", rule=rule, pack=pack.name, near=near)
    return card.definition.wrong(place, "scoring.rule_not_in_pack", rule=rule, pack=pack.name)


def _rules(sections: tuple[Section, ...]) -> Iterator[tuple[Place, str]]:
    for place, item in _items(sections):
        if item.only_if is not None:
            yield (*place, "only_if"), item.only_if
        for m, move in enumerate(item.rules):
            yield (*place, "rules", m, "rule"), move.rule


def _items(sections: tuple[Section, ...]) -> Iterator[tuple[Place, Item]]:
    for s, section in enumerate(sections):
        for i, item in enumerate(section.items):
            yield ("sections", s, "items", i), item


def _card(definition: Definition) -> Scorecard:
    shape = definition.fit(CardFile)
    mistakes = [
        *(definition.wrong(place, "scoring.repeated_id", id=name) for place, name in _repeated(shape.sections)),
        *(definition.wrong(place, code, **facts) for place, code, facts in _idle(shape.sections)),
    ]
    if mistakes:
        raise all_wrong(mistakes)
    return Scorecard(
        name=shape.scorecard,
        version=shape.version,
        title=shape.title or shape.scorecard,
        sections=shape.sections,
        grades=shape.grades,
        grade_from_coverage=shape.grade_from_coverage,
        sha256=definition.sha256,
        text=definition.text,
        definition=definition,
    )


def _repeated(sections: tuple[Section, ...]) -> Iterator[tuple[Place, str]]:
    """Ids of sections and of items that stand twice, and rules listed twice in one item."""
    seen_sections: set[str] = set()
    seen_items: set[str] = set()
    for s, section in enumerate(sections):
        if section.id in seen_sections:
            yield ("sections", s, "id"), section.id
        seen_sections.add(section.id)
        for i, item in enumerate(section.items):
            if item.id in seen_items:
                yield ("sections", s, "items", i, "id"), item.id
            seen_items.add(item.id)
            rules = [move.rule for move in item.rules]
            for m, rule in enumerate(rules):
                if rule in rules[:m]:
                    yield ("sections", s, "items", i, "rules", m, "rule"), rule


def _idle(sections: tuple[Section, ...]) -> Iterator[tuple[Place, str, dict[str, Fact]]]:
    """What is written but could never do anything, whatever the call: its writer meant something else."""
    for s, section in enumerate(sections):
        bonuses = any(move.bonus for item in section.items for move in item.rules)
        if bonuses and not section.on_total and not any(item.worth for item in section.items):
            yield ("sections", s, "id"), "scoring.section_without_points", {"id": section.id}
    for place, item in _items(sections):
        on_total = sections[int(place[1])].on_total
        if item.fatal == "section" and on_total:
            yield (*place, "fatal"), "scoring.nothing_to_zero", {"id": item.id}
        if item.cap is not None and item.cap > item.points and not on_total:
            facts: dict[str, Fact] = {"id": item.id, "cap": item.cap, "points": item.points}
            yield (*place, "cap"), "scoring.cap_beyond_points", facts
        if item.judge == "rules" and item.points and not item.deducts:
            yield (*place, "points"), "scoring.points_never_lost", {"id": item.id}

"""A pack with the place of each of its conditions, as the lints read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.finding import Answer
from models.reason import Fact, Reason
from scoring.cases import RuleOnCases, ask_cases
from scoring.definition import Definition, parse_definition
from scoring.lint.finding import Level, Lint
from scoring.mistake import Place
from scoring.operators import logic
from scoring.operators.anchored import SIDES, Anchored
from scoring.operators.conditional import If
from scoring.operators.operator import Operator
from scoring.operators.then import Then
from scoring.pack import Pack
from scoring.rule import Rule


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition and where it is written. `alone`: where it hits, the rule hits, whatever its other parts say.

    `denied`: it stands under a `not`.
    """

    rule: Rule
    operator: Operator
    place: Place
    alone: bool
    denied: bool


@dataclass(frozen=True)
class Reading:
    pack: Pack
    definition: Definition
    conditions: tuple[Placed, ...]
    asked: Mapping[str, RuleOnCases] | None = None

    @classmethod
    def of(cls, pack: Pack, asked: Mapping[str, RuleOnCases] | None = None) -> "Reading":
        """`asked` are the rules' cases, where they were asked before."""
        roots = (
            Placed(rule, rule.when, ("rules", index, "when"), alone=True, denied=False)
            for index, rule in enumerate(pack.rules)
        )
        definition = parse_definition(pack.text, pack.name)
        return cls(pack, definition, tuple(one for root in roots for one in _walk(root)), asked)

    @cached_property
    def lines(self) -> Mapping[str, int]:
        """Rule id → the line of its id."""
        return {rule.id: self.definition.line(("rules", i, "id")) for i, rule in enumerate(self.pack.rules)}

    @cached_property
    def on_cases(self) -> Mapping[str, RuleOnCases]:
        return self.asked or {one.rule: one for one in ask_cases(self.pack)}

    def written(self, place: Place) -> Any:
        """What stands there in the YAML."""
        value = self.definition.content
        for step in place:
            value = value[step]
        return value

    def fires(self, rule: str) -> bool:
        """Whether it answers hit to any of its own cases."""
        return any(one.answer is Answer.HIT for one in self.on_cases[rule].asked)

    def of_rule(self, rule: Rule, code: str, level: Level = Level.WARNING, /, **facts: Fact) -> Lint:
        return Lint(rule.id, Reason(code, facts), self.lines[rule.id], level)

    def at(self, placed: Placed, code: str, level: Level = Level.WARNING, /, *, key: Place = (), **facts: Fact) -> Lint:
        """About a condition, or about what stands at `key` in it."""
        return Lint(placed.rule.id, Reason(code, facts), self.definition.line((*placed.place, *key)), level)


def _walk(placed: Placed) -> Iterator[Placed]:
    yield placed
    for operator, key, alone, denied in _parts(placed.operator):
        child = Placed(placed.rule, operator, (*placed.place, *key), placed.alone and alone, denied != placed.denied)
        yield from _walk(child)


def _parts(operator: Operator) -> Iterator[tuple[Operator, Place, bool, bool]]:
    """Conditions inside, their keys, whether each is enough alone, and whether it is turned round."""
    match operator:
        case logic.All():
            for index, part in enumerate(operator.conditions):
                yield part, ("all", index), len(operator.conditions) == 1, False
        case logic.Any():
            for index, part in enumerate(operator.conditions):
                yield part, ("any", index), True, False
        case logic.Not():
            yield operator.condition, ("not",), False, True
        case If():
            yield operator.condition, ("if",), False, False
            yield operator.then, ("then",), True, False
        case Then():
            yield operator.then.first, ("then", "first"), False, False
            yield operator.then.following, ("then", "next"), False, False
        case Anchored():
            side = next(side for side in SIDES if getattr(operator, side) is not None)
            yield operator.anchor, (side,), False, False
            yield operator.asked, (), True, False

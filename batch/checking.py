"""What `callqa rules check` finds out about a pack."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.call import Metadata
from models.finding import Answer, Effect
from models.transcript import Transcript
from scoring.cases import CaseFailure, RuleOnCases, ask_cases, failures
from scoring.definition import parse_definition
from scoring.evaluate import evaluate
from scoring.lint import Level, Lint, lint, lint_card
from scoring.operators.anchored import Anchored
from scoring.operators.operator import Operator
from scoring.pack import Pack
from scoring.rule import Rule
from scoring.scorecard import Scorecard

if TYPE_CHECKING:
    from scoring.classifier.turn_model import TurnModel

CALLS_ASKED = 2000
"""Stored calls, the newest: enough to know which rules never fire and which always do."""


@dataclass(frozen=True, slots=True)
class PlacedFailure:
    failure: CaseFailure
    line: int


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the coverage table. `hits` is None where no calls were given, `items` where there is no card."""

    rule: Rule
    line: int
    operators: tuple[str, ...]
    roles: tuple[str, ...]
    cases: dict[str, tuple[int, int]]
    hits: int | None
    items: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Check:
    """`calls` is on how many calls the rules were tried."""

    pack: Pack
    card: Scorecard | None
    file: str
    card_file: str
    rules: tuple[RuleLine, ...]
    failures: tuple[PlacedFailure, ...]
    lints: tuple[Lint, ...]
    calls: int = 0
    counts: dict[Level, int] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        return len(self.failures) + self.counts.get(Level.ERROR, 0)

    @property
    def warnings(self) -> int:
        return self.counts.get(Level.WARNING, 0)


def check_pack(
    pack: Pack,
    card: Scorecard | None,
    *,
    file: str,
    card_file: str,
    calls: Iterable[tuple[Transcript, Metadata]] | None = None,
    model: "TurnModel | None" = None,
) -> Check:
    """`calls` are real ones to try the rules on; None where there are none. `model` answers the rules that ask one."""
    hits, number = (None, 0) if calls is None else _count(pack, calls, model)
    definition = parse_definition(pack.text, file)
    on_cases = {one.rule: one for one in ask_cases(pack, model)}
    lines = {rule.id: definition.line(("rules", i, "id")) for i, rule in enumerate(pack.rules)}
    failed = tuple(
        PlacedFailure(one, definition.line(("rules", index, one.kind, one.number - 1)))
        for index, rule in enumerate(pack.rules)
        for one in failures(on_cases[rule.id])
    )
    found = lint(pack, hits_on_calls=hits, calls=number, asked=on_cases)
    if card is not None:
        found += lint_card(card, pack, asked=on_cases)
    return Check(
        pack=pack,
        card=card,
        file=file,
        card_file=card_file,
        rules=tuple(_line(rule, lines[rule.id], on_cases[rule.id], hits, card) for rule in pack.rules),
        failures=failed,
        lints=found,
        calls=number,
        counts=dict(Counter(one.level for one in found)),
    )


def _count(
    pack: Pack, calls: Iterable[tuple[Transcript, Metadata]], model: "TurnModel | None"
) -> tuple[Counter[str], int]:
    hits: Counter[str] = Counter()
    number = 0
    for transcript, metadata in calls:
        number += 1
        hits.update(one.rule for one in evaluate(pack, transcript, metadata, model) if one.answer is Answer.HIT)
    return hits, number


def _line(rule: Rule, line: int, on_cases: RuleOnCases, hits: Counter[str] | None, card: Scorecard | None) -> RuleLine:
    items = None
    if card is not None:
        items = tuple(item.name for item in card.items if any(move.rule == rule.id for move in item.rules))
    return RuleLine(
        rule=rule,
        line=line,
        operators=tuple(dict.fromkeys(_operators(rule.when))),
        roles=tuple(dict.fromkeys(role for one in rule.when.walk() if (role := getattr(one, "role", None)))),
        cases={kind: on_cases.passed(kind) for kind in ("fires", "silent", "cannot_judge")},
        hits=None if hits is None else hits[rule.id],
        items=items,
    )


def _operators(condition: Operator) -> Iterator[str]:
    return (one.KEY for one in condition.walk() if not isinstance(one, Anchored))


def is_listened_to(line: RuleLine) -> bool:
    """Tags are for routing and search: no item needs to listen to them."""
    return line.items is None or bool(line.items) or line.rule.effect is Effect.TAG

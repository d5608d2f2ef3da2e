"""A draft tried before it is published: checked, asked about a dialogue, run over stored calls.

Whoever edits may write patterns that never end: an edge calls these in a process it can stop (api/apart.py), so they
take texts and give back plain values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.call import Metadata
from models.errors import BadDefinition
from models.finding import RuleResult
from models.reason import Reason
from models.score import PreScore
from models.transcript import Transcript
from pipeline.learning.in_use import cases_model
from pipeline.rulebook.definitions import Kind, mistakes
from scoring.cases import EXPECTED, CaseFailure, RuleOnCases, ask_cases, failures
from scoring.definition import Definition, parse_definition
from scoring.evaluate import evaluate
from scoring.lint import Lint, lint, lint_card
from scoring.pack import Pack, parse_pack
from scoring.prescore import pre_score
from scoring.scorecard import Scorecard, check_against, parse_scorecard

FILE = "-"
"""Stands for the file's name in mistakes: what is edited has none."""


@dataclass(frozen=True, slots=True)
class FailedCase:
    """`line` is where the case stands in the text."""

    failure: CaseFailure
    line: int


@dataclass(frozen=True, slots=True)
class Checked:
    """`mistakes` carry `line` and `path` among their facts; the rest is only there where there are none.

    `doubts` are not wrong and still look like slips. `entries` are rules, or items of a card; `cases` is how many cases
    the rules have.
    """

    mistakes: tuple[Reason, ...] = ()
    failures: tuple[FailedCase, ...] = ()
    doubts: tuple[Lint, ...] = ()
    name: str = ""
    entries: int = 0
    cases: int = 0

    @property
    def is_publishable(self) -> bool:
        return not self.mistakes and not self.failures


@dataclass(frozen=True, slots=True)
class Tried:
    """Every rule's answer, in the pack's order; `pre_score` where a card goes with the pack, else `unfit` says why."""

    transcript: Transcript
    results: tuple[RuleResult, ...]
    pre_score: PreScore | None
    unfit: Reason | None = None


def check(kind: Kind, text: str, cache: Path, pack_text: str | None = None) -> Checked:
    """What is wrong with a text; `pack_text` is the pack a scorecard's rules are looked for in.

    `cache` is the folder of caches, for rules that ask the classifier.
    """
    pack = parse_pack(pack_text) if pack_text else None
    found = mistakes(kind, text, pack=pack)
    if found:
        return Checked(mistakes=found)
    if kind == "scorecard":
        card = parse_scorecard(text, FILE)
        doubts = _card_doubts(card, pack, cache) if pack else ()
        return Checked(doubts=doubts, name=card.name, entries=len(list(card.items)))
    return _check_pack(parse_pack(text, FILE), parse_definition(text, FILE), cache)


def attempt(pack_text: str, card_text: str | None, transcript: Transcript, metadata: Metadata, *, cache: Path) -> Tried:
    """All rules asked about one call; where they ask the classifier, the starter answers.

    Raises:
        BadDefinition: a text is wrong.
    """
    pack = parse_pack(pack_text, FILE)
    results = evaluate(pack, transcript, metadata, cases_model(pack, cache))
    if card_text is None:
        return Tried(transcript, results, None)
    card = parse_scorecard(card_text, FILE)
    try:
        check_against(card, pack)
    except BadDefinition as error:
        return Tried(transcript, results, None, error.reason)
    return Tried(transcript, results, pre_score(card, results))


def _check_pack(pack: Pack, definition: Definition, cache: Path) -> Checked:
    on_cases = _on_cases(pack, cache)
    return Checked(
        failures=tuple(_placed(pack, definition, on_cases)),
        doubts=lint(pack, asked=on_cases),
        name=pack.name,
        entries=len(pack.rules),
        cases=sum(len(getattr(rule, kind)) for rule in pack.rules for kind in EXPECTED),
    )


def _card_doubts(card: Scorecard, pack: Pack, cache: Path) -> tuple[Lint, ...]:
    return tuple(one for one in lint_card(card, pack, asked=_on_cases(pack, cache)) if one.of_card)


def _on_cases(pack: Pack, cache: Path) -> Mapping[str, RuleOnCases]:
    return {one.rule: one for one in ask_cases(pack, cases_model(pack, cache))}


def _placed(pack: Pack, definition: Definition, on_cases: Mapping[str, RuleOnCases]) -> Iterator[FailedCase]:
    position = {rule.id: index for index, rule in enumerate(pack.rules)}
    for failure in (failure for one in on_cases.values() for failure in failures(one)):
        place = ("rules", position[failure.rule], failure.kind, failure.number - 1)
        yield FailedCase(failure, definition.line(place))

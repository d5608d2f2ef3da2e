"""Whether the rules of a pack do what their own cases say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.finding import Answer, RuleResult
from models.reason import Reason
from scoring.case import CaseLines
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.rule import Rule

if TYPE_CHECKING:
    from scoring.classifier.turn_model import TurnModel

EXPECTED = {
    "fires": {Answer.HIT},
    "silent": {Answer.CLEAN, Answer.NOT_APPLICABLE},
    "cannot_judge": {Answer.CANNOT_JUDGE},
}
"""The lists of cases in a rule, and what the rule must answer to them."""
NOBODY_THERE = "scoring.agent_not_heard"
"""A silent case may be a line of the customer alone; that the agent is not in it is no failure."""


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """`number` counts from 1 within the list. `quotes` are what it heard, `reason` why it could not judge."""

    rule: str
    kind: str
    number: int
    said: str
    answer: Answer
    quotes: tuple[str, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class AskedCase:
    """A case and what its rule answered to it."""

    kind: str
    number: int
    case: CaseLines
    result: RuleResult

    @property
    def answer(self) -> Answer:
        return self.result.answer

    @property
    def passed(self) -> bool:
        reason = self.result.reason
        alone = self.kind == "silent" and reason is not None and reason.code == NOBODY_THERE
        return self.answer in EXPECTED[self.kind] or alone


@dataclass(frozen=True, slots=True)
class RuleOnCases:
    """`asked` are all cases of a rule, in the order of the lists."""

    rule: str
    asked: tuple[AskedCase, ...]

    def passed(self, kind: str) -> tuple[int, int]:
        """How many of its cases of one list it answers as it should, and how many there are."""
        own = [one for one in self.asked if one.kind == kind]
        return sum(one.passed for one in own), len(own)


def check_cases(pack: Pack, model: "TurnModel | None" = None) -> list[CaseFailure]:
    """Every case whose rule answers something else; `model` as for `evaluate`."""
    return [failure for rule in ask_cases(pack, model) for failure in failures(rule)]


def ask_cases(pack: Pack, model: "TurnModel | None" = None) -> Iterator[RuleOnCases]:
    """Each rule with its answers to all its cases."""
    for index, rule in enumerate(pack.rules):
        yield RuleOnCases(rule.id, tuple(_asked(pack, index, rule, model)))


def failures(rule: RuleOnCases) -> Iterator[CaseFailure]:
    for one in rule.asked:
        if not one.passed:
            said = " / ".join(f"{line.role}: {line.text}" for line in one.case.lines)
            quotes = tuple(evidence.quote for evidence in one.result.evidence if evidence.quote)
            yield CaseFailure(rule.rule, one.kind, one.number, said, one.answer, quotes, one.result.reason)


def _asked(pack: Pack, index: int, rule: Rule, model: "TurnModel | None") -> Iterator[AskedCase]:
    for kind in EXPECTED:
        cases: tuple[CaseLines, ...] = getattr(rule, kind)
        for number, case in enumerate(cases, 1):
            results = evaluate(pack, case.transcript(), case.metadata, model)
            yield AskedCase(kind, number, case, results[index])

"""Whether the rules of a pack do what their own cases say."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.finding import Answer
from scoring.case import CaseLines
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.rule import Rule

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
    """`number` counts from 1 within the list."""

    rule: str
    kind: str
    number: int
    said: str
    answer: Answer


def check_cases(pack: Pack) -> list[CaseFailure]:
    """Every case whose rule answers something else."""
    return [failure for rule in pack.rules for failure in _failures(pack, rule)]


def _failures(pack: Pack, rule: Rule) -> Iterator[CaseFailure]:
    for kind, expected in EXPECTED.items():
        cases: tuple[CaseLines, ...] = getattr(rule, kind)
        for number, case in enumerate(cases, 1):
            results = evaluate(pack, case.transcript(), case.metadata)
            result = next(result for result in results if result.rule == rule.id)
            alone = result.reason is not None and result.reason.code == NOBODY_THERE
            if result.answer not in expected and not (kind == "silent" and alone):
                said = " / ".join(f"{line.role}: {line.text}" for line in case.lines)
                yield CaseFailure(rule.id, kind, number, said, result.answer)

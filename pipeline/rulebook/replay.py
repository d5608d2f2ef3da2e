"""A draft of a pack tried on stored calls: what would change for whom.

Calls are read one after the other and forgotten, so that any number of them fits; only counts and the first examples of
each change are kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.finding import Answer, RuleResult
from models.score import PreScore
from pipeline.learning.in_use import Machine
from pipeline.processing.scoring_call import score_call
from pipeline.processing.stored_calls import StoredCall, stored_calls
from pipeline.rulebook.gate import Limits, gate
from pipeline.rulebook.replayed import (
    AgentShift,
    Agreement,
    Change,
    Gate,
    Replay,
    RuleReplay,
    ScoreReplay,
    ScoreShift,
    Verdict,
)
from pipeline.rulebook.rule_tally import RuleTally
from pipeline.rulebook.score_tally import ScoreTally
from scoring.cases import check_cases
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.scorecard import Scorecard

if TYPE_CHECKING:
    from scoring.classifier.turn_model import TurnModel

__all__ = [
    "AgentShift",
    "Agreement",
    "Change",
    "Gate",
    "Limits",
    "Replay",
    "RuleReplay",
    "ScoreReplay",
    "ScoreShift",
    "StoredCall",
    "Verdict",
    "gate",
    "replay",
    "stored_calls",
]


@dataclass(frozen=True, slots=True)
class Against:
    """What to compare with where that is not each call's score in force."""

    pack: Pack
    card: Scorecard | None = None


def replay(
    calls: Iterable[StoredCall],
    pack: Pack,
    card: Scorecard | None,
    *,
    verdicts: Sequence[Verdict] = (),
    against: Against | None = None,
    low_score: float = 70.0,
    machine: Machine | None = None,
    model: "TurnModel | None" = None,
) -> Replay:
    """Ask the calls by the draft, and compare with their scores in force or with `against`.

    Calls without a score in force count in how often rules hit, and are compared with nothing. `machine` judges beside
    the rules, before and after; `model` is what the pack's own cases are asked of (`cases_model`).
    """
    said = {(one.call, one.rule): one.hit for one in verdicts}
    tallies: dict[str, RuleTally] = {rule.id: RuleTally.of(rule) for rule in pack.rules}
    scores = ScoreTally(low_score) if card else None
    sources: Counter[str] = Counter()
    machine, heard, used = machine or Machine(), 0, 0
    for call in calls:
        heard += 1
        results, score = _judged(call, pack, card, machine)
        before = _before(call, against, machine)
        if before is not None:
            sources[_source(before, against)] += 1
        used += _compare(call, results, before, tallies, said)
        if card is not None and scores is not None and score is not None:
            old = before.score if before else None
            scores.add(call, old, score, _confirmed(call, card, results, said))
    return Replay(
        pack=pack.name,
        pack_version=pack.version,
        card=card.name if card else None,
        card_version=card.version if card else None,
        calls=heard,
        compared=sum(sources.values()),
        against=dict(sources.most_common()),
        rules=tuple(tally.result() for tally in tallies.values()),
        scores=scores.result() if scores else None,
        cases=sum(len(rule.fires) + len(rule.silent) + len(rule.cannot_judge) for rule in pack.rules),
        failed_cases=len(check_cases(pack, model)),
        verdicts=used,
        unused_verdicts=len(said) - used,
    )


@dataclass(frozen=True, slots=True)
class _Before:
    results: tuple[RuleResult, ...]
    score: PreScore | None


def _judged(
    call: StoredCall, pack: Pack, card: Scorecard | None, machine: Machine
) -> tuple[tuple[RuleResult, ...], PreScore | None]:
    if card is None:
        return evaluate(pack, call.transcript, call.metadata, machine.model), None
    scored, _ = score_call(
        pack, card, call.transcript, call.metadata, classifier=machine.classifier, levels=machine.levels
    )
    return scored.results, scored.pre_score


def _before(call: StoredCall, against: Against | None, machine: Machine) -> _Before | None:
    if against is None:
        return _Before(call.scored.results, call.scored.pre_score) if call.scored else None
    return _Before(*_judged(call, against.pack, against.card, machine))


def _source(before: _Before, against: Against | None) -> str:
    if against is not None:
        return f"{against.pack.name} {against.pack.version}"
    first = next(iter(before.results), None)
    return f"{first.pack} {first.pack_version}" if first else "-"


def _compare(
    call: StoredCall,
    results: Sequence[RuleResult],
    before: _Before | None,
    tallies: dict[str, RuleTally],
    said: Mapping[tuple[int, str], bool],
) -> int:
    """Count the call for every rule of then and now; how many verdicts spoke of it."""
    new = {result.rule: result for result in results}
    own = {result.pack for result in results}
    # A call that another pack judged says nothing of the rules only that one has: the draft does not drop them.
    asked = (result for result in before.results if result.pack in own or result.rule in new) if before else ()
    old = {result.rule: result for result in asked}
    used = 0
    for rule in dict.fromkeys([*new, *old]):
        known = new.get(rule) or old[rule]
        tally = tallies.get(rule) or tallies.setdefault(rule, RuleTally(rule, known.name, known.effect, is_gone=True))
        verdict = said.get((call.id, rule))
        used += verdict is not None and rule in new
        tally.add(call, old.get(rule), new.get(rule), verdict=verdict, compared=before is not None)
    return used


def _confirmed(
    call: StoredCall, card: Scorecard, results: Sequence[RuleResult], said: Mapping[tuple[int, str], bool]
) -> frozenset[str]:
    """The fatal items of which a person said that a deduction of theirs is right to hit."""
    hits = {result.rule for result in results if result.answer is Answer.HIT}
    return frozenset(
        item.id
        for item in card.items
        if item.fatal
        and any(move.deduct and move.rule in hits and said.get((call.id, move.rule)) for move in item.rules)
    )

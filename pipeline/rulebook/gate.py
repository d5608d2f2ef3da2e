"""Whether a draft may be published: what speaks against it, with the figures."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from models.reason import Fact, Reason
from pipeline.rulebook.replayed import Gate, Replay, RuleReplay


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares are from 0 to 1.

    `precision` is what a rule's precision surely reaches (the lower bound of its interval), asked for from
    `enough_verdicts` verdicts on its hits; `newly_hit` the calls a rule may newly hit, and `grades_changed` those whose
    grade may change, asked for from `enough_calls` compared calls.
    """

    precision: float = 0.7
    enough_verdicts: int = 20
    newly_hit: float = 0.1
    grades_changed: float = 0.2
    enough_calls: int = 20


def gate(replay: Replay, limits: Limits = Limits()) -> Gate:
    """Passed where there is no reason against it.

    A fatal item that newly fires needs a person who confirms it; and calls and rules nothing was compared with prove
    nothing.
    """
    reasons = (*_cases(replay), *_enough(replay, limits), *_rules(replay, limits), *_scores(replay, limits))
    return Gate(passed=not reasons, reasons=reasons, figures=_figures(replay, limits))


def _cases(replay: Replay) -> Iterator[Reason]:
    if replay.failed_cases:
        yield Reason("pipeline.gate_cases", {"failed": replay.failed_cases, "cases": replay.cases})


def _enough(replay: Replay, limits: Limits) -> Iterator[Reason]:
    if replay.compared < limits.enough_calls:
        yield Reason("pipeline.gate_few_calls", {"calls": replay.compared, "enough": limits.enough_calls})


def _rules(replay: Replay, limits: Limits) -> Iterator[Reason]:
    for rule in replay.rules:
        yield from _precision(rule, limits)
        if replay.compared >= limits.enough_calls and rule.newly > limits.newly_hit * replay.compared:
            percent = _percent(rule.newly / replay.compared)
            facts: dict[str, Fact] = {"rule": rule.rule, "name": rule.name, "newly": rule.newly}
            facts |= {"calls": replay.compared, "percent": percent, "most": _percent(limits.newly_hit)}
            yield Reason("pipeline.gate_newly_hit", facts)


def _precision(rule: RuleReplay, limits: Limits) -> Iterator[Reason]:
    if rule.agreement_after is None:
        return
    precision = rule.agreement_after.precision
    if precision.of >= limits.enough_verdicts and precision.low < limits.precision:
        facts: dict[str, Fact] = {
            "rule": rule.rule,
            "name": rule.name,
            "right": precision.hits,
            "hits": precision.of,
            "low": _percent(precision.low),
            "least": _percent(limits.precision),
        }
        yield Reason("pipeline.gate_precision", facts)


def _scores(replay: Replay, limits: Limits) -> Iterator[Reason]:
    scores = replay.scores
    if scores is None or not scores.calls:
        return
    if scores.calls >= limits.enough_calls and scores.grades_changed > limits.grades_changed * scores.calls:
        percent = _percent(scores.grades_changed / scores.calls)
        facts = {"changed": scores.grades_changed, "calls": scores.calls, "percent": percent}
        yield Reason("pipeline.gate_grades", {**facts, "most": _percent(limits.grades_changed)})
    if scores.fatal_unconfirmed:
        yield Reason("pipeline.gate_fatal", {"calls": scores.fatal_unconfirmed})


def _figures(replay: Replay, limits: Limits) -> dict[str, object]:
    scores = replay.scores
    return {
        "calls": replay.calls,
        "compared": replay.compared,
        "cases": replay.cases,
        "failed_cases": replay.failed_cases,
        "verdicts": replay.verdicts,
        "newly_hit": {rule.rule: rule.newly for rule in replay.rules if rule.newly},
        "no_longer_hit": {rule.rule: rule.no_longer for rule in replay.rules if rule.no_longer},
        "precision": {
            rule.rule: [rule.agreement_after.precision.hits, rule.agreement_after.precision.of]
            for rule in replay.rules
            if rule.agreement_after and rule.agreement_after.precision.of
        },
        "scores": scores
        and {
            "calls": scores.calls,
            "mean_before": scores.mean_before,
            "mean_after": scores.mean_after,
            "grades_changed": scores.grades_changed,
            "fatal_newly": scores.fatal_newly,
            "fatal_unconfirmed": scores.fatal_unconfirmed,
        },
        "limits": asdict(limits),
    }


def _percent(value: float) -> int:
    return round(100 * value)

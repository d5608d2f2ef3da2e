"""All rules of a pack asked about one call."""

from collections.abc import Iterable

from models.call import Metadata
from models.finding import Answer, Evidence, RuleResult
from models.transcript import Transcript
from scoring.heard import Heard
from scoring.pack import Pack
from scoring.rule import Rule


def evaluate(pack: Pack, transcript: Transcript, metadata: Metadata) -> tuple[RuleResult, ...]:
    """One result per rule, in the pack's order.

    A rule that cannot be judged carries the evidence that left it open, where there is any; only that of a hit counts.
    """
    heard = Heard(transcript, metadata, pack.phrases, pack.patterns)
    return tuple(_result(pack, rule, heard) for rule in pack.rules)


def _result(pack: Pack, rule: Rule, heard: Heard) -> RuleResult:
    verdict = rule.when.ask(heard)
    told = verdict.answer is Answer.HIT or verdict.answer is Answer.CANNOT_JUDGE
    return RuleResult(
        pack=pack.name,
        pack_version=pack.version,
        rule=rule.id,
        name=rule.name,
        effect=rule.effect,
        answer=verdict.answer,
        evidence=_distinct(verdict.evidence) if told else (),
        reason=verdict.reason if verdict.answer is Answer.CANNOT_JUDGE else None,
    )


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """In order of time; of several that lie within one another (a phrase within a longer one), the longest."""
    kept: list[Evidence] = list(evidence)
    if len(kept) < 2:
        return tuple(kept)
    ordered = sorted(kept, key=lambda e: (e.turn is None, e.turn or 0, e.span or (0, 0), -e.end))
    kept = []
    for one in ordered:
        if not any(_covers(other, one) for other in kept):
            kept = [other for other in kept if not _covers(one, other)]
            kept.append(one)
    return tuple(sorted(kept, key=lambda e: (e.start, e.end)))


def _covers(outer: Evidence, inner: Evidence) -> bool:
    if outer.turn != inner.turn or outer.role != inner.role:
        return False
    if outer.span and inner.span:
        return outer.span[0] <= inner.span[0] and inner.span[1] <= outer.span[1] and inner.end <= outer.end
    return outer.span == inner.span and outer.start <= inner.start and inner.end <= outer.end

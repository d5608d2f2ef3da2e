"""Three-valued logic (Kleene's strong tables): hit is true, clean is false, cannot judge is unknown.

Parts that are not applicable drop out: they neither make nor break the whole; if no part is left, neither is the whole.
"""

from collections.abc import Iterable

from models.finding import Answer, Evidence
from scoring.verdict import NOT_APPLICABLE, Verdict, cannot_judge


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdicts after the one that decides are not asked for."""
    parts: list[Verdict] = []
    for verdict in verdicts:
        if verdict.answer is Answer.CLEAN and verdict.reason is None:
            # One clean part without a doubt makes the whole clean without a doubt.
            return verdict
        if verdict.answer is not Answer.NOT_APPLICABLE:
            parts.append(verdict)
    for answer in (Answer.CLEAN, Answer.CANNOT_JUDGE):
        deciding = [part for part in parts if part.answer is answer]
        if deciding:
            return min(deciding, key=lambda part: part.reason is not None)
    return Verdict(Answer.HIT, _evidence(parts)) if parts else NOT_APPLICABLE


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    parts = _applicable(verdicts)
    for answer in (Answer.HIT, Answer.CANNOT_JUDGE):
        deciding = [part for part in parts if part.answer is answer]
        if deciding:
            return Verdict(answer, _evidence(deciding), deciding[0].reason)
    doubts = (part.reason for part in parts if part.reason)
    return Verdict(Answer.CLEAN, _evidence(parts), next(doubts, None)) if parts else NOT_APPLICABLE


def negate(verdict: Verdict) -> Verdict:
    """Swaps hit and clean; a clean verdict with a doubt cannot be turned into a hit."""
    if verdict.answer is Answer.HIT:
        return Verdict(Answer.CLEAN, verdict.evidence)
    if verdict.answer is Answer.CLEAN:
        if verdict.reason:
            return cannot_judge(verdict.reason, *verdict.evidence)
        return Verdict(Answer.HIT, verdict.evidence)
    return verdict


def _applicable(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.answer is not Answer.NOT_APPLICABLE]


def _evidence(verdicts: Iterable[Verdict]) -> tuple[Evidence, ...]:
    """Without repeats, in the order of the parts."""
    return tuple(dict.fromkeys(evidence for verdict in verdicts for evidence in verdict.evidence))

"""Three-valued logic (Kleene's strong tables): hit is true, clean is false, cannot judge is unknown.

Parts that are not applicable drop out: they neither make nor break the whole; if no part is left, neither is the whole.
"""

from collections.abc import Iterable

from models.finding import Answer
from scoring.verdict import NOT_APPLICABLE, Verdict, cannot_judge


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdicts after the one that decides are not asked for."""
    hits: list[Verdict] = []
    open_ones: list[Verdict] = []
    doubtful: Verdict | None = None
    for verdict in verdicts:
        answer = verdict.answer
        if answer is Answer.HIT:
            hits.append(verdict)
        elif answer is Answer.CLEAN:
            if verdict.reason is None:
                # One clean part without a doubt makes the whole clean without a doubt.
                return verdict
            doubtful = doubtful or verdict
        elif answer is Answer.CANNOT_JUDGE:
            open_ones.append(verdict)
    if doubtful or open_ones:
        return doubtful or open_ones[0]
    return _joined(hits)


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    hits: list[Verdict] = []
    open_ones: list[Verdict] = []
    clean: list[Verdict] = []
    for verdict in verdicts:
        answer = verdict.answer
        if answer is Answer.HIT:
            hits.append(verdict)
        elif answer is Answer.CLEAN:
            clean.append(verdict)
        elif answer is Answer.CANNOT_JUDGE:
            open_ones.append(verdict)
    return _joined(hits or open_ones or clean)


def negate(verdict: Verdict) -> Verdict:
    """Swaps hit and clean; a clean verdict with a doubt cannot be turned into a hit."""
    if verdict.answer is Answer.HIT:
        return Verdict(Answer.CLEAN, verdict.evidence)
    if verdict.answer is Answer.CLEAN:
        if verdict.reason:
            return cannot_judge(verdict.reason, *verdict.evidence)
        return Verdict(Answer.HIT, verdict.evidence)
    return verdict


def _joined(parts: list[Verdict]) -> Verdict:
    """Of parts that answer alike: their evidence without repeats, in the order of the parts, and the first reason."""
    if not parts:
        return NOT_APPLICABLE
    # Parts with one scope share what they say of its absence.
    different = list({id(part): part for part in parts}.values()) if len(parts) > 1 else parts
    first = different[0]
    if len(different) == 1 and len(first.evidence) < 2:
        return first
    evidence = dict.fromkeys([one for part in different for one in part.evidence])
    reason = next((part.reason for part in different if part.reason), None)
    return Verdict(first.answer, tuple(evidence), reason)

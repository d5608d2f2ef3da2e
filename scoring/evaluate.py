"""All rules of a pack asked about one call."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from models.call import Metadata
from models.finding import Answer, Evidence, RuleResult
from models.transcript import Transcript
from scoring.heard import Heard
from scoring.pack import Pack
from scoring.verdict import Verdict

if TYPE_CHECKING:
    from scoring.classifier.turn_model import TurnModel


def evaluate(
    pack: Pack, transcript: Transcript, metadata: Metadata, model: "TurnModel | None" = None
) -> tuple[RuleResult, ...]:
    """One result per rule, in the pack's order.

    A rule that cannot be judged carries the evidence that left it open, where there is any; only that of a hit counts.
    Without a `model` what a rule asks the classifier cannot be judged (`Pack.asks_classifier`).
    """
    questions = pack.questions
    heard = Heard(transcript, metadata, pack.phrases, pack.patterns, questions.written, model=model)
    woken = questions.woken(heard.occurrences, heard.patterns.candidates)
    results = list(questions.clean)
    for number in woken:
        results[number] = _result(pack, number, pack.rules[number].when.ask(heard))
    for group in questions.groups:
        asleep = [number for number in group if number not in woken]
        if asleep:
            verdict = pack.rules[asleep[0]].when.ask(heard)
            if verdict.answer is not Answer.CLEAN:
                for number in asleep:
                    results[number] = _result(pack, number, verdict)
    return tuple(results)


def _result(pack: Pack, number: int, verdict: Verdict) -> RuleResult:
    answer = verdict.answer
    if answer is Answer.CLEAN:
        return pack.questions.clean[number]
    if answer is Answer.NOT_APPLICABLE:
        return pack.questions.not_applicable[number]
    rule = pack.rules[number]
    return RuleResult(
        pack.name,
        pack.version,
        rule.id,
        rule.name,
        rule.effect,
        answer,
        _distinct(verdict.evidence),
        verdict.reason if answer is Answer.CANNOT_JUDGE else None,
        rule.queue,
    )


def _distinct(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """In order of time; of several that lie within one another (a phrase within a longer one), the longest."""
    if len(evidence) < 2:
        return tuple(evidence)
    turns = {one.turn for one in evidence}
    if len(turns) == len(evidence):
        return tuple(sorted(evidence, key=lambda e: (e.start, e.end, e.turn is None, e.turn or 0)))
    # What several patterns found is one piece of evidence already.
    ordered = sorted(dict.fromkeys(evidence), key=lambda e: (e.turn is None, e.turn or 0, e.span or (0, 0), -e.end))
    groups: dict[Hashable, list[Evidence]] = {}
    for one in ordered:
        groups.setdefault((one.turn, one.role, one.span is None), []).append(one)
    kept = {id(one) for group in groups.values() for one in _widest(group)}
    return tuple(sorted((one for one in ordered if id(one) in kept), key=lambda e: (e.start, e.end)))


def _widest(group: Iterable[Evidence]) -> Iterator[Evidence]:
    """Those not within another one: in text and in time, or in time where they are not said.

    What lies around another one comes before it in this order; of what came before, only the ends matter then.
    """
    ends: list[tuple[float, float]] = []
    for one in sorted(group, key=_outer_first):
        end = (one.span[1] if one.span else one.end, one.end)
        if not any(other[0] >= end[0] and other[1] >= end[1] for other in ends):
            ends = [other for other in ends if other[0] > end[0] or other[1] > end[1]]
            ends.append(end)
            yield one


def _outer_first(evidence: Evidence) -> tuple[float, float, float]:
    start, end = evidence.span or (evidence.start, evidence.end)
    return start, -end, -evidence.end

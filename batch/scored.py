"""What rules found in a transcript and what it scores, as a line of JSON: stable, see docs/rules.md."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.finding import Answer, Evidence, RuleResult
from models.reason import Language
from models.score import ItemScore, PreScore
from scoring.explain import explain, explain_section, explain_total

FOUND = (Answer.HIT, Answer.CANNOT_JUDGE)
"""Answers that are findings; what is clean or does not apply is left out."""


def scored_json(
    file: str,
    results: Sequence[RuleResult],
    opinions: Sequence[dict[str, Any]],
    score: PreScore | None,
    language: Language,
) -> dict[str, Any]:
    """`opinions` are `batch.opinions.opinions_json`'s; `score` is None where no scorecard belongs to the pack."""
    return {
        "file": file,
        "findings": [
            finding_json(result, evidence, language) for result in results for evidence in _evidence_of(result)
        ],
        "opinions": list(opinions),
        "score": None if score is None else score_json(score, {one.rule: one for one in results}, language),
    }


def finding_json(result: RuleResult, evidence: Evidence | None, language: Language) -> dict[str, Any]:
    """One place of the call that speaks for an answer; without a place, everything about it is null."""
    role = None if evidence is None else evidence.role
    return {
        "rule": result.rule,
        "answer": result.answer.value,
        "turn": None if evidence is None else evidence.turn,
        "role": None if role is None else role.value,
        "quote": None if evidence is None else evidence.quote,
        "start": None if evidence is None else round(evidence.start, 3),
        "end": None if evidence is None else round(evidence.end, 3),
        "confidence": None if evidence is None else evidence.confidence,
        "meant": evidence.meant or None if evidence else None,
        "listened": None if evidence is None else evidence.listened,
        "name": result.name,
        "effect": result.effect.value,
        "pack": result.pack,
        "pack_version": result.pack_version,
        "reason": result.reason.say(language) if result.reason else None,
    }


def _evidence_of(result: RuleResult) -> Iterator[Evidence | None]:
    if result.answer in FOUND:
        yield from result.evidence or (None,)


def score_json(score: PreScore, results: Mapping[str, RuleResult], language: Language) -> dict[str, Any]:
    return {
        "card": score.card,
        "card_version": score.card_version,
        "total": score.total,
        "grade": score.grade,
        "coverage": round(score.coverage, 4),
        "fatal": list(score.fatal),
        "critical": [one.value for one in score.critical],
        "why": [reason.say(language) for reason in explain_total(score)],
        "sections": [
            {
                "id": section.id,
                "name": section.name,
                "points": section.points,
                "got": section.got,
                "why": [reason.say(language) for reason in explain_section(section)],
                "items": [_item(item, results, language) for item in section.items],
            }
            for section in score.sections
        ],
    }


def _item(item: ItemScore, results: Mapping[str, RuleResult], language: Language) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "class": item.item_class.value,
        "state": item.state.value,
        "points": item.points,
        "got": item.got,
        "lost": item.lost,
        "won": item.won,
        "fatal": item.fatal,
        "rules": list(item.rules),
        "why": explained(item, results, language),
    }


def explained(item: ItemScore, results: Mapping[str, RuleResult], language: Language) -> list[str]:
    """Sentences that say how the item came by its points."""
    return [reason.say(language) for reason in explain(item, results)]

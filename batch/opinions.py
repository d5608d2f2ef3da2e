"""What the classifier thinks of a transcript's items, and by which words: as JSON, and as lines for people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batch.wording import say
from models.finding import Answer, Opinion, RuleResult
from models.reason import Language
from models.score import ItemScore, PreScore
from models.transcript import Transcript
from pipeline.learning.in_use import Machine
from scoring.pack import Pack
from scoring.scorecard import Scorecard

if TYPE_CHECKING:
    from scoring.classifier.explanation import Explanation, Spoke, TurnReason

FOUND = (Answer.HIT, Answer.CANNOT_JUDGE)
"""Opinions that are told with their words; that nothing was found is told by its probability."""


@dataclass(frozen=True, slots=True)
class Told:
    """An item with the classifier's opinion of it; `why` is None where it found nothing."""

    item: ItemScore
    opinion: Opinion
    why: "Explanation | None"


def opinions_told(  # noqa: PLR0917  (who is asked, then of what)
    machine: Machine,
    pack: Pack,
    card: Scorecard,
    transcript: Transcript,
    results: Sequence[RuleResult],
    score: PreScore,
) -> tuple[Told, ...]:
    """Of each item the classifier has an opinion of, in the card's order."""
    items = [item for section in score.sections for item in section.items]
    thought = [(item, item.opinion) for item in items if item.opinion is not None]
    if machine.classifier is None or not any(opinion.answer in FOUND for _, opinion in thought):
        return tuple(Told(item, opinion, None) for item, opinion in thought)
    from scoring.classifier.explanation import explain  # noqa: PLC0415  (numpy and jieba)

    words = pack.phrases.phrases
    why = {one.item: one for one in explain(machine.classifier, card, transcript, results, words=words)}
    return tuple(Told(item, one, why.get(item.id) if one.answer in FOUND else None) for item, one in thought)


def opinions_json(told: Sequence[Told], number: Callable[[int], int], language: Language) -> list[dict[str, Any]]:
    """`number` says how the file counts a turn."""
    return [_opinion(one, number, language) for one in told]


def _opinion(told: Told, number: Callable[[int], int], language: Language) -> dict[str, Any]:
    opinion = told.opinion
    return {
        "item": told.item.id,
        "name": told.item.name,
        "answer": opinion.answer.value,
        "probability": opinion.probability,
        "level": None if told.item.level is None else told.item.level.value,
        "decided": told.item.by_classifier,
        "reason": opinion.reason.say(language) if opinion.reason else None,
        "evidence": [
            {
                "turn": None if one.turn is None else number(one.turn),
                "role": None if one.role is None else one.role.value,
                "quote": one.quote,
                "start": round(one.start, 3),
                "end": round(one.end, 3),
            }
            for one in opinion.evidence
        ],
        "why": [_why(turn, number) for turn in (told.why.turns if told.why else ())],
    }


def _why(turn: "TurnReason", number: Callable[[int], int]) -> dict[str, Any]:
    """`words` add to the label's log-odds, or take from them."""
    return {
        "turn": number(turn.turn),
        "label": turn.label,
        "probability": turn.probability,
        "words": [{"text": one.text, "weight": one.weight, "before": one.before} for one in turn.spoke],
    }


def opinion_lines(told: Sequence[Told], language: Language) -> Iterator[tuple[str, ...]]:
    """Rows of a table: item, answer with its probability, second, and what was said with the words that spoke."""
    for one in told:
        if one.opinion.answer not in FOUND:
            continue
        answer = say(language, f"opinion_{one.opinion.answer}", percent=round(100 * one.opinion.probability))
        why = one.opinion.reason.say(language) if one.opinion.reason else ""
        turns = {} if one.why is None else {turn.turn: turn for turn in one.why.turns}
        for index, evidence in enumerate(one.opinion.evidence):
            first = (one.item.name, answer) if index == 0 else ("", "")
            spoke = turns.get(evidence.turn) if evidence.turn is not None else None
            yield *first, f"{evidence.start:.1f}", "\n".join(_said(evidence.quote, spoke, language))
        if not one.opinion.evidence:
            yield one.item.name, answer, "", why


def _said(quote: str, turn: "TurnReason | None", language: Language) -> Iterator[str]:
    yield quote
    if turn is None:
        return
    for sign, code in ((1, "opinion_for"), (-1, "opinion_against")):
        words = [one for one in turn.spoke if sign * one.weight > 0]
        if words:
            label = label_name(turn.label, language)
            listed = " ".join(f"{_word(one, language)} {one.weight:+.1f}" for one in words)
            yield say(language, code, label=label, words=listed)


def _word(one: "Spoke", language: Language) -> str:
    return say(language, "opinion_before", word=one.text) if one.before else one.text


def label_name(label: str, language: Language) -> str:
    """A sign's name for people: labels of turns have one in Chinese."""
    from scoring.starter.labels import turn_labels  # noqa: PLC0415

    names: Mapping[str, str] = {one.id: one.name for one in turn_labels()}
    if language == "zh":
        return names.get(label) or say(language, f"sign_{label}")
    return label.replace("_", " ")

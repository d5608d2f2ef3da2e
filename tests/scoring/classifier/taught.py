"""Classifiers and judged calls for tests: trained once from two industries of the corpus that ships, in a second."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from models.finding import Evidence
from models.learning import ItemLabel, LabelledCall
from models.transcript import Role, Transcript
from scoring.classifier.classifier import Classifier
from scoring.classifier.training import from_starter
from scoring.scorecard import Scorecard, load_scorecard
from scoring.starter.corpus import Corpus, Dialogue, starter_corpus
from tests.scoring.made_call import call

KNOWN = ("telecom", "utilities")
"""Industries the classifier of the tests learned from."""
JUDGED = ("banking", "logistics")
"""Industries whose dialogues are calls that people judged."""


@cache
def small_corpus() -> Corpus:
    whole = starter_corpus()
    turns = {name: whole.turns[name] for name in KNOWN}
    dialogues = tuple(one for one in whole.dialogues if one.industry in KNOWN)
    return replace(whole, turns=turns, dialogues=dialogues, sha256="small")


def starter() -> Classifier:
    return from_starter(small_corpus())[1]


@cache
def card() -> Scorecard:
    return load_scorecard("inbound-service")


def heard(dialogue: Dialogue) -> Transcript:
    return call(*(f"{line.role}: {line.text}" for line in dialogue.lines))


@cache
def judged_calls() -> tuple[LabelledCall, ...]:
    """One inspector, who hears what the corpus says of each turn, and points at it."""
    dialogues = [one for one in starter_corpus().dialogues if one.industry in JUDGED]
    return tuple(judged(number, dialogue) for number, dialogue in enumerate(dialogues, start=100))


def judged(call_id: int, dialogue: Dialogue) -> LabelledCall:
    items = [item for item in card().items if item.signs and item.id != "care"]
    labels = [
        label(item.id, [n for n, line in enumerate(dialogue.lines) if line.labels & {*item.signs}]) for item in items
    ]
    return LabelledCall(call_id, "inbound-service", heard(dialogue), (), tuple(labels))


def label(item: str, turns: Iterable[int], **more: float) -> ItemLabel:
    evidence = tuple(Evidence(0.0, 1.0, Role.AGENT, turn) for turn in turns)
    return ItemLabel(item, bool(evidence), 1, datetime(2026, 1, 1, tzinfo=UTC), evidence=evidence, **more)

"""What people said of the items of calls, from wherever they said it, each word with its weight.

A verdict counts once, a consensus of two people twice, what a calibration session agreed on and what came of an appeal
three times. An item judged anew after an appeal loses what was said of it otherwise before: that was wrong.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from models.finding import Evidence
from models.learning import ItemLabel
from models.score import ItemState
from scoring.wilson import Share, share
from storage.learning import verdicts as store
from storage.learning.verdicts import DecidedLine, JudgementLine

AT_MOST = 4000
"""Calls learned from: those judged last. The standard of years ago is not today's."""

CONSENSUS = 2.0
REFERENCE = 3.0
"""Weights beside the 1 of a verdict."""

TOGETHER = 0
"""The rater of what several people agreed on."""

EVIDENCE_JSON = TypeAdapter(tuple[Evidence, ...])


@dataclass(slots=True)
class JudgedCall:
    """A call as people judged it by one scorecard. `alone`: by person and item, whether they found an error."""

    call_id: int
    card: str
    labels: list[ItemLabel] = field(default_factory=list)
    alone: dict[int, dict[str, bool]] = field(default_factory=dict)


def judged_calls(session: Session, limit: int = AT_MOST) -> tuple[JudgedCall, ...]:
    """The calls judged last, by id; those of which nothing was said but what does not apply are left out."""
    found: dict[tuple[int, str], JudgedCall] = {}
    ids = store.latest_judged(session, limit)
    for line in store.verdicts_of(session, ids):
        call = _add(found, line, 1.0)
        alone = call.alone.setdefault(line.user_id or TOGETHER, {})
        alone.update({label.item: label.error for label in _labels(line.body, line.user_id, line.at)})
    for line in store.consensuses_of(session, ids):
        _add(found, line, CONSENSUS)
    for line in store.references_of(session, ids):
        _add(found, line, REFERENCE)
    for decided in store.decided_appeals(session, ids):
        _decide(found, decided)
    return tuple(found[key] for key in sorted(found) if found[key].labels)


def is_error(labels: Iterable[ItemLabel]) -> bool:
    """What the weights say together; of two equal opinions the one that heard something, as training takes it."""
    return sum(label.weight if label.error else -label.weight for label in labels) >= 0


def disagreement(calls: Iterable[JudgedCall]) -> Mapping[tuple[str, str], Share]:
    """By card and item: of the calls two or more people judged alone, those on which not all said the same."""
    counts: dict[tuple[str, str], list[int]] = {}
    for call in calls:
        items = {item for said in call.alone.values() for item in said}
        for item in items:
            answers = [said[item] for said in call.alone.values() if item in said]
            if len(answers) > 1:
                count = counts.setdefault((call.card, item), [0, 0])
                count[0] += len(set(answers)) > 1
                count[1] += 1
    return {key: share(differ, twice) for key, (differ, twice) in counts.items()}


def _add(found: dict[tuple[int, str], JudgedCall], line: JudgementLine, weight: float) -> JudgedCall:
    call = found.setdefault((line.call_id, line.card), JudgedCall(line.call_id, line.card))
    call.labels += _labels(line.body, line.user_id, line.at, weight)
    return call


def _decide(found: dict[tuple[int, str], JudgedCall], decided: DecidedLine) -> None:
    call = found.setdefault((decided.call_id, decided.card), JudgedCall(decided.call_id, decided.card))
    before, after = (
        {label.item: label for label in _labels(body or {"items": ()}, decided.user_id, decided.at, REFERENCE)}
        for body in (decided.before, decided.after)
    )
    for outcome in decided.outcomes:
        said = (before if outcome.upheld else after).get(outcome.item)
        if not outcome.upheld:
            call.labels = [label for label in call.labels if not _is_overturned(label, outcome.item, said)]
        if said is not None:
            call.labels.append(said)


def _is_overturned(label: ItemLabel, item: str, said: ItemLabel | None) -> bool:
    """Also where the item does not apply, as it turned out (`said` is None)."""
    return label.item == item and (said is None or label.error is not said.error)


def _labels(body: Mapping[str, Any], user: int | None, at: datetime, weight: float = 1.0) -> Iterator[ItemLabel]:
    """Of a stored `Judgement`; what was not judged, or does not apply, says nothing of errors."""
    for one in body["items"]:
        if one["state"] == ItemState.JUDGED.value:
            evidence = one.get("evidence")
            yield ItemLabel(
                item=one["item"],
                error=one["lost"] > 0,
                rater=user or TOGETHER,
                at=at,
                weight=weight,
                evidence=EVIDENCE_JSON.validate_python(evidence) if evidence else (),
            )

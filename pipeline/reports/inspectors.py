"""Inspectors over a period: how much they judged, how quickly, in time or not, and how well.

How well is held against what was agreed: the reference score of calibrations, and appeals that were decided. Agreement
with colleagues over all verdicts is `pipeline.calibration.inspectors`' matter.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.appeal import ItemOutcome
from models.final import PRE_SCORE_JSON
from models.review import Purpose
from models.tables import CalibrationCallRow
from pipeline.calibration.table import by_item, effect
from pipeline.reports.events import POINTS
from pipeline.reports.span import DaySpan
from pipeline.reports.totals import Mean, mean_of
from scoring.wilson import Share, share
from storage.reports import events, inspections


@dataclass(frozen=True, slots=True)
class Inspector:
    """`verdicts` by purpose (review, double, appeal, calibration) and in `all`; `hours` at the desk, of the timed ones.

    `minutes` is the mean a call took, `sound_hours` what they heard. `in_time` is the share of dated hearings judged by
    then; `late` are still to do though their time ended in the period. Against the reference of calibrations agreed in
    the period: `right` the share of items judged so, `within` of totals at most 5 points apart, `bias` the points given
    more. `overturned` is the share of items decided in appeals against their verdicts. `share` is of all verdicts.
    """

    user_id: int
    name: str
    active: bool
    all: int
    verdicts: Mapping[str, int]
    hours: float
    minutes: float | None
    sound_hours: float
    in_time: Share
    late: int
    right: Share
    within: Share
    bias: Mean
    overturned: Share
    share: float


@dataclass(slots=True)
class _Held:
    """Against references."""

    items: list[bool] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)


def inspectors(session: Session, span: DaySpan, now: datetime) -> tuple[Inspector, ...]:
    """By name: active inspectors, and whoever else judged calls in the period."""
    work: defaultdict[int, list[Any]] = defaultdict(list)
    for row in inspections.judged(session, span.start, span.end):
        work[row.user_id].append(row)
    held, overturned = _held(session, span), _overturned(session, span)
    spent = inspections.time_spent(session, span.start, span.end)
    late = inspections.late(session, span.start, span.end, now)
    everything = sum(row.verdicts for rows in work.values() for row in rows)
    found = []
    for person in inspections.people(session):
        rows = work.get(person.id, [])
        if not rows and not (person.active and inspections.is_inspector(person.role)):
            continue
        found.append(
            _inspector(
                person,
                rows,
                held.get(person.id, _Held()),
                overturned.get(person.id, []),
                spent=spent.get(person.id, (0.0, 0)),
                late=late.get(person.id, 0),
                everything=everything,
            )
        )
    return tuple(found)


def _inspector(
    person: Any,
    rows: list[Any],
    held: _Held,
    overturned: list[bool],
    *,
    spent: tuple[float, int],
    late: int,
    everything: int,
) -> Inspector:
    verdicts = {purpose.value: 0 for purpose in Purpose} | {row.purpose: row.verdicts for row in rows}
    given = sum(row.verdicts for row in rows)
    seconds, timed = spent
    return Inspector(
        user_id=person.id,
        name=person.name,
        active=person.active,
        all=given,
        verdicts=verdicts,
        hours=seconds / 3600,
        minutes=seconds / 60 / timed if timed else None,
        sound_hours=sum(float(row.sound) for row in rows) / 3600,
        in_time=share(sum(int(row.in_time) for row in rows), sum(int(row.dated) for row in rows)),
        late=late,
        right=share(sum(held.items), len(held.items)),
        within=share(sum(abs(one) <= POINTS for one in held.apart), len(held.apart)),
        bias=mean_of(len(held.apart), sum(held.apart), sum(one * one for one in held.apart)),
        overturned=share(sum(overturned), len(overturned)),
        share=given / everything if everything else 0.0,
    )


def _held(session: Session, span: DaySpan) -> dict[int, _Held]:
    """Everybody's verdicts in calibrations beside what was agreed in the period."""
    found: defaultdict[int, _Held] = defaultdict(_Held)
    agreed = CalibrationCallRow.agreed_at
    for row in events.referred(session, agreed >= span.start, agreed < span.end):
        own, right = by_item(PRE_SCORE_JSON.validate_python(row.score)), PRE_SCORE_JSON.validate_python(row.reference)
        held = found[row.user_id]
        held.items += [effect(own[item]) == effect(score) for item, score in by_item(right).items() if item in own]
        if row.total is not None and right.total is not None:
            held.apart.append(row.total - right.total)
    return found


def _overturned(session: Session, span: DaySpan) -> dict[int, list[bool]]:
    found: defaultdict[int, list[bool]] = defaultdict(list)
    for user, outcome in inspections.overturned(session, span.start, span.end):
        found[user] += [not ItemOutcome.of(body).upheld for body in outcome or ()]
    return found

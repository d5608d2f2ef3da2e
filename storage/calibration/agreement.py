"""What agreement is counted from: verdicts, the machine's scores beside them, and what was agreed to be right.

Item by item it comes as JSON text, which is read elsewhere: thousands of whole scores would take seconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, case, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models.appeal import AppealState
from models.calibration import CalibrationState
from models.final import FinalSource
from models.review import Purpose
from models.tables import (
    AppealRow,
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    DefinitionRow,
    FinalScoreRow,
    ReviewRow,
    ScoreRow,
    UserRow,
    VerdictRow,
)
from storage.calibration.secret import is_secret

AT_ONCE = 500
"""Ids in one query."""

LATEST = 20_000
"""Verdicts looked at: the newest say how people and machine do now."""

ALONE = (Purpose.REVIEW, Purpose.DOUBLE, Purpose.CALIBRATION)
"""Whoever hears a call for an appeal knows that somebody thinks it was judged wrongly."""


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """`score_id` is the machine's score of the call, None where it had none, or where who judged could see it.

    Who has seen the machine's answer agrees with it more: that would prove nothing about the machine.
    """

    id: int
    call_id: int
    user_id: int
    purpose: str
    at: datetime
    total: float | None
    seconds: float | None
    call_type: str | None
    score_id: int | None
    machine_total: float | None
    classifier: str | None = None
    """Which classifier's opinions that score has (`ScoreRow.classifier`)."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is right about a call: `items` is JSON, item verdicts of a `Judgement`; of an appeal only `only` count."""

    call_id: int
    source: str
    items: str
    total: float | None
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A scorecard people judged by, and how many verdicts by it are there."""

    card: str
    verdicts: int


def cards(session: Session) -> tuple[Judged, ...]:
    """The most used first."""
    times = func.count()
    query = select(DefinitionRow.name, times).join(VerdictRow, VerdictRow.scorecard_id == DefinitionRow.id)
    rows = session.execute(query.group_by(DefinitionRow.name).order_by(times.desc(), DefinitionRow.name))
    return tuple(Judged(name, count) for name, count in rows)


def call_types(session: Session) -> tuple[str, ...]:
    """Those of calls that were judged."""
    query = select(CallRow.call_type).join(VerdictRow, VerdictRow.call_id == CallRow.id).distinct()
    return tuple(sorted(kind for kind in session.scalars(query) if kind))


def verdict_lines(
    session: Session, card: str, *, since: datetime | None, until: datetime | None, call_type: str | None
) -> list[VerdictLine]:
    """Verdicts given alone by any version of the card, the newest `LATEST` of them, in the order they were given.

    Those of a calibration in which some have still to judge are left out, and those of who had another's before them.
    """
    calibrated = VerdictRow.purpose == Purpose.CALIBRATION.value
    alone = or_(ReviewRow.blind, calibrated)
    score_id = case((alone, func.coalesce(ReviewRow.score_id, _calibrated_score())))
    query = (
        select(
            VerdictRow.id,
            VerdictRow.call_id,
            VerdictRow.user_id,
            VerdictRow.purpose,
            VerdictRow.submitted_at.label("at"),
            VerdictRow.total,
            VerdictRow.seconds,
            CallRow.call_type,
            score_id.label("score_id"),
            ScoreRow.total.label("machine_total"),
            ScoreRow.classifier,
        )
        .join(CallRow, CallRow.id == VerdictRow.call_id)
        .join(ReviewRow, ReviewRow.id == VerdictRow.review_id)
        .outerjoin(ScoreRow, ScoreRow.id == score_id)
        .where(*_wanted(card, since, until, call_type), ~is_secret(), or_(alone, ~_could_see_another()))
        .order_by(VerdictRow.id.desc())
        .limit(LATEST)
    )
    return [VerdictLine(**row._mapping) for row in session.execute(query)][::-1]  # noqa: SLF001  the public name


def verdict_items(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Each verdict's item verdicts, as JSON."""
    return _texts(session, VerdictRow.id, VerdictRow.body["items"], ids)


def score_sections(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Each score's sections with their items, as JSON."""
    return _texts(session, ScoreRow.id, ScoreRow.body["pre_score", "sections"], ids)


def agreed(session: Session, card: str, *, since: datetime | None) -> list[Agreed]:
    """What was agreed since then, the weakest first: by whoever settled two verdicts, in appeals, in calibrations."""
    return [*_settled(session, card, since), *_appealed(session, card, since), *_calibrated(session, card, since)]


def user_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(UserRow.id, UserRow.name).where(UserRow.id.in_(ids))
    return {id_: name for id_, name in session.execute(query)}  # noqa: C416  (typed rows)


def _wanted(
    card: str, since: datetime | None, until: datetime | None, call_type: str | None
) -> Iterator[ColumnElement[bool]]:
    yield VerdictRow.scorecard_id.in_(_versions(card))
    yield VerdictRow.purpose.in_([purpose.value for purpose in ALONE])
    if since is not None:
        yield VerdictRow.submitted_at >= since
    if until is not None:
        yield VerdictRow.submitted_at < until
    if call_type is not None:
        yield CallRow.call_type == call_type


def _could_see_another() -> ColumnElement[bool]:
    """Of a review that is not heard blind: who judges second has the first verdict before them."""
    other = aliased(VerdictRow)
    return exists().where(
        other.review_id == VerdictRow.review_id,
        other.id < VerdictRow.id,
        other.user_id != VerdictRow.user_id,
        other.purpose.in_([Purpose.REVIEW.value, Purpose.DOUBLE.value]),
    )


def _versions(card: str) -> Any:
    return select(DefinitionRow.id).where(DefinitionRow.kind == "scorecard", DefinitionRow.name == card)


def _calibrated_score() -> ScalarSelect[int]:
    """What the machine said of a call that was picked for nothing but a calibration."""
    return (
        select(func.max(CalibrationCallRow.score_id))
        .where(CalibrationCallRow.call_id == VerdictRow.call_id)
        .correlate(VerdictRow)
        .scalar_subquery()
    )


def _texts(
    session: Session, key: InstrumentedAttribute[int], value: ColumnElement[Any], ids: Sequence[int]
) -> Iterator[tuple[int, str]]:
    for start in range(0, len(ids), AT_ONCE):
        query = select(key, cast(value, String)).where(key.in_(ids[start : start + AT_ONCE]))
        yield from ((id_, text) for id_, text in session.execute(query))


def _settled(session: Session, card: str, since: datetime | None) -> Iterator[Agreed]:
    query = select(FinalScoreRow.call_id, cast(FinalScoreRow.judgement["items"], String), FinalScoreRow.total).where(
        FinalScoreRow.source == FinalSource.CONSENSUS.value, FinalScoreRow.scorecard_id.in_(_versions(card))
    )
    if since is not None:
        query = query.where(FinalScoreRow.published_at >= since)
    for call_id, items, total in session.execute(query.order_by(FinalScoreRow.id)):
        yield Agreed(call_id, "consensus", items, total)


def _appealed(session: Session, card: str, since: datetime | None) -> Iterator[Agreed]:
    """Items that were appealed; the others are as they were, which proves nothing. No total: it rests on all items."""
    in_force = func.coalesce(AppealRow.new_final_id, AppealRow.final_id)
    query = (
        select(AppealRow.call_id, cast(FinalScoreRow.judgement["items"], String), AppealRow.outcome)
        .join(FinalScoreRow, FinalScoreRow.id == in_force)
        .where(
            AppealRow.state.in_([AppealState.UPHELD.value, AppealState.OVERTURNED.value]),
            FinalScoreRow.scorecard_id.in_(_versions(card)),
        )
    )
    if since is not None:
        query = query.where(AppealRow.decided_at >= since)
    for call_id, items, outcome in session.execute(query.order_by(AppealRow.id)):
        yield Agreed(call_id, "appeal", items, None, frozenset(one["item"] for one in outcome or ()))


def _calibrated(session: Session, card: str, since: datetime | None) -> Iterator[Agreed]:
    query = (
        select(
            CalibrationCallRow.call_id,
            cast(CalibrationCallRow.reference["items"], String),
            CalibrationCallRow.score["total"].as_float(),
        )
        .join(CalibrationRow, CalibrationRow.id == CalibrationCallRow.calibration_id)
        .where(
            CalibrationCallRow.agreed_at.is_not(None),
            CalibrationRow.state != CalibrationState.CANCELLED,
            CalibrationRow.scorecard_id.in_(_versions(card)),
        )
    )
    if since is not None:
        query = query.where(CalibrationCallRow.agreed_at >= since)
    for call_id, items, total in session.execute(query.order_by(CalibrationCallRow.id)):
        yield Agreed(call_id, "calibration", items, total)

"""Inspectors' monthly assessments (质检员月度考核): figures of a month, a grade by the centre's bars, a signature.

Figures are frozen when they are signed. Whoever is assessed reads their own, and that they did is kept.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.person import Right, Viewer
from models.tables.report import AssessmentRow
from pipeline.reports.inspectors import Inspector, inspectors
from pipeline.reports.span import DaySpan, month_of, today
from scoring.wilson import Share
from storage.once import insert_once
from storage.people.audit import record

GRADES = ("优秀", "良好", "合格", "不合格")
"""As the handbooks grade everything."""

LONGEST = 2000
"""Characters of a comment."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a month must reach to pass, as the centre set it. The best grade allows a third of the faults that pass.

    `right`: share of items judged as the reference; `overturned`: at most this share of appealed items; `in_time`;
    `load`: verdicts in proportion to the mean of those who judged. `least` items or appeals below which a share says
    nothing and is not asked for.
    """

    right: float = 0.85
    overturned: float = 0.3
    in_time: float = 0.8
    load: float = 0.6
    least: int = 10


@dataclass(frozen=True, slots=True)
class Assessment:
    """`figures` are the month's as they stand, or as they were when it was signed (`signed`, else None).

    `suggested` is the grade by the thresholds; None where too little is known to suggest one.
    """

    month: date
    user_id: int
    name: str
    figures: Mapping[str, Any]
    suggested: str | None
    signed: AssessmentRow | None


def month_assessments(
    session: Session, viewer: Viewer, month: date, thresholds: Thresholds, now: datetime
) -> tuple[Assessment, ...]:
    """Of everybody who judged calls in that month or might have, by name.

    Raises:
        Forbidden: the viewer does not assess.
    """
    _check_assesses(viewer)
    span = month_of(month)
    signed = {row.user_id: row for row in session.scalars(select(AssessmentRow).filter_by(month=span.first))}
    everybody = inspectors(session, span, now)
    return tuple(_assessment(span, one, everybody, signed.get(one.user_id), thresholds) for one in everybody)


def sign(
    session: Session,
    viewer: Viewer,
    user_id: int,
    month: date,
    *,
    grade: str,
    comment: str,
    thresholds: Thresholds,
    now: datetime,
) -> AssessmentRow:
    """Sign an inspector's month with the figures as they are now. Once: it does not change any more.

    Raises:
        Forbidden: the viewer does not assess, or it is themselves.
        NotFound: the inspector had nothing to do in that month.
        BadInput: no such grade, the comment is too long, or the month is not over.
        Conflict: it was signed before.
    """
    _check_assesses(viewer)
    span = month_of(month)
    if viewer.user_id == user_id:
        raise Forbidden("pipeline.assess_yourself")
    if grade not in GRADES or len(comment) > LONGEST:
        raise BadInput("pipeline.assessment_unclear", most=LONGEST)
    if span.last >= today(now):
        raise BadInput("pipeline.month_not_over", month=f"{span.first:%Y-%m}")
    found = {one.user_id: one for one in month_assessments(session, viewer, month, thresholds, now)}
    if user_id not in found:
        raise NotFound("pipeline.no_inspector", id=user_id)
    row, new = insert_once(
        session,
        AssessmentRow,
        {"month": span.first, "user_id": user_id},
        figures=dict(found[user_id].figures),
        grade=grade,
        comment=comment.strip(),
        signed_by=viewer.name,
        signed_at=now,
        read_at=None,
    )
    if not new:
        raise Conflict("pipeline.assessed_before", name=found[user_id].name, by=row.signed_by)
    facts = {"month": f"{span.first:%Y-%m}", "name": found[user_id].name, "grade": grade}
    record(session, viewer, "assessment.signed", now, target="assessment", target_id=row.id, facts=facts)
    return row


def own_assessments(session: Session, viewer: Viewer, *, limit: int = 24) -> tuple[AssessmentRow, ...]:
    """The viewer's own that were signed, the latest month first."""
    if viewer.user_id is None:
        return ()
    query = select(AssessmentRow).filter_by(user_id=viewer.user_id).order_by(AssessmentRow.month.desc())
    return tuple(session.scalars(query.limit(limit)))


def find_assessment(session: Session, viewer: Viewer, assessment_id: int) -> AssessmentRow:
    """One's own, or anybody's for who assesses.

    Raises:
        NotFound: there is none, or it is another's.
    """
    row = session.get(AssessmentRow, assessment_id)
    if row is None or not (viewer.may(Right.ASSESS) or row.user_id == viewer.user_id):
        raise NotFound("pipeline.no_assessment", id=assessment_id)
    return row


def read(session: Session, viewer: Viewer, assessment_id: int, now: datetime) -> AssessmentRow:
    """The assessed says that they have read it; the first time counts.

    Raises:
        NotFound: there is none, or it is another's.
    """
    row = find_assessment(session, viewer, assessment_id)
    if row.user_id != viewer.user_id:
        raise NotFound("pipeline.no_assessment", id=assessment_id)
    if row.read_at is None:
        row.read_at = now
        record(session, viewer, "assessment.read", now, target="assessment", target_id=row.id, facts={})
        session.flush()
    return row


def suggested_grade(one: Inspector, everybody: tuple[Inspector, ...], bars: Thresholds) -> str | None:
    """优秀 where every figure allows it, 良好 where all pass, 合格 where one fails; of figures known well enough."""
    working = [other.all for other in everybody if other.all]
    if not one.all:
        return None
    known = [(1 - one.all * len(working) / sum(working), 1 - bars.load)]
    for share, most in ((one.right, 1 - bars.right), (one.in_time, 1 - bars.in_time)):
        if share.of >= bars.least and share.share is not None:
            known.append((1 - share.share, most))
    if one.overturned.of >= bars.least and one.overturned.share is not None:
        known.append((one.overturned.share, bars.overturned))
    if len(known) == 1:  # the load alone says nothing about how well they judge
        return None
    if all(faults <= most / 3 for faults, most in known):
        return GRADES[0]
    failed = sum(faults > most for faults, most in known)
    return GRADES[min(failed + 1, len(GRADES) - 1)]


def as_kept(one: Inspector) -> dict[str, Any]:
    """An inspector's figures as JSON; shares as {hits, of, share, low, high}."""
    kept = asdict(one)
    for name, value in list(kept.items()):
        own = getattr(one, name)
        kept[name] = own._asdict() if isinstance(own, Share) else dict(value) if isinstance(value, dict) else value
    return kept


def _assessment(
    span: DaySpan,
    one: Inspector,
    everybody: tuple[Inspector, ...],
    signed: AssessmentRow | None,
    thresholds: Thresholds,
) -> Assessment:
    figures = as_kept(one) if signed is None else signed.figures
    return Assessment(span.first, one.user_id, one.name, figures, suggested_grade(one, everybody, thresholds), signed)


def _check_assesses(viewer: Viewer) -> None:
    if not viewer.may(Right.ASSESS):
        raise Forbidden("pipeline.may_not_assess")

"""Filling in the form and handing it in: drafts that survive anything, and verdicts that are given once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict
from models.final import PRE_SCORE_JSON
from models.person import Viewer
from models.reason import Fact
from models.review import JUDGEMENT_JSON, AssignmentState, Judgement, Purpose
from models.score import PreScore
from models.tables import AssignmentRow, VerdictDraftRow, VerdictRow
from pipeline.calibration import talking
from pipeline.review.assignment import EMPTY, check_open, moment, settle, start, user_id
from pipeline.review.heard import Heard, heard
from scoring.judgement import CommentNeeded, check_judgement, mistakes_in, opening_judgement, score_judgement
from scoring.scorecard import Scorecard
from storage.people.audit import record
from storage.review import verdicts
from storage.review.assignments import LEASE, lock_users, locked_assignment
from storage.review.reviews import find_review

LONGEST = 5000
"""Characters of each text."""
MOST_ITEMS = 1000
MOST_EVIDENCE = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """How far the form is: `score` is what it comes to now, `missing` are the items that keep it from being handed in.

    `seconds` is the time spent so far, as `hold` counts it.
    """

    assignment: AssignmentRow
    judgement: Judgement
    revision: int
    score: PreScore
    missing: tuple[str, ...]
    seconds: float
    updated_at: datetime | None


def save_draft(
    session: Session,
    viewer: Viewer,
    assignment_id: int,
    judgement: Judgement,
    *,
    revision: int,
    now: datetime,
    lease: timedelta = LEASE,
    comment_needed: CommentNeeded = "lost",
) -> Draft:
    """Keep what is filled in so far, right or not; a sign of life too.

    Raises:
        Stale: another window of this person saved since `revision`.
        NotFound, Conflict, Forbidden: as `assignment.start`.
    """
    row = start(session, viewer, assignment_id, now, lease=lease)
    draft = verdicts.open_draft(session, row.id, user_id(viewer), EMPTY, now)
    verdicts.save_draft(session, draft, _body(judgement), revision=revision, now=now)
    return as_draft(row, draft, _heard(session, row).card, comment_needed)


def keep_draft(session: Session, viewer: Viewer, assignment_id: int, judgement: Judgement, now: datetime) -> None:
    """Put away what somebody wrote on a call that is no longer theirs, over what they had before.

    Of who never began it nothing is kept: a draft lets its writer go on once the call is free.
    """
    draft = verdicts.find_draft(session, assignment_id, user_id(viewer))
    if draft is not None:
        verdicts.save_draft(session, draft, _body(judgement), revision=draft.revision, now=now)


def submit(
    session: Session,
    viewer: Viewer,
    assignment_id: int,
    judgement: Judgement,
    now: datetime,
    *,
    comment_needed: CommentNeeded = "lost",
) -> VerdictRow:
    """The verdict, for good. Handing in the same once more answers the verdict that is there.

    The time spent is what signs of life add up to, each counting the time since the one before, two minutes at most.

    Raises:
        BadInput: items are open, points cannot be, a comment or evidence is wrong; the details name the items.
        Conflict: somebody else has it or handed it in, or this person did with another judgement.
        NotFound, Forbidden: as `assignment.start`.
    """
    lock_users(session, [user_id(viewer)])
    talking.hold(session, assignment_id)
    review, row = locked_assignment(session, assignment_id)
    if row.state == AssignmentState.SUBMITTED:
        return _again(session, viewer, row, judgement)
    check_open(session, viewer, row, now)
    _body(judgement)
    machine = heard(session, review, row)
    check_judgement(machine.card, judgement, turns=machine.transcript.turns, comment_needed=comment_needed)
    draft = verdicts.open_draft(session, row.id, user_id(viewer), EMPTY, now)
    verdicts.sign_of_life(draft, now)
    row.state = AssignmentState.SUBMITTED
    row.user_id = viewer.user_id
    row.started_at = row.started_at or now
    row.submitted_at = now
    row.lease_until = None
    verdict = _verdict(row, machine, judgement, seconds=draft.seconds, now=now)
    session.add(verdict)
    session.flush()
    verdicts.drop_draft(session, row.id, user_id(viewer))
    if row.purpose == Purpose.CALIBRATION:
        talking.heard_by(session, viewer, row, now)
    else:
        settle(session, viewer, review, now)
    # Not its total: who reads the log may still have to judge the same call.
    facts: dict[str, Fact] = {"call": row.call_id}
    record(session, viewer, "verdict.submitted", now, target="assignment", target_id=row.id, facts=facts)
    session.flush()
    return verdict


def as_draft(
    row: AssignmentRow, draft: VerdictDraftRow | None, card: Scorecard, comment_needed: CommentNeeded
) -> Draft:
    """What is stored, filled up to the card's items; the empty form where nothing is stored yet."""
    stored = None if draft is None else JUDGEMENT_JSON.validate_python(draft.body)
    judgement = completed(card, stored)
    known = {item.id for item in card.items}
    named = (reason.facts["item"] for reason in mistakes_in(card, judgement, comment_needed=comment_needed))
    return Draft(
        assignment=row,
        judgement=judgement,
        revision=1 if draft is None else draft.revision,
        score=score_judgement(card, judgement),
        missing=tuple(dict.fromkeys(str(item) for item in named if item in known)),
        seconds=0.0 if draft is None else draft.seconds,
        updated_at=None if draft is None else draft.updated_at,
    )


def completed(card: Scorecard, judgement: Judgement | None) -> Judgement:
    """With every item of the card, in its order; those it says nothing of are open."""
    opening = opening_judgement(card)
    if judgement is None:
        return opening
    said = {verdict.item: verdict for verdict in judgement.items}
    items = tuple(said.get(verdict.item, verdict) for verdict in opening.items)
    return Judgement(items, judgement.comment, judgement.note)


def _heard(session: Session, row: AssignmentRow) -> Heard:
    return heard(session, find_review(session, row.review_id), row)


def _again(session: Session, viewer: Viewer, row: AssignmentRow, judgement: Judgement) -> VerdictRow:
    verdict = verdicts.verdict_of(session, row.id)
    if verdict is None:
        raise Conflict("pipeline.assignment_cancelled", call=row.call_id)
    at = moment(verdict.submitted_at)
    if verdict.user_id != viewer.user_id:
        who = verdicts.user_name(session, verdict.user_id)
        raise Conflict("pipeline.submitted_by", who=who, call=row.call_id, at=at)
    if JUDGEMENT_JSON.validate_python(verdict.body) != judgement:
        raise Conflict("pipeline.submitted_otherwise", call=row.call_id, at=at)
    return verdict


def _verdict(row: AssignmentRow, machine: Heard, judgement: Judgement, *, seconds: float, now: datetime) -> VerdictRow:
    score = score_judgement(machine.card, judgement)
    return VerdictRow(
        assignment_id=row.id,
        review_id=row.review_id,
        call_id=row.call_id,
        user_id=row.user_id,
        purpose=row.purpose,
        scorecard_id=machine.scorecard_id,
        body=_body(judgement),
        score=PRE_SCORE_JSON.dump_python(score, mode="json"),
        total=score.total,
        grade=score.grade,
        fatal=bool(score.fatal),
        seconds=round(seconds, 1),
        submitted_at=now,
    )


def _body(judgement: Judgement) -> Mapping[str, Any]:
    """As it is stored, right or not, within reason.

    Raises:
        BadInput: a number is none, or it is far too much.
    """
    texts = [judgement.comment, judgement.note, *(verdict.comment for verdict in judgement.items)]
    if any(len(text) > LONGEST for text in texts):
        raise BadInput("pipeline.judgement_too_long", most=LONGEST)
    if len(judgement.items) > MOST_ITEMS or any(len(v.evidence) > MOST_EVIDENCE for v in judgement.items):
        raise BadInput("pipeline.judgement_too_much", most=MOST_EVIDENCE)
    for verdict in judgement.items:
        seconds = [at for one in verdict.evidence for at in (one.start, one.end, one.confidence)]
        if not all(map(isfinite, (verdict.lost, verdict.won, *seconds))):
            raise BadInput("pipeline.judgement_not_finite", item=verdict.item[:100])
    return JUDGEMENT_JSON.dump_python(judgement, mode="json")  # type: ignore[no-any-return]

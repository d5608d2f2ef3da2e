"""One hearing of a call, as the person who judges it sees it: nobody else's opinion before their own is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Forbidden, NotFound
from models.final import PRE_SCORE_JSON
from models.person import Right, Viewer
from models.reason import Reason
from models.review import JUDGEMENT_JSON, AssignmentState, Judgement, Purpose, ReviewState
from models.score import PreScore, Scored
from models.tables import AssignmentRow, MoveRow, ReviewRow, VerdictRow
from models.transcript import Transcript
from pipeline import browse
from pipeline.browse import Call, CallScores, Finding
from pipeline.people.visibility import check_call, hidden_calls, hides_machine, limits
from pipeline.review.assignment import check_open
from pipeline.review.corrections import Correction, corrections
from pipeline.review.heard import Heard, heard
from pipeline.review.judging import Draft, as_draft
from pipeline.rulebook.rule_marks import marks
from scoring.judgement import CommentNeeded, ItemDifference, differences
from scoring.scorecard import Scorecard
from storage.review import assignment_lines, reviews, verdicts
from storage.review.assignments import find_assignment, is_free

TELL_NOTHING = frozenset({"scoring.routed_random"})
"""Reasons a person may read before judging: they say nothing of what the machine found."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine's side; `marked` is what this person said of its rules: whether each should have hit."""

    score_id: int
    scored: Scored
    findings: tuple[Finding, ...]
    marked: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One person's verdict."""

    id: int
    user_id: int
    name: str
    purpose: Purpose
    judgement: Judgement
    score: PreScore
    seconds: float | None
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`blind`: the machine's side and others' verdicts are left out, and those reasons that would tell of them.

    `draft` is what can still be changed; None once it is submitted (`mine`), or where it is somebody else's. `others`
    are the verdicts of other people, `differences` those between the machine's score and `mine`, or else the first
    of the others. `corrections` are the oldest first.
    """

    assignment: AssignmentRow
    review: ReviewRow
    holder: str
    call: Call
    transcript_id: int
    transcript: Transcript
    corrections: tuple[Correction, ...]
    card: Scorecard
    blind: bool
    reasons: tuple[Reason, ...]
    draft: Draft | None
    mine: Opinion | None
    machine: Machine | None
    others: tuple[Opinion, ...]
    differences: tuple[ItemDifference, ...]


@dataclass(frozen=True, slots=True)
class ReviewBrief:
    """A review in a list."""

    row: ReviewRow
    blind: bool

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return seen_reasons(self.row, blind=self.blind)


@dataclass(frozen=True, slots=True)
class ReviewList:
    """`next` is what the following page begins after, None on the last."""

    reviews: tuple[ReviewBrief, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class History:
    """A review with every move, hearing and verdict; while `blind`, without what would tell of the call."""

    review: ReviewRow
    blind: bool
    reasons: tuple[Reason, ...]
    moves: tuple[MoveRow, ...]
    assignments: tuple[tuple[AssignmentRow, str], ...]
    opinions: tuple[Opinion, ...]


def open_review(
    session: Session, viewer: Viewer, assignment_id: int, now: datetime, *, comment_needed: CommentNeeded = "lost"
) -> ReviewPage:
    """What this person needs to judge the call, or to look at how it was judged.

    Raises:
        NotFound: there is no such assignment.
        Conflict: somebody else has it, or it was cancelled; or the call has no score to be judged beside.
        Forbidden: it is not theirs to hear or to see.
    """
    row = find_assignment(session, assignment_id)
    review = reviews.find_review(session, row.review_id)
    check_call(session, viewer, row.call_id)
    _check_may_look(session, viewer, row, now)
    machine = heard(session, review, row)
    blind = hides_machine(session, viewer, row.call_id)
    is_theirs = _is_theirs(viewer, row, now)
    draft = _draft(session, viewer, row, machine.card, comment_needed) if is_theirs else None
    said = () if blind else opinions(session, review.id)
    mine = next((one for one in _own(session, row) if one.user_id == viewer.user_id), None)
    shown = mine or next(iter(said), None)
    compared = not blind and draft is None and shown is not None
    return ReviewPage(
        assignment=row,
        review=review,
        holder=verdicts.user_name(session, row.user_id),
        call=browse.find_call(session, viewer, row.call_id),
        transcript_id=machine.score.transcript_id,
        transcript=machine.transcript,
        corrections=corrections(session, machine.score.transcript_id),
        card=machine.card,
        blind=blind,
        reasons=seen_reasons(review, blind=blind),
        draft=draft,
        mine=mine,
        machine=None if blind else _machine(session, viewer, machine),
        others=tuple(one for one in said if mine is None or one.id != mine.id),
        differences=differences(machine.scored.pre_score, shown.score) if compared and shown else (),
    )


def list_reviews(
    session: Session,
    viewer: Viewer,
    *,
    state: ReviewState | None = None,
    team: str | None = None,
    agent_id: str | None = None,
    after: int | None,
    limit: int,
) -> ReviewList:
    """Those of calls within the viewer's sight, the newest first."""
    only = tuple(limits(viewer))
    rows, last = assignment_lines.review_rows(
        session, state=state, team=team, agent_id=agent_id, after=after, limit=limit, only=only
    )
    hidden = hidden_calls(session, viewer, {row.call_id for row in rows})
    found = (ReviewBrief(row, row.call_id in hidden) for row in rows)
    return ReviewList(tuple(found), last)


def review_history(session: Session, viewer: Viewer, review_id: int) -> History:
    """Raises NotFound where there is none, or it is not the viewer's to see."""
    review = reviews.find_review(session, review_id)
    check_call(session, viewer, review.call_id)
    blind = hides_machine(session, viewer, review.call_id)
    rows = reviews.assignments(session, review_id)
    return History(
        review=review,
        blind=blind,
        reasons=seen_reasons(review, blind=blind),
        moves=reviews.moves(session, review_id),
        assignments=tuple((row, verdicts.user_name(session, row.user_id)) for row in rows),
        opinions=() if blind else opinions(session, review_id),
    )


def history_of_call(session: Session, viewer: Viewer, call_id: int) -> History:
    """Raises NotFound where the call has no review, or is not the viewer's to see."""
    check_call(session, viewer, call_id)
    review = reviews.review_of(session, call_id)
    if review is None or review.state == ReviewState.MACHINE_SCORED:
        raise NotFound("pipeline.not_reviewed", call=call_id)
    return review_history(session, viewer, review.id)


def draft_of(
    session: Session, viewer: Viewer, assignment_id: int, now: datetime, *, comment_needed: CommentNeeded = "lost"
) -> Draft:
    """How far this person's form is.

    Raises:
        NotFound, Conflict, Forbidden: as `assignment.start`.
    """
    row = find_assignment(session, assignment_id)
    check_open(session, viewer, row, now)
    card = heard(session, reviews.find_review(session, row.review_id), row).card
    assert viewer.user_id is not None
    return as_draft(row, verdicts.find_draft(session, row.id, viewer.user_id), card, comment_needed)


def opinions(session: Session, review_id: int) -> tuple[Opinion, ...]:
    """Every verdict on a call, the first first; without those of calibrations, which their sessions show."""
    said = verdicts.verdicts_on(session, review_id)
    return tuple(_opinion(verdict, name) for verdict, name in said if verdict.purpose != Purpose.CALIBRATION)


def seen_reasons(review: ReviewRow, *, blind: bool) -> tuple[Reason, ...]:
    """Why the call was picked, as far as it may be told before judging."""
    reasons = reviews.reasons_of(review)
    return tuple(reason for reason in reasons if reason.code in TELL_NOTHING) if blind else reasons


def _own(session: Session, row: AssignmentRow) -> tuple[Opinion, ...]:
    verdict = verdicts.verdict_of(session, row.id)
    return () if verdict is None else (_opinion(verdict, verdicts.user_name(session, verdict.user_id)),)


def _check_may_look(session: Session, viewer: Viewer, row: AssignmentRow, now: datetime) -> None:
    """Who oversees the work may look at any; others at what they can judge now, or judged."""
    if viewer.may(Right.ASSIGN) or viewer.may(Right.PUBLISH):
        return
    if row.state == AssignmentState.SUBMITTED and row.user_id == viewer.user_id:
        return
    if row.state == AssignmentState.SUBMITTED and not viewer.may(Right.REVIEW):
        raise Forbidden("pipeline.not_yours", id=row.id)
    check_open(session, viewer, row, now)


def _is_theirs(viewer: Viewer, row: AssignmentRow, now: datetime) -> bool:
    """Whether this person can go on with it now."""
    is_open = row.state in {AssignmentState.OPEN, AssignmentState.STARTED}
    return is_open and viewer.may(Right.REVIEW) and is_free(row, viewer, now)


def _draft(
    session: Session, viewer: Viewer, row: AssignmentRow, card: Scorecard, comment_needed: CommentNeeded
) -> Draft | None:
    if viewer.user_id is None:
        return None
    return as_draft(row, verdicts.find_draft(session, row.id, viewer.user_id), card, comment_needed)


def _machine(session: Session, viewer: Viewer, machine: Heard) -> Machine:
    score_id, scored = machine.score.id, machine.scored
    marked = {mark.rule: mark.hit for mark in marks(session, viewer, score_id)}
    return Machine(score_id, scored, browse.find_findings(session, CallScores(score_id, scored, ())), marked)


def _opinion(verdict: VerdictRow, name: str) -> Opinion:
    return Opinion(
        id=verdict.id,
        user_id=verdict.user_id,
        name=name,
        purpose=Purpose(verdict.purpose),
        judgement=JUDGEMENT_JSON.validate_python(verdict.body),
        score=PRE_SCORE_JSON.validate_python(verdict.score),
        seconds=verdict.seconds,
        submitted_at=verdict.submitted_at,
    )

"""Two verdicts on one call that are too far apart: beside each other, and settled by a lead.

Either one of them is chosen, or a consensus is written item by item; a mean of two opinions would be nobody's. Both
verdicts stay as they were given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Conflict, Forbidden, NotFound
from models.final import PRE_SCORE_JSON, FinalSource
from models.person import Viewer
from models.reason import Reason
from models.review import JUDGEMENT_JSON, ItemVerdict, Judgement, ReviewState
from models.score import ItemScore, PreScore
from models.tables import ReviewRow, VerdictRow
from pipeline.browse import Call, find_call
from pipeline.people.visibility import check_machine
from pipeline.results.publishing_results import apart, bring_out, final_of_verdict, is_within
from scoring.judgement import CommentNeeded, check_judgement, score_judgement
from scoring.scorecard import Scorecard, parse_scorecard
from storage.results import final_scores
from storage.results.final_scores import VerdictLine


@dataclass(frozen=True, slots=True)
class Opinion:
    """One person's verdict in full."""

    line: VerdictLine
    judgement: Judgement
    score: PreScore


@dataclass(frozen=True, slots=True)
class ItemPair:
    """An item as each of the opinions has it, in their order; `differs` where they cost or win differently."""

    id: str
    name: str
    section: str
    points: float
    scores: tuple[ItemScore | None, ...]
    verdicts: tuple[ItemVerdict | None, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """Everything a lead needs to settle. `must`: the opinions are too far apart to publish the first."""

    review_id: int
    state: ReviewState
    call: Call
    card: Scorecard
    opinions: tuple[Opinion, ...]
    items: tuple[ItemPair, ...]
    must: bool


def dispute(session: Session, viewer: Viewer, review_id: int, *, tolerance: float) -> Dispute:
    """The opinions on a call beside each other.

    Raises:
        NotFound: no such review, or nobody has submitted a verdict.
        Forbidden: the viewer is to judge the call for themselves first.
    """
    review = session.get(ReviewRow, review_id)
    if review is None or not is_within(viewer.scope, agent_id=review.agent_id, team=review.team):
        raise NotFound("pipeline.no_review", id=review_id)
    check_machine(session, viewer, (review.call_id,))
    lines = final_scores.verdict_lines(session, [review_id]).get(review_id, [])
    if not lines:
        raise NotFound("pipeline.no_verdict", call=review.call_id)
    rows = [_verdict(session, line) for line in lines]
    opinions = tuple(
        Opinion(line, JUDGEMENT_JSON.validate_python(row.body), PRE_SCORE_JSON.validate_python(row.score))
        for line, row in zip(lines, rows, strict=True)
    )
    card = parse_scorecard(final_scores.card_text(session, rows[0].scorecard_id))
    return Dispute(
        review_id=review_id,
        state=ReviewState(review.state),
        call=find_call(session, viewer, review.call_id),
        card=card,
        opinions=opinions,
        items=_pairs(opinions),
        must=apart(lines, tolerance),
    )


def choose(session: Session, viewer: Viewer, review_id: int, verdict_id: int, now: datetime, *, why: str) -> int:
    """Publish one of the opinions as it is; the final score's id.

    Raises:
        NotFound: no such review, or it has no such verdict.
        Conflict: it does not wait for publication (any more).
        Forbidden: one of several opinions is their own.
    """
    review = _submitted(session, viewer, review_id)
    lines = final_scores.verdict_lines(session, [review_id]).get(review_id, [])
    _check_not_own(viewer, lines, review.call_id)
    chosen = next((line for line in lines if line.id == verdict_id), None)
    if chosen is None:
        raise NotFound("pipeline.no_such_verdict", id=verdict_id, call=review.call_id)
    reason = Reason("pipeline.settled_by_choice", {"by": chosen.by, "why": why})
    return final_of_verdict(session, viewer, review, _verdict(session, chosen), now, why=reason)


def agree(
    session: Session,
    viewer: Viewer,
    review_id: int,
    consensus: Judgement,
    now: datetime,
    *,
    why: str,
    comment_needed: CommentNeeded = "never",
) -> int:
    """Publish a consensus, written item by item; the final score's id.

    Raises:
        BadInput: the judgement is not complete, or not what the scorecard allows.
        NotFound, Conflict, Forbidden: as `choose`.
    """
    review = _submitted(session, viewer, review_id)
    lines = final_scores.verdict_lines(session, [review_id]).get(review_id, [])
    if len(lines) < 2:
        raise Conflict("pipeline.nothing_to_settle", call=review.call_id)
    _check_not_own(viewer, lines, review.call_id)
    scorecard_id = _verdict(session, lines[0]).scorecard_id
    card = parse_scorecard(final_scores.card_text(session, scorecard_id))
    check_judgement(card, consensus, comment_needed=comment_needed)
    consensus = _with_known_evidence(session, lines, consensus)
    score = score_judgement(card, consensus)
    values = {
        "scorecard_id": scorecard_id,
        "verdict_id": None,
        "judgement": JUDGEMENT_JSON.dump_python(consensus, mode="json"),
        "body": PRE_SCORE_JSON.dump_python(score, mode="json"),
        "total": score.total,
        "grade": score.grade,
        "fatal": bool(score.fatal),
    }
    reason = Reason("pipeline.settled_by_consensus", {"why": why})
    return bring_out(session, viewer, review, FinalSource.CONSENSUS, values, now, why=reason)


def _check_not_own(viewer: Viewer, lines: Sequence[VerdictLine], call_id: int) -> None:
    """Nobody decides between their own opinion and another's. One opinion alone is published, not settled."""
    if len(lines) > 1 and any(line.user_id == viewer.user_id for line in lines):
        raise Forbidden("pipeline.settles_own", call=call_id)


def _submitted(session: Session, viewer: Viewer, review_id: int) -> ReviewRow:
    review = final_scores.locked_review(session, review_id)
    if review is None or not is_within(viewer.scope, agent_id=review.agent_id, team=review.team):
        raise NotFound("pipeline.no_review", id=review_id)
    if review.final_id is not None:
        raise Conflict("pipeline.published_before", call=review.call_id)
    if review.state != ReviewState.SUBMITTED.value:
        raise Conflict("pipeline.not_waiting", call=review.call_id)
    return review


def _verdict(session: Session, line: VerdictLine) -> VerdictRow:
    verdict = final_scores.verdict(session, line.id)
    assert verdict is not None
    return verdict


def _with_known_evidence(session: Session, lines: list[VerdictLine], consensus: Judgement) -> Judgement:
    """Only what one of the inspectors has pointed at was listened to, and lies in the call."""
    said = [JUDGEMENT_JSON.validate_python(_verdict(session, line).body) for line in lines]
    known = {evidence for judgement in said for item in judgement.items for evidence in item.evidence}
    items = (replace(item, evidence=tuple(one for one in item.evidence if one in known)) for item in consensus.items)
    return replace(consensus, items=tuple(items))


def _pairs(opinions: tuple[Opinion, ...]) -> tuple[ItemPair, ...]:
    """In the first opinion's order."""
    scored = [{item.id: item for section in one.score.sections for item in section.items} for one in opinions]
    judged = [{verdict.item: verdict for verdict in one.judgement.items} for one in opinions]
    return tuple(
        ItemPair(
            id=item.id,
            name=item.name,
            section=section.name,
            points=item.points,
            scores=(scores := tuple(known.get(item.id) for known in scored)),
            verdicts=tuple(known.get(item.id) for known in judged),
            differs=len({_effect(score) for score in scores}) > 1,
        )
        for section in opinions[0].score.sections
        for item in section.items
    )


def _effect(score: ItemScore | None) -> tuple[object, ...] | None:
    return None if score is None else (score.state, score.lost, score.won, score.fatal)

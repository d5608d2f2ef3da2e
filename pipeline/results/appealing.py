"""Appeals (申诉): opened by the agent or their team lead, and heard anew by somebody else.

One appeal per final score, within the window. Nobody who judged the call before hears it anew or decides
(`pipeline.results.deciding`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.appeal import AppealedItem, AppealState, window_end
from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.final import PRE_SCORE_JSON, FinalSource
from models.person import UserRole, Viewer
from models.reason import Reason
from models.review import AssignmentState, Purpose, ReviewState
from models.tables import AppealRow, AssignmentRow, FinalScoreRow, ReviewRow
from pipeline.people.visibility import hidden_calls
from pipeline.results.kept_back import blanked
from pipeline.results.own_results import why_no_appeal, within_reach
from pipeline.results.publishing_results import is_within
from pipeline.review.queueing import open_hearing
from storage.people.audit import record
from storage.results import appeals, final_scores
from storage.results.appeals import AppealLine
from storage.review.reviews import move
from storage.webhooks import announce

LONGEST_REASON = 2000
"""Characters."""


@dataclass(frozen=True, slots=True)
class AppealPage:
    """`next` is the appeal the following page begins after, None on the last.

    `hidden` are calls whose result is left out, for the viewer is to hear them first.
    """

    appeals: tuple[AppealLine, ...]
    hidden: frozenset[int]
    next: int | None


def open_appeal(
    session: Session,
    viewer: Viewer,
    call_id: int,
    items: Sequence[AppealedItem],
    now: datetime,
    *,
    appeal_days: int,
    decide_days: int,
) -> int:
    """Appeal against items of the call's result; the appeal's id.

    Raises:
        NotFound: no published result the viewer may see, or it has no such item.
        Forbidden: neither the agent nor their team lead.
        BadInput: no item, one of them twice, or one without a reason.
        Conflict: appealed before, the window is over, or the result is final.
    """
    line = within_reach(session, viewer, call_id)
    _check_opener(viewer, agent_id=line.agent_id, team=line.team)
    review = final_scores.locked_review(session, line.review_id)
    final = session.get_one(FinalScoreRow, line.final_id)
    assert review is not None
    line = within_reach(session, viewer, call_id)
    why = why_no_appeal(line, appeals.of_final(session, [line.final_id]), now, appeal_days=appeal_days)
    if why is not None:
        raise Conflict(why.code, details=(), **why.facts)
    _check_items(items, final)
    row, is_new = appeals.open_once(
        session,
        final.id,
        review_id=review.id,
        call_id=call_id,
        agent_id=review.agent_id,
        team=review.team,
        user_id=viewer.user_id,
        by=viewer.name,
        items=[{"item": one.item, "reason": one.reason.strip()} for one in items],
        state=AppealState.OPEN.value,
        created_at=now,
        due_at=window_end(now, decide_days) - timedelta(minutes=1),
    )
    if not is_new:
        raise Conflict("pipeline.appealed_before", call=call_id)
    move(session, review, ReviewState.APPEALED, viewer, now, Reason("pipeline.appeal_opened", {"items": len(items)}))
    record(session, viewer, "appeal.opened", now, target="appeal", target_id=row.id, facts={"call": call_id})
    announce(session, "appeal.opened", appeal_told(row), now)
    return row.id


def withdraw(session: Session, viewer: Viewer, appeal_id: int, now: datetime) -> None:
    """Take an appeal back: the score stands and is final, for it cannot be appealed again.

    Raises:
        NotFound: no such appeal within the viewer's reach.
        Forbidden: somebody else's.
        Conflict: it is not open.
    """
    row, review = open_one(session, viewer, appeal_id)
    if row.user_id != viewer.user_id and (viewer.agent_id is None or viewer.agent_id != row.agent_id):
        raise Forbidden("pipeline.appeal_not_yours", id=appeal_id)
    row.state, row.decided_at = AppealState.WITHDRAWN.value, now
    _cancel_hearing(session, row)
    move(session, review, ReviewState.UPHELD, viewer, now, Reason("pipeline.appeal_withdrawn"))
    move(session, review, ReviewState.FINAL, viewer, now)
    record(session, viewer, "appeal.withdrawn", now, target="appeal", target_id=row.id, facts={"call": row.call_id})


def list_appeals(
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    state: AppealState | None = None,
    overdue: bool = False,
    after: int | None,
    limit: int,
) -> AppealPage:
    """Appeals within the viewer's scope, the last opened first; without scores of calls they are to hear anew."""
    due = now if overdue else None
    lines = appeals.lines(session, viewer.scope, state=state, overdue_at=due, after=after, limit=limit + 1)
    hidden = hidden_calls(session, viewer, {line.call_id for line in lines[:limit]})
    shown = tuple(blanked(line) if line.call_id in hidden else line for line in lines[:limit])
    return AppealPage(shown, hidden, lines[limit - 1].id if len(lines) > limit else None)


def count_appeals(session: Session, viewer: Viewer, now: datetime) -> dict[str, int]:
    """How many are in each state, and how many are `overdue`."""
    return appeals.counts(session, viewer.scope, now)


def give_hearing(session: Session, viewer: Viewer, appeal_id: int, now: datetime, *, user_id: int | None = None) -> int:
    """Have the call heard anew, by that person or by whoever comes next who has not judged it; the assignment's id.

    Raises:
        NotFound: no such appeal.
        Conflict: it is not open, is being heard already, or that person has judged the call.
    """
    row, review = open_one(session, viewer, appeal_id)
    before = None if row.assignment_id is None else session.get(AssignmentRow, row.assignment_id)
    if before is not None and before.state != AssignmentState.CANCELLED:
        raise Conflict("pipeline.appeal_has_hearing", id=appeal_id)
    judged = judges(session, row)
    if user_id in judged:
        raise Conflict("pipeline.appeal_own_verdict", call=row.call_id)
    hearing = open_hearing(session, review, Purpose.APPEAL, now, not_by=judged, user_id=user_id, viewer=viewer)
    hearing.due_at = row.due_at
    row.assignment_id = hearing.id
    facts = {"call": row.call_id, "user": user_id or 0}
    record(session, viewer, "appeal.given", now, target="appeal", target_id=row.id, facts=facts)
    return hearing.id


def judges(session: Session, appeal: AppealRow) -> set[int]:
    """Who may neither hear nor decide: who judged or settled the call, and who opened the appeal."""
    lines = final_scores.verdict_lines(session, [appeal.review_id]).get(appeal.review_id, [])
    found = {line.user_id for line in lines} | {appeal.user_id}
    final = session.get_one(FinalScoreRow, appeal.final_id)
    if final.source == FinalSource.CONSENSUS.value:
        settler = final_scores.publisher(session, appeal.review_id)
        found |= set() if settler is None else {settler}
    return found


def _check_opener(viewer: Viewer, *, agent_id: str | None, team: str | None) -> None:
    own = viewer.role is UserRole.AGENT and viewer.agent_id == agent_id
    lead = viewer.role is UserRole.TEAM_LEAD and viewer.team == team
    if viewer.user_id is None or not (own or lead):
        raise Forbidden("pipeline.appeal_not_yours", id=0)


def _check_items(items: Sequence[AppealedItem], final: FinalScoreRow) -> None:
    score = PRE_SCORE_JSON.validate_python(final.body)
    known = {item.id for section in score.sections for item in section.items}
    named = [one.item for one in items]
    if not items:
        raise BadInput("pipeline.appeal_no_item")
    if len(set(named)) < len(named):
        raise BadInput("pipeline.appeal_item_twice")
    for one in items:
        if one.item not in known:
            raise NotFound("pipeline.no_item", item=one.item)
        if not one.reason.strip() or len(one.reason) > LONGEST_REASON:
            raise BadInput("pipeline.appeal_no_reason", most=LONGEST_REASON)


def open_one(session: Session, viewer: Viewer, appeal_id: int) -> tuple[AppealRow, ReviewRow]:
    """The open appeal and its review, both held until the transaction ends.

    Raises:
        NotFound: no such appeal within the viewer's scope.
        Conflict: it was decided or withdrawn.
    """
    row = session.get(AppealRow, appeal_id)
    if row is None or not is_within(viewer.scope, agent_id=row.agent_id, team=row.team):
        raise NotFound("pipeline.no_appeal", id=appeal_id)
    review = final_scores.locked_review(session, row.review_id)  # before its appeal, as when it is opened
    held = appeals.locked(session, appeal_id)
    assert review is not None
    assert held is not None
    if held.state != AppealState.OPEN.value:
        raise Conflict("pipeline.appeal_closed", id=appeal_id)
    return held, review


def _cancel_hearing(session: Session, row: AppealRow) -> None:
    hearing = None if row.assignment_id is None else session.get(AssignmentRow, row.assignment_id)
    if hearing is not None and hearing.state != AssignmentState.SUBMITTED.value:
        hearing.state = AssignmentState.CANCELLED.value
        hearing.lease_until = None


def appeal_told(row: AppealRow) -> dict[str, object]:
    """What webhooks are told of an appeal."""
    return {
        "appeal_id": row.id,
        "call_id": row.call_id,
        "review_id": row.review_id,
        "agent_id": row.agent_id,
        "team": row.team,
        "state": row.state,
        "items": [one["item"] for one in row.items],
        "outcome": [{"item": one["item"], "upheld": one["upheld"]} for one in row.outcome or ()],
    }

"""One published result with all that its reader may know of it: the agent, their team lead, or who oversees both.

Nothing here shows what was not published, what the machine thought, or, to agents where the centre hides it, who
judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.appeal import AppealState, ItemOutcome, days_left
from models.final import PRE_SCORE_JSON
from models.person import UserRole, Viewer
from models.reason import Reason
from models.review import JUDGEMENT_JSON, ItemVerdict, Judgement, Purpose, ReviewState
from models.score import ItemScore, PreScore
from models.tables import AppealRow, FinalScoreRow, MoveRow
from pipeline.people.visibility import check_machine
from pipeline.results.feedback import Feedback, about_call
from pipeline.results.own_results import TO_ACKNOWLEDGE, why_no_appeal, within_reach
from storage.reason import restored
from storage.results import appeals, final_scores
from storage.results.final_scores import ResultLine
from storage.results.scope import PUBLISHED

SETTLED = "pipeline.settled_"
"""How the reasons begin for which a lead chose one of two verdicts."""


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An item of the result in force. `before` is how an earlier score had it, where an appeal changed it."""

    score: ItemScore
    verdict: ItemVerdict | None
    before: ItemScore | None
    appealed: str | None
    outcome: ItemOutcome | None


@dataclass(frozen=True, slots=True)
class OwnSection:
    name: str
    points: float
    got: float
    on_total: bool
    items: tuple[OwnItem, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A move of the result that whom it concerns may know of; `by` is empty where the name is hidden."""

    after: ReviewState
    by: str
    at: datetime
    why: Reason | None


@dataclass(frozen=True, slots=True)
class EarlierScore:
    """A final score that was in force before."""

    id: int
    source: str
    total: float | None
    grade: str | None
    fatal: bool
    published_at: datetime


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """The appeal against this result. `why` is the judge's word on all of it."""

    id: int
    state: AppealState
    by: str
    items: tuple[tuple[str, str], ...]
    why: str | None
    created_at: datetime
    due_at: datetime
    decided_at: datetime | None
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One result with all its reader may know. `refusal` says why it cannot be appealed (any more)."""

    line: ResultLine
    score: PreScore
    sections: tuple[OwnSection, ...]
    comment: str
    judged_by: tuple[str, ...]
    earlier: tuple[EarlierScore, ...]
    steps: tuple[Step, ...]
    appeal: OwnAppeal | None
    feedback: tuple[Feedback, ...]
    days_left: int | None
    refusal: Reason | None
    may_acknowledge: bool


def result(
    session: Session, viewer: Viewer, call_id: int, now: datetime, *, appeal_days: int, hide_reviewers: bool
) -> ResultPage:
    """The call's published result.

    Raises:
        NotFound: there is none, or none the viewer may see.
        Forbidden: the viewer is to hear the call anew, and not to know yet how it was judged.
    """
    line = within_reach(session, viewer, call_id)
    check_machine(session, viewer, (call_id,))
    finals = final_scores.finals(session, line.review_id)
    current = next(final for final in finals if final.id == line.final_id)
    appeal = appeals.of_final(session, [final.id for final in finals])
    hidden = hide_reviewers and viewer.role is UserRole.AGENT
    score = PRE_SCORE_JSON.validate_python(current.body)
    judgement = JUDGEMENT_JSON.validate_python(current.judgement)
    first = PRE_SCORE_JSON.validate_python(finals[0].body) if finals[0].id != current.id else None
    return ResultPage(
        line=line,
        score=score,
        sections=_sections(score, judgement, first, appeal),
        comment=judgement.comment,
        judged_by=() if hidden else _judges(session, line.review_id),
        earlier=tuple(_earlier(final) for final in finals if final.id != current.id),
        steps=tuple(_step(row, viewer, hidden=hidden) for row in _shown(final_scores.moves(session, line.review_id))),
        appeal=None if appeal is None else _appeal(appeal, viewer),
        feedback=about_call(session, call_id, standing=True),
        days_left=days_left(line.published_at, appeal_days, now),
        refusal=why_no_appeal(line, appeal, now, appeal_days=appeal_days),
        may_acknowledge=ReviewState(line.state) in TO_ACKNOWLEDGE and viewer.agent_id == line.agent_id,
    )


def _sections(
    score: PreScore, judgement: Judgement, first: PreScore | None, appeal: AppealRow | None
) -> tuple[OwnSection, ...]:
    verdicts = {verdict.item: verdict for verdict in judgement.items}
    before = {item.id: item for section in first.sections for item in section.items} if first else {}
    reasons = {one["item"]: one["reason"] for one in appeal.items} if appeal else {}
    decided = appeal.outcome if appeal and appeal.outcome else ()
    outcomes = {outcome.item: outcome for outcome in map(ItemOutcome.of, decided)}
    return tuple(
        OwnSection(
            section.name,
            section.points,
            section.got,
            section.on_total,
            tuple(
                OwnItem(
                    item,
                    verdicts.get(item.id),
                    _changed(before.get(item.id), item),
                    reasons.get(item.id),
                    outcomes.get(item.id),
                )
                for item in section.items
            ),
        )
        for section in score.sections
    )


def _changed(before: ItemScore | None, after: ItemScore) -> ItemScore | None:
    if before is None or (before.state, before.got, before.fatal) == (after.state, after.got, after.fatal):
        return None
    return before


def _judges(session: Session, review_id: int) -> tuple[str, ...]:
    purposes = (*final_scores.OPINIONS, Purpose.APPEAL.value)
    lines = final_scores.verdict_lines(session, [review_id], purposes).get(review_id, [])
    return tuple(dict.fromkeys(line.by for line in lines))


def _shown(rows: Sequence[MoveRow]) -> list[MoveRow]:
    """How a call was picked and shared out is the inspectors' business."""
    return [row for row in rows if row.after in PUBLISHED]


def _step(row: MoveRow, viewer: Viewer, *, hidden: bool) -> Step:
    own = row.user_id is not None and row.user_id == viewer.user_id
    why = restored(row.why) if row.why else None
    if viewer.role is UserRole.AGENT and why is not None and why.code.startswith(SETTLED):
        why = None  # it names who judged, and is a word among colleagues
    return Step(ReviewState(row.after), row.by if own or not hidden else "", row.at, why)


def _earlier(final: FinalScoreRow) -> EarlierScore:
    own = ("id", "source", "total", "grade", "fatal", "published_at")
    return EarlierScore(**{name: getattr(final, name) for name in own})


def _appeal(row: AppealRow, viewer: Viewer) -> OwnAppeal:
    is_open = row.state == AppealState.OPEN.value
    theirs = row.user_id == viewer.user_id or (viewer.agent_id is not None and row.agent_id == viewer.agent_id)
    return OwnAppeal(
        id=row.id,
        state=AppealState(row.state),
        by=row.by,
        items=tuple((one["item"], one["reason"]) for one in row.items),
        why=row.why,
        created_at=row.created_at,
        due_at=row.due_at,
        decided_at=row.decided_at,
        may_withdraw=is_open and theirs,
    )

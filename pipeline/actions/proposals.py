"""What the ladder proposes to enter in agents' ledgers. A person decides; what was entered is not proposed again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.action import ActionState, Ladder, LedgerKind, RewardFor
from models.clock import CHINA_TIME
from models.errors import BadInput, NotFound
from models.feedback import FeedbackKind, FeedbackState
from models.person import Viewer
from models.reason import Fact
from models.tables import ActionRow, FeedbackRow, LedgerRow
from pipeline.actions import ladder as ladders
from pipeline.actions import ledger
from pipeline.actions.scope import in_team, team_asked
from pipeline.reports.span import DaySpan, month_of, today
from storage.actions import actions, effects, grounds
from storage.actions import ledger as stored
from storage.actions.grounds import ExcellentCall
from storage.people import roster
from storage.reports.figures import CallSum, call_sums
from storage.reports.wanted import Wanted

SOURCES = ("action", "feedback", "final", "month")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that could be made. `name` is the ladder's step or reward, `text` what it says to do.

    `source` and `source_id` say what it is for: an action, feedback, a final score, or a month as 2026-11. `on` is the
    day of it. `call_id` is the call, where there is one.
    """

    agent_id: str
    agent_name: str | None
    kind: LedgerKind
    points: float
    name: str
    text: str
    source: str
    source_id: str
    on: date
    facts: dict[str, Fact]
    call_id: int | None = None


def proposals(
    session: Session, viewer: Viewer, month: DaySpan, now: datetime, *, team: str | None = None
) -> tuple[Proposal, ...]:
    """Of a month, what is not entered yet; the newest first.

    Raises:
        NotFound: the team is not the viewer's.
    """
    team = team_asked(viewer, team)
    ladder = ladders.current(session).ladder
    found = [*_of_month(session, ladder, month, now, team)]
    entered = _entered(session, found)
    left = [one for one in found if (one.source, one.source_id, one.agent_id) not in entered]
    names = effects.names(session, {one.agent_id for one in left})
    named = (replace(one, agent_name=names.get(one.agent_id)) for one in left)
    return tuple(sorted(named, key=lambda one: (one.on, one.agent_id), reverse=True))


def enter_proposal(
    session: Session,
    viewer: Viewer,
    source: str,
    source_id: str,
    agent_id: str,
    *,
    points: float | None,
    text: str,
    now: datetime,
) -> LedgerRow:
    """Enter what is proposed, with other points where a person says so and why (`text`). Twice is once.

    Raises:
        NotFound: nothing of the kind is proposed.
        BadInput: points of the other sign, or others without a word.
    """
    found = _one(session, source, source_id, agent_id, now)
    agent = roster.find_agent(session, agent_id)
    if found is None or (agent is not None and not in_team(viewer, agent.team)):
        raise NotFound("pipeline.no_proposal", source=source, id=source_id)
    if before := _entry_for(session, found):
        return before
    given = found.points if points is None else points
    if given * found.points < 0:
        raise BadInput("pipeline.ledger_sign", kind=found.kind.value, points=given)
    if given != found.points and not text.strip():
        raise BadInput("pipeline.proposal_why", proposed=found.points)
    row = ledger.enter(
        session,
        agent_id=agent_id,
        kind=found.kind,
        points=given,
        text=f"{found.name}：{text.strip() or found.text}",
        source=found.source,
        source_id=found.source_id,
        by=viewer.name,
        user_id=viewer.user_id,
        now=now,
        facts={**found.facts, "proposed": found.points},
    )
    ledger.audited(session, viewer, row, "ledger.entered", now)
    return row


def _of_month(session: Session, ladder: Ladder, month: DaySpan, now: datetime, team: str | None) -> Iterator[Proposal]:
    for action in grounds.actions(session, month.start, month.end, team):
        yield _penalty(ladder, action)
    if ladder.reward(RewardFor.PRAISE):
        for entry in grounds.praise(session, month.start, month.end, team):
            yield _praise(ladder, entry)
    if reward := ladder.reward(RewardFor.CALL):
        for call in grounds.excellent_calls(session, month.start, month.end, team, at_least=reward.at_least):
            yield _excellent(ladder, call)
    if ladder.reward(RewardFor.MONTH) and month.last < today(now):
        for total in call_sums(session, Wanted(month.first, month.last, team, None), ("agent_id",)):
            if total.key[0] and _is_excellent(ladder, total):
                yield _month(ladder, total, month)


def _one(session: Session, source: str, source_id: str, agent_id: str, now: datetime) -> Proposal | None:
    ladder = ladders.current(session).ladder
    found: Proposal | None = None
    if source == "month":
        found = _one_month(session, ladder, source_id, agent_id, now)
    elif source_id.isdecimal() and len(source_id) < 19:
        found = _one_numbered(session, ladder, source, int(source_id))
    return found if found is not None and found.agent_id == agent_id else None


def _one_numbered(session: Session, ladder: Ladder, source: str, number: int) -> Proposal | None:
    if source == "action":
        action = actions.find(session, number)
        return _penalty(ladder, action) if action is not None and action.agent_id and _counts(action) else None
    if source == "feedback" and ladder.reward(RewardFor.PRAISE):
        entry = session.get(FeedbackRow, number)
        stands = entry is not None and (entry.kind, entry.state) == (FeedbackKind.PRAISE, FeedbackState.STANDS)
        return _praise(ladder, entry) if entry is not None and stands and entry.agent_id else None
    reward = ladder.reward(RewardFor.CALL)
    if source == "final" and reward:
        call = grounds.excellent_call(session, number, at_least=reward.at_least)
        return None if call is None else _excellent(ladder, call)
    return None


def _one_month(session: Session, ladder: Ladder, text: str, agent_id: str, now: datetime) -> Proposal | None:
    try:
        month = month_of(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None
    if not ladder.reward(RewardFor.MONTH) or month.last >= today(now):
        return None
    sums = call_sums(session, Wanted(month.first, month.last, None, agent_id), ("agent_id",))
    return next((_month(ladder, one, month) for one in sums if _is_excellent(ladder, one)), None)


def _penalty(ladder: Ladder, row: ActionRow) -> Proposal:
    step = ladder.step(max(row.offence, 1))
    kind = LedgerKind.PENALTY if step.points else LedgerKind.NOTE
    facts: dict[str, Fact] = {"action": row.id, "title": row.title, "offence": row.offence}
    day = row.made_at.astimezone(CHINA_TIME).date()
    id_ = str(row.id)
    return Proposal(
        row.agent_id or "", None, kind, step.points, step.name, step.do, "action", id_, day, facts, row.call_id
    )


def _praise(ladder: Ladder, row: FeedbackRow) -> Proposal:
    reward = ladder.reward(RewardFor.PRAISE)
    assert reward is not None
    day = (row.decided_at or row.created_at).astimezone(CHINA_TIME).date()
    facts: dict[str, Fact] = {"feedback": row.id}
    return Proposal(
        row.agent_id or "",
        None,
        LedgerKind.PRAISE,
        reward.points,
        reward.name,
        reward.do,
        "feedback",
        str(row.id),
        day,
        facts,
        row.call_id,
    )


def _excellent(ladder: Ladder, call: ExcellentCall) -> Proposal:
    reward = ladder.reward(RewardFor.CALL)
    assert reward is not None
    day = call.published_at.astimezone(CHINA_TIME).date()
    facts: dict[str, Fact] = {"call": call.call_id, "total": call.total}
    id_ = str(call.final_id)
    return Proposal(
        call.agent_id,
        None,
        LedgerKind.REWARD,
        reward.points,
        reward.name,
        reward.do,
        "final",
        id_,
        day,
        facts,
        call.call_id,
    )


def _month(ladder: Ladder, total: CallSum, month: DaySpan) -> Proposal:
    reward = ladder.reward(RewardFor.MONTH)
    assert reward is not None
    facts: dict[str, Fact] = {"mean": round(total.points / total.scored, 1), "calls": total.scored}
    id_ = f"{month.first:%Y-%m}"
    return Proposal(
        total.key[0], None, LedgerKind.REWARD, reward.points, reward.name, reward.do, "month", id_, month.last, facts
    )


def _is_excellent(ladder: Ladder, total: CallSum) -> bool:
    """By the machine over all the month's calls, which nobody picked; and no critical error that people confirmed."""
    reward = ladder.reward(RewardFor.MONTH)
    if reward is None or total.scored < reward.calls:
        return False
    critical = total.final_customer_critical + total.final_business_critical + total.final_compliance_critical
    return total.points / total.scored >= reward.at_least and not critical and not total.final_fatal


def _counts(row: ActionRow) -> bool:
    return row.state != ActionState.CANCELLED


def _entered(session: Session, found: Collection[Proposal]) -> set[tuple[str, str, str]]:
    numbers = _numbers(session, found)
    entered: set[tuple[str, str, str]] = set()
    for source in SOURCES:
        own = [one for one in found if one.source == source]
        there = stored.entered(session, source, {id_ for one in own for id_ in numbers[source, one.source_id]})
        entered |= {
            (source, one.source_id, one.agent_id)
            for one in own
            if any((id_, one.agent_id) in there for id_ in numbers[source, one.source_id])
        }
    return entered


def _entry_for(session: Session, found: Proposal) -> LedgerRow | None:
    """The one there is."""
    for id_ in _numbers(session, (found,))[found.source, found.source_id]:
        for row in stored.of_source(session, found.source, id_):
            if row.agent_id == found.agent_id:
                return row
    return None


def _numbers(session: Session, found: Collection[Proposal]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What each could have been entered for: a call's final scores, of which an appeal makes another, are one thing."""
    finals = grounds.finals_of_one_call(session, {int(one.source_id) for one in found if one.source == "final"})
    return {
        (one.source, one.source_id): finals.get(one.source_id, (one.source_id,))
        if one.source == "final"
        else (one.source_id,)
        for one in found
    }

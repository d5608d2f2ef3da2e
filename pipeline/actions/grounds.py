"""What an action is opened on: a call's verdict, or the figures of a report, gathered for its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.action import Origin
from models.errors import NotFound
from models.final import PRE_SCORE_JSON
from models.person import Right, Viewer
from models.reason import Fact
from models.tables import CallFactRow, CallRow, DeductionRow, ErrorFactRow, FeedbackRow, FinalScoreRow
from pipeline.actions.scope import in_team, team_asked
from pipeline.people.visibility import check_call, hides_machine
from pipeline.reports.errors import pareto
from pipeline.reports.span import DaySpan, today
from pipeline.reports.who import Who
from storage.people import roster
from storage.results.final_scores import review_of_call

DUE = timedelta(days=14)
LATELY = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Grounds:
    """`facts` are kept with the action: figures with their days, or what the item cost the call."""

    due_on: date
    origin: Origin = Origin.MANUAL
    card: str = ""
    items: tuple[str, ...] = ()
    agent_id: str | None = None
    team: str | None = None
    call_id: int | None = None
    title: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


def by_hand(viewer: Viewer, team: str | None, now: datetime) -> Grounds:
    """Nothing but whose it is.

    Raises:
        NotFound: the team is not the viewer's.
    """
    return Grounds(today(now) + DUE, team=team_asked(viewer, team))


def on_call(session: Session, viewer: Viewer, call_id: int, item: str | None, now: datetime) -> Grounds:
    """A call, with what the item cost it in its final score; without that for who is still to judge it blind.

    Raises:
        NotFound: no such call within the viewer's scope.
    """
    check_call(session, viewer, call_id)
    call = session.get(CallRow, call_id)
    if call is None:
        raise NotFound("api.no_call", id=call_id)
    found = Grounds(
        today(now) + DUE,
        Origin.VERDICT,
        items=(item,) if item else (),
        agent_id=call.agent_id,
        team=call.team,
        call_id=call_id,
    )
    if hides_machine(session, viewer, call_id):
        return found
    review = review_of_call(session, call_id)
    final = None if review is None or review.final_id is None else session.get(FinalScoreRow, review.final_id)
    if final is None:
        fact = session.get(CallFactRow, call_id)
        return _by_machine(session, found, item, fact)
    lost = session.scalar(select(DeductionRow).filter_by(final_id=final.id, item=item or ""))
    facts: dict[str, Fact] = {} if final.total is None else {"final_total": final.total}
    if lost is not None:
        facts |= {"name": lost.name, "lost": lost.lost}
    card = PRE_SCORE_JSON.validate_python(final.body).card
    return replace(found, card=card, facts=facts, title="" if lost is None else lost.name)


def _by_machine(session: Session, found: Grounds, item: str | None, fact: CallFactRow | None) -> Grounds:
    """A call nobody has judged: what the item cost it is the machine's word, and no verdict."""
    found = replace(found, origin=Origin.MANUAL)
    if fact is None:
        return found
    lost = session.scalar(select(ErrorFactRow).filter_by(call_id=fact.call_id, item=item or "", by_people=False))
    if lost is None:
        return replace(found, card=fact.card)
    facts: dict[str, Fact] = {"name": lost.name, "lost": lost.lost, "by_machine": 1}
    return replace(found, origin=Origin.REPORT, card=fact.card, facts=facts, title=lost.name)


def on_figure(
    session: Session,
    viewer: Viewer,
    *,
    team: str | None,
    agent_id: str | None,
    card: str | None,
    item: str | None,
    span: DaySpan | None,
    now: datetime,
) -> Grounds:
    """A figure of a report: how many of all calls had the error in those days, by the machine.

    Who reads no reports is told none: an agent's one call of a day may be one they are to judge blind.

    Raises:
        NotFound: the team or the agent is not the viewer's.
    """
    team = team_asked(viewer, team)
    if agent_id is not None and viewer.scope.team is not None:
        agent = roster.find_agent(session, agent_id)
        if agent is None or not in_team(viewer, agent.team):
            raise NotFound("pipeline.no_agent", id=agent_id)
    day = today(now)
    span = span or DaySpan(day - LATELY, day - timedelta(days=1))
    found = Grounds(day + DUE, Origin.REPORT, card or "", (item,) if item else (), agent_id, team)
    if not viewer.may(Right.REPORTS):
        return found
    lines = pareto(session, viewer, span, Who(team, agent_id), by_people=False, limit=None)
    line = next((one for one in lines if one.item == item and card in {None, "", one.card}), None)
    if line is None:
        return found
    facts: dict[str, Fact] = {
        "name": line.name,
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "calls": line.calls,
        "judged": line.judged,
        "low": round(line.interval[0], 4),
        "high": round(line.interval[1], 4),
    }
    return replace(found, card=line.card, facts=facts, title=line.name)


def on_feedback(session: Session, viewer: Viewer, feedback_id: int, now: datetime) -> Grounds:
    """A complaint, with its call where it is tied to one.

    Raises:
        NotFound: there is none, or its call is not the viewer's to see.
    """
    row = session.get(FeedbackRow, feedback_id)
    if row is None or not viewer.may(Right.FEEDBACK):
        raise NotFound("pipeline.no_feedback", id=feedback_id)
    facts: dict[str, Fact] = {"feedback": row.id}
    if row.call_id is not None:
        found = on_call(session, viewer, row.call_id, None, now)
        return replace(found, origin=Origin.COMPLAINT, facts={**found.facts, **facts})
    return Grounds(today(now) + DUE, Origin.COMPLAINT, agent_id=row.agent_id, facts=facts)

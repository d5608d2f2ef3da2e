"""The three gates: 实习 → 见习 → 试用 → 正式. What is known of somebody, and the decision, kept for good."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.action import LedgerKind
from models.call import AgentStage
from models.errors import BadInput, Conflict
from models.person import Viewer
from models.reason import Reason
from models.tables import StageChangeRow
from models.training import LEAST_SUPERVISED, LONGEST_TRAINEE, PASS_MARK, next_stage
from pipeline.actions import ledger
from pipeline.people import roster
from pipeline.people.roster import Details
from pipeline.reports.span import today
from pipeline.training.changing import Facts, person_id, words_of
from pipeline.training.person_file import check_seen
from storage.people.audit import record
from storage.reason import stored
from storage.training import rows, standing
from storage.training.people import Person

LEAST_RESULTS = 3
"""Published results: of fewer, a mean is one or two calls' chance."""

LOOKED_BACK = 90
"""Days of results at most."""

SOURCE = "stage_change"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known before a gate. Days are those at the present stage, None where its beginning is not known.

    `lacking` says what the handbooks ask for and is not there.
    """

    person: Person
    gate: AgentStage
    exam_id: int | None
    exam: str | None
    exam_score: float | None
    exam_passed: bool
    final: float | None
    final_calls: int
    machine: float | None
    machine_calls: int
    days: int | None
    supervised: int | None
    lacking: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class StagePage:
    changes: tuple[StageChangeRow, ...]
    next: int | None


def listed(session: Session, *, agent_id: str | None, after: int | None, limit: int) -> StagePage:
    conditions = [] if agent_id is None else [StageChangeRow.agent_id == agent_id]
    return StagePage(*rows.page(session, StageChangeRow, *conditions, after=after, limit=limit))


def evidence(
    session: Session, viewer: Viewer, agent_id: str, now: datetime, *, supervised: int | None = None
) -> Evidence | None:
    """What is known of the agent before their next gate; None for regular staff.

    Raises:
        NotFound: there is no such agent for this viewer.
    """
    person = check_seen(session, viewer, agent_id)
    gate = next_stage(person.stage)
    if gate is None:
        return None
    day = today(now)
    begun = _begun(session, person)
    days = None if begun is None else (day - begun).days
    first = max(filter(None, (begun, day - timedelta(days=LOOKED_BACK))))
    found = standing.results(session, agent_id, first, day)
    sat = standing.gate_sitting(session, agent_id, gate)
    one = Evidence(
        person=person,
        gate=gate,
        exam_id=None if sat is None else sat[1].id,
        exam=None if sat is None else sat[1].title,
        exam_score=None if sat is None else sat[0].score,
        exam_passed=sat is not None and bool(sat[0].passed),
        final=found.final,
        final_calls=found.final_calls,
        machine=found.machine,
        machine_calls=found.machine_calls,
        days=days,
        supervised=supervised,
        lacking=(),
    )
    return replace(one, lacking=tuple(_lacking(one)))


def decide(
    session: Session,
    viewer: Viewer,
    agent_id: str,
    *,
    passed: bool,
    why: str,
    supervised: int | None,
    revision: int,
    now: datetime,
) -> StageChangeRow:
    """Let the agent through the next gate, or not. The roster changes with it. `revision` is the roster entry's.

    Raises:
        NotFound: there is no such agent.
        Forbidden: a machine; people decide about people.
        Conflict: regular staff have no gate before them.
        Stale: the roster's entry was changed since.
        BadInput: no reason, where somebody is not let through, or is although something is lacking.
    """
    person_id(viewer)
    found = evidence(session, viewer, agent_id, now, supervised=supervised)
    if found is None:
        raise Conflict("pipeline.training_no_gate", id=agent_id)
    said = words_of(why)
    if not said and (found.lacking or not passed):
        raise BadInput("pipeline.training_gate_why")
    agent = roster.read_agent(session, agent_id)
    if passed:
        details = Details(agent.name, agent.team, found.gate, agent.joined_on, agent.active)
    else:
        details = Details(agent.name, agent.team, agent.stage, agent.joined_on, agent.active)
    roster.edit_agent(session, viewer, agent_id, details, revision=revision, now=now)
    row = StageChangeRow(
        agent_id=agent_id,
        before=agent.stage,
        after=found.gate,
        passed=passed,
        evidence=_kept(found),
        why=said,
        by=viewer.name,
        at=now,
    )
    session.add(row)
    session.flush()
    facts: Facts = {
        "agent": agent_id,
        "before": str(agent.stage or ""),
        "after": str(found.gate),
        "passed": int(passed),
    }
    record(session, viewer, "stage.decided", now, target="agent", target_id=agent_id, facts=facts)
    _note(session, viewer, row, now)
    return row


def _begun(session: Session, person: Person) -> date | None:
    """The day the present stage began, as far as that is known."""
    for change in standing.stage_changes(session, person.agent_id):
        if change.passed and change.after == person.stage:
            return today(change.at)
    return person.joined_on


def _lacking(one: Evidence) -> list[Reason]:
    lacking: list[Reason] = []
    if one.exam_score is None:
        lacking.append(Reason("pipeline.training_gate_no_exam"))
    elif not one.exam_passed:
        lacking.append(Reason("pipeline.training_gate_exam", {"score": one.exam_score, "least": PASS_MARK}))
    if one.gate is AgentStage.TRAINEE:
        if (one.supervised or 0) < LEAST_SUPERVISED:
            lacking.append(
                Reason("pipeline.training_gate_minutes", {"minutes": one.supervised or 0, "least": LEAST_SUPERVISED})
            )
        return lacking
    if one.final is None or one.final_calls < LEAST_RESULTS:
        lacking.append(Reason("pipeline.training_gate_few", {"n": one.final_calls, "least": LEAST_RESULTS}))
    elif one.final < PASS_MARK:
        lacking.append(
            Reason(
                "pipeline.training_gate_mean", {"mean": round(one.final, 1), "n": one.final_calls, "least": PASS_MARK}
            )
        )
    if one.gate is AgentStage.PROBATION and one.days is not None and one.days > LONGEST_TRAINEE:
        lacking.append(Reason("pipeline.training_gate_days", {"days": one.days, "most": LONGEST_TRAINEE}))
    return lacking


def _kept(one: Evidence) -> dict[str, Any]:
    names = ("exam_id", "exam", "exam_score", "final", "final_calls", "machine", "machine_calls", "days", "supervised")
    return {name: getattr(one, name) for name in names} | {"lacking": [stored(reason) for reason in one.lacking]}


def _note(session: Session, viewer: Viewer, row: StageChangeRow, now: datetime) -> None:
    code = "pipeline.training_ledger_gate" if row.passed else "pipeline.training_ledger_no_gate"
    ledger.enter(
        session,
        agent_id=row.agent_id,
        kind=LedgerKind.NOTE,
        points=0.0,
        text=Reason(code, {"stage": row.after}).say("zh"),
        source=SOURCE,
        source_id=row.id,
        by=viewer.name,
        user_id=viewer.user_id,
        now=now,
    )

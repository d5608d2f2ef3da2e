"""What is known of agents at the gates: stages they came through, certificates, results of their calls."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import CallFactRow, CertificateRow, ExamRow, SittingRow, StageChangeRow
from models.training import SittingState


@dataclass(frozen=True, slots=True)
class Results:
    """Means with the calls they are of: `final` of published results, `machine` of every scored call."""

    final: float | None
    final_calls: int
    machine: float | None
    machine_calls: int


def stage_changes(session: Session, agent_id: str) -> tuple[StageChangeRow, ...]:
    """The latest first."""
    query = select(StageChangeRow).where(StageChangeRow.agent_id == agent_id)
    return tuple(session.scalars(query.order_by(StageChangeRow.id.desc())))


def certificates(session: Session, agent_id: str) -> tuple[CertificateRow, ...]:
    """The latest first."""
    query = select(CertificateRow).where(CertificateRow.agent_id == agent_id)
    return tuple(session.scalars(query.order_by(CertificateRow.id.desc())))


def by_number(session: Session, number: str) -> CertificateRow | None:
    return session.scalar(select(CertificateRow).where(CertificateRow.number == number))


def gate_sitting(session: Session, agent_id: str, gate: str) -> tuple[SittingRow, ExamRow] | None:
    """The latest marked try at an exam of that gate."""
    query = (
        select(SittingRow, ExamRow)
        .join(ExamRow, ExamRow.id == SittingRow.exam_id)
        .where(SittingRow.agent_id == agent_id, ExamRow.gate == gate, SittingRow.state == SittingState.MARKED)
        .order_by(SittingRow.id.desc())
    )
    found = session.execute(query.limit(1)).one_or_none()
    return None if found is None else (found[0], found[1])


def results(session: Session, agent_id: str, first: date, last: date) -> Results:
    """Of the agent's calls on these days, both included."""
    query = select(
        func.avg(CallFactRow.final_total),
        func.count(CallFactRow.final_total),
        func.avg(CallFactRow.total),
        func.count(CallFactRow.total),
    ).where(CallFactRow.agent_id == agent_id, CallFactRow.day >= first, CallFactRow.day <= last)
    final, finals, machine, machines = session.execute(query).one()
    return Results(
        None if final is None else float(final), finals, None if machine is None else float(machine), machines
    )

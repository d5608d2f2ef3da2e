"""Days on which inspectors are away: nothing is shared out to them, and what they were given goes to others."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.errors import BadInput, NotFound
from models.person import SYSTEM, Viewer
from models.tables import AbsenceRow, UserRow
from storage.people.audit import record
from storage.review import workload

LONGEST_WHY = 200


@dataclass(frozen=True, slots=True)
class Absence:
    """Both days included, in China's calendar."""

    id: int
    user_id: int
    name: str
    first_day: date
    last_day: date
    why: str
    created_by: str


def absences(session: Session, *, since: date) -> tuple[Absence, ...]:
    """Those that are not over on that day, the first to begin first."""
    return tuple(
        Absence(row.id, row.user_id, name, row.first_day, row.last_day, row.why, row.created_by)
        for row, name in workload.absences(session, since)
    )


def add_absence(
    session: Session, viewer: Viewer, user_id: int, now: datetime, *, first_day: date, last_day: date, why: str = ""
) -> Absence:
    """Write it down. If it has begun, what they were given and have not begun goes back at once.

    Raises:
        NotFound: there is no such person.
        BadInput: it ends before it begins.
    """
    person = session.get(UserRow, user_id)
    if person is None:
        raise NotFound("pipeline.no_such_person", id=user_id)
    if last_day < first_day:
        raise BadInput("pipeline.absence_backwards", first=str(first_day), last=str(last_day))
    row = AbsenceRow(
        user_id=user_id,
        first_day=first_day,
        last_day=last_day,
        why=why.strip()[:LONGEST_WHY],
        created_by=viewer.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    facts = {"who": person.name, "first": str(first_day), "last": str(last_day)}
    record(session, viewer, "absence.added", now, target="user", target_id=user_id, facts=facts)
    return_absent(session, now)
    return Absence(row.id, user_id, person.name, first_day, last_day, row.why, row.created_by)


def remove_absence(session: Session, viewer: Viewer, absence_id: int, now: datetime) -> None:
    """Raises NotFound where there is none."""
    row = session.get(AbsenceRow, absence_id)
    if row is None:
        raise NotFound("pipeline.no_absence", id=absence_id)
    facts = {"first": str(row.first_day), "last": str(row.last_day)}
    record(session, viewer, "absence.removed", now, target="user", target_id=row.user_id, facts=facts)
    session.delete(row)
    session.flush()


def return_absent(session: Session, now: datetime) -> int:
    """Give back what people who are away today were given and have not begun; how many calls.

    Done before anybody fetches work or shares it out, so that nothing waits for who is not there.
    """
    returned = workload.return_of_absent(session, today(now))
    for user_id, count in returned.items():
        record(session, SYSTEM, "absence.returned", now, target="user", target_id=user_id, facts={"calls": count})
    return sum(returned.values())


def today(now: datetime) -> date:
    """The day it is in China."""
    return now.astimezone(CHINA_TIME).date()

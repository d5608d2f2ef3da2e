"""What every noun of training shares: found by number, changed at a revision and in a state, and written down."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, Forbidden, NotFound, Stale
from models.person import Viewer
from models.reason import Fact
from models.tables import (
    Base,
    CertificateRow,
    CourseRow,
    ExamRow,
    PlanEntryRow,
    QuestionRow,
    SittingRow,
    TrainingPlanRow,
    TrainingSessionRow,
)
from models.tables.base import storable
from storage.training.rows import locked

Noun = Literal["course", "plan", "entry", "session", "exam", "question", "sitting", "certificate"]

NOUNS: Mapping[type[Base], Noun] = {
    CourseRow: "course",
    TrainingPlanRow: "plan",
    PlanEntryRow: "entry",
    TrainingSessionRow: "session",
    ExamRow: "exam",
    QuestionRow: "question",
    SittingRow: "sitting",
    CertificateRow: "certificate",
}

TITLE = 100
WORDS = 4000
MATERIAL = 60_000

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)

Row = TypeVar("Row", bound=Base)


def find(session: Session, table: type[Row], id_: int) -> Row:
    """Raises NotFound where there is none."""
    row = session.get(table, id_)
    if row is None:
        raise NotFound("pipeline.training_none", what=NOUNS[table], id=id_)
    return row


def hold(session: Session, table: type[Row], id_: int) -> Row:
    """Kept from other writers. Raises NotFound where there is none."""
    row = locked(session, table, id_)
    if row is None:
        raise NotFound("pipeline.training_none", what=NOUNS[table], id=id_)
    return row


def changing(session: Session, table: type[Row], id_: int, revision: int, *states: str) -> Row:
    """The row, locked, as it was at `revision`, in one of these states (any, where none is named).

    Raises:
        NotFound: there is none.
        Stale: somebody changed it since.
        Conflict: it is in another state.
    """
    row: Any = hold(session, table, id_)
    what = NOUNS[table]
    if row.revision != revision:
        raise Stale("pipeline.training_stale", what=what, id=id_)
    check_state(row, *states)
    found: Row = row
    return found


def check_state(row: Any, *states: str) -> None:
    """Raise where it is in none of them.

    Raises:
        Conflict: it is in another state.
    """
    if states and row.state not in states:
        raise Conflict("pipeline.training_is", what=NOUNS[type(row)], state=str(row.state))


def title_of(text: str) -> str:
    """Raises BadInput where it is empty or too long."""
    text = storable(" ".join(text.split()))
    if not text or len(text) > TITLE:
        raise BadInput("pipeline.training_title", most=TITLE)
    return text


def words_of(text: str, most: int = WORDS) -> str:
    """Raises BadInput where it is too long."""
    text = storable(text.strip())
    if len(text) > most:
        raise BadInput("pipeline.training_long", most=most)
    return text


def needed(text: str) -> str:
    """Raises BadInput where nothing is said, or too much."""
    text = words_of(text)
    if not text:
        raise BadInput("pipeline.training_words", most=WORDS)
    return text


def day_of(day: date | None) -> date | None:
    """Raises BadInput for a day no centre plans."""
    if day is not None and not EARLIEST <= day <= LATEST:
        raise BadInput("pipeline.training_day", day=day.isoformat())
    return day


def hours_of(hours: float) -> float:
    """Raises BadInput unless it is more than nothing and less than a year."""
    if not 0 < hours <= 500:
        raise BadInput("pipeline.training_hours")
    return round(hours, 2)


def moment_of(at: datetime) -> datetime:
    """Raises BadInput for a time no centre plans."""
    if not EARLIEST <= at.date() <= LATEST:
        raise BadInput("pipeline.training_day", day=at.date().isoformat())
    return at


def person_id(viewer: Viewer) -> int:
    """Raises Forbidden for a machine: this is for people to decide."""
    if viewer.user_id is None:
        raise Forbidden("api.for_people")
    return viewer.user_id


def own_agent(viewer: Viewer) -> str:
    """Whose own training it is. Raises Forbidden where the account is no agent's."""
    if not viewer.agent_id:
        raise Forbidden("pipeline.training_no_agent")
    return viewer.agent_id


Facts = Mapping[str, Fact]

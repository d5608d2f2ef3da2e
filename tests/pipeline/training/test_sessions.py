"""Sessions: who signs in when, who stayed away, what is said of it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.tables import LedgerRow, TrainingSessionRow
from models.training import AttendanceState
from pipeline.training import attending, feedback, sessions
from pipeline.training.sessions import SessionDetails
from tests.pipeline.training.taught import NOW, School

IDS = ("6601", "6602", "6603", "6604")
BEGINS = NOW + timedelta(hours=1)
MARKS = {"content": 5, "teacher": 4, "use": 3}


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def school(session: Session) -> School:
    school = School(session)
    for agent_id in IDS:
        school.agent(agent_id)
    return school


@pytest.fixture
def held(session: Session, school: School) -> TrainingSessionRow:
    """Four are asked to it; it begins in an hour."""
    details = SessionDetails("首问负责", BEGINS, 2.0)
    course = school.course()
    return sessions.make(session, school.trainer, details, course_id=course, entry_id=None, agents=IDS, now=NOW)


def points(session: Session, agent_id: str) -> float:
    return sum(one.points for one in session.query(LedgerRow).filter_by(agent_id=agent_id))


def write_down(session: Session, school: School, row: TrainingSessionRow) -> None:
    after = BEGINS + timedelta(hours=2)
    attending.write_down(session, school.trainer, row.id, "讲了三个案例", revision=row.revision, now=after)


def test_one_signs_in_while_it_lasts(session: Session, school: School, held: TrainingSessionRow) -> None:
    agent = school.agent("6601")
    for wrong in (BEGINS - timedelta(minutes=31), BEGINS + timedelta(hours=2, minutes=1)):
        with pytest.raises(Conflict):
            attending.sign_in(session, agent, held.id, wrong)
    row = attending.sign_in(session, agent, held.id, BEGINS)
    again = attending.sign_in(session, agent, held.id, BEGINS + timedelta(minutes=5))
    assert (row.state, again.signed_at) == ("present", BEGINS)
    with pytest.raises(NotFound):
        attending.sign_in(session, school.agent("7001", team="服务一组"), held.id, BEGINS)
    with pytest.raises(Forbidden):
        attending.sign_in(session, school.trainer, held.id, BEGINS)


def test_staying_away_costs_points_once_unless_excused(
    session: Session, school: School, held: TrainingSessionRow
) -> None:
    trainer = school.trainer
    attending.sign_in(session, school.agent("6601"), held.id, BEGINS)
    attending.mark(session, trainer, held.id, "6602", state=AttendanceState.EXCUSED, now=NOW)
    with pytest.raises(Conflict):
        attending.mark(session, trainer, held.id, "6603", state=AttendanceState.ABSENT, now=NOW)
    write_down(session, school, held)
    assert [points(session, one) for one in IDS] == [0, 0, -2, -2]
    after = BEGINS + timedelta(days=1)
    attending.mark(session, trainer, held.id, "6603", state=AttendanceState.EXCUSED, now=after)
    assert points(session, "6603") == 0
    with pytest.raises(Conflict, match="taken back"):
        attending.mark(session, trainer, held.id, "6603", state=AttendanceState.ABSENT, now=after)
    attending.mark(session, trainer, held.id, "6601", state=AttendanceState.ABSENT, now=after)
    assert points(session, "6601") == -2


def test_a_session_in_the_past_is_an_urgent_one(session: Session, school: School) -> None:
    course = school.course()
    details = SessionDetails("昨天的紧急培训", NOW - timedelta(days=1))
    asked = {"course_id": course, "entry_id": None, "agents": IDS[:1], "now": NOW}
    with pytest.raises(BadInput):
        sessions.make(session, school.trainer, details, **asked)
    urgent = SessionDetails(details.title, details.starts_at, urgent=True)
    row = sessions.make(session, school.trainer, urgent, **asked)
    attending.mark(session, school.trainer, row.id, "6601", state=AttendanceState.PRESENT, now=NOW)
    attending.write_down(session, school.trainer, row.id, "补录", revision=row.revision, now=NOW)
    assert (row.state, points(session, "6601")) == ("held", 0)


def test_what_is_said_is_told_from_three_answers_on(session: Session, school: School, held: TrainingSessionRow) -> None:
    agents = [school.agent(one) for one in IDS]
    for agent in agents[:3]:
        attending.sign_in(session, agent, held.id, BEGINS)
    with pytest.raises(Conflict):
        feedback.give(session, agents[0], held.id, MARKS, comment="", now=BEGINS)
    write_down(session, school, held)
    after = BEGINS + timedelta(hours=3)
    for number, agent in enumerate(agents[:3]):
        summary = feedback.summary(session, held.id)
        assert (summary.said, summary.means, summary.comments) == (number, None, ())
        feedback.give(session, agent, held.id, MARKS, comment=f"意见{number}", now=after)
    summary = feedback.summary(session, held.id)
    assert (summary.asked, summary.means, len(summary.comments)) == (3, MARKS, 3)
    attending.mark(session, school.trainer, held.id, IDS[0], state=AttendanceState.EXCUSED, now=after)
    assert feedback.summary(session, held.id) == summary, "a difference would tell what one of them said"
    with pytest.raises(Conflict):
        feedback.give(session, agents[0], held.id, MARKS, comment="", now=after)
    with pytest.raises(Conflict):
        feedback.give(session, agents[3], held.id, MARKS, comment="", now=after)

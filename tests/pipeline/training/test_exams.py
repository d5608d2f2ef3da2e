"""Exams: the server's clock, retakes and what they cost, marks, gates and certificates."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models.call import AgentStage
from models.errors import BadInput, Conflict, NotFound, Stale
from models.person import Viewer
from models.tables import AgentRow, ExamRow, LedgerRow, SittingRow, StageChangeRow
from models.training import AttendanceState, ExamState, Given, QuestionKind, TextKey
from pipeline.training import (
    attending,
    certificates,
    exam_results,
    exams,
    marking,
    questions,
    sessions,
    sittings,
    stages,
)
from pipeline.training.questions import QuestionDetails
from pipeline.training.sessions import SessionDetails
from tests.pipeline.training.taught import NOW, School

MINUTE = timedelta(minutes=1)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def school(session: Session) -> School:
    return School(session)


@pytest.fixture
def agent(school: School) -> Viewer:
    return school.agent("6601")


def answers(row: SittingRow, right: int) -> dict[int, Given]:
    return {one["id"]: Given(true=number < right) for number, one in enumerate(row.questions)}


def teach_alone(session: Session, school: School, exam_id: int, at: object = None) -> None:
    now = at or NOW
    details = SessionDetails("单独辅导", now, urgent=True, exam_id=exam_id)
    course = school.course(exam_id)
    row = sessions.make(session, school.trainer, details, course_id=course, entry_id=None, agents=["6601"], now=now)
    attending.mark(session, school.trainer, row.id, "6601", state=AttendanceState.PRESENT, now=now)
    attending.write_down(session, school.trainer, row.id, "辅导了一小时", revision=row.revision, now=now)


def test_a_closed_browser_goes_on_where_it_was(session: Session, school: School, agent: Viewer) -> None:
    exam = school.exam()
    row = sittings.begin(session, agent, exam, NOW)
    sittings.save(session, agent, row.id, answers(row, 2), NOW + MINUTE)
    again = sittings.begin(session, agent, exam, NOW + 5 * MINUTE)
    assert (again.id, again.ends_at) == (row.id, NOW + 30 * MINUTE)
    assert sum(one.true is True for one in marking.given(again).values()) == 2


def test_what_comes_after_the_time_is_not_taken(session: Session, school: School, agent: Viewer) -> None:
    exam = school.exam(minutes=10)
    row = sittings.begin(session, agent, exam, NOW)
    sittings.save(session, agent, row.id, answers(row, 2), NOW + 9 * MINUTE)
    late = sittings.save(session, agent, row.id, answers(row, 4), NOW + 11 * MINUTE)
    assert (late.state, late.score, late.submitted_at) == ("marked", 50, NOW + 10 * MINUTE)
    assert sittings.submit(session, agent, row.id, answers(row, 4), NOW + 12 * MINUTE).score == 50


def test_forgotten_sittings_are_collected(session: Session, school: School, agent: Viewer) -> None:
    exam = school.exam(minutes=10)
    row = sittings.begin(session, agent, exam, NOW)
    sittings.save(session, agent, row.id, answers(row, 4), NOW)
    assert marking.hand_in_overdue(session, NOW + 10 * MINUTE + marking.GRACE) == 0, (
        "the last answers may be on the way"
    )
    assert marking.hand_in_overdue(session, NOW + 11 * MINUTE) == 1
    assert (row.state, row.passed) == ("marked", True)


def test_closing_an_exam_hands_in_what_there_is(session: Session, school: School, agent: Viewer) -> None:
    exam = school.exam(minutes=None)
    row = sittings.begin(session, agent, exam, NOW)
    revision = session.get_one(ExamRow, exam).revision
    exams.set_state(session, school.trainer, exam, ExamState.CLOSED, revision=revision, now=NOW + MINUTE)
    assert (row.state, row.score) == ("marked", 0)
    with pytest.raises(NotFound):
        sittings.begin(session, agent, exam, NOW + 2 * MINUTE)


def test_failing_costs_more_each_time_and_is_taught_alone_before_the_next(
    session: Session, school: School, agent: Viewer
) -> None:
    exam = school.exam()
    for number, cost in enumerate((-3.0, -9.0, -19.0)):
        now = NOW + number * timedelta(days=2)
        row = sittings.begin(session, agent, exam, now)
        assert row.attempt == number + 1
        sittings.submit(session, agent, row.id, answers(row, 3), now + MINUTE)
        sittings.submit(session, agent, row.id, answers(row, 4), now + MINUTE)
        assert (row.score, row.passed) == (75, False)
        ledger = session.query(LedgerRow).filter_by(kind="exam").all()
        assert sum(one.points for one in ledger) == cost
        with pytest.raises(Conflict):
            sittings.begin(session, agent, exam, now + 2 * MINUTE)
        teach_alone(session, school, exam, now + timedelta(days=1))
    assert ledger[-1].facts["until"] == "2026-12-24"
    with pytest.raises(Conflict, match="no more"):
        sittings.begin(session, agent, exam, NOW + timedelta(days=9))


def test_a_text_waits_for_the_trainer(session: Session, school: School, agent: Viewer) -> None:
    exam = school.exam(count=1, opened=False)
    asked = QuestionDetails(QuestionKind.TEXT, "写一段安抚的话", TextKey(model="先道歉"), points=10)
    revision = session.get_one(ExamRow, exam).revision
    questions.add(session, school.trainer, exam, asked, revision=revision, now=NOW)
    exams.set_state(session, school.trainer, exam, ExamState.OPEN, revision=revision + 1, now=NOW)
    row = sittings.begin(session, agent, exam, NOW)
    first, second = (one["id"] for one in row.questions)
    sittings.submit(session, agent, row.id, {first: Given(true=True), second: Given(text="您别急")}, NOW)
    assert (row.state, row.score) == ("submitted", None)
    with pytest.raises(BadInput):
        marking.mark_texts(session, school.trainer, row.id, {second: 11}, revision=row.revision, now=NOW)
    with pytest.raises(BadInput):
        marking.mark_texts(session, school.trainer, row.id, {first: 1}, revision=row.revision, now=NOW)
    read = row.revision
    marking.mark_texts(session, school.trainer, row.id, {second: 7}, revision=read, now=NOW)
    assert (row.state, row.score, row.passed, row.marked_by) == ("marked", 85, True, "何培训")
    with pytest.raises(Stale):
        marking.mark_texts(session, school.trainer, row.id, {second: 10}, revision=read, now=NOW)


def test_questions_are_drawn_and_frozen(session: Session, school: School, agent: Viewer) -> None:
    exam = school.exam(count=8, draw=3)
    row = sittings.begin(session, agent, exam, NOW)
    assert len({one["id"] for one in row.questions}) == 3
    revision = session.get_one(ExamRow, exam).revision
    with pytest.raises(Conflict):
        questions.drop(session, school.trainer, exam, row.questions[0]["id"], revision=revision, now=NOW)
    with pytest.raises(BadInput):
        sittings.save(session, agent, row.id, {10**6: Given(true=True)}, NOW)


def test_an_exam_of_a_session_is_for_who_is_asked_and_a_gate_for_who_stands_before_it(
    session: Session, school: School, agent: Viewer
) -> None:
    everybody, invited = school.exam(), school.exam()
    gate = school.exam(gate=AgentStage.REGULAR)
    other = school.agent("6602", stage=AgentStage.PROBATION)
    teach_alone(session, school, invited)
    assert {one.exam.id for one in sittings.own_exams(session, agent, NOW)} == {everybody, invited}
    assert {one.exam.id for one in sittings.own_exams(session, other, NOW)} == {everybody, gate}
    with pytest.raises(NotFound):
        sittings.begin(session, other, invited, NOW)


def test_pass_rates_are_told_by_sitting_with_their_targets(session: Session, school: School) -> None:
    exam = school.exam()
    for number in range(4):
        agent = school.agent(f"670{number}")
        row = sittings.begin(session, agent, exam, NOW)
        sittings.submit(session, agent, row.id, answers(row, 4 if number else 1), NOW)
    first, second, _ = exam_results.results(session, exam, NOW).rates
    assert (first.passed.hits, first.passed.of, first.target, first.is_met) == (3, 4, 0.9, False)
    assert (second.passed.share, second.is_met) == (None, None)


def test_a_certificate_is_given_once_for_a_pass(session: Session, school: School, agent: Viewer) -> None:
    exam = school.exam()
    row = sittings.begin(session, agent, exam, NOW)
    with pytest.raises(Conflict):
        certificates.issue(session, school.trainer, row.id, "", NOW)
    sittings.submit(session, agent, row.id, answers(row, 4), NOW)
    first = certificates.issue(session, school.trainer, row.id, "", NOW)
    again = certificates.issue(session, school.trainer, row.id, "别的", NOW)
    assert (first.id, again.title, again.number) == (first.id, "十一月月考", f"20261120-{row.id:06}")
    assert certificates.read(session, agent, first.number).score == 100
    with pytest.raises(NotFound) as hidden:
        certificates.read(session, school.agent("6602"), first.number)
    assert "6601" not in hidden.value.reason.say(), "nor whose it is"
    certificates.revoke(session, school.trainer, first.id, "代考", NOW)
    with pytest.raises(Conflict):
        certificates.revoke(session, school.trainer, first.id, "代考", NOW)


def test_gates_are_decided_on_evidence_and_change_the_roster(session: Session, school: School) -> None:
    agent = school.agent("6601", stage=AgentStage.INTERN)
    exam = school.exam(gate=AgentStage.TRAINEE)
    found = stages.evidence(session, school.lead, "6601", NOW, supervised=130)
    assert found is not None
    assert [one.code for one in found.lacking] == ["pipeline.training_gate_no_exam"]
    row = sittings.begin(session, agent, exam, NOW)
    sittings.submit(session, agent, row.id, answers(row, 4), NOW)
    asked = {"passed": True, "supervised": 130, "now": NOW}
    change = stages.decide(session, school.lead, "6601", why="", revision=1, **asked)
    assert (change.before, change.after, change.evidence["exam_score"]) == ("intern", "trainee", 100)
    roster = session.query(AgentRow).filter_by(agent_id="6601").one()
    assert (roster.stage, roster.revision) == ("trainee", 2)
    with pytest.raises(Stale):
        stages.decide(session, school.lead, "6601", why="再来一次", revision=1, **asked)
    with pytest.raises(BadInput, match="why"):
        stages.decide(session, school.lead, "6601", why="", revision=2, **asked)
    refused = stages.decide(session, school.lead, "6601", why="再练", revision=2, **asked | {"passed": False})
    assert (refused.passed, roster.stage) == (False, "trainee")
    assert session.query(StageChangeRow).count() == 2
    school.agent("6609")
    with pytest.raises(Conflict):
        stages.decide(session, school.lead, "6609", why="", revision=1, **asked)

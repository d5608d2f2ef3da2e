"""Plans: proposed from what goes wrong, sent in, approved by another."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.errors import BadInput, Conflict, Forbidden, Stale
from models.tables import EffectRow, PlanEntryRow, TrainingPlanRow, TrainingSessionRow
from models.training import PlanKind, due_days
from pipeline.training import approving, plans, sessions
from pipeline.training.plans import EntryDetails
from pipeline.training.proposing import LEAST_CALLS, propose
from pipeline.training.sessions import SessionDetails
from tests.pipeline.training.taught import NOW, SHIRKING, TEAM, School


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def school(session: Session) -> School:
    """Two agents who shirk, one who never does, and one with too few calls to say."""
    school = School(session)
    for agent_id, good, bad in (("6601", 6, 6), ("6602", 8, 3), ("6603", 15, 0), ("6604", 0, LEAST_CALLS - 1)):
        school.agent(agent_id)
        school.calls(agent_id, good, bad)
    return school


@pytest.fixture
def plan(session: Session, school: School) -> TrainingPlanRow:
    return propose(session, school.trainer, PlanKind.MONTH, date(2026, 11, 25), TEAM, NOW)


@pytest.mark.parametrize(
    ("kind", "first", "submit", "approve"),
    [
        (PlanKind.MONTH, date(2026, 12, 1), date(2026, 11, 25), date(2026, 11, 30)),
        (PlanKind.MONTH, date(2027, 3, 1), date(2027, 2, 25), date(2027, 2, 28)),
        (PlanKind.YEAR, date(2027, 1, 1), date(2026, 12, 10), date(2026, 12, 20)),
    ],
)
def test_plans_are_due_as_the_handbook_says(kind: PlanKind, first: date, submit: date, approve: date) -> None:
    due = due_days(kind, first)
    assert (due.submit, due.approve) == (submit, approve)


def test_a_plan_is_proposed_for_those_above_the_mean_with_the_calls_as_reasons(
    session: Session, school: School, plan: TrainingPlanRow
) -> None:
    course = school.course()
    second = propose(session, school.trainer, PlanKind.MONTH, date(2026, 11, 1), TEAM, NOW)
    (entry,) = plans.read(session, second.id, NOW).entries
    assert entry.course is not None
    assert entry.course.id == course
    assert entry.items == (SHIRKING,)
    assert list(entry.audience) == ["6601"], "6602 is below the mean, of 6604 too little is known"
    why = entry.row.why
    assert (why["first"], why["last"], why["calls"], why["judged"]) == ("2026-10-01", "2026-10-31", 18, 47)
    assert why["low"] < why["rate"] < why["high"]
    assert why["agents"] == [{"agent_id": "6601", "name": "座席6601", "calls": 12, "errors": 6}]
    assert len(why["call_ids"]) == 10
    assert plan.first_day <= entry.row.planned_on <= plan.last_day


def test_what_was_proposed_on_stays_though_new_calls_come(
    session: Session, school: School, plan: TrainingPlanRow
) -> None:
    before = dict(plans.read(session, plan.id, NOW).entries[0].row.why)
    school.calls("6603", 0, 20)
    session.expire_all()
    assert plans.read(session, plan.id, NOW).entries[0].row.why == before


def test_without_errors_there_is_nothing_to_propose(session: Session, school: School) -> None:
    with pytest.raises(Conflict, match="nothing to propose"):
        propose(session, school.trainer, PlanKind.MONTH, date(2026, 9, 1), TEAM, NOW)


def test_another_approves_and_effects_are_fixed_then(session: Session, school: School, plan: TrainingPlanRow) -> None:
    approving.submit(session, school.trainer, plan.id, revision=plan.revision, now=NOW)
    with pytest.raises(Forbidden):
        approving.approve(session, school.trainer, plan.id, "", revision=plan.revision, now=NOW)
    with pytest.raises(BadInput):
        approving.send_back(session, school.lead, plan.id, " ", revision=plan.revision, now=NOW)
    approving.send_back(session, school.lead, plan.id, "加一项", revision=plan.revision, now=NOW)
    assert (plan.state, plan.answer) == ("draft", "加一项")
    approving.submit(session, school.trainer, plan.id, revision=plan.revision, now=NOW)
    assert session.query(EffectRow).count() == 0
    read = plan.revision
    approving.approve(session, school.lead, plan.id, "同意", revision=read, now=NOW)
    effect = session.query(EffectRow).one()
    assert (effect.source, effect.trained, effect.items) == ("training", ["6601"], ["no-shirking"])
    assert session.query(PlanEntryRow).one().effect_id == effect.id
    with pytest.raises(Stale):
        approving.approve(session, school.lead, plan.id, "同意", revision=read, now=NOW)
    with pytest.raises(Conflict):
        approving.approve(session, school.lead, plan.id, "同意", revision=plan.revision, now=NOW)


def test_a_session_of_a_plan_is_held_on_the_day_its_effect_is_fixed_around(
    session: Session, school: School, plan: TrainingPlanRow
) -> None:
    approving.submit(session, school.trainer, plan.id, revision=plan.revision, now=NOW)
    approving.approve(session, school.lead, plan.id, "", revision=plan.revision, now=NOW)
    entry, effect = session.query(PlanEntryRow).one(), session.query(EffectRow).one()
    day = sessions.right_day(effect)
    assert effect.before_to < day < effect.after_from
    assert entry.title == "不推诿专项"
    course = school.course()
    at = datetime(day.year, day.month, day.day, 20, tzinfo=CHINA_TIME)

    def arrange(at: datetime, entry_id: int | None) -> TrainingSessionRow:
        details = SessionDetails(entry.title, at, urgent=True)
        return sessions.make(
            session, school.trainer, details, course_id=course, entry_id=entry_id, agents=["6601"], now=NOW
        )

    with pytest.raises(BadInput):
        arrange(at + timedelta(days=1), entry.id)
    arrange(at + timedelta(days=1), None)
    row = arrange(at, entry.id)
    moved = SessionDetails(row.title, at + timedelta(hours=6))
    with pytest.raises(BadInput):
        sessions.edit(session, school.trainer, row.id, moved, revision=row.revision, now=NOW)
    assert sessions.on_other_days(session, effect) == ()
    row.starts_at = at - timedelta(days=2)  # as one arranged before days were held to
    session.flush()
    assert sessions.on_other_days(session, effect) == (row,)


def test_a_plan_without_a_day_or_late_says_so(session: Session, school: School, plan: TrainingPlanRow) -> None:
    assert plans.read(session, plan.id, NOW).late == "submit", "November's was due on 25 October"
    details = EntryDetails("演练", audience=("6602",))
    entry = plans.add_entry(session, school.trainer, plan.id, details, revision=plan.revision, now=NOW)
    with pytest.raises(Conflict, match="no day"):
        approving.submit(session, school.trainer, plan.id, revision=plan.revision, now=NOW)
    for wrong in (plan.first_day - timedelta(days=1), plan.last_day + timedelta(days=1)):
        with pytest.raises(BadInput):
            plans.edit_entry(
                session,
                school.trainer,
                plan.id,
                entry.id,
                EntryDetails("演练", planned_on=wrong),
                revision=plan.revision,
                now=NOW,
            )
    plans.drop_entry(session, school.trainer, plan.id, entry.id, revision=plan.revision, now=NOW)
    approving.submit(session, school.trainer, plan.id, revision=plan.revision, now=NOW)
    assert plans.read(session, plan.id, NOW).late == "approve"

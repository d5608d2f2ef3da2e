"""Sharing out: evenly, fairly, always the same, and with a word on what could not be placed; absences."""

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import chain

import pytest
from sqlalchemy import Engine, select

from models.errors import BadInput, NotFound
from models.person import UserRole, Viewer
from models.reason import Reason
from models.tables import AssignmentRow, AuditRow
from pipeline.review.absences import absences, add_absence, remove_absence, return_absent, today
from pipeline.review.assignment import next_assignment, start
from pipeline.review.sharing import SharePlan, loads, plan_share_out, share_out
from storage.database import sessions
from tests.pipeline.inspected import CHANCE, FATAL, LOW, NOW, Inspected

TODAY = today(NOW)


@pytest.fixture
def centre(engine: Engine) -> Inspected:
    return Inspected(sessions(engine))


@pytest.fixture
def lead(centre: Inspected) -> Viewer:
    return centre.person("主管", UserRole.LEAD)


def shared(centre: Inspected, lead: Viewer, **how: float) -> SharePlan:
    with centre.make.begin() as session:
        return share_out(session, lead, NOW, **how)  # type: ignore[arg-type]


def away(centre: Inspected, lead: Viewer, person: Viewer, first: date = TODAY, last: date = TODAY) -> int:
    with centre.make.begin() as session:
        return add_absence(session, lead, person.user_id or 0, NOW, first_day=first, last_day=last, why="培训").id


def test_loads_differ_by_no_more_than_a_call(centre: Inspected, lead: Viewer) -> None:
    lengths = [30.0 + 37 * number % 400 for number in range(40)]
    for seconds in lengths:
        centre.call(LOW, seconds=seconds)
    people = [centre.person(name) for name in "甲乙丙丁"]
    plan = shared(centre, lead)
    assert (len(plan.given), plan.left) == (40, ())
    minutes = [load.seconds for load in plan.after if load.user_id in {p.user_id for p in people}]
    assert sum(minutes) == sum(lengths)
    assert max(minutes) - min(minutes) <= max(lengths)


def test_what_one_has_already_counts(centre: Inspected, lead: Viewer) -> None:
    busy, idle = centre.person("甲"), centre.person("乙")
    centre.call(FATAL, seconds=600.0)
    with centre.make.begin() as session:
        row = next_assignment(session, busy, NOW)
        assert row is not None
        start(session, busy, row.id, NOW)
    for _ in range(5):
        centre.call(LOW, seconds=100.0)
    assert {one.user_id for one in shared(centre, lead).given} == {idle.user_id}


def test_everybodys_list_keeps_the_order_of_the_whole_and_the_plan_is_what_is_done(
    centre: Inspected, lead: Viewer
) -> None:
    for reason in (LOW, CHANCE, FATAL, LOW, FATAL, CHANCE):
        centre.call(reason)
    for name in "甲乙":
        centre.person(name)
    with sessions(centre.make.kw["bind"], reading=True)() as session:
        plan = plan_share_out(session, NOW)
        assert plan_share_out(session, NOW) == plan
    assert all(centre.assignment(one.call_id).user_id is None for one in plan.given)
    assert shared(centre, lead) == plan
    urgency = [centre.assignment(one.call_id).priority for one in plan.given]
    assert urgency == sorted(urgency, reverse=True)
    assert shared(centre, lead).given == ()


def test_what_cannot_be_placed_says_why(centre: Inspected, lead: Viewer) -> None:
    call = centre.call(LOW, team="服务二组")
    with centre.make() as session:
        assert _left(plan_share_out(session, NOW)) == {call: "pipeline.share_nobody"}
    one = centre.person("甲", team="服务二组")
    with centre.make() as session:
        assert _left(plan_share_out(session, NOW)) == {call: "pipeline.share_own_team"}
    centre.person("乙")
    double = centre.call(LOW, team="服务二组", double=True)
    plan = shared(centre, lead)
    assert _left(plan) == {double: "pipeline.share_heard"}
    assert one.user_id not in {given.user_id for given in plan.given}
    last = centre.call(LOW, team=None, seconds=6000.0)
    del last
    full = shared(centre, lead, most_minutes=0.5)
    assert set(_left(full).values()) <= {"pipeline.share_full", "pipeline.share_heard"}
    for left in (*plan.left, *full.left):
        assert left.reason.say("zh")
        assert left.reason.say("en")


def _left(plan: SharePlan) -> dict[int, str]:
    return {left.call_id: left.reason.code for left in plan.left}


def test_two_opinions_go_to_two_people(centre: Inspected, lead: Viewer) -> None:
    for _ in range(6):
        centre.call(LOW, double=True)
    for name in "甲乙丙":
        centre.person(name)
    plan = shared(centre, lead)
    assert len(plan.given) == 12
    assert all(count == 1 for count in Counter((one.call_id, one.user_id) for one in plan.given).values())


def test_only_inspectors_at_work_are_given_calls(centre: Inspected, lead: Viewer) -> None:
    for _ in range(4):
        centre.call(LOW)
    here = centre.person("甲")
    away(centre, lead, centre.person("乙"))
    centre.person("丙", active=False)
    centre.person("丁", UserRole.TRAINER)
    assert {one.user_id for one in shared(centre, lead).given} == {here.user_id}


def test_sharing_out_while_people_fetch_gives_no_call_twice(centre: Inspected, lead: Viewer) -> None:
    for number in range(30):
        centre.call(LOW, double=number % 3 == 0)
    people = [centre.person(f"质检员{number}") for number in range(6)]

    def fetch(person: Viewer) -> list[int]:
        taken = []
        for _ in range(4):
            with centre.make.begin() as session:
                row = next_assignment(session, person, NOW)
                if row is not None:
                    start(session, person, row.id, NOW)
                    row.state = "submitted"
                    taken.append(row.id)
        return taken

    with ThreadPoolExecutor(8) as pool:
        sharing = [pool.submit(shared, centre, lead, at_most=10) for _ in range(3)]
        fetched = list(chain.from_iterable(pool.map(fetch, people)))
        plans = [future.result() for future in sharing]
    given = [one.assignment_id for plan in plans for one in plan.given]
    assert len(given) == len(set(given))
    assert len(fetched) == len(set(fetched))
    with centre.make() as session:
        heard = defaultdict(list)
        for row in session.scalars(select(AssignmentRow).where(AssignmentRow.user_id.is_not(None))):
            heard[row.call_id].append(row.user_id)
    assert all(len(who) == len(set(who)) for who in heard.values())


class TestAbsences:
    def test_what_was_given_goes_back_at_once_and_what_was_begun_stays(self, centre: Inspected, lead: Viewer) -> None:
        calls = [centre.call(LOW) for _ in range(3)]
        person = centre.person("甲")
        shared(centre, lead)
        with centre.make.begin() as session:
            start(session, person, centre.assignment(calls[0]).id, NOW)
        away(centre, lead, person)
        assert [centre.assignment(call).user_id for call in calls] == [person.user_id, None, None]
        with centre.make() as session:
            returned = session.scalars(select(AuditRow).where(AuditRow.action == "absence.returned")).one()
        assert (returned.who, returned.facts) == ("callqa", {"calls": 2})

    def test_an_absence_to_come_takes_effect_when_it_comes(self, centre: Inspected, lead: Viewer) -> None:
        call, person = centre.call(LOW), centre.person("甲")
        other = centre.person("乙", team="服务二组")
        shared(centre, lead)
        away(centre, lead, person, TODAY + timedelta(days=1), TODAY + timedelta(days=2))
        assert centre.assignment(call).user_id == person.user_id
        with centre.make.begin() as session:
            assert next_assignment(session, other, NOW + timedelta(days=1)) is None
        assert centre.assignment(call).user_id is None

    def test_both_days_are_included(self, centre: Inspected, lead: Viewer) -> None:
        person = centre.person("甲")
        away(centre, lead, person, TODAY, TODAY + timedelta(days=1))
        for day, expected in ((-1, False), (0, True), (1, True), (2, False)):
            with centre.make() as session:
                found = {load.name: load.absent for load in loads(session, NOW + timedelta(days=day))}
            assert found["甲"] is expected, day

    def test_absences_are_listed_and_removed(self, centre: Inspected, lead: Viewer) -> None:
        person = centre.person("甲")
        made = away(centre, lead, person)
        with centre.make.begin() as session:
            (found,) = absences(session, since=TODAY)
            assert (found.id, found.name, found.why, found.created_by) == (made, "甲", "培训", "主管")
            assert absences(session, since=TODAY + timedelta(days=1)) == ()
            remove_absence(session, lead, made, NOW)
            assert absences(session, since=TODAY) == ()
            assert return_absent(session, NOW) == 0
            with pytest.raises(NotFound):
                remove_absence(session, lead, made, NOW)

    def test_one_that_ends_before_it_begins_is_refused(self, centre: Inspected, lead: Viewer) -> None:
        with pytest.raises(BadInput) as refusal:
            away(centre, lead, centre.person("甲"), TODAY, TODAY - timedelta(days=1))
        assert isinstance(refusal.value.reason, Reason)

"""Fetching work: in order, fairly, under a lease, and no call to two people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import Engine, select

from models.errors import Forbidden
from models.person import SYSTEM, Viewer
from models.tables import AssignmentRow, DeliveryRow, ReviewRow
from pipeline.review.judging import submit
from pipeline.webhooks import add_webhook
from storage.database import sessions
from storage.review.assignments import LEASE, OVERDUE_EVERY, claim, peek
from storage.review.verdicts import open_draft
from tests.pipeline.inspected import CHANCE, FATAL, LOW, NOW, Inspected, judged

MINUTE = timedelta(minutes=1)


@pytest.fixture
def centre(engine: Engine) -> Inspected:
    return Inspected(sessions(engine))


def fetch(centre: Inspected, viewer: Viewer, now=NOW) -> int | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """The call this person gets."""
    with centre.make.begin() as session:
        row = claim(session, viewer, now)
        return None if row is None else row.call_id


def change(centre: Inspected, call: int, slot: int = 1, **values: object) -> None:
    with centre.make.begin() as session:
        row = session.scalars(select(AssignmentRow).filter_by(call_id=call, slot=slot)).one()
        for name, value in values.items():
            setattr(row, name, value)


def test_the_most_urgent_comes_first_and_of_these_the_oldest(centre: Inspected) -> None:
    calls = {
        "chance": centre.call(CHANCE),
        "low": centre.call(LOW),
        "low2": centre.call(LOW),
        "fatal": centre.call(FATAL),
    }
    fetched = [fetch(centre, centre.person(name)) for name in "甲乙丙丁戊"]
    assert fetched == [calls["fatal"], calls["low"], calls["low2"], calls["chance"], None]


def test_asking_again_gives_the_same_call_with_a_new_lease(centre: Inspected) -> None:
    person = centre.person("甲")
    calls = [centre.call(LOW), centre.call(FATAL)]
    assert fetch(centre, person) == fetch(centre, person, NOW + MINUTE) == calls[1]
    assert centre.assignment(calls[1]).lease_until == NOW + MINUTE + LEASE


def test_what_one_was_given_comes_before_what_is_more_urgent(centre: Inspected) -> None:
    person = centre.person("甲")
    given, urgent = centre.call(CHANCE), centre.call(FATAL)
    change(centre, given, user_id=person.user_id)
    assert fetch(centre, centre.person("乙")) == urgent
    assert fetch(centre, centre.person("丙")) is None, "what was given to one is nobody else's"
    assert fetch(centre, person) == given


def test_what_one_has_begun_comes_first_of_all(centre: Inspected) -> None:
    person = centre.person("甲")
    given, begun = centre.call(FATAL), centre.call(CHANCE)
    change(centre, given, user_id=person.user_id)
    change(centre, begun, user_id=person.user_id, state="started", started_at=NOW)
    assert fetch(centre, person) == begun


def test_nobody_hears_their_own_team(centre: Inspected) -> None:
    own, other = centre.call(FATAL, team="服务二组"), centre.call(CHANCE, team="服务一组")
    nobodys = centre.call(CHANCE, team=None)
    assert fetch(centre, centre.person("甲", team="服务二组")) == other
    assert fetch(centre, centre.person("乙", team="服务二组")) == nobodys
    assert fetch(centre, centre.person("丙", team="服务二组")) is None
    assert fetch(centre, centre.person("丁")) == own


def test_nobody_hears_their_own_calls(centre: Inspected) -> None:
    centre.call(FATAL)
    once_agent = centre.person("甲")
    assert fetch(centre, Viewer(once_agent.user_id, "甲", once_agent.role, once_agent.rights, None, "6603")) is None


@pytest.mark.parametrize("state", ["open", "started", "submitted"])
def test_nobody_hears_a_call_in_two_slots(centre: Inspected, state: str) -> None:
    call, person = centre.call(LOW, double=True), centre.person("甲")
    change(centre, call, user_id=person.user_id, state=state)
    if state == "submitted":
        assert fetch(centre, person) is None
    else:
        assert centre.assignment(call, 1).id == _fetched(centre, person)
        change(centre, call, user_id=centre.person("丙").user_id)
    with centre.make.begin() as session:  # began it once, though somebody else has it now
        open_draft(session, centre.assignment(call, 1).id, person.user_id or 0, {}, NOW)
    assert fetch(centre, person) is None
    assert fetch(centre, centre.person("乙")) == call


def _fetched(centre: Inspected, person: Viewer) -> int | None:
    with centre.make.begin() as session:
        row = claim(session, person, NOW)
        return row.id if row else None


class TestLeases:
    def test_a_lease_keeps_others_away_until_it_ends(self, centre: Inspected) -> None:
        call, first, second = centre.call(LOW), centre.person("甲"), centre.person("乙")
        fetch(centre, first)
        assert fetch(centre, second, NOW + LEASE - MINUTE) is None
        assert fetch(centre, second, NOW + LEASE) == call
        assert fetch(centre, first, NOW + LEASE + MINUTE) is None

    def test_who_comes_back_in_time_goes_on(self, centre: Inspected) -> None:
        call, first = centre.call(LOW), centre.person("甲")
        fetch(centre, first)
        assert fetch(centre, first, NOW + 5 * LEASE) == call

    def test_a_draft_left_behind_is_offered_first_when_it_is_free_again(self, centre: Inspected) -> None:
        first, second = centre.person("甲"), centre.person("乙")
        call = centre.call(CHANCE)
        fetch(centre, first)
        with centre.make.begin() as session:
            open_draft(session, centre.assignment(call).id, first.user_id or 0, {}, NOW)
        assert fetch(centre, second, NOW + LEASE) == call
        centre.call(FATAL)
        assert fetch(centre, first, NOW + 2 * LEASE) == call

    def test_what_one_gave_back_is_not_offered_again(self, centre: Inspected) -> None:
        person, call = centre.person("甲"), centre.call(FATAL)
        with centre.make.begin() as session:
            open_draft(session, centre.assignment(call).id, person.user_id or 0, {}, NOW, given_back=True)
        other = centre.call(CHANCE)
        assert fetch(centre, person) == other
        assert fetch(centre, centre.person("乙")) == call


def test_looking_ahead_takes_nothing(centre: Inspected) -> None:
    call, person = centre.call(LOW), centre.person("甲")
    with sessions(centre.make.kw["bind"], reading=True)() as session:
        row = peek(session, person, NOW)
        assert row is not None
        assert (row.call_id, row.user_id) == (call, None)


def test_machines_hear_nothing(centre: Inspected) -> None:
    with centre.make() as session, pytest.raises(Forbidden):
        claim(session, SYSTEM, NOW)


def test_sixteen_people_at_once_never_get_the_same_call(centre: Inspected) -> None:
    calls = [centre.call(LOW, team=f"{number % 4}组", double=number % 5 == 0) for number in range(48)]
    people = [centre.person(f"质检员{number}", team=f"{number % 4}组") for number in range(16)]

    def work(person: Viewer) -> list[int]:
        taken: list[int] = []
        while True:
            with centre.make.begin() as session:
                row = claim(session, person, NOW)
                if row is None:
                    return taken
                taken.append(row.id)
                row.state = "submitted"
                row.lease_until = None

    with ThreadPoolExecutor(16) as pool:
        taken = list(chain.from_iterable(pool.map(work, people)))
    assert len(taken) == len(set(taken))
    with centre.make() as session:
        rows = session.execute(select(AssignmentRow, ReviewRow.team).join(ReviewRow)).all()
    teams = {person.user_id: person.team for person in people}
    left = [row for row, _ in rows if row.user_id is None]
    assert len(rows) == len(calls) + 10
    assert len(taken) + len(left) == len(rows)
    assert not left, "nothing is forgotten"
    assert all(teams[row.user_id] != team for row, team in rows)
    pairs = [(row.call_id, row.user_id) for row, _ in rows]
    assert len(pairs) == len(set(pairs)), "two opinions are two people's"


def test_two_windows_of_one_person_get_one_call(centre: Inspected) -> None:
    person, calls = centre.person("甲"), [centre.call(LOW, double=True) for _ in range(6)]
    with ThreadPoolExecutor(8) as pool:
        fetched = set(pool.map(lambda _: fetch(centre, person), range(8)))
    assert fetched == {calls[0]}
    with centre.make() as session:
        held = select(AssignmentRow.id).where(AssignmentRow.user_id == person.user_id)
        assert len(session.scalars(held).all()) == 1


def test_one_in_five_is_the_one_overdue_longest(centre: Inspected) -> None:
    """However many urgent calls keep coming."""
    person, late = centre.person("甲"), NOW + timedelta(days=3)
    chance = centre.call(CHANCE)
    change(centre, chance, due_at=NOW)
    for _ in range(6):
        change(centre, centre.call(FATAL), due_at=late + MINUTE)
    fetched = []
    for _ in range(5):
        with centre.make.begin() as session:
            row = claim(session, person, late)
            assert row is not None
            fetched.append(row.call_id)
            submit(session, person, row.id, judged(), late)
    assert fetched.index(chance) == OVERDUE_EVERY - 1


def test_a_flagged_call_is_told_to_those_who_listen(centre: Inspected) -> None:
    with centre.make.begin() as session:
        add_webhook(session, SYSTEM, "http://127.0.0.1:9/", ["call.flagged"], NOW)
    call = centre.call(FATAL)
    with centre.make() as session:
        (told,) = session.scalars(select(DeliveryRow))
    assert told.payload == {"call_id": call, "reasons": ["scoring.routed_fatal"], "fatal": told.payload["fatal"]}

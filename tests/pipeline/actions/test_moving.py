"""A correction goes its way step by step, and whoever has it in hand does not verify it."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.action import ActionState
from models.errors import BadInput, CallqaError, Conflict, Forbidden, NotFound
from models.person import UserRole, Viewer
from models.tables import ActionMoveRow, ActionRow, AuditRow
from pipeline.actions import listing, moving, steps
from pipeline.actions.held import seen
from pipeline.actions.moving import Move
from pipeline.actions.opening import OpenAction, open_action
from storage.actions import actions
from storage.actions.actions import ActionFilter
from storage.database import sessions
from tests.pipeline.actions.corrected import CARD, DAY, ITEM, NOW, TODAY, Centre


@pytest.fixture
def centre(session: Session) -> Centre:
    return Centre(session)


@pytest.fixture
def lead(centre: Centre) -> Viewer:
    return centre.person(UserRole.LEAD, "李敏")


@pytest.fixture
def leader(centre: Centre) -> Viewer:
    return centre.person(UserRole.TEAM_LEAD, "王组长", team="一组")


def wanted(agent_id: str | None = "1001", **others: object) -> OpenAction:
    asked = {"title": "开场白", "card": CARD, "items": (ITEM,), "due_on": TODAY + 7 * DAY, "agent_id": agent_id}
    return OpenAction(**{**asked, **others})  # type: ignore[arg-type]


def test_from_opened_to_verified_each_move_is_kept(centre: Centre, lead: Viewer, leader: Viewer) -> None:
    row = open_action(centre.session, lead, wanted(steps=("面谈", "复听"), owner_id=leader.user_id), NOW)
    with pytest.raises(Conflict) as early:
        moving.move(centre.session, leader, row.id, Move.HAND_IN, "", revision=1, now=NOW)
    assert early.value.reason.facts == {"count": 2}
    for step in actions.steps_of(centre.session, row.id):
        steps.do_step(
            centre.session, leader, row.id, step.id, evidence="已面谈", calls=[], revision=row.revision, now=NOW
        )
    assert row.state == ActionState.DOING
    moving.move(centre.session, leader, row.id, Move.HAND_IN, "请核验", revision=row.revision, now=NOW)
    with pytest.raises(Forbidden):
        moving.move(centre.session, leader, row.id, Move.VERIFY, "好了", revision=row.revision, now=NOW)
    with pytest.raises(BadInput):
        moving.move(centre.session, lead, row.id, Move.VERIFY, " ", revision=row.revision, now=NOW)
    moving.move(centre.session, lead, row.id, Move.VERIFY, "之后十通都对", revision=row.revision, now=NOW)
    kept = centre.session.execute(select(ActionMoveRow.after, ActionMoveRow.by).order_by(ActionMoveRow.id)).all()
    assert [tuple(one) for one in kept] == [
        ("open", "李敏"),
        ("doing", "王组长"),
        ("to_verify", "王组长"),
        ("verified", "李敏"),
    ]
    assert "action.moved" in set(centre.session.scalars(select(AuditRow.action)))


def test_the_same_agent_and_item_again_within_the_window_is_the_next_offence(centre: Centre, lead: Viewer) -> None:
    first = open_action(centre.session, lead, wanted(), NOW)
    second = open_action(centre.session, lead, wanted(due_on=TODAY + 50 * DAY), NOW + 40 * DAY)
    other = open_action(centre.session, lead, wanted(items=("closing",)), NOW)
    late = open_action(centre.session, lead, wanted(due_on=TODAY + 150 * DAY), NOW + 140 * DAY)
    assert [row.offence for row in (first, second, other, late)] == [1, 2, 1, 1]


def test_a_cancelled_action_is_no_offence(centre: Centre, lead: Viewer) -> None:
    row = open_action(centre.session, lead, wanted(), NOW)
    moving.move(centre.session, lead, row.id, Move.CANCEL, "判错了", revision=1, now=NOW)
    assert open_action(centre.session, lead, wanted(), NOW).offence == 1


def test_what_did_not_help_is_opened_again_once(centre: Centre, lead: Viewer, leader: Viewer) -> None:
    row = open_action(centre.session, lead, wanted(steps=("面谈",), owner_id=leader.user_id, due_on=TODAY), NOW)
    row.state = ActionState.TO_VERIFY.value
    moving.move(centre.session, lead, row.id, Move.FAIL, "还是错", revision=1, now=NOW)
    again = moving.open_again(centre.session, lead, row.id, TODAY + 14 * DAY, NOW)
    assert (again.offence, again.why["again"], row.why["next"]) == (2, row.id, again.id)
    with pytest.raises(Conflict):
        moving.open_again(centre.session, lead, row.id, TODAY + 14 * DAY, NOW)


def test_a_call_and_item_that_are_corrected_are_not_opened_twice(centre: Centre, lead: Viewer) -> None:
    call = centre.take_calls("1001", TODAY - DAY, 1)[0]
    open_action(centre.session, lead, wanted(None, call_id=call), NOW)
    with pytest.raises(Conflict) as again:
        open_action(centre.session, lead, wanted(None, call_id=call), NOW)
    assert again.value.reason.code == "pipeline.action_open_already"


def test_team_leads_correct_their_own_team_only(centre: Centre, lead: Viewer, leader: Viewer) -> None:
    with pytest.raises(NotFound):
        open_action(centre.session, leader, wanted("1011"), NOW)
    with pytest.raises(NotFound):
        open_action(centre.session, lead, wanted("1011", owner_id=leader.user_id), NOW)
    open_action(centre.session, lead, wanted("1011"), NOW)
    mine = open_action(centre.session, leader, wanted("1001"), NOW)
    found = listing.listed(centre.session, leader, ActionFilter(), after=None, limit=10)
    assert [line.row.id for line in found.lines] == [mine.id]
    with pytest.raises(NotFound):
        listing.listed(centre.session, leader, ActionFilter(team="二组"), after=None, limit=10)


def test_an_agent_reads_their_own_and_acknowledges_once(centre: Centre, lead: Viewer) -> None:
    row = open_action(centre.session, lead, wanted(), NOW)
    agent = centre.person(UserRole.AGENT, "a1", agent_id="1001")
    other = centre.person(UserRole.AGENT, "a2", agent_id="1002")
    for _ in range(2):
        moving.acknowledge(centre.session, agent, row.id, "明白", NOW)
    with pytest.raises(NotFound):
        moving.acknowledge(centre.session, other, row.id, "", NOW)
    with pytest.raises(NotFound):
        seen(centre.session, agent, row.id)
    assert listing.own_actions(centre.session, agent)[0].acknowledged_at == NOW
    assert listing.own_actions(centre.session, other) == ()
    assert len(actions.moves_of(centre.session, row.id)) == 2


def test_later_calls_verify_it_by_machine_and_by_people(centre: Centre, lead: Viewer) -> None:
    centre.take_calls("1001", TODAY - 28 * DAY, 28, wrong=lambda n: n % 2 == 0)
    row = open_action(centre.session, lead, wanted(), NOW)
    centre.take_calls("1001", TODAY + DAY, 10, wrong=lambda n: n < 2)
    centre.take_calls("1001", TODAY + 2 * DAY, 2, wrong=lambda n: n == 0, by_people=True)
    later = listing.action_of(centre.session, lead, row.id, NOW + 14 * DAY).later
    assert (later.before.hits, later.before.of) == (28, 56)
    assert (later.machine.hits, later.machine.of) == (3, 24)
    assert (later.reviewed.hits, later.reviewed.of) == (1, 4)
    assert [call.is_wrong for call in later.calls][:4] == [True, True, True, False]


def test_overdue_actions_are_listed_by_their_day(centre: Centre, lead: Viewer) -> None:
    first = open_action(centre.session, lead, wanted(due_on=TODAY + 2 * DAY), NOW)
    open_action(centre.session, lead, wanted("1002", due_on=TODAY + 30 * DAY), NOW)
    later = TODAY + 9 * DAY
    late = listing.listed(centre.session, lead, ActionFilter(late_on=later), after=None, limit=10)
    assert [line.row.id for line in late.lines] == [first.id]
    assert listing.counts(centre.session, lead, None, NOW + timedelta(days=9))["late"] == 1


def test_the_window_stays_though_the_day_changes(centre: Centre, lead: Viewer) -> None:
    centre.take_usual_calls(weeks=1)
    row = open_action(centre.session, lead, wanted(), NOW)
    before = listing.action_of(centre.session, lead, row.id, NOW).effect
    assert lead.user_id is not None
    moving.edit(
        centre.session,
        lead,
        row.id,
        owner_id=lead.user_id,
        due_on=TODAY + 20 * DAY,
        why="放假",
        revision=1,
        now=NOW,
    )
    after = listing.action_of(centre.session, lead, row.id, NOW).effect
    assert before is not None
    assert after is not None
    assert (after.row.after_from, after.row.compared) == (before.row.after_from, before.row.compared)


def test_of_two_who_verify_at_the_same_time_one_is_told(
    centre: Centre, lead: Viewer, leader: Viewer, engine: Engine
) -> None:
    second = centre.person(UserRole.LEAD, "赵主管")
    row = open_action(centre.session, lead, wanted(owner_id=leader.user_id), NOW)
    row.state = ActionState.TO_VERIFY.value
    centre.session.commit()
    begun = Barrier(2)
    results: list[str] = []

    def verify(viewer: Viewer, how: Move) -> None:
        begun.wait()
        try:
            with sessions(engine).begin() as session:
                moving.move(session, viewer, row.id, how, "看过了", revision=1, now=NOW)
            results.append("done")
        except CallqaError as error:
            results.append(type(error).__name__)

    threads = [Thread(target=verify, args=pair) for pair in ((lead, Move.VERIFY), (second, Move.FAIL))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["Stale", "done"]
    with sessions(engine)() as session:
        assert session.get_one(ActionRow, row.id).revision == 2


def test_whoever_handed_it_in_does_not_verify_it_though_another_has_it_by_then(
    centre: Centre, lead: Viewer, leader: Viewer
) -> None:
    row = open_action(centre.session, leader, wanted(), NOW)
    moving.move(centre.session, leader, row.id, Move.HAND_IN, "", revision=1, now=NOW)
    assert lead.user_id is not None
    moving.edit(
        centre.session, leader, row.id, owner_id=lead.user_id, due_on=row.due_on, why="换人", revision=2, now=NOW
    )
    with pytest.raises(Forbidden):
        moving.move(centre.session, leader, row.id, Move.VERIFY, "好了", revision=3, now=NOW)
    assert Move.VERIFY not in listing.action_of(centre.session, leader, row.id, NOW).possible
    other = centre.person(UserRole.LEAD, "周主管")
    assert moving.move(centre.session, other, row.id, Move.VERIFY, "好了", revision=3, now=NOW).closed_at == NOW


def test_nobody_but_the_system_says_which_action_came_before_or_after(centre: Centre, lead: Viewer) -> None:
    row = open_action(centre.session, lead, wanted(why={"next": 7, "again": 3, "calls": 5}), NOW)
    assert row.why == {"calls": 5}

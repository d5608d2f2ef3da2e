"""Calibration sessions: everybody hears alone, nobody sees before all may talk, and no review moves by it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.errors import BadInput, CallqaError, Conflict, Forbidden, NotFound, Stale
from models.person import Right, UserRole, Viewer
from models.review import Purpose, ReviewState
from models.tables import AuditRow, ReviewRow
from pipeline.calibration import course, sessions
from pipeline.calibration.standing import standing
from pipeline.people.visibility import hidden_calls, hides_machine
from pipeline.review import assignment, desk, reviewing, sharing
from pipeline.review.judging import submit
from pipeline.review.queueing import queue_by_hand
from storage.calibration.calibrations import Line
from storage.database import sessions as opened
from tests.pipeline.calibration.calibrated import KIND, Calibrated
from tests.pipeline.inspected import CARD, CHANCE, NOW, Inspected, judged

KIND_AND = (BadInput, Conflict, NotFound)


@pytest.fixture
def meeting(engine: Engine) -> Calibrated:
    return Calibrated(Inspected(opened(engine)))


def refused(meeting: Calibrated, *calls: int, members: tuple[Viewer, ...] = ()) -> str:
    with pytest.raises(KIND_AND) as refusal:
        meeting.begin(calls, members)
    return refusal.value.reason.code


def hides(meeting: Calibrated, viewer: Viewer) -> int:
    with meeting.centre.make() as session:
        return len(hidden_calls(session, viewer, meeting.calls))


def test_every_member_has_every_call_on_their_desk_before_other_work(meeting: Calibrated) -> None:
    other = meeting.centre.call(CHANCE)
    lin = meeting.members[0]
    with meeting.centre.make.begin() as session:
        sharing.share_out(session, meeting.lead, NOW)
        due = {line.call_id for line in desk.desk(session, lin, NOW).mine}
    meeting.begin(due_at=NOW + timedelta(days=3))
    with meeting.centre.make.begin() as session:
        lines = desk.desk(session, lin, NOW).mine
        assert {line.call_id for line in lines} == {*meeting.calls, *due}
        assert [line.purpose for line in lines][:3] == [Purpose.CALIBRATION] * 3
        first = assignment.next_assignment(session, lin, NOW)
        assert first is not None
        assert (first.purpose, first.lease_until) == (Purpose.CALIBRATION, None)
        load = next(load for load in sharing.loads(session, NOW) if load.user_id == lin.user_id)
        assert load.open == 3 + len(due)
    assert other not in meeting.calls


def test_nobody_sees_the_machine_or_others_before_all_are_in(meeting: Calibrated) -> None:
    meeting.begin(members=(*meeting.members, meeting.lead))
    lin, liu = meeting.members
    stranger = meeting.centre.person("外人")
    for call_id in meeting.calls:
        meeting.say(lin, call_id, judged(patience=30))
    assert hides(meeting, lin) == 3, "also after one's own verdicts"
    assert hides(meeting, meeting.lead) == 3, "who runs the session and takes part is blind as well"
    assert hides(meeting, stranger) == 0
    with meeting.centre.make() as session:
        page = reviewing.open_review(session, lin, meeting.assignment(lin, meeting.calls[0]), NOW)
        assert (page.blind, page.machine, page.others, page.differences) == (True, None, (), ())
        assert page.mine is not None
        with pytest.raises(Forbidden):
            sessions.open_table(session, lin, meeting.id)
        with pytest.raises(Forbidden):
            sessions.open_table(session, meeting.lead, meeting.id)
        own = standing(session, lin, meeting.id)
        assert (own.members, own.missing, len(own.hearings)) == ((), (), 3), "not even who else takes part"
        assert all(one.reasons == () and one.call.score is None for one in own.calls)
    for member in (liu, meeting.lead):
        for call_id in meeting.calls:
            meeting.say(member, call_id, judged())
    assert meeting.row.state == CalibrationState.TALKING
    assert [hides(meeting, one) for one in (lin, liu, meeting.lead)] == [0, 0, 0]


def test_a_published_call_stays_as_it_is(meeting: Calibrated) -> None:
    heard = meeting.calls[0]
    old = meeting.centre.person("老质检")
    with meeting.centre.make.begin() as session:
        queue_by_hand(session, meeting.lead, heard, "抽查", NOW)
    row = meeting.centre.assignment(heard)
    with meeting.centre.make.begin() as session:
        assignment.assign(session, meeting.lead, row.id, old.user_id, NOW)
        submit(session, old, row.id, judged(), NOW)
    before = meeting.centre.review(heard)
    meeting.begin()
    meeting.all_say(judged(patience=30), judged(greeting=40))
    after = meeting.centre.review(heard)
    assert (after.state, after.final_id, after.updated_at) == (ReviewState.SUBMITTED, None, before.updated_at)
    with meeting.centre.make() as session:
        assert [one.name for one in reviewing.opinions(session, after.id)] == ["老质检"]
        untouched = session.scalars(select(ReviewRow.state).where(ReviewRow.call_id.in_(meeting.calls[1:]))).all()
    assert untouched == [ReviewState.MACHINE_SCORED] * 2


def test_the_last_two_verdicts_at_once_open_the_table(meeting: Calibrated) -> None:
    meeting.begin()
    lin, liu = meeting.members
    first, second, last = meeting.calls
    for member in meeting.members:
        meeting.say(member, first, judged())
    meeting.say(lin, second, judged())
    meeting.say(liu, last, judged())
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(meeting.say, lin, last, judged()), threads.submit(meeting.say, liu, second, judged())]
        assert [one.result() for one in both] == [None, None]
    assert meeting.row.state == CalibrationState.TALKING


def test_nobody_stands_in_for_a_member(meeting: Calibrated) -> None:
    meeting.begin()
    lin, liu = meeting.members
    mine = meeting.assignment(lin, meeting.calls[0])
    with meeting.centre.make.begin() as session:
        assignment.start(session, lin, mine, NOW)
    later = NOW + timedelta(days=2)
    newcomer = meeting.centre.person("新人")
    with meeting.centre.make.begin() as session:
        refusals = (
            lambda: assignment.start(session, liu, mine, later),
            lambda: assignment.give_back(session, lin, mine, later),
            lambda: assignment.assign(session, meeting.lead, mine, liu.user_id, later),
            lambda: assignment.cancel(session, meeting.lead, mine, "不用了", later),
        )
        for refusal in refusals:
            with pytest.raises(CallqaError), session.begin_nested():
                refusal()
        assert assignment.next_assignment(session, newcomer, later) is None
    meeting.say(lin, meeting.calls[0], judged(), later)


def test_who_leaves_has_nothing_to_hear_and_who_comes_hears_all(meeting: Calibrated) -> None:
    meeting.begin()
    lin, liu = meeting.members
    chen = meeting.centre.person("陈明")
    for call_id in meeting.calls:
        meeting.say(lin, call_id, judged())
    members = [lin.user_id or 0, chen.user_id or 0]
    with meeting.centre.make.begin() as session:
        sessions.set_members(session, meeting.lead, meeting.id, members, revision=1, now=NOW)
    with meeting.centre.make() as session:
        assert desk.desk(session, liu, NOW).mine == ()
        assert len(desk.desk(session, chen, NOW).mine) == 3
        with pytest.raises(Stale):
            sessions.set_members(session, meeting.lead, meeting.id, members, revision=1, now=NOW)
    for call_id in meeting.calls[:2]:
        meeting.say(chen, call_id, judged(patience=30))
    with meeting.centre.make.begin() as session:
        with pytest.raises(Conflict) as refusal:
            course.talk(session, meeting.lead, meeting.id, without=[], revision=2, now=NOW)
        assert refusal.value.reason.facts["who"] == "陈明"
        course.talk(session, meeting.lead, meeting.id, without=[chen.user_id or 0], revision=2, now=NOW)
        (absent,) = course.missing(session, meeting.id)
        assert absent.calls == meeting.calls[2:]
        assert desk.desk(session, chen, NOW).mine == ()


def test_the_last_one_missing_leaves_and_the_others_talk(meeting: Calibrated) -> None:
    chen = meeting.centre.person("陈明")
    meeting.begin(members=(*meeting.members, chen))
    meeting.all_say(judged(), judged())
    with meeting.centre.make.begin() as session:
        left = [one.user_id or 0 for one in meeting.members]
        sessions.set_members(session, meeting.lead, meeting.id, left, revision=1, now=NOW)
    assert meeting.row.state == CalibrationState.TALKING


def test_who_sat_at_the_table_without_a_verdict_does_not_judge_the_call_later(meeting: Calibrated) -> None:
    chen = meeting.centre.person("陈明")
    meeting.begin(members=(*meeting.members, chen))
    meeting.all_say(judged(), judged())
    with meeting.centre.make.begin() as session:
        course.talk(session, meeting.lead, meeting.id, without=[chen.user_id or 0], revision=1, now=NOW)
        queue_by_hand(session, meeting.lead, meeting.calls[0], "抽查", NOW)
    row = meeting.centre.assignment(meeting.calls[0])
    with meeting.centre.make.begin() as session:
        assert assignment.next_assignment(session, chen, NOW) is None
        assert sharing.share_out(session, meeting.lead, NOW).given == ()
        with pytest.raises(Conflict):
            assignment.assign(session, meeting.lead, row.id, chen.user_id, NOW)


def test_calls_are_taken_out_and_put_in(meeting: Calibrated) -> None:
    more = meeting.centre.call(call_type=KIND)
    meeting.begin()
    first, *kept = meeting.calls
    with meeting.centre.make.begin() as session:
        sessions.set_calls(session, meeting.lead, meeting.id, [*kept, more], revision=1, now=NOW)
    with meeting.centre.make() as session:
        for member in meeting.members:
            assert {line.call_id for line in desk.desk(session, member, NOW).mine} == {*kept, more}
        assert not hides_machine(session, meeting.members[0], first)
        with pytest.raises(BadInput):
            sessions.set_calls(session, meeting.lead, meeting.id, kept, revision=2, now=NOW)


def test_a_session_called_off_leaves_nothing_to_hear(meeting: Calibrated) -> None:
    meeting.begin()
    with meeting.centre.make.begin() as session:
        course.cancel(session, meeting.lead, meeting.id, "本周太忙", revision=1, now=NOW)
    assert hides(meeting, meeting.members[0]) == 0
    with meeting.centre.make() as session:
        assert all(desk.desk(session, member, NOW).mine == () for member in meeting.members)
        actions = list(session.scalars(select(AuditRow.action).order_by(AuditRow.id)))
    assert actions == ["calibration.made", "calibration.cancelled"]
    meeting.begin()  # nobody has heard anything, so the same calls can be taken again
    with meeting.centre.make() as session:
        assert len(desk.desk(session, meeting.members[0], NOW).mine) == 3


def test_what_makes_no_session(meeting: Calibrated) -> None:
    lin, liu = meeting.members
    assert refused(meeting, *meeting.calls[:2]) == "pipeline.calibration_few_calls"
    assert refused(meeting, members=(lin, lin)) == "pipeline.calibration_few_members"
    assert refused(meeting, *meeting.calls, 999) == "storage.no_such_call"
    assert refused(meeting, *meeting.calls, meeting.centre.call(call_type="查询")) == "pipeline.calibration_kinds"
    trainer = meeting.centre.person("吴老师", UserRole.TRAINER)
    assert refused(meeting, members=(lin, trainer)) == "pipeline.does_not_review"
    own = meeting.centre.person("自己人", team="服务二组")
    assert refused(meeting, members=(lin, own)) == "pipeline.own_team_of"
    waiting = meeting.centre.call(CHANCE, call_type=KIND)
    assert refused(meeting, *meeting.calls, waiting, members=(lin, liu)) == "pipeline.calibration_nobody_left"
    meeting.begin()
    assert refused(meeting) == "pipeline.heard_before_of"


def test_who_may_know_of_a_session(meeting: Calibrated) -> None:
    meeting.begin()
    stranger = meeting.centre.person("外人")
    with meeting.centre.make() as session:
        assert [line.own_left for line in _listed(session, meeting.members[0])] == [3]
        assert _listed(session, stranger) == ()
        assert [line.due for line in _listed(session, meeting.lead)] == [6]
        with pytest.raises(NotFound):
            sessions.seen(session, stranger, meeting.id)
    assert meeting.lead.may(Right.CALIBRATE)


def _listed(session: Session, viewer: Viewer) -> tuple[Line, ...]:
    return sessions.listed(session, viewer, states=(), after=None, limit=10).lines


def test_a_version_that_judged_no_call_is_no_card(meeting: Calibrated) -> None:
    with meeting.centre.make() as session, pytest.raises(NotFound):
        sessions.make(
            session,
            meeting.lead,
            "x",
            card=CARD.name,
            version=9,
            call_ids=meeting.calls,
            member_ids=[1, 2],
            due_at=None,
            now=NOW,
        )

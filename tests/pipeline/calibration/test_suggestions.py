"""Suggested calls: of one type, like length, and such as people may see differently, each with its reason."""

import pytest
from sqlalchemy import Engine

from models.reason import Reason
from models.review import Judgement
from pipeline.calibration.suggestions import Suggestion, suggest
from pipeline.review.assignment import assign
from pipeline.review.judging import submit
from pipeline.review.queueing import queue_by_hand
from storage.database import sessions as opened
from tests.pipeline.calibration.calibrated import KIND, Calibrated
from tests.pipeline.inspected import CARD, CHANCE, NOW, Inspected, judged


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def meeting(engine: Engine) -> Calibrated:
    return Calibrated(Inspected(opened(engine)))


def suggested(meeting: Calibrated, *, by_member: bool = False) -> tuple[Suggestion, ...]:
    viewer = meeting.members[0] if by_member else meeting.lead
    members = [one.user_id or 0 for one in meeting.members]
    with meeting.centre.make() as session:
        return suggest(session, viewer, CARD.name, KIND, members=members)


def codes(one: Suggestion) -> list[str]:
    return [reason.code.removeprefix("pipeline.calibration_") for reason in one.reasons]


def reviewed(meeting: Calibrated, call_id: int, *said: Judgement) -> None:
    """By others than the members, independently."""
    with meeting.centre.make.begin() as session:
        queue_by_hand(session, meeting.lead, call_id, "抽查", NOW, double=len(said) > 1)
    for slot, judgement in enumerate(said, 1):
        other = meeting.centre.person(f"老质检{slot}-{call_id}")
        row = meeting.centre.assignment(call_id, slot)
        with meeting.centre.make.begin() as session:
            assign(session, meeting.lead, row.id, other.user_id, NOW)
            submit(session, other, row.id, judgement, NOW)


def test_nothing_is_said_of_calls_that_are_clear(meeting: Calibrated) -> None:
    assert suggested(meeting) == ()


def test_people_who_differed_come_before_totals_near_a_grade(meeting: Calibrated) -> None:
    near = meeting.centre.call(call_type=KIND, hits=("no-greeting",))  # 60, the bound of 合格
    reviewed(meeting, meeting.calls[0], judged(patience=30), judged(greeting=40, patience=30))
    reviewed(meeting, meeting.calls[1], judged(patience=30), judged(insult=5))
    found = {one.call_id: codes(one) for one in suggested(meeting)}
    assert list(found) == [meeting.calls[1], meeting.calls[0], near]
    assert found[near] == ["near_grade"]
    assert found[meeting.calls[0]] == ["differed", "against_machine"]
    assert found[meeting.calls[1]][0] == "differed_fatal"


def test_calls_much_longer_or_shorter_come_last(meeting: Calibrated) -> None:
    long = meeting.centre.call(call_type=KIND, hits=("no-greeting",), seconds=900)
    usual = [meeting.centre.call(call_type=KIND, hits=("no-greeting",), seconds=60) for _ in range(3)]
    found = suggested(meeting)
    assert [(one.call_id, one.alike) for one in found] == [*((one, True) for one in reversed(usual)), (long, False)]


def test_what_members_heard_and_what_waits_is_left_out(meeting: Calibrated) -> None:
    waiting = meeting.centre.call(CHANCE, call_type=KIND, hits=("no-greeting",))
    other_kind = meeting.centre.call(call_type="查询", hits=("no-greeting",))
    own_team = meeting.centre.call(call_type=KIND, hits=("no-greeting",), team="服务九组")
    meeting.members = (*meeting.members, meeting.centre.person("九组的", team="服务九组"))
    good = meeting.centre.call(call_type=KIND, hits=("no-greeting",))
    assert [one.call_id for one in suggested(meeting)] == [good]
    assert good not in {waiting, other_kind, own_team}
    meeting.members = meeting.members[:2]
    meeting.begin([good, *meeting.calls])
    assert good not in {one.call_id for one in suggested(meeting)}, "it is in a session"


def test_who_takes_part_is_not_told_why(meeting: Calibrated) -> None:
    meeting.centre.call(call_type=KIND, hits=("no-greeting",))
    (one,) = suggested(meeting, by_member=True)
    assert one.reasons == (Reason("pipeline.calibration_ambiguous"),)

"""Inspectors' months: figures against references, a grade by the bars, signed once, read by whom it is about."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.person import UserRole
from models.tables import AuditRow
from pipeline.calibration import course, reference
from pipeline.reports.assessments import (
    Assessment,
    Thresholds,
    month_assessments,
    own_assessments,
    read,
    sign,
    suggested_grade,
)
from pipeline.reports.inspectors import Inspector, inspectors
from pipeline.reports.report import report
from pipeline.reports.span import month_of
from pipeline.reports.totals import Mean
from pipeline.reports.who import CENTRE
from scoring.wilson import share
from storage.database import sessions
from tests.pipeline.calibration.calibrated import Calibrated
from tests.pipeline.inspected import NOW, Inspected, judged

MONTH = NOW.date().replace(day=1)
OVER = datetime(2026, 12, 2, tzinfo=NOW.tzinfo)
BARS = Thresholds(least=5)


@pytest.fixture
def meeting(engine: Engine) -> Calibrated:
    """A calibration in which one judged as was agreed, and the other took 30 points less from every call."""
    meeting = Calibrated(Inspected(sessions(engine)))
    meeting.begin()
    meeting.all_say(judged(patience=30), judged())
    revision = meeting.row.revision
    with sessions(engine).begin() as session:
        for place, call in enumerate(meeting.calls):
            reference.agree(
                session, meeting.lead, meeting.id, call, judged(patience=30), revision=revision + place, now=NOW
            )
        course.close(session, meeting.lead, meeting.id, revision=revision + 3, now=NOW)
    return meeting


def of(meeting: Calibrated, name: str) -> Assessment:
    with meeting.centre.make() as session:
        found = month_assessments(session, meeting.lead, MONTH, BARS, OVER)
    return next(one for one in found if one.name == name)


def test_verdicts_are_held_against_what_was_agreed(meeting: Calibrated) -> None:
    with meeting.centre.make() as session:
        found = {one.name: one for one in inspectors(session, month_of(MONTH), OVER)}
        told = report(session, meeting.lead, month_of(MONTH), CENTRE, OVER)
        assert {one.name for one in told.inspectors} == set(found)
        (calibration,) = told.calibrations
    right, lenient = found["李静"], found["刘芳"]
    assert (right.all, right.verdicts["calibration"], right.verdicts["review"]) == (3, 3, 0)
    assert (right.right[:2], lenient.right[:2]) == ((9, 9), (6, 9))
    assert (right.within[:2], lenient.within[:2]) == ((3, 3), (0, 3))
    assert (right.bias.value, lenient.bias.value) == (0, 30)
    assert (calibration.members, calibration.calls, calibration.agreed) == (2, 3, 3)
    assert (calibration.within[:2], calibration.apart) == ((3, 6), 15)


def test_a_month_is_signed_once_with_its_figures_and_read_by_whom_it_is_about(meeting: Calibrated) -> None:
    wise, inspector = of(meeting, "李静"), meeting.members[0]
    assert (wise.suggested, of(meeting, "刘芳").suggested) == ("优秀", "合格")
    with meeting.centre.make.begin() as session:
        row = sign(session, meeting.lead, wise.user_id, MONTH, grade="优秀", comment=" 准 ", thresholds=BARS, now=OVER)
        with pytest.raises(Conflict):
            sign(session, meeting.lead, wise.user_id, MONTH, grade="合格", comment="", thresholds=BARS, now=OVER)
    with meeting.centre.make.begin() as session:
        (own,) = own_assessments(session, inspector)
        assert (own.comment, own.figures["right"]["hits"], own.read_at) == ("准", 9, None)
        assert own_assessments(session, meeting.members[1]) == ()
        with pytest.raises(NotFound):
            read(session, meeting.members[1], row.id, OVER)
        read(session, inspector, row.id, OVER)
        read(session, inspector, row.id, OVER + timedelta(days=1))
        assert own.read_at == OVER
        actions = session.scalars(select(AuditRow.action).where(AuditRow.target == "assessment"))
        assert sorted(actions) == ["assessment.read", "assessment.signed"]
    assert of(meeting, "李静").signed is not None


def test_who_may_not_sign_and_what(meeting: Calibrated) -> None:
    user_id = meeting.members[0].user_id or 0
    other_lead = meeting.centre.person("吴主管", UserRole.LEAD)
    with meeting.centre.make() as session:
        with pytest.raises(Forbidden):
            month_assessments(session, meeting.members[0], MONTH, BARS, OVER)
        with pytest.raises(BadInput):
            sign(session, other_lead, user_id, MONTH, grade="极好", comment="", thresholds=BARS, now=OVER)
        with pytest.raises(BadInput):
            sign(session, other_lead, user_id, MONTH, grade="良好", comment="", thresholds=BARS, now=NOW)
        with pytest.raises(NotFound):
            sign(session, other_lead, 999, MONTH, grade="良好", comment="", thresholds=BARS, now=OVER)
        own = meeting.lead.user_id or 0
        with pytest.raises(Forbidden):
            sign(session, meeting.lead, own, MONTH, grade="良好", comment="", thresholds=BARS, now=OVER)


@pytest.mark.parametrize(
    ("right", "in_time", "overturned", "given", "grade"),
    [
        ((99, 100), (99, 100), (0, 20), 100, "优秀"),
        ((90, 100), (99, 100), (0, 20), 100, "良好"),
        ((80, 100), (99, 100), (0, 20), 100, "合格"),
        ((80, 100), (50, 100), (0, 20), 100, "不合格"),
        ((99, 100), (99, 100), (10, 20), 30, "不合格"),
        ((1, 2), (1, 2), (1, 2), 100, None),
        ((0, 0), (0, 0), (0, 0), 0, None),
    ],
)
def test_the_grade_follows_what_is_known_well_enough(
    right: tuple[int, int], in_time: tuple[int, int], overturned: tuple[int, int], given: int, grade: str | None
) -> None:
    def inspector(user_id: int, given: int) -> Inspector:
        mean = Mean(0, None)
        counts = {"right": share(*right), "in_time": share(*in_time), "overturned": share(*overturned)}
        rest = {"verdicts": {}, "hours": 0.0, "minutes": None, "sound_hours": 0.0, "late": 0, "share": 0.5}
        return Inspector(user_id, "某", True, given, within=share(0, 0), bias=mean, **counts, **rest)  # type: ignore[arg-type]  # noqa: FBT003

    one = inspector(1, given)
    assert suggested_grade(one, (one, inspector(2, 100)), Thresholds()) == grade

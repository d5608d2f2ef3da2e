"""Inspectors made as good and as strict as we like: the figures find it out, whatever they were given to judge."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.errors import NotFound
from models.person import UserRole, Viewer
from models.tables import ScoreRow
from pipeline.calibration.inspectors import Inspector, inspectors, own_figures
from pipeline.calibration.sheet import Asked
from tests.pipeline.calibration.simulated import NOW, Rater, Simulated
from tests.pipeline.calibration.test_agreement import reference

CARD = Asked("service")


@pytest.fixture
def backend() -> str:
    return "sqlite"


def by_name(session: Session) -> dict[str, Inspector]:
    found = inspectors(session, CARD)
    return {one.name: one for one in (*found.inspectors, found.machine)}


def test_who_is_given_the_hard_calls_is_not_the_worse_for_it(session: Session) -> None:
    people = [Rater("甲", 2.6), Rater("乙", 1.6), Rater("丙", 2.0), Rater("丁", 2.0)]
    made = Simulated(session, people, hard_type=2.0, share=0.4)
    # Every third call is a hard one, and mostly they go to the best.
    made.calls(900, by=[[0, 2], [1, 3], [1, 2], [0, 3], [2, 1], [3, 1], [0, 2], [0, 2], [3, 0]])
    found = by_name(session)
    best, worst = found["甲"], found["乙"]
    assert best.accuracy.value is not None
    assert worst.accuracy.value is not None
    assert best.adjusted.low is not None
    assert worst.adjusted.high is not None
    assert best.accuracy.value < worst.accuracy.value
    assert best.adjusted.low > worst.adjusted.high


def test_bias_in_points_is_recovered(session: Session) -> None:
    true = {"松": 4.0, "中": 0.0, "正": 0.0, "严": -4.0}
    people = [Rater(name, 6.0, lenient) for name, lenient in true.items()]
    made = Simulated(session, people)
    made.calls(400)
    found = by_name(session)
    for name, lenient in true.items():
        figure = found[name].adjusted_bias
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low - 0.3 <= lenient <= figure.high + 0.3
    # Beside each other the two extremes look worse than they are.
    raw = found["严"].bias
    assert raw.value is not None
    assert raw.value < -4.5


def test_a_drift_is_put_to_who_drifts(session: Session) -> None:
    made = Simulated(session, [Rater("稳", 2.5), Rater("变", 2.5, since=200, later=0.2), Rater("常", 2.5)])
    made.calls(400, by=[[0, 1], [1, 2], [2, 0]])
    found = by_name(session)
    (drift,) = [one for one in found["变"].drifts if one.kind == "accuracy"]
    began = (NOW - timedelta(minutes=30 * 2800)).astimezone(CHINA_TIME).date()
    assert abs((drift.since - began).days) <= 1
    assert drift.by.high is not None
    assert drift.by.high < -0.1
    assert [one for name in ("稳", "常") for one in found[name].drifts if one.kind == "accuracy"] == []


def test_the_machine_is_one_more_rater_and_nobody_s_measure(session: Session) -> None:
    made = Simulated(session, [Rater("甲", 3.0), Rater("乙", 3.0)], machine=3.0)
    made.calls(200)
    before = by_name(session)
    machine = before[""]
    assert machine.user_id is None
    assert machine.adjusted.low is not None
    assert machine.adjusted.high is not None
    value = before["甲"].adjusted.value
    assert value is not None
    assert machine.adjusted.low - 0.02 <= value <= machine.adjusted.high + 0.02
    for score in session.query(ScoreRow):
        score.body = {"pre_score": {"sections": []}, "results": []}
        score.total = 10.0
    session.flush()
    after = by_name(session)
    assert after["甲"].adjusted == before["甲"].adjusted
    assert after["甲"].adjusted_bias == before["甲"].adjusted_bias


def test_references_count_before_colleagues(session: Session) -> None:
    made = Simulated(session, [Rater("甲", 9.0), Rater("乙", 9.0)], items={"a": 0.0, "b": 0.0}, machine=9.0)
    calls = made.calls(24)
    for call_id in calls[:12]:
        items = session.get_one(ScoreRow, call_id).body["pre_score"]["sections"][0]["items"]
        reference(session, made, call_id, {item["id"]: 10.0 - item["lost"] for item in items})
    found = by_name(session)["甲"]
    assert found.sources == {"calibration": 12, "second": 12}
    assert found.accuracy.value == 0.5


def test_little_is_said_of_who_did_little(session: Session) -> None:
    made = Simulated(session, [Rater("老"), Rater("旧"), Rater("新")])
    made.calls(30, by=[[0, 1]])
    made.calls(4, by=[[0, 2]])
    found = inspectors(session, CARD)
    assert found.inspectors[-1].name == "新"
    newest = found.inspectors[-1]
    assert (newest.verdicts, newest.hours) == (4, pytest.approx(4 * 120 / 3600))
    for figure in (newest.accuracy, newest.adjusted, newest.bias, newest.adjusted_bias, newest.within):
        assert figure.insufficient is not None
        assert figure.insufficient.facts["n"] == 4
    assert newest.drifts == ()


def test_weeks_are_china_s_and_small_ones_say_so(session: Session) -> None:
    made = Simulated(session, [Rater("甲"), Rater("乙")])
    made.calls(350)
    weeks = by_name(session)["甲"].weeks
    assert all(week.monday.weekday() == 0 for week in weeks)
    assert any(week.accuracy.is_known for week in weeks)
    assert sum(week.accuracy.n for week in weeks) == 350


def test_nobody_judged_or_nobody_to_compare_with(session: Session) -> None:
    assert inspectors(session, CARD).inspectors == ()
    made = Simulated(session, [Rater("甲")])
    made.calls(20, by=[[0]])
    (alone,) = inspectors(session, CARD).inspectors
    assert alone.accuracy.n == 0
    assert alone.accuracy.insufficient is not None
    assert alone.sources == {}


def test_everybody_always_agrees(session: Session) -> None:
    made = Simulated(session, [Rater("甲", 40.0), Rater("乙", 40.0)])
    made.calls(30)
    found = by_name(session)["甲"]
    assert found.accuracy.value == 1.0
    assert found.adjusted.insufficient is not None


def test_own_figures_are_those_of_the_page(session: Session) -> None:
    made = Simulated(session, [Rater("甲"), Rater("乙")])
    made.calls(40)
    assert own_figures(session, made.viewer(1), CARD) == by_name(session)["乙"]
    with pytest.raises(NotFound):
        own_figures(session, Viewer(999, "无", UserRole.INSPECTOR), CARD)

"""A report's quality is section 9's estimate, of the whole period, and follows each verdict."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import ReviewRow, SelectionRow
from pipeline.reports import quality as figures
from pipeline.reports.quality import Quality, quality
from pipeline.reports.report import report
from pipeline.reports.span import DaySpan
from pipeline.reports.who import CENTRE, Who
from pipeline.sampling import estimates, plans
from pipeline.sampling.drawing import draw_plan
from pipeline.sampling.plans import Written
from scoring.sampling.period import Span, before
from scoring.sampling.plan import SamplingPlan
from storage.reports.facts import fill_missing
from tests.pipeline.reports.counted_centre import LEAD as REPORTER
from tests.pipeline.sampled_centre import LEAD, LOW, NOW, WEEK, Said, SampledCentre

LAST = before(WEEK, "week")
PLAN = SamplingPlan.model_validate(
    {"quotas": {"regular": 16}, "exempt": {}, "watched": {}, "targets": [], "double_share": 0, "coverage": {"each": 0}}
)
WEEKS = DaySpan(LAST.first, WEEK.last)


@pytest.fixture
def centre(session: Session) -> SampledCentre:
    """Two weeks of two agents, all but one of the picked calls heard."""
    centre = SampledCentre(session)
    who, plan = centre.inspector(), plans.create_plan(session, LEAD, Written("每周", PLAN, active=True), NOW).id
    for period in (LAST, WEEK):
        began = period.start.replace(hour=12)
        for agent, team in (("8001", "一组"), ("8002", "二组")):
            reasons = [LOW] if agent == "8002" else []
            centre.add(
                Said(agent=agent, team=team, started_at=began, chance=0, reasons=reasons if n < 8 else ())
                for n in range(40)
            )
        draw, _ = draw_plan(session, LEAD, plan, period, seed="s", now=NOW)
        for number, call in enumerate(_to_hear(session, draw.id)):
            if number:
                centre.hear(call, 95 - 5 * (number % 5), who, fatal=number % 9 == 0)
    fill_missing(session)
    return centre


def _to_hear(session: Session, draw_id: int) -> list[int]:
    query = select(SelectionRow.call_id).where(SelectionRow.draw_id == draw_id, SelectionRow.picked)
    return list(session.scalars(query.order_by(SelectionRow.call_id)))


def _days(period: Span) -> DaySpan:
    return DaySpan(period.first, period.last)


def test_it_is_what_the_estimates_of_the_plan_say(session: Session, centre: SampledCentre) -> None:
    assert centre.made == 160
    for days, period in ((WEEKS, Span(LAST.start, WEEK.end)), (_days(WEEK), WEEK)):
        theirs = estimates.report(session, LEAD, 1, period)
        (ours,) = report(session, REPORTER, days, CENTRE, NOW).quality
        assert theirs.centre is not None
        assert ours.measures == theirs.centre.measures
        assert {one.key: one.measures for one in ours.teams} == {one.key: one.measures for one in theirs.teams}
        assert ours.covered[-1] == _days(WEEK)
        for team in theirs.teams:
            assert _of(session, days, Who(team.key)).measures == team.measures
        for agent in theirs.agents:
            assert _of(session, days, Who(agent_id=agent.key)).measures == agent.measures
    assert quality(session, DaySpan(WEEK.first, WEEK.first), CENTRE) == ()


def _of(session: Session, days: DaySpan, who: Who) -> Quality:
    (found,) = quality(session, days, who)
    return found


def test_a_verdict_that_comes_is_in_it_at_once(session: Session, centre: SampledCentre) -> None:
    before_it = _of(session, WEEKS, CENTRE).measures["mean"]
    (missing, *_) = _to_hear(session, 2)
    reviews = select(ReviewRow.id).where(ReviewRow.call_id == missing)
    assert session.scalar(reviews) is not None
    centre.hear(missing, 0, centre.inspector("刘芳"))
    after_it = _of(session, WEEKS, CENTRE).measures["mean"]
    assert after_it.heard == before_it.heard + 1
    assert before_it.interval is not None
    assert after_it.interval is not None
    assert after_it.interval.value < before_it.interval.value


def test_many_draws_put_together_say_nearly_the_same(
    session: Session, centre: SampledCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert centre.made == 160
    whole = _of(session, WEEKS, CENTRE).measures
    monkeypatch.setattr(figures, "MOST_CHOSEN", 10)
    monkeypatch.setattr(figures, "found_of", lambda _kept, _key, find: find())
    parts = _of(session, WEEKS, CENTRE).measures
    for name, one in parts.items():
        (value, other) = (one.interval, whole[name].interval)
        assert value is not None
        assert other is not None
        assert value.value == pytest.approx(other.value, rel=0.03, abs=0.01)
        assert value.high - value.low == pytest.approx(other.high - other.low, rel=0.3, abs=0.02)
        assert (one.heard, one.population) == (whole[name].heard, whole[name].population)

"""Estimates from stored draws, on both databases: what counts as heard, of whom, and in which period."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.errors import Forbidden, NotFound
from models.final import FinalSource
from models.person import UserRole, Viewer
from models.review import JUDGEMENT_JSON, Judgement, Purpose
from models.tables import FinalScoreRow, ReviewRow, SelectionRow, VerdictRow
from pipeline.sampling import plans
from pipeline.sampling.drawing import draw_plan
from pipeline.sampling.estimates import Report, latest_span, report
from pipeline.sampling.plans import Written
from scoring.sampling.estimate import Lack
from scoring.sampling.period import Span, before, span
from scoring.sampling.plan import SamplingPlan
from tests.pipeline.sampled_centre import LEAD, LOW, NOW, WEEK, Said, SampledCentre

LAST = before(WEEK, "week")
SIXTEEN_EACH = SamplingPlan.model_validate(
    {"quotas": {"regular": 16}, "exempt": {}, "watched": {}, "targets": [], "double_share": 0, "coverage": {"each": 0}}
)


@pytest.fixture
def centre(session: Session) -> SampledCentre:
    return SampledCentre(session)


def two_agents(centre: SampledCentre, period: Span) -> None:
    """Forty calls of a good agent and forty of a weak one, of whom eight are queued. Routing draws none by chance."""
    began = period.start.replace(hour=12)
    centre.add(Said(agent="8001", team="一组", started_at=began, chance=0) for _ in range(40))
    centre.add(
        Said(agent="8002", team="二组", call_type="投诉", started_at=began, chance=0, reasons=[LOW] if n < 8 else ())
        for n in range(40)
    )


def drawn(session: Session, period: Span, plan_id: int | None = None) -> tuple[int, int]:
    """A draw of the period; the plan's id and the draw's."""
    if plan_id is None:
        plan_id = plans.create_plan(session, LEAD, Written("每周", SIXTEEN_EACH, active=True), NOW).id
    made, _ = draw_plan(session, LEAD, plan_id, period, seed="s", now=NOW)
    return plan_id, made.id


def hear_all(session: Session, centre: SampledCentre, draw_id: int, name: str = "李敏") -> list[int]:
    """The good agent has 90 points in every call, the weak one 70, and 30 with a fatal error where queued."""
    who = centre.inspector(name)
    picked = select(SelectionRow.call_id, SelectionRow.probability, ReviewRow.agent_id)
    picked = picked.join(ReviewRow, ReviewRow.call_id == SelectionRow.call_id)
    heard: list[int] = []
    for call, chance, agent in session.execute(picked.where(SelectionRow.draw_id == draw_id, SelectionRow.picked)):
        total = 90 if agent == "8001" else 30 if chance == 1 else 70
        centre.hear(call, total, who, fatal=total == 30)
        heard.append(call)
    return heard


def means(found: Report) -> dict[str, float]:
    standings = [*found.teams, *found.agents, *found.types]
    return {one.key: round(one.mean.interval.value, 6) for one in standings if one.mean.interval}


def test_all_calls_are_estimated_from_those_heard(session: Session, centre: SampledCentre) -> None:
    two_agents(centre, WEEK)
    plan_id, draw_id = drawn(session, WEEK)
    hear_all(session, centre, draw_id)
    found = report(session, LEAD, plan_id, WEEK)
    whole = found.centre
    assert whole is not None
    # 40 × 90 + 32 × 70 + 8 × 30, of 80: no call differs from its like, so that the estimate is the truth.
    assert whole.mean.interval is not None
    assert whole.mean.interval.value == pytest.approx((40 * 90 + 32 * 70 + 8 * 30) / 80)
    assert (whole.mean.population, whole.mean.heard) == (80, whole.mean.picked)
    assert whole.naive is not None
    assert whole.naive < whole.mean.interval.value - 2
    fatal = whole.measures["fatal"].interval
    assert fatal is not None
    assert fatal.value == pytest.approx(0.1)
    assert fatal.low == pytest.approx(0.1), "the eight are known"
    assert means(found) == {"一组": 90, "二组": 62, "8001": 90, "8002": 62, "查询": 90, "投诉": 62}
    assert [one.key for one in found.teams] == ["二组", "一组"], "the weakest first"
    assert latest_span(session, LEAD, plan_id) == WEEK


def test_a_published_score_counts_instead_of_the_verdict_and_calibrations_never(
    session: Session, centre: SampledCentre
) -> None:
    two_agents(centre, WEEK)
    plan_id, draw_id = drawn(session, WEEK)
    heard = hear_all(session, centre, draw_id)
    for review in session.scalars(select(ReviewRow).where(ReviewRow.call_id.in_(heard), ReviewRow.agent_id == "8001")):
        final = FinalScoreRow(
            review_id=review.id,
            call_id=review.call_id,
            agent_id="8001",
            source=FinalSource.REVIEW,
            scorecard_id=review.score_id and 1,
            judgement=JUDGEMENT_JSON.dump_python(Judgement(()), mode="json"),
            body={"critical": []},
            total=96,
            fatal=False,
            published_by="李敏",
            published_at=NOW,
        )
        session.add(final)
        session.flush()
        review.final_id = final.id
    weak = select(ReviewRow.id).where(ReviewRow.agent_id == "8002")
    session.execute(update(VerdictRow).where(VerdictRow.review_id.in_(weak)).values(purpose=Purpose.CALIBRATION))
    session.flush()
    found = report(session, LEAD, plan_id, WEEK)
    assert means(found)["8001"] == 96
    weak_agent = next(one for one in found.agents if one.key == "8002")
    assert (weak_agent.mean.interval, weak_agent.mean.lack, weak_agent.naive) == (None, Lack.NOTHING, None)


def test_too_few_calls_give_no_number(session: Session, centre: SampledCentre) -> None:
    two_agents(centre, WEEK)
    plan_id, draw_id = drawn(session, WEEK)
    heard = hear_all(session, centre, draw_id)
    good = select(ReviewRow.id).where(ReviewRow.agent_id == "8001", ReviewRow.call_id.in_(heard))
    lost = list(session.scalars(good.order_by(ReviewRow.id).offset(4)))
    session.execute(update(VerdictRow).where(VerdictRow.review_id.in_(lost)).values(purpose=Purpose.CALIBRATION))
    found = report(session, LEAD, plan_id, WEEK)
    agent = next(one for one in found.agents if one.key == "8001")
    assert (agent.mean.interval, agent.mean.lack, agent.mean.heard) == (None, Lack.FEW, 4)
    assert agent.naive == 90
    # What is missing is stood for by the agent's own calls: the centre is as before.
    assert found.centre is not None
    assert found.centre.mean.interval is not None
    assert found.centre.mean.interval.value == pytest.approx(76)


def test_several_draws_are_one_estimate_and_a_trend(session: Session, centre: SampledCentre) -> None:
    for period in (LAST, WEEK):
        two_agents(centre, period)
    plan_id, first = drawn(session, LAST)
    _, second = drawn(session, WEEK, plan_id)
    hear_all(session, centre, first)
    hear_all(session, centre, second, "赵强")
    both = report(session, LEAD, plan_id, span(LAST.first, WEEK.last))
    assert both.draws == (first, second)
    assert both.centre is not None
    assert both.centre.mean.population == 160
    assert means(both)["8002"] == 62
    assert [step.span for step in both.trend] == [LAST, WEEK]
    one = report(session, LEAD, plan_id, WEEK)
    assert one.draws == (second,)
    assert one.centre is not None
    assert both.centre.mean.interval is not None


def test_there_is_nothing_to_say_of_a_period_without_draws(session: Session, centre: SampledCentre) -> None:
    two_agents(centre, WEEK)
    plan_id, _ = drawn(session, WEEK)
    found = report(session, LEAD, plan_id, LAST)
    assert (found.centre, found.teams, found.draws) == (None, (), ())
    with pytest.raises(NotFound):
        report(session, LEAD, 99, WEEK)
    with pytest.raises(Forbidden):
        report(session, Viewer(1, "组长", UserRole.TEAM_LEAD, team="一组"), plan_id, WEEK)
    assert latest_span(session, LEAD, 99) is None

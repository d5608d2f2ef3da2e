"""Draws on both databases: once, of the right calls, with reasons, chances and reviews."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.errors import Conflict, Forbidden, NotFound, Stale
from models.person import SYSTEM, UserRole, Viewer
from models.review import Purpose, ReviewState
from models.tables import AssignmentRow, AuditRow, DrawRow, PlanRow, ReviewRow, SelectionRow
from pipeline.sampling import plans
from pipeline.sampling.drawing import Use, draw_plan, due_plans, preview
from pipeline.sampling.plans import Written
from scoring.sampling.period import Span, before, span_of
from scoring.sampling.plan import SamplingPlan
from storage.database import sessions
from tests.pipeline.sampled_centre import FATAL, LEAD, LOW, NOW, RANDOM, WEEK, Said, SampledCentre

NOTHING_MORE = SamplingPlan(exempt={}, watched={}, coverage={"each": 0}, targets=(), double_share=0)  # type: ignore[arg-type]


@pytest.fixture
def centre(session: Session) -> SampledCentre:
    return SampledCentre(session)


Plan = Callable[..., int]


@pytest.fixture
def plan(session: Session) -> Plan:
    """Store a plan; its id."""

    def plan(text: SamplingPlan = NOTHING_MORE, name: str = "每周抽检", *, active: bool = True) -> int:
        made = plans.create_plan(session, LEAD, Written(name, text, active), NOW)
        session.commit()
        return made.id

    return plan


def use(text: SamplingPlan, plan_id: int | None = None, span: Span = WEEK) -> Use:
    return Use(text, span, plan_id, "seed")


def test_what_was_previewed_is_what_is_drawn(session: Session, centre: SampledCentre, plan: Plan) -> None:
    centre.inspector()
    centre.add(Said(agent=str(8000 + n % 6), call_type="投诉" if n % 9 == 0 else "查询") for n in range(120))
    text = SamplingPlan(exempt={}, watched={}, capacity=5)  # type: ignore[arg-type]
    plan_id = plan(text)
    shown = preview(session, LEAD, use(text, plan_id), NOW)
    assert shown.drawn is None
    drawn, new = draw_plan(session, LEAD, plan_id, WEEK, seed="seed", now=NOW)
    session.commit()
    assert new
    picked = set(session.scalars(select(SelectionRow.call_id).where(SelectionRow.picked)))
    assert picked == {pick.call_id for pick in shown.picks}
    assert plans.brief(drawn).summary == shown.summary
    assert shown.summary.picked == len(picked) >= 12
    assert shown.summary.seconds == pytest.approx(180 * (len(picked) + shown.summary.double))
    assert shown.summary.inspectors == 1
    assert all(pick.reasons for pick in shown.picks)
    # The whole population is kept, with a chance for each call; what was picked waits for a person.
    assert session.scalar(select(func.count()).select_from(SelectionRow)) == 120
    total = session.scalar(select(func.sum(SelectionRow.probability)))
    assert total == pytest.approx(shown.summary.expected)
    reviews = session.scalars(select(ReviewRow)).all()
    assert {review.call_id for review in reviews} == picked
    assert {review.state for review in reviews} == {ReviewState.QUEUED}
    assert {review.draw_id for review in reviews} == {drawn.id}
    assert {review.due_at for review in reviews} == {NOW + timedelta(hours=72)}
    doubles = session.scalars(select(AssignmentRow.call_id).where(AssignmentRow.purpose == Purpose.DOUBLE)).all()
    assert len(doubles) == shown.summary.double == round(0.1 * len(picked))


def test_a_double_click_makes_one_draw(session: Session, centre: SampledCentre, plan: Plan) -> None:
    centre.add(Said() for _ in range(10))
    plan_id = plan()
    first, new = draw_plan(session, LEAD, plan_id, WEEK, seed="seed", now=NOW)
    again, new_again = draw_plan(session, LEAD, plan_id, WEEK, seed="other", now=NOW)
    assert (new, new_again, again.id) == (True, False, first.id)
    assert session.scalar(select(func.count()).where(AuditRow.action == "draw.made")) == 1
    assert preview(session, LEAD, use(NOTHING_MORE, plan_id), NOW).drawn == first.id


def test_two_leads_at_once_make_one_draw(session: Session, engine: Engine, centre: SampledCentre, plan: Plan) -> None:
    centre.add(Said(agent=str(8000 + n % 3)) for n in range(30))
    plan_id = plan()
    barrier = Barrier(2)

    def press() -> tuple[int, bool]:
        with sessions(engine).begin() as own:
            barrier.wait()
            drawn, new = draw_plan(own, LEAD, plan_id, WEEK, seed="seed", now=NOW)
            return drawn.id, new

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(press) for _ in range(2)]]
    assert sorted(new for _, new in answers) == [False, True]
    assert len({id_ for id_, _ in answers}) == 1
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(DrawRow)) == 1
    assert session.scalar(select(func.count()).select_from(SelectionRow)) == 30


def test_what_waits_for_a_reason_is_certain_and_what_chance_queued_is_not(
    session: Session, centre: SampledCentre, plan: Plan
) -> None:
    low, fatal, chance, *others = centre.add(
        [Said(reasons=[LOW], total=55), Said(reasons=[FATAL, RANDOM], total=0), Said(reasons=[RANDOM])]
        + [Said() for _ in range(17)]
    )
    drawn, _ = draw_plan(session, LEAD, plan(), WEEK, seed="seed", now=NOW)
    rows = {row.call_id: row for row in session.scalars(select(SelectionRow))}
    assert {rows[low].probability, rows[fatal].probability} == {1.0}
    assert rows[chance].picked
    # Routing's 5 % and one of eighteen for the agent: neither picks it with (1 - 0.05)(1 - 1/18).
    assert [rows[call].probability for call in (chance, *others)] == [pytest.approx(1 - 0.95 * 17 / 18)] * 18
    assert [body["code"] for body in rows[fatal].reasons] == ["scoring.routed_fatal"]
    assert "scoring.routed_random" in {body["code"] for body in rows[chance].reasons}
    # They waited already: nothing is queued twice, but the draw holds on to them.
    reviews = {row.call_id: row for row in session.scalars(select(ReviewRow))}
    assert reviews[low].draw_id == reviews[chance].draw_id == drawn.id
    assert [body["code"] for body in reviews[low].reasons] == ["scoring.routed_low_score"]


def test_calls_scored_before_there_were_reviews_are_queued_by_the_draw(
    session: Session, centre: SampledCentre, plan: Plan
) -> None:
    (old, *_) = centre.add([Said(reasons=[LOW], total=55), *(Said() for _ in range(5))], in_queue=False)
    draw_plan(session, LEAD, plan(), WEEK, seed="seed", now=NOW)
    review = session.scalars(select(ReviewRow).filter_by(call_id=old)).one()
    assert [body["code"] for body in review.reasons] == ["scoring.routed_low_score"]


def test_a_plan_never_draws_from_the_same_call_twice(session: Session, centre: SampledCentre, plan: Plan) -> None:
    centre.add(Said(started_at=WEEK.start + timedelta(days=n % 7)) for n in range(28))
    plan_id = plan()
    draw_plan(session, LEAD, plan_id, span_of("day", WEEK.first), seed="seed", now=NOW)
    draw_plan(session, LEAD, plan_id, WEEK, seed="seed", now=NOW)
    calls = session.scalars(select(SelectionRow.call_id)).all()
    assert len(calls) == len(set(calls)) == 28
    shown = preview(session, LEAD, use(NOTHING_MORE, plan_id), NOW)
    assert (shown.summary.calls, shown.summary.picked) == (0, 0)
    assert [reason.code for reason in shown.summary.warnings] == ["pipeline.sampling_drawn_before"]
    # Another plan has its own draws.
    assert preview(session, LEAD, use(NOTHING_MORE, plan(name="月度")), NOW).summary.calls == 28


def test_the_plan_says_which_calls_count(session: Session, centre: SampledCentre) -> None:
    wanted = Said(team="二组", direction="outbound", seconds=60)
    centre.add(
        [
            wanted,
            Said(team="一组", direction="outbound", seconds=60),
            Said(team="二组", seconds=60),
            Said(team="二组", direction="outbound", seconds=5),
            Said(team="二组", direction="outbound", seconds=60, started_at=WEEK.end),
            Said(team="二组", direction="outbound", seconds=60, started_at=WEEK.start - timedelta(seconds=1)),
        ]
    )
    narrowed = {"teams": ["二组"], "direction": "outbound", "least_seconds": 10}
    text = SamplingPlan.model_validate({**NOTHING_MORE.model_dump(), **narrowed})
    assert preview(session, LEAD, use(text), NOW).summary.calls == 1


def test_warnings_say_whom_and_what_the_plan_cannot_reach(session: Session, centre: SampledCentre) -> None:
    centre.roster("8001", name="张小雨")
    centre.roster("8009", name="赵无声")
    centre.add([Said(total=60), Said(agent="8002", call_type="投诉"), *(Said(total=50) for _ in range(4))])
    text = SamplingPlan.model_validate(
        {"capacity": 2, "coverage": {"each": 2, "only": ["投诉", "预订"]}, "exempt": {}, "watched": {}}
    )
    said = {w.code: w.say("zh") for w in preview(session, LEAD, use(text), NOW).summary.warnings}
    assert "赵无声" in said["pipeline.sampling_idle_agents"]
    assert "8002" in said["pipeline.sampling_not_in_roster"]
    assert "预订" in said["pipeline.sampling_types_missing"]
    assert "投诉" in said["pipeline.sampling_types_rare"]
    assert "另有 3 通" in said["pipeline.sampling_capacity"]
    early = preview(session, LEAD, use(text), WEEK.end - timedelta(hours=1)).summary.warnings
    assert early[0].code == "pipeline.sampling_not_over"


def test_last_weeks_worst_are_heard_more_and_its_best_are_spared(session: Session, centre: SampledCentre) -> None:
    last = before(WEEK, "week")
    for place in range(4):
        agent = str(8000 + place)
        centre.roster(agent)
        centre.add(Said(agent=agent, total=60 + 10 * place, started_at=last.start) for _ in range(6))
        centre.add(Said(agent=agent, total=99) for _ in range(20))
    text = SamplingPlan.model_validate(
        {"coverage": {"each": 0}, "watched": {"inbound": 1}, "exempt": {"inbound": 1}, "capacity": 40}
    )
    shown = preview(session, LEAD, use(text), NOW)
    assert shown.summary.ranking.source == "machine"
    assert (shown.summary.ranking.bottom, shown.summary.ranking.top) == (("8000",), ("8003",))
    picks = {str(8000 + n): [p for p in shown.picks if p.agent == str(8000 + n)] for n in range(4)}
    # 99 points are excellent: the plan picks them on purpose up to its capacity, but none of the exempt agent.
    on_purpose = {agent: sum(p.probability == 1 for p in own) for agent, own in picks.items()}
    assert on_purpose["8003"] == 0
    assert sum(on_purpose.values()) == 40
    assert len(picks["8003"]) == 1, "chance leaves nobody out"


def test_plans_are_kept_by_revision(session: Session, plan: Plan) -> None:
    plan_id = plan()
    other = SamplingPlan(due_hours=24)
    saved = plans.save_plan(session, LEAD, plan_id, Written("每周", other, active=False), revision=1, now=NOW)
    assert (saved.revision, saved.plan, saved.active) == (2, other, False)
    with pytest.raises(Stale):
        plans.save_plan(session, LEAD, plan_id, Written("每周", other, active=True), revision=1, now=NOW)
    with pytest.raises(Conflict):
        plans.create_plan(session, LEAD, Written("每周", other, active=True), NOW)
    with pytest.raises(NotFound):
        plans.find_plan(session, LEAD, 99)


def test_a_draw_keeps_the_plan_it_was_made_with(session: Session, centre: SampledCentre, plan: Plan) -> None:
    centre.add(Said() for _ in range(5))
    plan_id = plan()
    drawn, _ = draw_plan(session, LEAD, plan_id, WEEK, seed="seed", now=NOW)
    plans.save_plan(session, LEAD, plan_id, Written("新", SamplingPlan(), active=True), revision=1, now=NOW)
    session.commit()
    assert plans.find_draw(session, LEAD, drawn.id).plan == NOTHING_MORE
    calls, more = plans.picked(session, LEAD, drawn.id, limit=1)
    assert more is not None
    rest, none = plans.picked(session, LEAD, drawn.id, after=more, limit=10)
    assert none is None
    assert all(one.reasons for one in [*calls, *rest])


def test_who_sees_one_team_cannot_plan_for_the_centre(session: Session) -> None:
    viewer = Viewer(1, "组长", UserRole.TEAM_LEAD, team="一组")
    with pytest.raises(Forbidden):
        preview(session, viewer, use(NOTHING_MORE), NOW)
    with pytest.raises(Forbidden):
        plans.all_plans(session, viewer)


def test_active_plans_are_due_until_their_last_period_is_drawn(
    session: Session, centre: SampledCentre, plan: Plan
) -> None:
    centre.add(Said() for _ in range(3))
    plan_id = plan()
    plan(name="停用", active=False)
    plan(SamplingPlan(period="range"), name="专项")
    due = due_plans(session, NOW)
    assert [(row.id, span) for row, span in due] == [(plan_id, WEEK)]
    draw_plan(session, SYSTEM, plan_id, WEEK, seed="seed", now=NOW)
    assert due_plans(session, NOW) == []
    assert session.scalar(select(PlanRow.active).where(PlanRow.id == plan_id))

"""The draw: deterministic, never less than promised, and with exactly the chances it says it has."""

from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.call import AgentStage
from models.errors import BadDefinition
from scoring.sampling.collapse import collapse
from scoring.sampling.draw import draw
from scoring.sampling.frame import BIT, Agent, Frame, Rank
from scoring.sampling.inclusion import Strata, joint
from scoring.sampling.period import before, last_over, span, span_of
from scoring.sampling.plan import SamplingPlan, Sign, parse_plan
from scoring.sampling.quotas import quota
from scoring.sampling.why import Why

PLAIN = SamplingPlan(targets=(), double_share=0)


def made_frame(whose: list[int], kinds: list[int], **columns: object) -> Frame:
    """Calls 1, 2, 3... of these agents and types."""
    size = len(whose)
    known: dict[str, object] = {
        "seconds": np.full(size, 60.0),
        "total": np.full(size, 85.0),
        "satisfaction": np.full(size, np.nan),
        "signs": np.zeros(size, np.uint8),
        "queued": np.zeros(size, np.bool_),
        "chance": np.zeros(size),
        "drawn": np.zeros(size, np.bool_),
        "agents": tuple(Agent(str(8001 + n), team="一组") for n in range(max(whose, default=-1) + 1)),
        "types": tuple(f"类{n}" for n in range(max(kinds, default=-1) + 1)),
    }
    return Frame(
        call=np.arange(1, size + 1), agent=np.array(whose, np.int64), type=np.array(kinds, np.int64),
        **{**known, **columns},  # type: ignore[arg-type]
    )  # fmt: skip


@st.composite
def frames(some: st.DrawFn) -> Frame:
    size = some(st.integers(0, 60))
    whole = st.lists(st.integers(0, 4), min_size=size, max_size=size)
    share = st.lists(st.sampled_from([0.0, 0.05, 0.3, 1.0]), min_size=size, max_size=size)
    yes = st.lists(st.booleans(), min_size=size, max_size=size)
    rank = st.sampled_from([None, Rank.TOP, Rank.BOTTOM])
    agents = tuple(
        Agent(str(n), stage=some(st.sampled_from(AgentStage)), is_new=some(st.booleans()), rank=some(rank))
        for n in range(5)
    )
    return made_frame(
        some(whole),
        some(whole),
        agents=agents,
        types=("a", "b", "c", "d", ""),
        total=np.array(some(st.lists(st.floats(0, 100), min_size=size, max_size=size))),
        queued=np.array(some(yes), np.bool_),
        chance=np.array(some(share)),
        drawn=np.array(some(yes), np.bool_),
        signs=np.array(some(st.lists(st.integers(0, 255), min_size=size, max_size=size)), np.uint8),
    )


PLANS = st.builds(
    SamplingPlan,
    capacity=st.none() | st.integers(0, 30),
    chance=st.fixed_dictionaries({"share": st.sampled_from([0.0, 0.2, 1.0]), "each": st.integers(1, 3)}),
    coverage=st.fixed_dictionaries({"each": st.integers(0, 4)}),
)


@settings(max_examples=150, deadline=None)
@given(frames(), PLANS)
def test_every_draw_keeps_its_promises(frame: Frame, plan: SamplingPlan) -> None:
    made = draw(frame, plan, "s")
    assert np.all(made.picked[frame.queued])
    assert np.all((made.probability > 0) & (made.probability <= 1)), "chance leaves no call out"
    assert np.all(made.probability[made.certain] == 1)
    assert np.all(made.picked[made.probability == 1] | (frame.chance == 1)[made.probability == 1])
    rest = ~made.certain
    for place, agent in enumerate(frame.agents):
        own = rest & (frame.agent == place)
        by_agent = int((made.by_agent & own).sum())
        assert by_agent == made.agents.takes[place] >= min(plan.chance.each, own.sum())
        if agent.rank is Rank.TOP:
            assert not np.any(made.targeted & (frame.agent == place))
    for place, name in enumerate(frame.types):
        if name:
            heard = made.certain | made.by_type
            assert (heard & (frame.type == place)).sum() >= min(plan.coverage.each, (frame.type == place).sum())
    if plan.capacity is not None:
        assert made.targeted.sum() <= plan.capacity
    why = Why(frame, made, plan)
    assert all(bool(why.reasons(n)) == bool(made.picked[n]) for n in range(len(frame)))


@settings(max_examples=50, deadline=None)
@given(frames(), PLANS, st.text(max_size=5))
def test_the_same_seed_picks_the_same_and_certainty_is_the_same_for_all_seeds(
    frame: Frame, plan: SamplingPlan, seed: str
) -> None:
    one, again, other = draw(frame, plan, seed), draw(frame, plan, seed), draw(frame, plan, seed + "'")
    assert np.array_equal(one.picked, again.picked)
    assert np.array_equal(one.certain, other.certain)
    assert np.array_equal(one.probability, other.probability)


def test_chances_of_one_and_of_two_together_are_those_of_many_draws() -> None:
    frame = made_frame([0] * 5 + [1] * 4 + [2] * 3, [0, 1, 0, 1, 1, 0, 0, 1, 0, 2, 2, 0], chance=np.full(12, 0.2))
    plan = SamplingPlan.model_validate(
        {"targets": [], "quotas": {"regular": 2}, "coverage": {"each": 1}, "double_share": 0}
    )
    rng, runs = np.random.default_rng(5), 15_000
    seen = np.zeros((12, 12))
    for run in range(runs):
        columns = {name: getattr(frame, name) for name in frame.__dataclass_fields__}
        week = Frame(**{**columns, "drawn": rng.random(12) < 0.2})
        made = draw(week, plan, str(run))
        seen += np.outer(made.picked, made.picked)
    agents, types = made.agents, made.types
    q = 1 - made.probability
    tied = np.ones((12, 12))
    for one, two in combinations(range(12), 2):
        if frame.agent[one] == frame.agent[two]:
            tied[one, two] *= agents.ties[frame.agent[one]]
        if frame.type[one] == frame.type[two]:
            tied[one, two] *= types.ties[frame.type[one]]
    tied = np.triu(tied) + np.triu(tied, 1).T
    expected = joint(q, q, tied)
    np.fill_diagonal(expected, made.probability)
    error = np.sqrt(expected * (1 - expected) / runs) + 1e-9
    assert np.all(np.abs(seen / runs - expected) < 5 * error)
    assert made.probability.sum() == pytest.approx(np.trace(seen) / runs, abs=0.05)


def test_a_later_call_leaves_most_picks_as_they_were() -> None:
    agents = [n % 10 for n in range(500)]
    some = draw(made_frame(agents, [0] * 500), PLAIN, "s").picked
    more = draw(made_frame([*agents, 3], [0] * 501), PLAIN, "s").picked[:500]
    assert (some != more).sum() <= 2


def test_the_worst_are_picked_first_up_to_the_capacity() -> None:
    signs = np.zeros(6, np.uint8)
    frame = made_frame([0] * 6, [0] * 6, total=np.array([99, 40, 60, 50, 85, 99.0]), signs=signs)
    plan = SamplingPlan.model_validate(
        {"capacity": 3, "targets": [{"sign": "low_score", "beyond": 70, "priority": 40},
                                    {"sign": "excellent", "beyond": 98, "priority": 20}]}
    )  # fmt: skip
    made = draw(frame, plan, "s")
    assert np.flatnonzero(made.targeted).tolist() == [1, 2, 3]
    assert made.left_out == 2
    exempt = Frame(**{**{n: getattr(frame, n) for n in frame.__dataclass_fields__},
                      "agents": (Agent("8001", rank=Rank.TOP),)})  # fmt: skip
    assert not draw(exempt, plan, "s").targeted.any()


def test_a_fatal_call_is_not_an_excellent_one() -> None:
    frame = made_frame([0], [0], total=np.array([99.0]), signs=np.array([BIT[Sign.FATAL]], np.uint8))
    plan = SamplingPlan.model_validate({"targets": [{"sign": "excellent"}]})
    assert not draw(frame, plan, "s").targeted.any()


@pytest.mark.parametrize(
    ("agent", "weeks", "calls"),
    [
        (Agent("a", stage=AgentStage.PROBATION), 1, 5),
        (Agent("a"), 1, 2),
        (Agent("a", is_new=True), 1, 4),
        (Agent("a", rank=Rank.BOTTOM), 1, 3),
        (Agent("a", stage=AgentStage.PROBATION, rank=Rank.BOTTOM), 1, 5),
        (Agent("a", rank=Rank.TOP), 1, 0),
        (Agent("a"), 1 / 7, 1),
        (Agent("a"), 30 / 7, 9),
    ],
)
def test_quotas_are_the_handbooks(agent: Agent, weeks: float, calls: int) -> None:
    assert quota(agent, SamplingPlan(), weeks) == calls


def test_lonely_strata_are_joined_within_their_team() -> None:
    strata = Strata(np.array([9, 8, 7, 6, 5, 4]), np.array([1, 1, 2, 1, 1, 1]))
    group, tie = collapse(strata, ["甲", "甲", "甲", "乙", "丙", "丙"])
    assert group[0] == group[1] != group[2]
    assert group[4] == group[5]
    # Agent 3 is alone in its team; it joins the smallest stratum that was sampled.
    assert (group == group[3]).sum() >= 2
    assert np.all(tie < 1)
    assert tie[2] == pytest.approx(7 * 4 / (6 * 5))


def test_periods_are_chinas() -> None:
    assert str(span_of("week", date(2026, 11, 22))) == "2026-11-16/2026-11-22"
    assert str(span_of("month", date(2028, 2, 10))) == "2028-02-01/2028-02-29"
    assert str(before(span_of("month", date(2026, 3, 31)), "month")) == "2026-02-01/2026-02-28"
    assert str(before(span(date(2026, 3, 3), date(2026, 3, 5)), "range")) == "2026-02-28/2026-03-02"
    week = span_of("week", date(2026, 11, 22))
    assert week.weeks == 1
    assert last_over("week", week.end) == week
    assert week.start.isoformat() == "2026-11-16T00:00:00+08:00"


def test_a_plan_is_read_from_yaml_with_the_place_of_each_mistake() -> None:
    plan = parse_plan("quotas: {regular: 3}\ntargets:\n  - sign: fatal\n")
    assert (plan.quotas.regular, plan.quotas.probation) == (3, 5)
    with pytest.raises(BadDefinition) as raised:
        parse_plan("quotas:\n  regulr: 3\ndouble_share: 7\n")
    assert [(r.facts["line"], r.code) for r in raised.value.details] == [
        (2, "scoring.misspelt_key"),
        (3, "scoring.out_of_range"),
    ]
    with pytest.raises(BadDefinition, match="twice"):
        parse_plan("targets: [{sign: fatal}, {sign: fatal}]")

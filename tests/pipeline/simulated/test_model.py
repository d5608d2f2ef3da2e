"""The model's arithmetic, without any database."""

import numpy as np
import pytest

from pipeline.simulated.hearing import (
    inspector_hears,
    judgement,
    machine_hears,
    opinion,
    truth_of,
    usual_rates,
)
from pipeline.simulated.items import items_of
from pipeline.simulated.model import Centre, Design, Truth, logit, make_centre, make_truth, sigmoid
from pipeline.simulated.parameters import HIT, HITS, LESSONS, RATES, TEAMS, TYPES
from pipeline.simulated.people import INSPECTORS
from scoring.judgement import check_judgement, score_judgement
from tests.pipeline.simulated.small_centre import ASKED, NOW

ITEMS = items_of(ASKED.card)


@pytest.fixture(scope="module")
def design() -> Design:
    return Design(weeks=8, calls_a_day=200, seed="model", now=NOW)


@pytest.fixture(scope="module")
def model(design: Design) -> Centre:
    return make_centre(design, ITEMS, ())


@pytest.fixture(scope="module")
def truth(model: Centre) -> Truth:
    return make_truth(model)


def test_every_item_of_the_shipped_card_has_its_own_rate() -> None:
    assert {spec.id for spec in ITEMS.specs if spec.faults} == set(RATES)
    assert set(HITS) <= set(RATES)


def test_logit_and_sigmoid_undo_each_other() -> None:
    shares = np.array([0.001, 0.2, 0.5, 0.99])
    assert np.allclose(sigmoid(logit(shares)), shares)


def test_the_same_seed_makes_the_same_centre_and_another_seed_another(design: Design, truth: Truth) -> None:
    again = make_truth(make_centre(design, ITEMS, ()))
    assert np.array_equal(again.error, truth.error)
    assert again.started == truth.started
    other = Design(design.weeks, design.calls_a_day, "other", design.now)
    assert make_truth(make_centre(other, ITEMS, ())).started != truth.started


def test_errors_come_as_often_as_their_probabilities_say(truth: Truth) -> None:
    expected = (truth.chance * truth.applies).sum(axis=0)
    spread = np.sqrt((truth.chance * (1 - truth.chance) * truth.applies).sum(axis=0))
    found = truth.error.sum(axis=0)
    assert (np.abs(found - expected) <= 4.5 * spread + 1).all()


def test_better_agents_make_fewer_errors(model: Centre, truth: Truth) -> None:
    skill = np.array([np.mean(agent.skills) for agent in model.agents])
    errors = [truth.error[truth.agent == place].mean() for place in range(len(model.agents))]
    assert np.corrcoef(skill, errors)[0, 1] < -0.7


def test_calls_come_in_opening_hours_up_to_now_and_fewer_at_weekends(design: Design, truth: Truth) -> None:
    assert all(8 <= at.hour < 21 for at in truth.started)
    assert truth.started[0] >= design.start
    assert truth.started[-1] < NOW
    assert list(truth.started) == sorted(truth.started)
    weekend = sum(at.weekday() >= 5 for at in truth.started) / 2
    weekday = sum(at.weekday() < 5 for at in truth.started) / 5
    assert weekend < 0.6 * weekday


def test_each_team_takes_its_own_types_of_calls(model: Centre, truth: Truth) -> None:
    for team in TEAMS:
        own = [agent.team == team.name for agent in model.agents]
        kinds = {TYPES[kind].name for kind in truth.kind[np.array(own)[truth.agent]]}
        assert kinds == set(team.types)


def test_a_lesson_changes_the_items_it_is_about_for_who_learnt_it_and_nothing_else(model: Centre, truth: Truth) -> None:
    changed = ~np.isclose(truth.chance, truth.untaught, rtol=1e-9)
    for column, item in enumerate(ITEMS.ids):
        taught = [one for one in model.taught if item in one.lesson.items and one.lesson.effect]
        agents = {model.agents[agent].agent_id for agent in truth.agent[changed[:, column]]}
        assert agents == {agent for one in taught for agent in one.learnt}
    assert LESSONS[1].effect == 0  # so that measuring effects can be seen to find nothing
    wording = model.taught[0]
    before = np.array([at < wording.held_at for at in truth.started])
    assert not changed[before].any()


def test_the_machine_hits_and_misses_as_often_as_is_stated(design: Design, truth: Truth) -> None:
    heard = machine_hears(design.random("machine"), ITEMS, truth)
    for column, spec in enumerate(ITEMS.specs):
        if spec.by_people_only or not spec.faults:
            assert not heard.error[:, column].any()
            continue
        hit, false = HITS.get(spec.id, HIT)
        for share, rows in ((hit, truth.error[:, column]), (false, truth.applies[:, column] & ~truth.error[:, column])):
            if (size := int(rows.sum())) > 30:
                found = heard.error[rows, column].mean()
                assert abs(found - share) < 4.5 * np.sqrt(share * (1 - share) / size) + 1 / size, spec.id


def test_the_classifier_abstains_in_between() -> None:
    assert opinion("respect", 0.05).answer.value == "clean"
    assert opinion("respect", 0.9).answer.value == "hit"
    unsure = opinion("respect", 0.5)
    assert (unsure.answer.value, unsure.reason is not None) == ("cannot_judge", True)


def test_every_true_judgement_is_one_a_person_could_hand_in(truth: Truth) -> None:
    for call in range(0, len(truth), 97):
        form = judgement(ITEMS, truth_of(truth, call))
        check_judgement(ITEMS.card, form)
        total = score_judgement(ITEMS.card, form).total
        assert total is not None
        assert 0 <= total <= 100


def test_strict_inspectors_give_less_lenient_ones_more_and_all_together_what_is_true(truth: Truth) -> None:
    random, rates = np.random.default_rng(7), usual_rates(truth)
    calls = range(0, len(truth), 41)
    true = np.array([score_judgement(ITEMS.card, judgement(ITEMS, truth_of(truth, call))).total for call in calls])
    biases: dict[str, float] = {}
    for inspector in INSPECTORS:
        said = [
            score_judgement(
                ITEMS.card, judgement(ITEMS, inspector_hears(random, ITEMS, rates, truth_of(truth, call), inspector))
            ).total
            for call in calls
        ]
        biases[inspector.name] = float((np.array(said) - true).mean())
    ordered = sorted(INSPECTORS, key=lambda one: one.severity)
    assert biases[ordered[0].name] > 0.5
    assert biases[ordered[-1].name] < -0.5
    assert abs(np.mean(list(biases.values()))) < 0.4

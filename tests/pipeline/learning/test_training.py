"""A classifier trained from verdicts: it learns what the starter cannot know, and one that is worse is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from filelock import FileLock

from models.call import Metadata
from models.errors import Conflict
from models.person import Viewer
from pipeline.learning import classifiers
from pipeline.learning.in_use import FOLDER, machine_of
from pipeline.learning.training import Training, train
from pipeline.processing.rescore import rescore
from pipeline.processing.scoring_call import score_call
from scoring.routing import RoutingPlan
from storage.calls.call_scores import score_versions
from tests.pipeline.learning.taught import KIND, NOW, PATIENCE, RUDE, Taught, said

PLAN = RoutingPlan(low_score=0, low_coverage=0, random_share=0, seed="s")
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"])


def patience(training: Training, taught: Taught, answer: str) -> float:
    """The probability of an error that the classifier in use sees."""
    with training.reading() as session:
        machine = machine_of(session, taught.card, training.cache)
    scored, _ = score_call(
        taught.pack,
        taught.card,
        said(answer, "账单多扣了十块钱。", "0" * 64),
        Metadata(),
        classifier=machine.classifier,
    )
    opinions = [item.opinion for section in scored.pre_score.sections for item in section.items if item.id == PATIENCE]
    assert opinions[0] is not None
    return opinions[0].probability


@ONE_DATABASE
def test_training_learns_the_centres_own_rudeness_and_a_worse_one_is_refused(
    taught: Taught, training: Training
) -> None:
    lead = taught.person("周主管")
    calls = taught.judged(100)
    before = [patience(training, taught, way) for way in RUDE]

    first = train(training, lead)
    assert (first.version, first.refused, first.report.verdict, first.report.compared_with) == (1, None, "better", None)
    (item,) = (one for one in first.report.items if one.item == PATIENCE)
    assert (item.new.n, item.lacks, item.verdict) == (100, None, "better")
    assert item.current is not None
    assert (item.new.brier.high or 1) < (item.current.brier.low or 0)
    assert patience(training, taught, RUDE[0]) == before[0], "trained is not used"

    with training.writing.begin() as session:
        classifiers.use(session, lead, 1, "学会了我们自己的话", NOW)
    after = [patience(training, taught, way) for way in RUDE]
    assert sum(after) > sum(before) + 2
    assert all(patience(training, taught, way) < min(after) for way in KIND)

    taught.judged(34)
    second = train(replace(training, limit=34), lead)
    assert (second.version, second.report.compared_with, second.report.verdict) == (2, 1, "worse")
    assert second.refused is not None
    assert second.refused.facts["more"] > 0
    with pytest.raises(Conflict, match="did not pass"), training.writing.begin() as session:
        classifiers.use(session, lead, 2, "我觉得好", NOW)

    lineage_follows_the_classifier_in_use(taught, training, lead, calls)


def lineage_follows_the_classifier_in_use(taught: Taught, training: Training, lead: Viewer, calls: list[int]) -> None:
    def scored_again() -> set[str]:
        with training.reading() as session:
            machine = machine_of(session, taught.card, training.cache)
        rescore(
            training.writing,
            calls[:3],
            taught.pack,
            taught.card,
            PLAN,
            now=NOW,
            classifier=machine.classifier,
            levels=machine.levels,
        )
        with training.reading() as session:
            return {version.classifier for call in calls[:3] for version in score_versions(session, call)}

    assert {name.split("/")[0] for name in scored_again()} == {"", "1"}
    with training.writing.begin() as session:
        classifiers.use(session, lead, None, "先退回去看看", NOW + timedelta(hours=1))
    again = {name.split("/")[0] for name in scored_again()}
    assert {"", "1"} < again
    assert any(name.startswith("starter-") for name in again)


@ONE_DATABASE
def test_too_few_verdicts_train_nothing_and_say_what_is_missing(taught: Taught, training: Training) -> None:
    taught.judged(12)
    with pytest.raises(Conflict) as refused:
        train(training, taught.person("周主管"))
    assert refused.value.reason.code == "pipeline.learning_nothing"
    assert [detail.facts["calls"] for detail in refused.value.details] == [12]
    with training.reading() as session:
        assert classifiers.versions(session) == ()


@ONE_DATABASE
def test_of_two_trainings_of_one_data_folder_the_second_is_sent_away(taught: Taught, training: Training) -> None:
    folder = training.cache / FOLDER
    with FileLock(folder / "training.lock"), pytest.raises(Conflict) as refused:
        train(training, taught.person("周主管"))
    assert refused.value.reason.code == "pipeline.training_runs"


@ONE_DATABASE
def test_a_training_that_is_broken_off_leaves_nothing_behind(taught: Taught, training: Training) -> None:
    taught.judged(12)

    def broken_off(done: int, total: int) -> None:
        if done == total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(training, taught.person("周主管"), broken_off)
    with training.reading() as session:
        assert classifiers.versions(session) == ()
    with pytest.raises(Conflict) as refused:
        train(training, taught.person("周主管"))
    assert refused.value.reason.code == "pipeline.learning_nothing", "and the next one is let in"

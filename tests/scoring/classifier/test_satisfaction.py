import numpy as np
import pytest

from models.transcript import Role
from scoring.classifier.satisfaction import BAD, WEIGHTS, RatedDialogue, Said, Satisfaction, views
from scoring.classifier.satisfaction_training import train_satisfaction
from scoring.starter.corpus import starter_corpus
from scoring.starter.rated import rated_dialogues


def dialogue(*texts: str) -> tuple[Said, ...]:
    """Customer and agent by turns."""
    return tuple(Said((Role.CUSTOMER, Role.AGENT)[turn % 2], text) for turn, text in enumerate(texts))


@pytest.fixture(scope="module")
def starter() -> Satisfaction:
    return train_satisfaction(rated_dialogues(starter_corpus()))


ANGRY = dialogue("都催了三遍了还没人来修", "再等等", "等等等，你们就会让人等，太差劲了")
PLEASED = dialogue("我想问一下宽带", "好的，已经帮您修好了", "真快，太谢谢你了，服务真好")


def test_an_angry_customer_is_told_from_a_pleased_one(starter: Satisfaction) -> None:
    angry, pleased = starter.of(ANGRY), starter.of(PLEASED)
    assert angry.rating < pleased.rating - 0.5
    assert angry.bad > 2 * pleased.bad


def test_the_last_words_count_for_themselves(starter: Satisfaction) -> None:
    """The same turns the other way round: who ends well is more content."""
    turned = (ANGRY[2], ANGRY[1], ANGRY[0], PLEASED[1], PLEASED[2])
    better = (PLEASED[2], ANGRY[1], ANGRY[0], PLEASED[1], ANGRY[2])
    assert starter.of(turned).rating > starter.of(better).rating


def test_the_views_of_a_dialogue() -> None:
    said = dialogue("一", "二", "三", "四", "五", "")
    assert views(said) == (["一", "三", "五"], ["三", "五"], ["五"], ["二", "四"])
    assert views(dialogue("一", "二")) == (["一"], [], [], ["二"])


def test_who_spoke_is_not_known_counts_as_the_customer() -> None:
    assert views((Said(Role.UNKNOWN, "喂"),))[0] == ["喂"]


@pytest.mark.parametrize("said", [(), dialogue(""), (Said(Role.AGENT, "您好"),), dialogue("龘" * 3, "𠮷")])
def test_a_dialogue_that_says_nothing_is_rated_about_the_average(starter: Satisfaction, said: tuple[Said, ...]) -> None:
    mood = starter.of(said)
    assert abs(mood.rating - starter.intercept[0]) < 0.5
    assert 0 <= mood.bad <= 1


def test_it_is_the_same_from_its_arrays(starter: Satisfaction) -> None:
    again = Satisfaction.from_arrays(starter.arrays())
    assert [again.of(said) for said in (ANGRY, PLEASED)] == [starter.of(said) for said in (ANGRY, PLEASED)]
    assert starter.weights.shape == (2, *starter.idf.shape) == (2, len(WEIGHTS), len(starter.slots))


def test_ratings_of_several_weights() -> None:
    """What counts nothing teaches nothing."""
    one = [RatedDialogue(dialogue(f"好{number}谢谢"), 1.0) for number in range(10)]
    other = [RatedDialogue(dialogue(f"差{number}投诉"), -1.5) for number in range(10)]
    lies = [RatedDialogue(dialogue(f"好{number}谢谢"), -2.0, weight=1e-9) for number in range(10)]
    model = train_satisfaction([*one, *other, *lies])
    assert model.of(dialogue("好谢谢")).rating > 0 > model.of(dialogue("差投诉")).rating


def test_where_nobody_was_dissatisfied_nobody_is() -> None:
    model = train_satisfaction([RatedDialogue(dialogue(f"第{number}个"), 0.5) for number in range(10)])
    assert model.of(ANGRY).bad < 1e-6


def test_chances_are_calibrated_on_dialogues_it_did_not_see() -> None:
    rated = rated_dialogues(starter_corpus())
    order = np.random.default_rng(0).permutation(len(rated))
    half = len(rated) // 2
    model = train_satisfaction([rated[one] for one in order[:half]])
    test = [rated[one] for one in order[half:]]
    predicted = np.mean([model.of(one.turns).bad for one in test])
    assert predicted == pytest.approx(np.mean([one.rating <= BAD for one in test]), abs=0.08)

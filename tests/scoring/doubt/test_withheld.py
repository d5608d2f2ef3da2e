"""An item the classifier may decide is left to a person where what it goes by is doubtful."""

import numpy as np

from models.finding import Answer
from models.learning import Level
from models.score import ItemState
from scoring.doubt.withheld import withheld
from scoring.prescore import pre_score
from tests.scoring.doubt.doubted import ATTITUDE, CALL, CLEAN, HIT, OPEN, OTHER, opinion, result
from tests.scoring.made_call import badly_heard
from tests.scoring.test_prescore import card_of

KNOWN = np.ones(4, np.float32)


def test_what_was_heard_well_stands() -> None:
    thought = (opinion(HIT, 0.95),)
    assert withheld(thought, CALL, KNOWN) == withheld(thought, CALL) == thought


def test_what_was_hardly_heard_is_left_to_a_person() -> None:
    (held,) = withheld((opinion(HIT, 0.95),), badly_heard(CALL, 2), KNOWN)
    assert held.answer is Answer.CANNOT_JUDGE
    assert held.reason is not None
    assert "没有听清" in held.reason.say()
    assert held.probability == 0.95
    card = card_of({"items": [ATTITUDE, OTHER]})
    answers = [result("shirks", OPEN), result("greets", CLEAN)]
    item = pre_score(card, answers, [held], {"i0-0": Level.DECIDES}).sections[0].items[0]
    assert item.state is ItemState.UNJUDGED


def test_strange_words_are_left_to_a_person() -> None:
    (held,) = withheld((opinion(HIT, 0.95),), CALL, np.array([1, 1, 0.2, 1], np.float32))
    assert held.reason is not None
    assert "用词陌生" in held.reason.say()
    assert held.reason.say("en")


def test_finding_nothing_needs_no_words() -> None:
    thought = (opinion(CLEAN, 0.05), opinion(OPEN, 0.5))
    assert withheld(thought, badly_heard(CALL, 2), np.zeros(4, np.float32)) == thought

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.finding import Answer, Evidence
from models.reason import Reason
from scoring.kleene import all_of, any_of, negate
from scoring.verdict import NOT_APPLICABLE, Verdict, clean

HIT, CLEAN, OPEN, NA = Answer.HIT, Answer.CLEAN, Answer.CANNOT_JUDGE, Answer.NOT_APPLICABLE
VALUES = {
    HIT: Verdict(HIT, (Evidence(1, 2),)),
    CLEAN: Verdict(CLEAN, (Evidence(0, 9),)),
    OPEN: Verdict(OPEN, (), Reason("scoring.one_channel")),
    NA: NOT_APPLICABLE,
}
answers = st.sampled_from(list(VALUES))
verdicts = answers.map(VALUES.__getitem__)


@pytest.mark.parametrize(
    ("first", "second", "both", "either"),
    [
        (HIT, HIT, HIT, HIT),
        (HIT, OPEN, OPEN, HIT),
        (HIT, CLEAN, CLEAN, HIT),
        (OPEN, OPEN, OPEN, OPEN),
        (OPEN, CLEAN, CLEAN, OPEN),
        (CLEAN, CLEAN, CLEAN, CLEAN),
        (NA, HIT, HIT, HIT),
        (NA, CLEAN, CLEAN, CLEAN),
        (NA, OPEN, OPEN, OPEN),
        (NA, NA, NA, NA),
    ],
)
def test_tables(first: Answer, second: Answer, both: Answer, either: Answer) -> None:
    for pair in ([VALUES[first], VALUES[second]], [VALUES[second], VALUES[first]]):
        assert all_of(pair).answer is both
        assert any_of(pair).answer is either


@pytest.mark.parametrize(("value", "negated"), [(HIT, CLEAN), (CLEAN, HIT), (OPEN, OPEN), (NA, NA)])
def test_not(value: Answer, negated: Answer) -> None:
    assert negate(VALUES[value]).answer is negated


@settings(deadline=None)
@given(st.lists(verdicts, min_size=1))
def test_de_morgan(parts: list[Verdict]) -> None:
    assert negate(all_of(parts)).answer is any_of(map(negate, parts)).answer


@settings(deadline=None)
@given(st.lists(verdicts, min_size=1), st.randoms())
def test_order_does_not_change_the_answer(parts: list[Verdict], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert all_of(shuffled).answer is all_of(parts).answer
    assert any_of(shuffled).answer is any_of(parts).answer


@settings(deadline=None)
@given(st.lists(verdicts, min_size=1))
def test_a_hit_has_evidence_and_an_open_answer_its_reason(parts: list[Verdict]) -> None:
    for whole in (all_of(parts), any_of(parts)):
        assert whole.evidence or whole.answer is not HIT
        assert whole.reason or whole.answer is not OPEN


def test_a_doubtful_clean_is_clean_but_its_negation_is_open() -> None:
    doubtful = clean(doubt=Reason("scoring.badly_heard", {"start": 1, "end": 2}))
    assert doubtful.answer is CLEAN
    assert negate(doubtful).answer is OPEN
    assert any_of([doubtful, VALUES[CLEAN]]).reason is not None
    assert all_of([doubtful, VALUES[CLEAN]]).reason is None, "one firm clean settles it"

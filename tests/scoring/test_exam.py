"""What answers are worth."""

from typing import Any

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st

from models.training import (
    Body,
    ChoiceKey,
    Fault,
    Given,
    Heard,
    JudgeKey,
    ListeningKey,
    Question,
    QuestionKind,
    TextKey,
)
from scoring.exam import LEAST_SITTINGS, Marked, draw, listening, mark, question_figures, score

ITEMS = ["greeting", "no-shirking", "patience", "closing"]
some_items = st.lists(st.sampled_from(ITEMS), unique=True)
some_choices = st.lists(st.integers(0, 5), unique=True)


def question(kind: QuestionKind, key: object, points: float = 10.0, number: int = 1) -> Question:
    return Question.model_validate(
        {"id": number, "kind": kind, "text": "?", "body": Body(), "key": key, "points": points}
    )


def faults(*items: str) -> tuple[Fault, ...]:
    return tuple(Fault(item=item) for item in items)


def heard(*items: str) -> tuple[Heard, ...]:
    return tuple(Heard(item=item) for item in items)


@pytest.mark.parametrize(
    ("chosen", "points"),
    [((0, 2), 10.0), ((0,), 5.0), ((0, 1), 0.0), ((0, 2, 1), 5.0), ((0, 1, 2, 3), 0.0), ((), 0.0)],
)
def test_ticking_everything_earns_nothing(chosen: tuple[int, ...], points: float) -> None:
    several = question(QuestionKind.SEVERAL, ChoiceKey(right=(0, 2)))
    assert mark(several, Given(chosen=chosen)) == points


def test_one_and_judge_are_all_or_nothing() -> None:
    one = question(QuestionKind.ONE, ChoiceKey(right=(1,)))
    assert [mark(one, Given(chosen=said)) for said in ((1,), (0,), (0, 1), ())] == [10, 0, 0, 0]
    judge = question(QuestionKind.JUDGE, JudgeKey(right=False))
    assert [mark(judge, Given(true=said)) for said in (False, True, None)] == [10, 0, 0]
    assert mark(judge, None) == 0


def test_a_text_waits_for_a_reader_unless_nothing_was_written() -> None:
    text = question(QuestionKind.TEXT, TextKey(model="先安抚"))
    assert mark(text, Given(text="先安抚客户")) is None
    assert mark(text, Given(text="  ")) == mark(text, None) == 0


@pytest.mark.parametrize(
    ("there", "said", "share"),
    [
        (("no-shirking",), ("no-shirking",), 1.0),
        (("no-shirking", "patience"), ("no-shirking",), 2 / 3),
        (("no-shirking",), ("no-shirking", "patience"), 2 / 3),
        (("no-shirking",), ("patience",), 0.0),
        (("no-shirking",), (), 0.0),
        ((), (), 1.0),
        ((), ("patience",), 0.0),
    ],
)
def test_missing_a_fault_costs_as_much_as_inventing_one(
    there: tuple[str, ...], said: tuple[str, ...], share: float
) -> None:
    assert listening(faults(*there), heard(*said)) == pytest.approx(share)


@pytest.mark.parametrize(("at", "share"), [(12.0, 1.0), (5.1, 1.0), (19.9, 1.0), (4.9, 0.5), (60.0, 0.5), (None, 0.5)])
def test_a_fault_heard_elsewhere_counts_half(at: float | None, share: float) -> None:
    there = (Fault(item="no-shirking", start=10.0, end=15.0),)
    assert listening(there, (Heard(item="no-shirking", at=at),)) == share


def test_naming_every_place_finds_no_more_than_naming_none() -> None:
    there = (Fault(item="no-shirking", start=10.0, end=15.0),)
    everywhere = tuple(Heard(item="no-shirking", at=20.0 * place) for place in range(30))
    assert listening(there, everywhere) < 0.55


@pytest.mark.parametrize(("said", "points"), [({"true": True}, 10), ({"true": False}, 0), ({"text": "无"}, 0)])
def test_a_clip_without_fault_earns_for_saying_so_and_nothing_else(said: dict[str, Any], points: float) -> None:
    listening_to = question(QuestionKind.LISTENING, ListeningKey(faults=()))
    assert mark(listening_to, Given(**said)) == points


@tried(some_items, some_items)
def test_only_the_reference_itself_earns_everything(there: list[str], said: list[str]) -> None:
    share = listening(faults(*there), heard(*said))
    assert 0 <= share <= 1
    assert (share == 1) == (set(there) == set(said))


@tried(some_items.filter(bool), st.data())
def test_finding_one_more_never_costs(there: list[str], data: st.DataObject) -> None:
    said = data.draw(st.lists(st.sampled_from(ITEMS), unique=True))
    missed = [item for item in there if item not in said]
    if missed:
        assert listening(faults(*there), heard(*said, missed[0])) > listening(faults(*there), heard(*said))


@tried(some_choices.filter(bool), some_choices)
def test_marks_stay_within_the_points(right: list[int], chosen: list[int]) -> None:
    several = question(QuestionKind.SEVERAL, ChoiceKey(right=tuple(right)), points=7)
    got = mark(several, Given(chosen=tuple(chosen)))
    assert got is not None
    assert 0 <= got <= 7
    assert (got == 7) == (set(right) == set(chosen))


@tried(st.lists(st.integers(1, 500), unique=True), st.integers(1, 60), st.text(max_size=8))
def test_a_draw_is_some_of_the_questions_and_the_same_each_time(ids: list[int], number: int, seed: str) -> None:
    drawn = draw(ids, number, seed)
    assert set(drawn) <= set(ids)
    assert len(set(drawn)) == len(drawn) == min(number, len(ids))
    assert draw(ids, number, seed) == drawn
    assert draw(ids, None, seed) == tuple(ids)


def test_the_score_weighs_questions_by_their_points() -> None:
    key = JudgeKey(right=True)
    asked = [question(QuestionKind.JUDGE, key, points, number) for number, points in ((1, 30), (2, 10))]
    assert score(asked, {1: 30, 2: 0}) == 75
    assert score([], {}) == 0


def test_a_listening_question_is_marked_by_its_items() -> None:
    clip = question(QuestionKind.LISTENING, ListeningKey(faults=faults("no-shirking", "patience")))
    assert mark(clip, Given(heard=heard("no-shirking"))) == pytest.approx(6.6667)


def sitting(good: int, rest: int) -> Marked:
    return Marked({1: good, 2: rest, 3: rest}, {1: 1, 2: 1, 3: 1})


def test_a_question_the_able_get_right_discriminates() -> None:
    able = [sitting(1, 1)] * LEAST_SITTINGS
    lost = [sitting(0, 0)] * LEAST_SITTINGS
    figures = question_figures(1, [*able, *lost])
    assert (figures.n, figures.share) == (2 * LEAST_SITTINGS, 0.5)
    assert figures.discrimination == pytest.approx(1)
    upside_down = [sitting(0, 1)] * LEAST_SITTINGS + [sitting(1, 0)] * LEAST_SITTINGS
    assert question_figures(1, upside_down).discrimination == pytest.approx(-1)


def test_of_few_people_or_equal_ones_no_correlation_is_told() -> None:
    few = [sitting(1, 1)] * (LEAST_SITTINGS - 2) + [sitting(0, 0)]
    assert question_figures(1, few).discrimination is None
    assert question_figures(1, [sitting(1, 1)] * 50).discrimination is None
    nobody = question_figures(9, few)
    assert (nobody.n, nobody.share) == (0, None)

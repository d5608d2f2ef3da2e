import pytest

from models.finding import Answer
from models.transcript import Role
from scoring.scope import Scope, Timeline, lay
from tests.scoring.made_call import ask, call, unknown, with_turn

CALL = call("agent: 甲甲甲甲", "customer: 乙乙乙乙", "agent: 丙丙丙丙", "customer: 丁丁丁丁", "agent: 戊戊戊戊")


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        ("role: agent", "甲丙戊"),
        ("role: customer", "乙丁"),
        ("role: agent, turns: [0, 0]", "甲"),
        ("role: agent, turns: [1, 2]", "丙戊"),
        ("role: agent, turns: [-1, -1]", "戊"),
        ("role: customer, turns: [-2, -1]", "乙丁"),
        ("turns: [0, 1]", "甲乙"),
        ("seconds: {first: 1}", "甲"),
        ("seconds: {first: 2.5}", "甲乙"),
        ("seconds: {last: 1}", "戊"),
        ("share: [0, 0.2]", "甲"),
        ("share: [0.5, 1]", "丙丁戊"),
        ("role: agent, seconds: {last: 3.5}", "戊"),
    ],
)
def test_where_a_word_counts(scope: str, inside: str) -> None:
    found = [c for c in "甲乙丙丁戊" if ask(f"{{phrase: [{c}], {scope}}}", CALL).answer is Answer.HIT]
    assert "".join(found) == inside


def test_a_window_outside_the_call_cannot_be_judged() -> None:
    result = ask("{phrase: [甲], role: agent, turns: [7, 9]}", CALL)
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.code == "scoring.outside_call"


def test_what_is_missing_points_at_where_it_should_have_been() -> None:
    result = ask("{phrase: [您好], need: none, role: agent, seconds: {first: 2}}", CALL)
    assert result.answer is Answer.HIT
    (stretch,) = result.evidence
    assert (stretch.start, stretch.end, stretch.role, stretch.quote) == (0, 2, Role.AGENT, "")


def test_positions_among_unknown_speakers_are_left_open() -> None:
    turns = Timeline.of(with_turn(CALL, 0, role=Role.UNKNOWN).turns)
    window = lay(Scope(Role.AGENT, turns=(0, 0)), turns, (0, 99))
    assert window.turns == {0: False, 2: False}, "either may be the agent's first"
    last = lay(Scope(Role.AGENT, turns=(-1, -1)), turns, (0, 99))
    assert last.turns == {4: True}, "the last one is sure"


def test_nobody_is_accused_by_position_when_no_speaker_is_known() -> None:
    result = ask("{phrase: [戊], role: agent, turns: [0, 0]}", unknown(CALL))
    assert result.answer is Answer.CANNOT_JUDGE

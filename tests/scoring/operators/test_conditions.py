"""`all`, `any`, `not`, `if` and `meta`."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.call import AgentStage, Direction, Metadata
from models.clock import CHINA_TIME
from models.finding import Answer
from tests.scoring.made_call import ask, call

NIGHT = 'field: started_at, op: between, value: ["22:00", "08:00"]'
LUNCH = 'field: started_at, op: between, value: ["12:00", "13:30"]'
CALL = call("agent: 您好", "customer: 我要投诉", {"agent": "非常抱歉", "pause": 2})


@pytest.mark.parametrize(
    ("condition", "metadata", "answer"),
    [
        ("field: satisfaction, op: le, value: 2", {"satisfaction": 2}, Answer.HIT),
        ("field: satisfaction, op: le, value: 2", {"satisfaction": 3}, Answer.CLEAN),
        ("field: satisfaction, op: le, value: 2", {}, Answer.CANNOT_JUDGE),
        ("field: direction, value: inbound", {"direction": Direction.INBOUND}, Answer.HIT),
        ("field: direction, op: ne, value: inbound", {"direction": Direction.OUTBOUND}, Answer.HIT),
        ("field: agent_stage, op: in, value: [intern, trainee]", {"agent_stage": AgentStage.INTERN}, Answer.HIT),
        ("field: transferred, value: true", {"transferred": False}, Answer.CLEAN),
        ("field: call_type, op: contains, value: 投诉", {"call_type": "投诉处理"}, Answer.HIT),
        ("field: extra.排队, op: ge, value: 60", {"extra": {"排队": "75"}}, Answer.HIT),
        ("field: extra.排队, op: ge, value: 60", {"extra": {"排队": "很久"}}, Answer.CANNOT_JUDGE),
        ("field: extra.排队, op: ge, value: 60", {"extra": {}}, Answer.CANNOT_JUDGE),
        ("field: team, op: lt, value: 3", {"team": None}, Answer.CANNOT_JUDGE),
        (NIGHT, {"started_at": datetime(2026, 1, 12, 14, 0, tzinfo=UTC)}, Answer.HIT),
        (NIGHT, {"started_at": datetime(2026, 1, 12, 13, 59, tzinfo=UTC)}, Answer.CLEAN),
        (NIGHT, {"started_at": datetime(2026, 1, 12, 23, 59, tzinfo=UTC)}, Answer.HIT),
        (NIGHT, {"started_at": datetime(2026, 1, 12, 0, 0, tzinfo=UTC)}, Answer.CLEAN),
        (NIGHT, {}, Answer.CANNOT_JUDGE),
        (LUNCH, {"started_at": datetime(2026, 1, 12, 12, 0, tzinfo=CHINA_TIME)}, Answer.HIT),
        (LUNCH, {"started_at": datetime(2026, 1, 12, 13, 30, tzinfo=CHINA_TIME)}, Answer.CLEAN),
    ],
)
def test_metadata(condition: str, metadata: dict[str, Any], answer: Answer) -> None:
    result = ask(f"{{meta: {{{condition}}}}}", CALL, Metadata(**metadata))
    assert result.answer is answer
    assert (result.reason is not None) == (answer is Answer.CANNOT_JUDGE)


def test_what_was_never_asked_for_is_not_applicable() -> None:
    calm = "{if: {phrase: [投诉], role: customer}, then: {phrase: [抱歉], need: none, role: agent}}"
    assert ask(calm, CALL).answer is Answer.CLEAN
    assert ask(calm, call("customer: 我要投诉", "agent: 随便")).answer is Answer.HIT
    assert ask(calm, call("customer: 你好", "agent: 随便")).answer is Answer.NOT_APPLICABLE


@pytest.mark.parametrize(("seconds", "answer"), [(3, Answer.CLEAN), (1, Answer.HIT)])
def test_within_so_many_seconds_after(seconds: float, answer: Answer) -> None:
    when = f"{{if: {{phrase: [投诉]}}, then: {{phrase: [抱歉], need: none, role: agent}}, within: {seconds}}}"
    heard = call("customer: 我要投诉", {"agent": "非常抱歉", "pause": 2})
    assert ask(when, heard).answer is answer


def test_an_apology_before_the_complaint_is_not_after_it() -> None:
    when = "{if: {phrase: [投诉], role: customer}, then: {phrase: [抱歉], need: none, role: agent}, within: 20}"
    assert ask(when, call("agent: 抱歉", "customer: 我要投诉", "agent: 哦，这样啊")).answer is Answer.HIT


OFFER = "{if: {meta: {field: direction, value: inbound}}, then: {phrase: [还有什么], need: none, role: agent}}"


@pytest.mark.parametrize(
    ("said", "direction", "answer"),
    [
        ("还有什么可以帮您", None, Answer.CLEAN),
        ("再见", None, Answer.CANNOT_JUDGE),
        ("再见", Direction.INBOUND, Answer.HIT),
        ("再见", Direction.OUTBOUND, Answer.NOT_APPLICABLE),
    ],
)
def test_without_a_manifest_what_was_done_well_still_counts(
    said: str, direction: Direction | None, answer: Answer
) -> None:
    assert ask(OFFER, call({"agent": said}), Metadata(direction=direction)).answer is answer


def test_conditions_nest() -> None:
    when = "{all: [{any: [{phrase: [投诉]}, {phrase: [举报]}]}, {not: {phrase: [抱歉], role: customer}}]}"
    result = ask(when, CALL)
    assert result.answer is Answer.HIT
    assert "投诉" in [evidence.quote for evidence in result.evidence]

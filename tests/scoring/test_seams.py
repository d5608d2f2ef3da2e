"""Phrases torn over two speakers whom one channel holds."""

from dataclasses import replace
from typing import Any

import pytest

from models.finding import Answer
from models.transcript import Role, Transcript
from tests.scoring.made_call import ask, call, with_turn

AGENT = "{phrase: [请您保持电话畅通], role: agent}"
CUSTOMER = "{phrase: [请您保持电话畅通], role: customer}"
ANYBODY = "{phrase: [请您保持电话畅通]}"


def torn(*lines: dict[str, Any] | str) -> Transcript:
    """In one channel, the second and later lines following at once."""
    heard = call(*lines, channels=1)
    return replace(heard, turns=tuple(replace(turn, channel=0) for turn in heard.turns))


def after(role: str, text: str, pause: float = 0.0) -> dict[str, Any]:
    return {role: text, "pause": pause}


def test_a_torn_phrase_is_said_by_who_has_most_of_it() -> None:
    heard = torn("agent: 那请您保持电话畅", after("customer", "通再见"))
    (evidence,) = ask(AGENT, heard).evidence
    assert (evidence.role, evidence.turn, evidence.quote) == (Role.AGENT, 0, "请您保持电话畅")
    assert evidence.meant == "请您保持电话畅通"
    assert evidence.confidence == pytest.approx(7 / 8), "less than certain"
    assert ask(CUSTOMER, heard).answer is Answer.CLEAN
    assert len(ask(ANYBODY, heard).evidence) == 1


def test_a_phrase_torn_in_the_middle_was_said_but_nobody_knows_by_whom() -> None:
    heard = torn("agent: 那请您保持", after("customer", "电话畅通再见"))
    for asked in (AGENT, CUSTOMER):
        result = ask(asked, heard)
        assert result.answer is Answer.CANNOT_JUDGE
        assert result.reason is not None
        assert result.reason.code == "scoring.speaker_unknown"
        assert result.reason.facts["quote"] == "请您保持电话畅通"
    (evidence,) = ask(ANYBODY, heard).evidence
    assert evidence.confidence == pytest.approx(1 / 2)


def test_it_is_not_missing_either() -> None:
    heard = torn("agent: 那请您保持", after("customer", "电话畅通再见"))
    assert ask(f"{{not: {AGENT}}}", heard).answer is Answer.CANNOT_JUDGE


def test_a_word_given_to_the_other_in_the_midst_of_a_phrase_is_passed_over() -> None:
    heard = torn("agent: 那请您保持", after("customer", "电话"), after("agent", "畅通再见"))
    assert ask(AGENT, heard).answer is Answer.HIT
    assert ask(CUSTOMER, heard).answer is Answer.CLEAN


def test_a_negation_of_the_other_is_not_put_before_what_one_says() -> None:
    heard = torn("customer: 那就不", after("agent", "归我们管的"))
    assert ask("{phrase: [不归我们管], role: agent}", heard).answer is Answer.CANNOT_JUDGE


def test_people_who_take_turns_pause() -> None:
    assert ask(ANYBODY, torn("agent: 那请您保持电话", after("customer", "畅通再见", 0.25))).answer is Answer.CLEAN


def test_in_two_channels_everybody_has_their_own() -> None:
    assert ask(ANYBODY, call("agent: 那请您保持电话", after("customer", "畅通再见"))).answer is Answer.CLEAN


def test_short_phrases_and_very_words_are_not_put_together() -> None:
    heard = torn("agent: 我要投", after("customer", "诉他请您保持电话"), after("agent", "畅通"))
    assert ask("{phrase: [投诉他]}", heard).answer is Answer.CLEAN
    assert ask("{phrase: [请您保持电话畅通], exact: true}", heard).answer is Answer.CLEAN


def test_a_doubted_voice_may_have_the_rest() -> None:
    heard = torn("agent: 那请您保持电话畅", after("customer", "通再见"))
    doubted = with_turn(heard, 1, flags=("speaker_doubt",))
    assert ask(AGENT, doubted).answer is Answer.HIT
    doubted = with_turn(heard, 0, flags=("speaker_doubt",))
    assert ask(AGENT, doubted).answer is Answer.CANNOT_JUDGE

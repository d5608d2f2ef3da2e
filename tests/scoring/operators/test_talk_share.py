from dataclasses import replace

import pytest

from models.finding import Answer
from models.transcript import Role, RoleVoice
from tests.scoring.made_call import ask, call, unknown

HEARD = call("agent: 您好您好您好您好您好您", "customer: 好")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("{talk_share: {at_least: 0.8}}", Answer.HIT),
        ("{talk_share: {at_most: 0.8}}", Answer.CLEAN),
        ("{talk_share: {at_most: 0.2}, role: customer}", Answer.HIT),
        ("{talk_share: {at_least: 0.5, at_most: 0.95}}", Answer.HIT),
    ],
)
def test_the_part_of_all_talk(asked: str, answer: Answer) -> None:
    assert ask(asked, HEARD).answer is answer


def test_who_is_not_heard_has_no_part() -> None:
    alone = call("agent: 您好，有人吗")
    assert ask("{talk_share: {at_most: 0}, role: customer}", alone).answer is Answer.HIT
    assert ask("{talk_share: {at_least: 1}}", alone).answer is Answer.HIT


def test_where_speakers_are_not_told_apart_there_are_no_parts() -> None:
    assert ask("{talk_share: {at_least: 0.8}}", unknown(HEARD)).answer is Answer.CANNOT_JUDGE
    partly = replace(HEARD, voice=replace(HEARD.voice, roles={Role.AGENT: RoleVoice(9), Role.UNKNOWN: RoleVoice(3)}))
    assert ask("{talk_share: {at_least: 0.5}}", partly).answer is Answer.CANNOT_JUDGE

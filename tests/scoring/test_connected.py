"""A call begins with people: what a recorded voice says before is nobody's, and nobody's time."""

from models.finding import Answer
from models.transcript import ANNOUNCEMENT, Role, Transcript
from scoring.heard import passages
from tests.scoring.made_call import ask, call, unknown, with_turn

GREETING = "{phrase: [您好], need: none, role: agent, seconds: {first: 15}}"
MENU = "agent: 欢迎致电星河通信客户服务热线，您好，查询话费请按一，办理业务请按二，人工服务请按零，正在为您转接。"
SPOKEN = ({"agent": "您好，请讲。", "pause": 20}, "customer: 我查话费。", "agent: 三十块。")
RUDE = ({"agent": "什么事？", "pause": 20}, "customer: 我查话费。", {"agent": "三十块。", "pause": 18}, "agent: 您好。")


def behind_menu(*lines: str | dict[str, object]) -> Transcript:
    return with_turn(call(MENU, *lines), 0, role=Role.UNKNOWN, flags=(ANNOUNCEMENT,))


def test_seconds_count_from_when_people_are_connected() -> None:
    assert behind_menu(*SPOKEN).turns[1].start > 30
    assert ask(GREETING, behind_menu(*SPOKEN)).answer is Answer.CLEAN
    assert ask(GREETING, behind_menu(*RUDE)).answer is Answer.HIT, "not greeted by the menu, and too late by the agent"
    assert ask(GREETING, call(*SPOKEN)).answer is Answer.CLEAN


def test_a_customer_who_speaks_into_the_menu_is_not_connected_yet() -> None:
    early = behind_menu({"customer": "喂？我要投诉。", "pause": -9}, *SPOKEN)
    assert ask(GREETING, early).answer is Answer.CLEAN
    (evidence,) = ask("{phrase: [投诉], role: customer}", early).evidence
    assert early.turns[evidence.turn or 0].text == "喂？我要投诉。", "and is heard all the same"


def test_the_agents_first_turn_is_not_the_menu() -> None:
    assert ask("{phrase: [您好], role: agent, turns: [0, 0]}", behind_menu(*SPOKEN)).answer is Answer.HIT
    assert ask("{phrase: [您好], role: agent, share: [0, 0.4]}", behind_menu(*SPOKEN)).answer is Answer.HIT


def test_nobody_said_what_the_menu_says() -> None:
    assert ask("{phrase: [人工服务]}", behind_menu(*SPOKEN)).answer is Answer.CLEAN
    assert ask("{regex: 转接, role: agent}", behind_menu(*SPOKEN)).answer is Answer.CLEAN


def test_words_of_a_menu_and_of_a_person_are_no_phrase_in_one_channel() -> None:
    shared = unknown(
        with_turn(call("agent: 请按一，不归", {"agent": "我们管", "pause": 0.3}), 0, flags=(ANNOUNCEMENT,))
    )
    assert ask("{phrase: [不归我们管]}", shared).answer is Answer.CLEAN
    assert passages(shared.turns) == [[1]]


def test_evidence_names_the_turn_by_its_number_in_the_transcript() -> None:
    result = ask("{phrase: [三十块], role: agent}", behind_menu(*SPOKEN))
    assert [evidence.turn for evidence in result.evidence] == [3]


def test_the_wait_behind_the_menu_is_nobodys_silence() -> None:
    long = "{silence: {at_least: 10}}"
    assert ask(long, behind_menu(*SPOKEN)).answer is Answer.CLEAN
    assert len(ask(long, behind_menu(*RUDE)).evidence) == 1, "the agent's later one counts"


def test_talking_over_the_menu_interrupts_nobody() -> None:
    over = behind_menu({"customer": "喂？我要投诉。", "pause": -9}, *SPOKEN)
    assert over.voice.overlaps
    assert ask("{overlap: {at_least: 0.5}, role: customer}", over).answer is Answer.CLEAN


def test_a_call_that_ends_in_the_menu_cannot_be_judged() -> None:
    result = ask(GREETING, behind_menu())
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.code == "scoring.only_announcements"

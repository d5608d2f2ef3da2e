"""What machines say before people are on the line, and what only sounds like it."""

import pytest

from asr.announcements import announced

MENU = "欢迎致电星和通信客户服务热线，查询话费请按议。半理业务请安二，人工服务请安灵，正在为您转接人工服务，请稍后，"


def machines(*said: tuple[int, str]) -> list[str]:
    """What of each turn is taken for a recorded voice's, given the channel and the text; a character is a word."""
    counts = announced([(channel, list(text)) for channel, text in said])
    return [text[:count] for (_, text), count in zip(said, counts, strict=True)]


def test_a_menu_before_the_agent_comes_on() -> None:
    assert machines((0, MENU), (0, "您好，请讲。"), (1, "喂，你好")) == [MENU, "", ""]


def test_a_menu_in_several_turns() -> None:
    parts = ["欢迎致电星河通信客户服务热线。", "查询话费请按一，", "人工服务请按零。", "正在为您转接，请稍候。"]

    assert machines(*((0, part) for part in parts), (0, "您好，请讲。")) == [*parts, ""]


def test_a_customer_who_speaks_into_the_menu_does_not_end_it() -> None:
    said = machines((0, "查询话费请按一，"), (1, "喂？"), (0, "人工服务请按零。"), (0, "您好，请讲。"))

    assert said == ["查询话费请按一，", "", "人工服务请按零。", ""]


def test_an_agent_who_comes_on_without_a_pause_keeps_the_greeting() -> None:
    menu, greeting = "人工服务请按零，正在为您转接，请稍候。", "您好，工号3026为您服务。"

    assert machines((0, menu + greeting)) == [menu]


@pytest.mark.parametrize(
    "text", ["您拨打的电话已关机。", "您所拨打的用户正在通话中，请稍后再拨。", "座席全忙，请耐心等待。"]
)
def test_what_else_machines_say(text: str) -> None:
    assert machines((1, text)) == [text]


def test_an_agent_who_asks_for_a_rating_is_no_recorded_voice() -> None:
    assert machines((0, "您好，本次通话会录音。"), (0, "满意请按1，再见。")) == ["", ""]


def test_an_agents_own_welcome_is_no_menus() -> None:
    welcome = "您好，欢迎致电星河通信。"

    assert machines((0, welcome), (1, "我要转人工"), (0, "正在为您转接，请稍候。")) == ["", "", ""]
    assert machines((0, "您好，工号3026，请稍等，正在为您转接。")) == [""]


def test_a_customer_who_tells_of_a_menu_is_no_recorded_voice() -> None:
    assert machines((1, "上次打完让我非常满意请按1，我还没按就断了。"), (0, "您好，请讲。")) == ["", ""]

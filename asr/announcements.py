"""Recorded voices before anybody is on the line: menus, 正在为您转接, 您拨打的用户. Neither speaker said them."""

import re
from collections.abc import Sequence
from itertools import accumulate

_ANNOUNCED = re.compile(
    "(?<!满意)请[按安].{0,2}(键|[0-9零一二三四五六七八九议灵领星井#*])|正在为[您你].{0,2}转接"
    "|您所?拨打的.{2,10}(关机|通话|无法|空号|不存在)|[座坐]席.{0,3}忙.{0,4}请"
)
"""What recorded voices say before anybody is there, as Whisper hears it. 通话会录音 is not here: agents say it too.
满意请按一 is asked for after a call, and told of in the next."""

_INTRODUCES = re.compile("欢迎[您你]?(致电|拨打|使用|来电)|热线|稍[后候等]")
"""What menus begin with, and agents may: a recorded voice's only if it goes on to say what only these say."""

_PERSON = re.compile("工号|请讲|请问|帮[您你]")
"""What is no menu's, though the rest sounds like one."""

_GREETS = re.compile("[您你]好|喂|[早上中下晚][上午]?好|很高兴|工号|请讲")
"""Where, after a recorded voice's last words, an agent comes on without a pause."""


def announced(turns: Sequence[tuple[int, Sequence[str]]]) -> list[int]:
    """How many words, from its first, of each turn are a recorded voice's; given the channel and words of each.

    On a channel it is over as soon as a person speaks there: 满意请按一 is later an agent's, who asks for a rating. The
    other side may speak while the menu goes on.
    """
    counts = [0] * len(turns)
    with_people: set[int] = set()
    introduced: list[int] = []
    for at, (channel, words) in enumerate(turns):
        count = 0 if channel in with_people else _of_machine(words)
        if count:
            for before in introduced:
                counts[before] = len(turns[before][1])
            counts[at], introduced = count, []
            if count < len(words):
                with_people.add(channel)
        elif channel not in with_people and _may_introduce(words):
            introduced.append(at)
        else:
            with_people |= {channel, *(turns[before][0] for before in introduced)}
            introduced = []
    return counts


def _of_machine(words: Sequence[str]) -> int:
    text, ends = _spoken(words)
    matches = list(_ANNOUNCED.finditer(text))
    if not matches or _PERSON.search(text, 0, matches[0].start()):
        return 0
    greeting = _GREETS.search(text, matches[-1].end())
    return len(words) if greeting is None else sum(end <= greeting.start() for end in ends)


def _may_introduce(words: Sequence[str]) -> bool:
    text, _ = _spoken(words)
    return _INTRODUCES.search(text) is not None and _PERSON.search(text) is None


def _spoken(words: Sequence[str]) -> tuple[str, list[int]]:
    """The text without punctuation, and where in it each word ends."""
    bare = ["".join(character for character in word if character.isalnum() or character in "#*") for word in words]
    return "".join(bare), list(accumulate(len(word) for word in bare))

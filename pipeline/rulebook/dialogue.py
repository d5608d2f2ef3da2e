"""A dialogue as people paste it, turned into the perfectly heard call of a test case.

A line is a turn: `座席：您好` or `agent: 您好`; without a role, nobody knows who speaks. `[12]` before it is a pause in
seconds (`[停顿 12 秒]`, `[pause 12s]`), negative where it begins while the line before is still spoken; a line of its
own `[语速 300]` or `[rate 300]` sets the characters a minute. Times at the beginning of a line are left out.
"""

import re

from models.call import Metadata
from models.errors import BadDefinition
from models.transcript import Role
from scoring.case import PAUSE, RATE, CaseLines, Line

MOST_LINES = 500
LONGEST = 30_000
"""Characters: a call of two hours."""

SPEAKERS = {
    **dict.fromkeys(("座席", "坐席", "客服", "专员", "agent", "a"), Role.AGENT),
    **dict.fromkeys(("客户", "顾客", "用户", "customer", "c"), Role.CUSTOMER),
    **dict.fromkeys(("未知", "unknown"), Role.UNKNOWN),
}
WRITTEN = {Role.AGENT: "agent", Role.CUSTOMER: "customer", Role.UNKNOWN: "unknown"}

TIME = re.compile(r"^\s*[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?[\])]?\s+")
SPEED = re.compile(r"^\s*[\[【]\s*(?:语速|rate)\s*(\d{1,4})[^\]】]*[\]】]\s*$", re.IGNORECASE)
WAIT = re.compile(
    r"^\s*[\[【]\s*(?:停顿|静音|pause)?\s*([-−]?\d{1,4}(?:\.\d+)?)\s*(?:秒|s)?\s*[\]】]\s*", re.IGNORECASE
)
SPEAKER = re.compile(r"^\s*(\w{1,12}?)\s*\d*\s*[:：]\s*")


def read_dialogue(text: str, metadata: Metadata | None = None) -> CaseLines:
    """The dialogue's lines.

    Raises:
        BadDefinition: nothing is said in it, or it is longer than any call.
    """
    if len(text) > LONGEST:
        raise BadDefinition("pipeline.dialogue_too_long", most=LONGEST)
    lines: list[Line] = []
    rate = RATE
    for written in text.splitlines():
        speed = SPEED.match(written)
        if speed:
            rate = max(float(speed[1]), 1.0)
        elif line := _line(written):
            lines.append(line)
    if not lines:
        raise BadDefinition("pipeline.dialogue_empty")
    if len(lines) > MOST_LINES:
        raise BadDefinition("pipeline.dialogue_too_many_lines", most=MOST_LINES)
    return CaseLines(lines=tuple(lines), metadata=metadata or Metadata(), rate=rate)


def read_dialogues(text: str) -> tuple[CaseLines, ...]:
    """Several, with an empty line between each two; none where nothing is written.

    Raises:
        BadDefinition: as `read_dialogue`.
    """
    blocks = [block for block in re.split(r"\n[ \t\r]*\n", text) if block.strip()]
    return tuple(read_dialogue(block) for block in blocks)


def _line(written: str) -> Line | None:
    rest = TIME.sub("", written)
    wait = WAIT.match(rest)
    rest = rest[wait.end() :] if wait else rest
    pause = float(wait[1].replace("−", "-")) if wait else PAUSE
    named = SPEAKER.match(rest)
    role = SPEAKERS.get(named[1].lower()) if named else None
    said = rest[named.end() :] if named and role else rest
    return Line(role=role or Role.UNKNOWN, text=said.strip(), pause=pause) if said.strip() else None

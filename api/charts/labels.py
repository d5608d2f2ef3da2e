"""Names fitted into the room they have: widths are estimated, since the server may have none of the readers' fonts."""

from unicodedata import east_asian_width

NARROW = 0.56
"""Of a square: a Latin letter or digit on average."""

MORE = "…"
CLOSING = "、，。；：！？）》”…%"
"""What no line begins with."""


def width(text: str) -> float:
    """In squares, of which a Chinese character takes one."""
    return sum(1.0 if east_asian_width(letter) in "WF" else NARROW for letter in text)


def shortened(text: str, room: float) -> str:
    """The text, or as much of it as fits into so many squares with `…` after it."""
    if width(text) <= room:
        return text
    kept = ""
    for letter in text:
        if width(kept + letter) > room - NARROW:
            break
        kept += letter
    return kept + MORE


def wrapped(text: str, room: float, lines: int = 2) -> list[str]:
    """In at most so many lines, the last one shortened. Chinese breaks anywhere, other words at spaces if they can."""
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < lines - 1 and width(rest) > room:
        line = _first_line(rest, room)
        found.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return [*found, shortened(rest, room)] if rest else found


def _first_line(text: str, room: float) -> str:
    end, space, used = 0, 0, 0.0
    for letter in text:
        used += width(letter)
        if used > room:
            break
        end += 1
        if letter == " ":
            space = end
    while end < len(text) and text[end] in CLOSING:
        end += 1
    is_inside_word = end < len(text) and all(east_asian_width(text[at]) not in "WF" for at in (end - 1, end))
    return text[: space if is_inside_word and space else max(1, end)]

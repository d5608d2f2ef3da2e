"""People's names: where they say them, where they are addressed by them, and wherever a name so found is said again."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from models.case import PersonalKind
from models.transcript import Role, Turn
from scoring.personal_span import PersonalSpan
from scoring.personal_words import listed, personal_words, surname

QUESTIONS = 2
"""Turns back to the question a name answers."""


def names(turns: Sequence[Turn], known: Sequence[str] = ()) -> list[PersonalSpan]:
    """`known` are names of the call's metadata."""
    found = [span for index in range(len(turns)) for span in _of_turn(turns, index)]
    whole = {turns[span.turn].text[span.begin : span.end] for span in found}
    whole = {name for name in whole if _full().fullmatch(name)}
    for name in (*whole, *(one.strip() for one in known)):
        found += _again(turns, name)
    return found


def _of_turn(turns: Sequence[Turn], index: int) -> Iterator[PersonalSpan]:
    text = turns[index].text
    for pattern in (_said(), _familiar(), _asked_after()):
        for match in pattern.finditer(text):
            yield from _span(index, *match.span("name"))
    for match in _addressed().finditer(text):
        yield from _span(index, *match.span("whole" if match["whole"] else "short"))
    if _is_asked(turns, index) and (answer := _answer().match(text)):
        yield from _span(index, *answer.span("name"))
    if _is_asked(turns, index, own=True):
        for pattern in (_described(), listed("described")):
            for match in pattern.finditer(text):
                yield from _span(index, *match.span())


def _span(turn: int, begin: int, end: int) -> Iterator[PersonalSpan]:
    if begin < end:
        yield PersonalSpan(turn, begin, end, PersonalKind.NAME)


def _is_asked(turns: Sequence[Turn], index: int, *, own: bool = False) -> bool:
    """Whether somebody else just asked for a name, or (`own`) one is being said."""
    turn = turns[index]
    if own and (listed("asks_name").search(turn.text) or _said().search(turn.text)):
        return True
    for other in turns[max(0, index - QUESTIONS) : index]:
        if (other.role is not turn.role or turn.role is Role.UNKNOWN) and listed("asks_name").search(other.text):
            return True
    return False


def _again(turns: Sequence[Turn], name: str) -> Iterator[PersonalSpan]:
    """The name, and without its surname where two characters are left."""
    given = _given(name)
    for index, turn in enumerate(turns):
        for wanted in (name, given):
            if len(wanted) >= 2:
                for match in re.finditer(re.escape(wanted), turn.text):
                    yield PersonalSpan(index, *match.span(), PersonalKind.NAME)


def _given(name: str) -> str:
    match = re.match(surname(), name)
    return name[match.end() :] if match else ""


@cache
def _full() -> re.Pattern[str]:
    return re.compile(rf"{surname()}[一-龥]{{1,2}}")


@cache
def _said() -> re.Pattern[str]:
    """我叫林晓燕, 我姓周，周文彬."""
    name = surname() + _given_name()
    again = rf"[\s，,、]{{0,2}}(?:我?叫)?{name}(?=[，,。、！!\s]|$)"
    return re.compile(rf"(?:{personal_words()['says_name']})[\s，,]*(?P<name>{name}(?:{again})?)")


@cache
def _addressed() -> re.Pattern[str]:
    """周文彬先生, 林女士; not 谢谢女士. Of a short title, as in 王经理, only the surname."""
    polite, short = personal_words()["titles"], personal_words()["short_titles"]
    boundary = f"(?<![一-龥])|(?<=[{personal_words()['before_name']}])"
    whole = rf"(?P<whole>(?:{boundary}){surname()}[一-龥]{{1,2}}|{surname()}[一-龥]{{0,2}})(?:{polite})"
    return re.compile(rf"(?<!谢)(?!谢谢)(?:{whole}|(?P<short>{surname()})(?:{short}))")


@cache
def _familiar() -> re.Pattern[str]:
    """我是小王, 叫我老张."""
    who = "我是|叫我|找|您叫|客服|专员|顾问|同事|客户经理"
    return re.compile(rf"(?:{who})(?P<name>[小老阿]{surname()})(?![一-龥]*[时区学])")


@cache
def _asked_after() -> re.Pattern[str]:
    """何志强是吧? 你是何志强吗?"""
    name = f"(?!{personal_words()['not_names']}){surname()}{_given_name().replace('{0,2}', '{2}')}"
    return re.compile(rf"(?:(?<![一-龥])|(?<=你是|您是|问是|就是))(?P<name>{name})(?=是吧|是吗|吗|吧|对吧|本人)")


@cache
def _answer() -> re.Pattern[str]:
    """A turn that begins with a name: what was asked for."""
    fillers = f"{personal_words()['within_numbers']}|是的|我就?是|我|叫|姓|免贵|本人|您好|你好|嗯嗯"
    ends = rf"(?=[，,。、！!？?\s]|$|[{personal_words()['ends_name']}])"
    other = f"(?!{personal_words()['not_names']})"
    return re.compile(rf"[\s，,。]*(?:(?:{fillers})[\s，,。、]*)*(?P<name>{other}{surname()}{_given_name()}){ends}")


@cache
def _described() -> re.Pattern[str]:
    """How a name is written: 文化的文, 彬彬有礼的彬."""
    han = "[一-龥]"
    ways = (rf"({han}){han}{{0,3}}的\1", rf"{han}{{1,3}}({han})的\2", rf"{han}({han}){han}{{1,2}}的\3")
    return re.compile(rf"(?:{'|'.join(ways)})(?!{han}?[上下])")


def _given_name() -> str:
    return f"(?:(?![{personal_words()['ends_name']}])[一-龥]){{0,2}}"

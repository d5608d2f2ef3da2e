"""Numbers that are somebody's own, by their length, their check digits, and what was asked for before.

Telephone numbers are read in groups, which the other repeats: "138", "138", "0012", "0012"... Groups that one speaker
reads in turns that say nothing else are one number; whatever repeats part of a number is masked like it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from models.case import PersonalKind
from models.transcript import Role, Turn
from scoring.entities import PHONE
from scoring.identity_number import has_birthday, is_luhn
from scoring.personal_span import PersonalSpan
from scoring.personal_words import listed, personal_words
from scoring.spoken_numbers import MISHEARD_ONE, Run, runs

LONG = 6
"""Digits said in one breath from which on a number is masked whatever it is about."""

LONG_IN_PARTS = 10
"""Digits in groups: below it they may as well be three amounts."""

ASKED = 3
"""Digits of an answer to who asked for a number, or behind its name."""

REPEATED = 3
LOOK_BACK = 14
"""Characters before a number that say what it is."""

QUESTIONS = 4
"""Turns back to the question a number answers."""

PATIENCE = 20.0
"""Seconds between two groups of one number."""

OWN = 8
"""Digits at most of a service's own number: a work number, a short code."""

SERVICE = re.compile(
    r"(?:95\d{3}|96\d{3,4}|10086|10010|10000|10001|100\d\d|12\d{3}|11[0-9]|12[0-2]|116114|118114|400\d{7}|800\d{7})"
)
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
BORN = re.compile("生日|出生|身份证|证件")
"""A day that is part of an ID card's number, or as good as it."""

KINDS = (
    ("codes", PersonalKind.CODE),
    ("id_cards", PersonalKind.ID_CARD),
    ("bank_cards", PersonalKind.BANK_CARD),
    ("accounts", PersonalKind.ACCOUNT),
    ("phones", PersonalKind.PHONE),
    ("numbers", PersonalKind.NUMBER),
)


@dataclass(frozen=True, slots=True)
class _Said:
    turn: int
    run: Run


def numbers(turns: Sequence[Turn], known: Sequence[str] = ()) -> list[PersonalSpan]:
    """`known` are numbers of the call's metadata."""
    said = [_Said(index, run) for index, turn in enumerate(turns) for run in runs(turn.text)]
    found: dict[_Said, PersonalKind] = {}
    for one in said:
        kind = _alone(turns, one)
        if kind is not None:
            found[one] = kind
    for chain in _chains(turns, said):
        digits = "".join(one.run.digits for one in chain)
        kind = _of_chain(turns, chain, digits)
        if kind is not None:
            found |= dict.fromkeys(chain, kind)
    _repeated(turns, said, found, _told(known, found, turns, said))
    return [_span(turns, one, kind) for one, kind in found.items()]


def _alone(turns: Sequence[Turn], one: _Said) -> PersonalKind | None:
    run, text = one.run, turns[one.turn].text
    digits = run.digits
    before, after = text[max(0, run.begin - LOOK_BACK) : run.begin], text[run.end : run.end + 3]
    about = _about(before)
    if about is PersonalKind.CODE and len(digits) >= ASKED:
        return about
    if _is_own(before, after, digits):
        return None
    kind = by_shape(digits)
    if kind is not None or _counts(before, after, digits, text[run.begin - 1 : run.begin]):
        return kind
    about = (about or _asked(turns, one)) if len(digits) >= ASKED else None
    is_long = len(digits) >= (LONG if run.whole else LONG_IN_PARTS)
    return about or (PersonalKind.NUMBER if is_long else None)


def by_shape(digits: str) -> PersonalKind | None:
    """What a number can only be, from eleven digits on."""
    if PHONE.fullmatch(digits):
        return None if SERVICE.fullmatch(digits) else PersonalKind.PHONE
    if len(digits) == 18 and (digits.endswith("x") or has_birthday(digits)):
        return PersonalKind.ID_CARD
    if 16 <= len(digits) <= 19 and digits.isdecimal():
        return PersonalKind.BANK_CARD if is_luhn(digits) or len(digits) != 18 else PersonalKind.ID_CARD
    return None


def _is_own(before: str, after: str, digits: str) -> bool:
    """A service's, not a person's: its telephone number, or who speaks for it."""
    if SERVICE.fullmatch(digits):
        return True
    return len(digits) <= OWN and (bool(_own_before().search(before)) or after.startswith("号为您"))


def _counts(before: str, after: str, digits: str, sign: str) -> bool:
    """An amount, a number of things, a date."""
    if len(digits) > OWN:
        return False
    if listed("units").match(after) or sign in {".", "点", "百", "千", "万"}:
        return True
    if (DATE.fullmatch(digits) and not BORN.search(before + after)) or _day().search(before + digits):
        return True
    return len(digits) < OWN and bool(_amount_before().search(before))


def _about(before: str) -> PersonalKind | None:
    """What the words in front of a number call it: the last of them."""
    places = [(match.end(), kind) for name, kind in KINDS for match in listed(name).finditer(before)]
    return max(places, key=lambda place: place[0])[1] if places else None


def _asked(turns: Sequence[Turn], one: _Said) -> PersonalKind | None:
    """What the other asked for, where this is an answer: there is little else in the turn up to the number."""
    turn = turns[one.turn]
    if len(_rest(turn.text[: one.run.begin])) > LOOK_BACK:
        return None
    for back in range(one.turn - 1, max(-1, one.turn - 1 - QUESTIONS), -1):
        other = turns[back]
        if other.role is turn.role and turn.role is not Role.UNKNOWN:
            continue
        if listed("asks_number").search(other.text):
            return _about(other.text) or PersonalKind.NUMBER
        if len(_rest(other.text)) > LOOK_BACK:
            return None
    return None


def _chains(turns: Sequence[Turn], said: Sequence[_Said]) -> Iterator[list[_Said]]:
    """Groups of one speaker that may be one number, read over several turns."""
    by_role: dict[Role, list[_Said]] = {}
    for one in said:
        by_role.setdefault(turns[one.turn].role, []).append(one)
    for of_role in by_role.values():
        chain: list[_Said] = []
        for one in of_role:
            if chain and not _goes_on(turns, chain[-1], one):
                yield chain
                chain = []
            chain.append(one)
        yield chain


def _goes_on(turns: Sequence[Turn], last: _Said, one: _Said) -> bool:
    before, now = turns[last.turn], turns[one.turn]
    between = before.text[last.run.end :] if last.turn != one.turn else before.text[last.run.end : one.run.begin]
    if len(_rest(between)) > (0 if last.turn == one.turn else 2):
        return False
    if last.turn == one.turn:
        return True
    if now.start - before.end > PATIENCE or len(_rest(now.text[: one.run.begin])) > 2:
        return False
    return all(_listens(turns[index].text) for index in range(last.turn + 1, one.turn))


def _listens(text: str) -> bool:
    """Whoever says no more than this waits for more, or repeats what they heard."""
    return len(_rest(text)) <= 4


def _rest(text: str) -> str:
    """What is said beside numbers and fillers."""
    for run in reversed(list(runs(text))):
        text = text[: run.begin] + text[run.end :]
    return re.sub(r"[\W_]", "", _silent().sub("", text))


def _of_chain(turns: Sequence[Turn], chain: Sequence[_Said], digits: str) -> PersonalKind | None:
    if len(chain) < 2 or len(digits) < LONG:
        return None
    first = chain[0]
    text = turns[first.turn].text[: first.run.begin]
    about = _about(text[-LOOK_BACK:]) or _asked(turns, first)
    if about is None and len(digits) < LONG_IN_PARTS:
        return None
    return by_shape(digits) or about or PersonalKind.NUMBER


def _told(
    known: Sequence[str], found: dict[_Said, PersonalKind], turns: Sequence[Turn], said: Sequence[_Said]
) -> list[tuple[str, PersonalKind]]:
    """Whole numbers that were told, to find where they are repeated."""
    told = [(re.sub(r"\D", "", number), PersonalKind.PHONE) for number in known]
    told += [(one.run.digits, kind) for one, kind in found.items()]
    for chain in _chains(turns, said):
        if len(chain) > 1 and chain[0] in found:
            told.append(("".join(one.run.digits for one in chain), found[chain[0]]))
    return [(digits, kind) for digits, kind in told if len(digits) >= REPEATED]


def _repeated(
    turns: Sequence[Turn], said: Sequence[_Said], found: dict[_Said, PersonalKind], told: list[tuple[str, PersonalKind]]
) -> None:
    """Mask also what repeats a number or part of one; part of it in words of its own only where it is long enough."""
    for one in said:
        if one in found:
            continue
        run, text = one.run, turns[one.turn].text
        before, after = text[max(0, run.begin - LOOK_BACK) : run.begin], text[run.end : run.end + 3]
        if _is_own(before, after, run.digits) or len(run.digits) < REPEATED:
            continue
        if listed("units").match(after) and len(run.digits) < LONG:
            continue
        for digits, kind in told:
            if run.digits in digits or (len(digits) > REPEATED and digits in run.digits):
                found[one] = kind
                break


def _span(turns: Sequence[Turn], one: _Said, kind: PersonalKind) -> PersonalSpan:
    begin, text = one.run.begin, turns[one.turn].text
    if len(one.run.digits) in {2, 10} and begin and text[begin - 1] in MISHEARD_ONE:
        begin -= 1
    return PersonalSpan(one.turn, begin, one.run.end, kind)


@cache
def _own_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{personal_words()['own_numbers']})[是为：:，,\s]*$")


@cache
def _amount_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{personal_words()['amounts_before']})[是为有了就也才要会\s，,]{{0,3}}$")


@cache
def _day() -> re.Pattern[str]:
    return re.compile(r"[12]\d{3}[-/.][01]?\d[-/.][0-3]?\d$")


@cache
def _silent() -> re.Pattern[str]:
    words = sorted({*personal_words()["acknowledges"].split("|"), *personal_words()["within_numbers"].split("|")})
    return re.compile("|".join(sorted(words, key=len, reverse=True)))

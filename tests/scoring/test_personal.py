"""What of a call is somebody's own, on phrases that were written down with what is to be masked in them."""

import re
from pathlib import Path

import pytest
import yaml

from models.case import PersonalKind
from models.transcript import Role, Turn
from scoring.personal import Known, personal_spans

FILE = Path(__file__).parent / "personal_calls.yaml"
CALLS: list[list[str]] = yaml.safe_load(FILE.read_text("utf8"))
ROLES = {"a": Role.AGENT, "c": Role.CUSTOMER, "u": Role.UNKNOWN}
SIGNS = re.compile(r"[\w@＠]")

RECALL = 0.98
PRECISION = 0.95


def turn(index: int, line: str) -> tuple[Turn, list[tuple[int, int]]]:
    """The turn, and where the characters to be masked stand in it."""
    who, _, said = line.partition(": ")
    wanted, at = [], 0
    for part in re.split(r"(【.*?】)", said):
        inside = part.strip("【】")
        if part.startswith("【"):
            wanted.append((at, at + len(inside)))
        at += len(inside)
    text = re.sub("[【】]", "", said)
    return Turn(ROLES[who], 0, index * 4.0, index * 4.0 + 3.0, text, 0.9), wanted


def read(lines: list[str]) -> tuple[list[Turn], list[tuple[int, int, int]]]:
    read = [turn(index, line) for index, line in enumerate(lines)]
    return [one for one, _ in read], [(index, *span) for index, (_, some) in enumerate(read) for span in some]


def found(turns: list[Turn], known: Known | None = None) -> list[tuple[int, int, int]]:
    return [(span.turn, span.begin, span.end) for span in personal_spans(turns, known)]


def signs(turns: list[Turn], span: tuple[int, int, int]) -> set[tuple[int, int]]:
    index, begin, end = span
    return {(index, at) for at in range(begin, end) if SIGNS.match(turns[index].text[at])}


def measure() -> tuple[float, float, list[str]]:
    """Share of what is to be masked that is, wholly; share of what is masked that touches it; what went wrong."""
    wanted_in_all = hidden = masked_in_all = right = 0
    wrong: list[str] = []
    for lines in CALLS:
        turns, wanted = read(lines)
        masked = found(turns)
        over = {place for span in masked for place in signs(turns, span)}
        for span in wanted:
            wanted_in_all += 1
            whole = signs(turns, span) <= over
            hidden += whole
            if not whole:
                wrong.append(f"missed {turns[span[0]].text[span[1] : span[2]]!r} in {lines}")
        meant = {place for span in wanted for place in signs(turns, span)}
        for span in masked:
            masked_in_all += 1
            spare = signs(turns, span) - meant
            right += bool(signs(turns, span) & meant) and len(spare) <= 2
            if not signs(turns, span) & meant or len(spare) > 2:
                wrong.append(f"masked {turns[span[0]].text[span[1] : span[2]]!r} in {lines}")
    return hidden / wanted_in_all, right / masked_in_all, wrong


def test_nearly_all_that_is_personal_is_masked_and_little_else() -> None:
    recall, precision, wrong = measure()
    assert len(CALLS) >= 60
    assert recall >= RECALL, wrong
    assert precision >= PRECISION, wrong


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("我的手机号是13800123456", PersonalKind.PHONE),
        ("身份证是440106198501011231", PersonalKind.ID_CARD),
        ("卡号是6222021234567890123", PersonalKind.BANK_CARD),
        ("验证码是482913", PersonalKind.CODE),
        ("车牌是粤B12345", PersonalKind.PLATE),
        ("邮箱zhangsan@163.com", PersonalKind.EMAIL),
        ("我叫林晓燕", PersonalKind.NAME),
        ("我住在海淀区中关村大街27号", PersonalKind.ADDRESS),
    ],
)
def test_it_says_what_it_was(said: str, kind: PersonalKind) -> None:
    assert {span.kind for span in personal_spans([turn(0, f"c: {said}")[0]])} == {kind}


def test_what_the_metadata_know_is_masked_wherever_it_is_said() -> None:
    turns, wanted = read(["a: 我是【王小北】，您尾号【1234】的号码，上次找【小北】办的，一共1280元"])
    assert found(turns, Known(numbers=("13812341234",), names=("王小北",))) == wanted

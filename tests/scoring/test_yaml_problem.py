"""A text that is not YAML: the line of the slip, not the one the parser stopped at, and what the slip is."""

import pytest

from models.errors import BadDefinition
from scoring.definition import parse_definition

TEXT = """pack: p
version: 1
rules:
  - id: a
    name: 推诿
    when:
      phrase: [不归我们管, 找售后]
      role: agent
    fires:
      - "agent: 不归我们管"
      - "agent: 你找售后"
"""


def refused(text: str) -> BadDefinition:
    with pytest.raises(BadDefinition) as caught:
        parse_definition(text, "p.yaml")
    assert caught.value.details == (caught.value.reason,), "machines read the details"
    assert all(caught.value.reason.say(language) for language in ("zh", "en"))
    return caught.value


@pytest.mark.parametrize(
    ("before", "after", "problem", "line"),
    [
        ("      role: agent", "\trole: agent", "tab", 8),
        ("      role: agent", "      role：agent", "wide_colon", 8),
        ("    name: 推诿", "    name：推诿", "wide_colon", 5),
        ("      role: agent", "      role:agent", "tight_colon", 8),
        ("      role: agent", "      role:\u3000agent", "blank", 8),
        ("      role: agent", "\u3000\u3000role: agent", "blank", 8),
        ("      role: agent", "       role: agent", "indent", 8),
        ("    fires:", "   fires:", "indent", 9),
        ("name: 推诿", "name: 推诿: 一", "colons", 5),
        ("  - id: a", "  -id: a", "dash", 4),
        ('      - "agent: 你', '      －"agent: 你', "dash", 11),
        ("找售后]", "找售后", "bracket", 7),
        ("[不归我们管,", "[不归[我你]们管,", "bracket", 7),
        ('agent: 不归我们管"', "agent: 不归我们管", "quote", 10),
        ('你找售后"', "你找售后", "quote", 11),
        ("不归我们管,", "*不归我们管,", "character", 7),
        ("推诿", "%推诿", "character", 5),
        ("推诿", "推\x07诿", "control", 5),
        ("推诿", "!!python/object/apply:os.system x", "tag", 5),
        ("推诿", "2024-13-45", "value", 5),
        ("推诿", "!!int x", "value", 5),
        ("推诿", "!!timestamp x", "value", 5),
        ("推诿", '"\\ud800"', "value", 5),
        ("version: 1", "version: 1" + "0" * 5000, "value", 2),
        ("version: 1", "version: 1" + "0" * 15, "value", 2),
        ("    name", "    <<: {effect: tag}\n    name", "merge", 5),
        ("    name", "    ? [a, b]\n    : 1\n    name", "key", 5),
    ],
)
def test_where_and_what(before: str, after: str, problem: str, line: int) -> None:
    assert before in TEXT
    facts = refused(TEXT.replace(before, after, 1)).reason.facts
    assert (facts["problem"], facts["line"]) == (problem, line)


def test_two_documents() -> None:
    assert refused(f"{TEXT}---\n{TEXT}").reason.facts["problem"] == "documents"


def test_the_line_is_shown_as_it_is_written() -> None:
    said = refused(TEXT.replace("role: agent", "role：agent")).reason.say("zh")
    assert said.startswith("p.yaml 第 8 行：")
    assert "role：agent" in said


def test_windows_line_ends_do_not_move_the_line() -> None:
    text = TEXT.replace("      role: agent", "      role：agent").replace("\n", "\r\n")
    assert refused(text).reason.facts["line"] == 8

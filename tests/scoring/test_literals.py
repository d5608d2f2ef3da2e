import re
from functools import cache

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.literals import required_literals
from scoring.patterns import PatternIndex
from tests.scoring.shipped import shipped_pack


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("投诉", {"投诉"}),
        ("没有?办法", {"没办法", "没有办法"}),
        ("[您你]好", {"您好", "你好"}),
        ("我.{0,4}(掏钱|垫付)", {"掏钱", "垫付"}),
        ("(?:投诉)+", {"投诉"}),
        ("^喂(?![您你]好)", {"喂"}),
        ("VIP用户", {"vip用户"}),
        ("[0-9]{7,}", None),
        (".*", None),
        ("(a|b*)", None),
        (r"\p{Han}+投诉", None),
    ],
)
def test_what_a_pattern_needs(pattern: str, literals: set[str] | None) -> None:
    assert required_literals(pattern) == literals


@cache
def patterns() -> list[str]:
    """Of a shipped pack, those that Python's own `re` knows too, from which texts are made."""
    return [pattern for pattern in shipped_pack("inbound-service").patterns.patterns if _is_known(pattern)]


def _is_known(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


@settings(deadline=None)
@given(st.data())
def test_a_pattern_never_matches_without_its_literals(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(patterns()))
    matching = data.draw(st.from_regex(pattern).filter(lambda text: "\n" not in text))
    text = matching.lower()
    if regex.search(pattern, text, regex.MULTILINE):
        assert pattern in PatternIndex([pattern]).lines(text, [0] * len(text))

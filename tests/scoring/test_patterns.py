"""Of two engines the faster one is asked; nobody may notice."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoring.pattern_shape import shape_of
from scoring.patterns import Finder, PatternIndex

LETTERS = st.sampled_from(["再", "见", "不", "3", "a"])
ATOMS = st.one_of(LETTERS, st.sampled_from([".", "[再不]", "[^见]", "[0-9]", "^", "$", "\\n", "(?<=不)", "(?<![再a])"]))


def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["?", "*", "+", "{0,2}", "{2}", "??", "*?", "{1,3}?"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map(lambda part: f"(?={part})"),
        inner.map(lambda part: f"(?!{part})"),
    )


PATTERNS = st.tuples(st.recursive(ATOMS, wider, max_leaves=8), LETTERS, st.recursive(ATOMS, wider, max_leaves=4))
TEXTS = st.lists(st.lists(LETTERS, max_size=9).map("".join), min_size=3, max_size=3)


def spans(finder: Finder, lines: list[str]) -> list[tuple[int, int]]:
    """What is found on the middle one of three lines."""
    begin = len(lines[0]) + 1
    return [match.span() for match in finder("\n".join(lines), begin, begin + len(lines[1]))]


@settings(deadline=None, max_examples=600)
@given(PATTERNS.map("".join), TEXTS)
@example("(?<=不)再(?![^见])", ["不", "再", "见"])
@example("再$", ["再", "再", "见"])
@example("^再", ["不", "再再", "见"])
def test_both_engines_find_the_same_on_a_line(pattern: str, lines: list[str]) -> None:
    index = PatternIndex([pattern])
    assert spans(index.finder(pattern), lines) == spans(index.compiled[pattern].finditer, lines)


@pytest.mark.parametrize("pattern", ["投诉.{0,4}了", "(?<!不)要(退|取消)", "[您你]好+", "^喂(?![您你]好)|再见$"])
def test_what_both_engines_find_alike(pattern: str) -> None:
    assert shape_of(pattern).basic


@pytest.mark.parametrize(
    "pattern",
    [
        "VIP用户",
        r"\d+元",
        r"\b好",
        "(?i)好",
        "(?i:好)的",
        "(a?)*好",
        "(?<=我.{0,3})好",
        r"(好)\1",
        "(?>好+)的",
        r"\p{Han}",
    ],
)
def test_what_they_might_not(pattern: str) -> None:
    assert not shape_of(pattern).basic

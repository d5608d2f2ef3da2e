import math
import time
import tracemalloc

import pytest

from models.errors import BadDefinition
from scoring.pattern_shape import shape_of
from tests.scoring.made_call import pack_of


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("投诉", 1),
        ("[工公][号好].{0,6}[0-9]", 7),
        ("(很|非常)(抱歉)?", 2 * 2),
        ("a{2,4}b?", 3 * 2),
        ("(很好|是){2}", 4),
        ("(?=(很好|坏).)是", 2),
        (".*", 2250),
        ("是.*吗.*", 2250**2),
        ("(a+)+", math.inf),
        (r"\p{Han}", math.inf),
        ("(?:(?:(?:a?b?){1,9}){1,9}){1,9}", math.inf),
    ],
)
def test_ways_of_matching_from_one_place(pattern: str, ways: float) -> None:
    assert shape_of(pattern).ways >= ways
    assert shape_of(pattern).ways < 10 * ways or ways == math.inf


@pytest.mark.parametrize(
    ("pattern", "size"),
    [("投诉", 2), ("a{3}", 3), ("(ab){2,9}", 4), ("(a{100}){100}", 10_000), ("(a|bc)", 3), (r"(?<n>a{9})b", 99)],
)
def test_the_size_with_repeats_written_out(pattern: str, size: float) -> None:
    assert shape_of(pattern).size == size


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("(a{1000}){1000}", "large_pattern"),
        ("((a{100}){100}){100}", "large_pattern"),
        ("a{1000000}", "large_pattern"),
        (r"\p{Han}{90000}", "large_pattern"),
        ("(" * 400 + "a" + ")" * 400, "large_pattern"),
        ("再见" * 501, "long_pattern"),
        ("(?:退保){e<=1}", "strange_pattern"),
        ("(?R)?再见", "strange_pattern"),
        ("(?<n>a(?&n)?)", "strange_pattern"),
        ("(再(?1)?见)", "strange_pattern"),
    ],
)
def test_patterns_that_would_fill_the_memory_are_refused_at_once(pattern: str, code: str) -> None:
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(BadDefinition) as refused:
        pack_of(f"{{regex: '{pattern}'}}")
    seconds, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.reason.code == f"scoring.{code}"
    assert all(refused.value.reason.say(language) for language in ("zh", "en"))
    assert (seconds < 2, peak < 20_000_000) == (True, True)


@pytest.mark.parametrize("pattern", [r"[[:alpha:]]+好", "[a[b]", "(好)\\1", "再见{0,6}", "[^{]", r"(?<!不)是\p{Han}"])
def test_what_is_unusual_is_not_refused(pattern: str) -> None:
    assert pack_of(f"{{regex: '{pattern}'}}").patterns.patterns == (pattern,)

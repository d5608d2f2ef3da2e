"""Whether Whisper wrote a word: what is one was probably said, unless it sounds exactly like what was looked for."""

from functools import cache

USUAL = 20
"""How often jieba's dictionary has seen a word that people use."""


def is_word(pair: str) -> bool:
    """Of two characters."""
    return pair in _words()


@cache
def _words() -> frozenset[str]:
    """Read from jieba's dictionary as it is: its own tree of all prefixes takes a second and 60 MB."""
    import jieba  # noqa: PLC0415 - takes a quarter of a second to load: only where something is to be matched

    with jieba.get_module_res("dict.txt") as file:
        lines = (line.decode("utf8").split(" ") for line in file)
        return frozenset(word for word, seen, *_ in lines if len(word) == 2 and int(seen) >= USUAL)

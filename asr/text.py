"""What Whisper wrote, as people here write: simplified, one width, no stray spaces. Words keep their times."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from opencc import OpenCC

from models.transcript import Word

WIDE_TO_NARROW = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
WIDE_TO_NARROW |= {0xFF05: "%", 0xFF0E: ".", 0x3000: " "}
"""Full-width digits, letters, percent and point are written narrow."""

NARROW_TO_WIDE = {",": "，", ".": "。", "?": "？", "!": "！", ";": "；", ":": "：", "｡": "。", "､": "、"}
"""Punctuation is written wide, except inside numbers and Latin words."""

_INSIDE_LATIN = re.compile(r"(?<=[0-9A-Za-z])[.,:](?=[0-9A-Za-z])")
_UNREADABLE = "\ufffd"


def tidy(words: Sequence[Word]) -> list[tuple[Word, str]]:
    """Each word as it should read, with what Whisper wrote; words that were nothing but spaces are gone.

    The texts joined are the tidied whole: context (数字, 标点, 简繁) is judged across words, then handed back.
    """
    raw = "".join(word.text for word in words)
    characters = _tidy_characters(_simplified(raw, words))
    tidied = []
    at = 0
    for word in words:
        text = "".join(characters[at : at + len(word.text)])
        at += len(word.text)
        if text:
            tidied.append((replace(word, text=text), word.text))
        elif tidied:
            last, written = tidied[-1]
            tidied[-1] = (last, written + word.text)
    return tidied


def tidy_text(raw: str) -> str:
    """A whole text at once.

    >>> tidy_text("這個套餐３９元,可以嗎?")
    '这个套餐39元，可以吗？'
    """
    return "".join(_tidy_characters(_simplified(raw, ())))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(raw: str, words: Sequence[Word]) -> str:
    """Simplified with the same length, so that offsets hold; word by word, or as it was, where OpenCC would not."""
    whole = str(_converter().convert(raw))
    if len(whole) == len(raw):
        return whole
    parts = [(word.text, str(_converter().convert(word.text))) for word in words]
    return "".join(new if len(new) == len(old) else old for old, new in parts) or raw


def _tidy_characters(text: str) -> list[str]:
    """One entry per character of `text`, empty where it goes."""
    text = text.translate(WIDE_TO_NARROW)
    kept_narrow = {match.start() for match in _INSIDE_LATIN.finditer(text)}
    characters = []
    for at, character in enumerate(text):
        if character == _UNREADABLE or (character.isspace() and not _between_latin(text, at)):
            characters.append("")
        elif character in NARROW_TO_WIDE and at not in kept_narrow:
            characters.append(NARROW_TO_WIDE[character])
        else:
            characters.append(character)
    return characters


def _between_latin(text: str, at: int) -> bool:
    """Whether a space parts two Latin words; beside Chinese or at the ends it means nothing."""
    before, after = text[:at].rstrip(), text[at + 1 :].lstrip()
    narrow = bool(before) and bool(after) and before[-1].isascii() and after[0].isascii()
    return narrow and before[-1].isalnum() and after[0].isalnum() and (at == 0 or not text[at - 1].isspace())

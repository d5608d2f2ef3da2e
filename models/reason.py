"""Why something happened, said in the reader's language.

A `Reason` is a code with its facts; the sentence is looked up in `models/wording/<room>[-<part>].<language>.yaml`
when it is shown, so that stored reasons can be read in Chinese and in English alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any, Literal

import yaml

from models.clock import clock

Language = Literal["zh", "en"]
Fact = str | int | float


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is `<room>.<what>`, as in `asr.no_sound`; `facts` fill the sentence's slots."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def say(self, language: Language = "zh") -> str:
        """The sentence for a person.

        Raises:
            KeyError: the code has no sentence in that language, which a test forbids.
        """
        room = self.code.split(".", 1)[0]
        known = sentences(room, language)
        return _Teller(room, known).vformat(known[self.code], (), self.facts)


class _Teller(Formatter):
    """Fills slots; `{seconds:clock}` as 1:23, `{fact:=part}` with another sentence of the room, `{0}` being the fact.

    Nothing stands for a fact that is empty or 0. A `part` ending in `_` goes on with the fact: `{who:=who_}` is the
    sentence `who_agent`.
    """

    def __init__(self, room: str, known: Mapping[str, str]) -> None:
        self.room = room
        self.known = known

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "clock":
            return clock(value)
        if not format_spec.startswith("="):
            return str(super().format_field(value, format_spec))
        part = format_spec[1:]
        if part.endswith("_"):
            return self.known[f"{self.room}.{part}{value}"]
        return self.known[f"{self.room}.{part}"].format(value) if value else ""


@cache
def sentences(room: str, language: Language) -> dict[str, str]:
    """Every sentence of one room: code → text with `{slots}`. A room may have more files, `<room>-<part>`.

    Raises:
        FileNotFoundError: there is no such room.
    """
    files = [
        file
        for file in resources.files("models").joinpath("wording").iterdir()
        if file.name == f"{room}.{language}.yaml"
        or (file.name.startswith(f"{room}-") and file.name.endswith(f".{language}.yaml"))
    ]
    if not files:
        raise FileNotFoundError(room)
    return {
        f"{room}.{name}": sentence
        for file in files
        for name, sentence in yaml.safe_load(file.read_text("utf8")).items()
    }

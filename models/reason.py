"""Why something happened, said in the reader's language.

A `Reason` is a code with its facts; the sentence is looked up in `models/wording/<room>.<language>.yaml`
when it is shown, so that stored reasons can be read in Chinese and in English alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal

import yaml

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
        return sentences(room, language)[self.code].format_map(self.facts)


@cache
def sentences(room: str, language: Language) -> dict[str, str]:
    """Every sentence of one room: code → text with `{slots}`."""
    text = resources.files("models").joinpath("wording", f"{room}.{language}.yaml").read_text("utf8")
    return {f"{room}.{name}": sentence for name, sentence in yaml.safe_load(text).items()}

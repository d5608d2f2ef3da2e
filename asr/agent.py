"""Which of two voices is the agent, by what agents say and customers do not (agent_phrases.yaml)."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

SURE = 0.97
"""Confidence from which a voice is called the agent; a wrong agent would be judged by the customer's words."""

EVIDENCE_SCALE = 1.5
"""Phrases lean on each other (who says 工号 says 为您服务), so their log odds count for less than their sum."""

OWN_EVIDENCE = 2.0
"""The agent must have said this much himself: a loud customer alone does not make the other voice an agent."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """`weight` is the log odds for the agent each time it is said, up to `times`; negative is the customer's."""

    pattern: re.Pattern[str]
    weight: float
    times: int

    def evidence(self, text: str) -> float:
        return self.weight * min(self.times, len(self.pattern.findall(text)))


@dataclass(frozen=True, slots=True)
class Guess:
    """`speaker` is the agent's index, None where nobody can be sure; `confidence` is that of the likelier."""

    speaker: int | None
    confidence: float


def find_agent(texts: Sequence[str]) -> Guess:
    """Of two speakers, given all that each said.

    >>> find_agent(["您好，工号3026为您服务，请问有什么可以帮您？", "你好，我想查一下话费。"]).speaker
    0
    >>> find_agent(["喂，你好。", "你好。"]).speaker
    """
    (agent_like, customer_like), (other_agent, other_customer) = (_evidence(text) for text in texts)
    margin = (agent_like - customer_like) - (other_agent - other_customer)
    confidence = 1 / (1 + math.exp(-min(abs(margin) / EVIDENCE_SCALE, 30.0)))
    likelier = 0 if margin > 0 else 1
    own = agent_like if likelier == 0 else other_agent
    sure = confidence >= SURE and own >= OWN_EVIDENCE
    return Guess(likelier if sure else None, round(confidence, 3))


def _evidence(text: str) -> tuple[float, float]:
    """How much is said that agents say, and that customers say."""
    spoken = "".join(character for character in text if character.isalnum())
    found = [phrase.evidence(spoken) for phrase in phrases()]
    return sum(one for one in found if one > 0), -sum(one for one in found if one < 0)


@cache
def phrases() -> tuple[Phrase, ...]:
    """Everything in agent_phrases.yaml, the customers' with negative weight."""
    listed = yaml.safe_load(resources.files("asr").joinpath("agent_phrases.yaml").read_text("utf8"))
    return tuple(
        Phrase(re.compile(one["says"]), sign * float(one["weight"]), int(one.get("times", 1)))
        for side, sign in (("agent", 1.0), ("customer", -1.0))
        for one in listed[side]
    )

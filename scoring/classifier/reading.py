"""What a call gives an item to be judged by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.finding import Answer, RuleResult
from models.transcript import Role, Transcript
from scoring.card_item import Item
from scoring.classifier.signs import CallSigns, Floats, any_of, sign_turns
from scoring.starter.signs import sign_ids

VOICE = ("overlaps", "rate", "response", "silence")
"""The agent's: overlaps a minute, characters a minute, seconds before answering, share of the call silent because of
them. 0 is the usual, and what is said where it could not be measured."""
FEATURES = ("cold", *sign_ids(), "rules_hit", "rules_open", "rules_times", *VOICE)
"""Names of `Reading.values`. `cold`: the log-odds of an error by the item's signs alone, 0 where it has none."""
RARER = 4.0
"""The starter's dialogues are full of errors, so that there is something to learn: odds of an error are taken to be so
much lower in a centre, until verdicts say how they are."""
_SCALE = 3.0
"""Log-odds of signs are divided by it, so that every feature is about as large as any other."""
_USUAL = {"overlaps": (1.0, 1.0), "rate": (240.0, 60.0), "response": (0.8, 0.8), "silence": (0.05, 0.1)}
"""What is usual, and what is a lot more, on the telephone in Mandarin."""


@dataclass(frozen=True, slots=True)
class HeardCall:
    """A call as the items read it: `turns` × signs, and the `signs` of the whole call in calibrated log-odds."""

    turns: Floats
    signs: Floats
    voice: Floats

    @classmethod
    def of(cls, transcript: Transcript, probabilities: Floats, call_signs: CallSigns) -> "HeardCall":
        """`probabilities` from `TurnModel.probabilities`, once for all items of a call."""
        turns = sign_turns(probabilities)
        return cls(turns, call_signs.log_odds(turns), _voice(transcript))


@dataclass(frozen=True, slots=True)
class Reading:
    """`values` as named by FEATURES; `turns` are the probabilities that each turn is one of the item's signs."""

    values: Floats
    turns: Floats


def read(item: Item, call: HeardCall, results: Sequence[RuleResult]) -> Reading:
    columns = [sign_ids().index(sign) for sign in item.signs]
    cold = any_of(call.signs[columns]) - np.log(RARER) if columns else 0.0
    values = np.concatenate([[cold], call.signs / _SCALE, _rules(item, results), call.voice])
    turns = call.turns[:, columns].max(axis=1, initial=0.0)
    return Reading(values.astype(np.float32), turns)


def _rules(item: Item, results: Sequence[RuleResult]) -> tuple[float, float, float]:
    asked = {move.rule for move in item.rules if move.deduct}
    answered = [result for result in results if result.rule in asked]
    hits = [result for result in answered if result.answer is Answer.HIT]
    times = sum(max(len(result.evidence), 1) for result in hits)
    is_open = any(result.answer is Answer.CANNOT_JUDGE for result in answered)
    return float(bool(hits)), float(is_open), float(np.log1p(times))


def _voice(transcript: Transcript) -> Floats:
    voice, seconds = transcript.voice, max(transcript.recording.seconds, 1.0)
    agent = voice.roles.get(Role.AGENT)
    measured: dict[str, float | None] = {
        "overlaps": None
        if voice.overlaps is None
        else 60 * sum(one.by is Role.AGENT for one in voice.overlaps) / seconds,
        "rate": agent.rate if agent else None,
        "response": agent.response if agent else None,
        "silence": sum(one.seconds for one in voice.silences if one.waited_for is Role.AGENT) / seconds
        if voice.silences_measured
        else None,
    }
    return np.array([_unusual(name, measured[name]) for name in VOICE], np.float32)


def _unusual(name: str, value: float | None) -> float:
    usual, step = _USUAL[name]
    return 0.0 if value is None else float(np.clip((value - usual) / step, -2, 2))

"""What the classifier makes of each turn of a call, read when the first rule asks for it."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from models.transcript import Turn

if TYPE_CHECKING:
    from scoring.classifier.turn_model import Floats, TurnModel


class TurnSigns:
    """`probabilities` are turns × signs (scoring/starter/signs.py), calibrated, 0–1."""

    def __init__(self, turns: Sequence[Turn], model: "TurnModel") -> None:
        self._turns = turns
        self._model = model

    @cached_property
    def probabilities(self) -> "Floats":
        from scoring.classifier.signs import sign_turns  # noqa: PLC0415 - scipy: only where a rule asks

        return sign_turns(self._model.probabilities(self._turns))

    def likeliest(self, turn: int, columns: Sequence[int]) -> float:
        """How probable it is that a turn is the likeliest of some signs."""
        return float(self.probabilities[turn, list(columns)].max())

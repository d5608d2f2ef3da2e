"""The operators a rule may use. A new one is one file here and one line in `OPERATORS`."""

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import BaseModel, BeforeValidator, Discriminator, Tag

from scoring.mistake import nearest, wrong
from scoring.operators import logic
from scoring.operators.anchored import INNER, Anchored, split
from scoring.operators.classifier import Classifier
from scoring.operators.conditional import If
from scoring.operators.duration import Duration
from scoring.operators.entity import Entity
from scoring.operators.late_hangup import LateHangup
from scoring.operators.meta import Meta
from scoring.operators.near import Near
from scoring.operators.operator import Operator
from scoring.operators.overlap import Overlap
from scoring.operators.phrase import Phrase
from scoring.operators.regex import Regex
from scoring.operators.repeat import Repeat
from scoring.operators.script import Script
from scoring.operators.silence import Silence
from scoring.operators.similar import Similar
from scoring.operators.slow_answer import SlowAnswer
from scoring.operators.speech_rate import SpeechRate
from scoring.operators.talk_share import TalkShare
from scoring.operators.then import Sequel, Then

OPERATORS: tuple[type[Operator], ...] = (
    Phrase,
    Regex,
    Near,
    Script,
    Similar,
    Repeat,
    Entity,
    Classifier,
    Silence,
    Overlap,
    SpeechRate,
    SlowAnswer,
    LateHangup,
    Duration,
    TalkShare,
    Meta,
    logic.All,
    logic.Any,
    logic.Not,
    If,
    Then,
)
BY_KEY = {operator.KEY: operator for operator in OPERATORS}


def _which(value: Any) -> str:
    """The tag of the operator a mapping from YAML speaks of."""
    return Anchored.KEY if INNER in value else next(f"<{key}>" for key in _named(value))


def _named(value: dict[Any, Any]) -> list[str]:
    """The operators whose keys stand in a mapping; `then` also belongs to `if`."""
    return [key for key in BY_KEY if key in value and not (key == "then" and "if" in value)]


def _one_operator(value: Any) -> Any:
    if not isinstance(value, dict):
        raise wrong("not_a_condition", operators=", ".join(BY_KEY))
    named = _named(value)
    if len(named) > 1:
        raise wrong("two_operators", first=named[0], second=named[1])
    if named and not (near_if := _misspelt_if(value)):
        return value if "if" in value else split(value)
    near = [(near_if, "if")] if named else [(key, found) for key in value if (found := nearest(str(key), [*BY_KEY]))]
    if near:
        raise wrong("misspelt_key", key=str(near[0][0]), near=near[0][1])
    raise wrong("no_operator", operators=", ".join(BY_KEY))


def _misspelt_if(value: dict[Any, Any]) -> str | None:
    """The key beside a `then` that should be `if`."""
    if "then" not in value or "if" in value:
        return None
    return next((str(key) for key in value if key != "then" and nearest(str(key), ["if"])), None)


if TYPE_CHECKING:
    Condition = Operator
else:
    _TAGGED = {**{f"<{key}>": one for key, one in BY_KEY.items()}, Anchored.KEY: Anchored}
    Condition = Annotated[
        Union[tuple(Annotated[one, Tag(tag)] for tag, one in _TAGGED.items())],  # noqa: UP007
        Discriminator(_which),
        BeforeValidator(_one_operator),
    ]

_MODELS: tuple[type[BaseModel], ...] = (Sequel, *OPERATORS, Anchored)
for _model in _MODELS:
    _model.model_rebuild(_types_namespace={"Condition": Condition})

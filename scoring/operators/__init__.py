"""The operators a rule may use. A new one is one file here and one line in `OPERATORS`."""

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import BeforeValidator, Discriminator, Tag

from scoring.mistake import nearest, wrong
from scoring.operators import logic
from scoring.operators.conditional import If
from scoring.operators.duration import Duration
from scoring.operators.meta import Meta
from scoring.operators.operator import Operator
from scoring.operators.overlap import Overlap
from scoring.operators.phrase import Phrase
from scoring.operators.regex import Regex
from scoring.operators.silence import Silence
from scoring.operators.speech_rate import SpeechRate

OPERATORS: tuple[type[Operator], ...] = (
    Phrase,
    Regex,
    Silence,
    Overlap,
    SpeechRate,
    Duration,
    Meta,
    logic.All,
    logic.Any,
    logic.Not,
    If,
)
BY_KEY = {operator.KEY: operator for operator in OPERATORS}


def _which(value: Any) -> str:
    """The tag of the operator a mapping from YAML speaks of."""
    return next(f"<{key}>" for key in BY_KEY if key in value)


def _one_operator(value: Any) -> Any:
    if not isinstance(value, dict):
        raise wrong("not_a_condition", operators=", ".join(BY_KEY))
    named = [key for key in BY_KEY if key in value]
    if len(named) > 1:
        raise wrong("two_operators", first=named[0], second=named[1])
    if named:
        return value
    near = [(key, found) for key in value if (found := nearest(str(key), list(BY_KEY)))]
    if near:
        raise wrong("misspelt_key", key=str(near[0][0]), near=near[0][1])
    raise wrong("no_operator", operators=", ".join(BY_KEY))


if TYPE_CHECKING:
    Condition = Operator
else:
    Condition = Annotated[
        Union[tuple(Annotated[one, Tag(f"<{key}>")] for key, one in BY_KEY.items())],  # noqa: UP007
        Discriminator(_which),
        BeforeValidator(_one_operator),
    ]

for _operator in OPERATORS:
    _operator.model_rebuild(_types_namespace={"Condition": Condition})

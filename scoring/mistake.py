"""What pydantic says about a wrong YAML file, in our own codes: nobody who writes rules should have to read Python."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from models.reason import Fact

Place = tuple[str | int, ...]
"""The way to a value in YAML: keys and positions."""
Mistake = tuple[Place, str, dict[str, Fact]]

EXPECTED = {
    "string_type": "text",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "float_parsing": "number",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
}
"""pydantic's type of error → the code `scoring.not_<what>`."""


def wrong(code: str, **facts: Fact) -> PydanticCustomError:
    """To be raised by a validator: a mistake with a sentence of its own in the room's wording."""
    # An empty template: the sentence is looked up by the code.
    return PydanticCustomError(f"scoring.{code}", "-", facts)


def is_tag(step: str | int) -> bool:
    """Whether a step of pydantic's path is the tag of a union, written `<name>`, rather than a key."""
    return isinstance(step, str) and step.startswith("<")


def mistakes(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """Where, which code, and its facts, of everything that is wrong."""
    found = [_mistake(one, model) for one in error.errors(include_url=False)]
    # A list whose entries are wrong is also reported as too short: that would be said twice.
    return [one for one in found if one[1] != "scoring.too_few" or not _has_inner(one[0], found)]


def _has_inner(place: Place, found: list[Mistake]) -> bool:
    return any(len(other[0]) > len(place) and other[0][: len(place)] == place for other in found)


def _mistake(error: ErrorDetails, model: type[BaseModel]) -> Mistake:
    place = tuple(step for step in error["loc"] if not is_tag(step))
    if error["type"] == "extra_forbidden":
        return place, *_unknown_key(str(place[-1]), _keys(model, error["loc"][:-1]))
    return place, *_wrong_value(error, place)


def _wrong_value(error: ErrorDetails, place: Place) -> tuple[str, dict[str, Fact]]:
    kind, context, value = error["type"], error.get("ctx", {}), _shown(error["input"])
    known: dict[str, tuple[str, dict[str, Fact]]] = {
        "missing": ("scoring.missing_key", {"key": str(place[-1]) if place else "-"}),
        "too_short": ("scoring.too_few", {"least": int(context.get("min_length", 1))}),
        "too_long": ("scoring.too_many", {"most": int(context.get("max_length", 0))}),
        "string_pattern_mismatch": ("scoring.bad_name", {"value": value}),
    }
    if kind in known:
        return known[kind]
    if kind in {"literal_error", "enum"}:
        return _bad_choice(error["input"], str(context["expected"]))
    if kind.startswith("scoring."):
        return kind, dict(context)
    if kind in EXPECTED:
        return f"scoring.not_{EXPECTED[kind]}", {"value": value}
    return "scoring.bad_value", {"value": value, "problem": error["msg"]}


def nearest(word: str, known: list[str]) -> str | None:
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def _unknown_key(key: str, known: list[str]) -> tuple[str, dict[str, Fact]]:
    near = nearest(key, known)
    if near:
        return "scoring.misspelt_key", {"key": key, "near": near}
    return "scoring.unknown_key", {"key": key, "known": ", ".join(known)}


def _bad_choice(value: object, expected: str) -> tuple[str, dict[str, Fact]]:
    choices = expected.replace("'", "").replace(" or ", ", ")
    near = nearest(str(value), choices.split(", "))
    if near:
        return "scoring.misspelt_choice", {"value": _shown(value), "near": near, "choices": choices}
    return "scoring.bad_choice", {"value": _shown(value), "choices": choices}


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _keys(model: type[BaseModel], loc: Place) -> list[str]:
    """The keys that may stand at that place, found by following the path through the models."""
    options: Mapping[str, type[BaseModel]] = {"": model}
    current: type[BaseModel] | None = model
    for step in loc:
        if step in options:
            current = options[str(step)]
        elif isinstance(step, str) and current is not None:
            options = dict(_models(_annotation(current, step)))
            current = next(iter(options.values()), None)
    if current is None:
        return []
    written = (info.alias or name for name, info in current.model_fields.items())
    return [*(key for key in written if not is_tag(key)), *getattr(current, "SCOPE_KEYS", ())]


def _annotation(model: type[BaseModel], key: str) -> Any:
    fields = model.model_fields.items()
    return next(((info.annotation, info.metadata) for name, info in fields if key in {name, info.alias}), None)


def _models(annotation: Any, tag: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every model in a type, by its tag."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield tag, annotation
    inner = annotation if isinstance(annotation, (tuple, list)) else get_args(annotation)
    own = next((part.tag for part in inner if hasattr(part, "tag")), tag)
    for part in inner:
        yield from _models(part, own)

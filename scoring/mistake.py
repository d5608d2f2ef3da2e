"""What pydantic says about a wrong YAML file, in our own codes: nobody who writes rules should have to read Python."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, get_args

import yaml
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
    "finite_number": "number",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "dataclass_type": "mapping",
}
"""pydantic's type of error → the code `scoring.not_<what>`."""
BOUNDS = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}
"""pydantic's type of error → the key of its bound, which ends the name of a part of the sentence, `bound_<which>`."""


OF_A_KEY = {
    "scoring.misspelt_key": "{key}",
    "scoring.unknown_key": "{key}",
    "scoring.two_operators": "{second}",
    "scoring.two_anchors": "{second}",
    "scoring.of_the_whole_call": "{key}",
    "scoring.backwards": "{key}",
    "scoring.within_what": "within",
    "scoring.around_needs_within": "around",
    "scoring.digits_of_number": "digits",
    "scoring.sign_of_other_role": "role",
    "scoring.band_backwards": "unsure_from",
    "scoring.grades_not_descending": "grades",
    "scoring.fatal_without_deduction": "fatal",
    "scoring.fatal_but_ordinary": "fatal",
    "scoring.total_without_fatal": "total_at_most",
    "scoring.rules_not_asked": "rules",
    "scoring.classifier_not_asked": "classifier_deduct",
    "scoring.sign_twice": "signs",
}
"""Mistakes that a validator of all the keys found, and the key whose line they are on; it may be one of their facts."""
SHOWN = 60
"""So many characters of a wrong value are quoted."""


def wrong(code: str, **facts: Fact) -> PydanticCustomError:
    """To be raised by a validator: a mistake with a sentence of its own in the room's wording."""
    # An empty template: the sentence is looked up by the code.
    return PydanticCustomError(f"scoring.{code}", "-", facts)


def is_tag(step: str | int) -> bool:
    """Whether a step of pydantic's path is the tag of a union, written `<name>`, rather than a key."""
    return isinstance(step, str) and step.startswith("<") and step.endswith(">")


def mistakes(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """Where, which code, and its facts, of everything that is wrong."""
    found = [_mistake(one, model) for one in error.errors(include_url=False)]
    meant = {(*place[:-1], facts["near"]) for place, code, facts in found if code == "scoring.misspelt_key"}
    # What would be said twice: a list whose entries are wrong is also too short, a key that is misspelt is missing.
    return [
        (place, code, facts)
        for place, code, facts in found
        if not (code == "scoring.too_few" and _has_inner(place, found))
        and not (code == "scoring.missing_key" and place in meant)
    ]


def _has_inner(place: Place, found: list[Mistake]) -> bool:
    return any(len(other[0]) > len(place) and other[0][: len(place)] == place for other in found)


def _mistake(error: ErrorDetails, model: type[BaseModel]) -> Mistake:
    place = tuple(step for step in error["loc"] if not is_tag(step))
    if error["type"] == "extra_forbidden":
        return place, *unknown_key(str(place[-1]), _keys(model, error["loc"][:-1]))
    code, facts = _wrong_value(error, place, model)
    return (*place, OF_A_KEY[code].format_map(facts)) if code in OF_A_KEY else place, code, facts


def _wrong_value(error: ErrorDetails, place: Place, model: type[BaseModel]) -> tuple[str, dict[str, Fact]]:
    kind, context, value = error["type"], error.get("ctx", {}), shown(error["input"])
    known: dict[str, tuple[str, dict[str, Fact]]] = {
        "missing": ("scoring.missing_key", {"key": str(place[-1]) if place else "-"}),
        "too_short": ("scoring.too_few", {"least": int(context.get("min_length", 1))}),
        "too_long": ("scoring.too_many", {"most": int(context.get("max_length", 0))}),
        "string_pattern_mismatch": ("scoring.bad_name", {"value": value}),
        "string_too_short": ("scoring.empty_value", {}),
        "string_too_long": ("scoring.too_many_characters", {"most": int(context.get("max_length", 0))}),
    }
    if kind in known:
        return known[kind]
    if kind in {"literal_error", "enum"}:
        return _bad_choice(error["input"], str(context["expected"]))
    if kind.startswith("scoring."):
        return kind, dict(context)
    if kind in EXPECTED:
        return _not_expected(error, model)
    if kind in BOUNDS:
        return "scoring.out_of_range", {"value": value, "bound": BOUNDS[kind], "limit": context[BOUNDS[kind]]}
    return "scoring.bad_value", {"value": value, "problem": error["msg"]}


def _not_expected(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, dict[str, Fact]]:
    expected, value = EXPECTED[error["type"]], error["input"]
    if value is None:
        return "scoring.empty_value", {}
    if expected == "mapping":
        return "scoring.not_mapping", {"value": shown(value), "known": ", ".join(_keys(model, error["loc"]))}
    return f"scoring.not_{expected}", {"value": shown(value)}


def nearest(word: str, known: list[str]) -> str | None:
    """The one of them that was meant: written nearly so, or in Chinese."""
    meant = _in_chinese().get(word.strip())
    return meant if meant in known else next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


@cache
def _in_chinese() -> Mapping[str, str]:
    """What people write who take the keys for Chinese → the key or value."""
    written = yaml.safe_load((resources.files("scoring") / "words" / "meant.yaml").read_text("utf8"))
    return {word: meant for meant, words in written.items() for word in words}


def unknown_key(key: str, known: list[str]) -> tuple[str, dict[str, Fact]]:
    near = nearest(key, known)
    if near:
        return "scoring.misspelt_key", {"key": key, "near": near}
    return "scoring.unknown_key", {"key": key, "known": ", ".join(known)}


def _bad_choice(value: object, expected: str) -> tuple[str, dict[str, Fact]]:
    choices = expected.replace("'", "").replace(" or ", ", ")
    near = nearest(str(value), choices.split(", "))
    if near:
        return "scoring.misspelt_choice", {"value": shown(value), "near": near, "choices": choices}
    return "scoring.bad_choice", {"value": shown(value), "choices": choices}


def shown(value: object) -> str:
    """A value from YAML as its writer would know it again, not as Python shows it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


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

"""JSON Schema of packs and scorecards, so that editors complete keys and mark mistakes while one types.

It says less than reading the file does: whether a pattern can be compiled, or a rule of a scorecard exists, only that
tells.
"""

from itertools import combinations
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from scoring.operator_index import summary
from scoring.operators import OPERATORS
from scoring.operators.anchored import SIDES, Anchored
from scoring.pack import PackFile
from scoring.scorecard import CardFile

Schema = dict[str, Any]

CONDITION = {"$ref": "#/$defs/Condition"}
NEARBY = {
    "before": "只看这个条件命中处之前。Only what is before each place where this condition holds.",
    "after": "只看这个条件命中处之后。Only what is after each place where this condition holds.",
    "around": "只看这个条件命中处前后。Only what is around each place where this condition holds.",
}
PLACED: Schema = {
    "not": {"anyOf": [{"required": list(pair)} for pair in combinations(SIDES, 2)]},
    "dependentRequired": {"around": ["within"]},
    "dependentSchemas": {"within": {"anyOf": [{"required": [side]} for side in SIDES]}},
}
"""What scoring/operators/anchored.py asks of them together."""


def pack_schema() -> Schema:
    schema = _schema(PackFile, "callqa rule pack")
    definitions = schema["$defs"]
    within = definitions.pop(Anchored.__name__)["properties"]["within"]
    operators = [{"$ref": f"#/$defs/{operator.__name__}"} for operator in OPERATORS]
    schema = {key: _with_conditions(value) for key, value in schema.items()}
    for operator in OPERATORS:
        definition = schema["$defs"][operator.__name__]
        definition["description"] = summary(operator)
        if operator.SCOPE_KEYS:
            sides = {side: {**CONDITION, "description": NEARBY[side]} for side in SIDES}
            definition["properties"] |= {**sides, "within": within}
            definition["allOf"] = [{"$ref": "#/$defs/Placed"}]
    schema["$defs"] |= {"Placed": PLACED}
    schema["$defs"]["Condition"] = {"type": "object", "oneOf": operators}
    return schema


def scorecard_schema() -> Schema:
    return _schema(CardFile, "callqa scorecard")


def _schema(model: type[PackFile | CardFile], title: str) -> Schema:
    return {"$schema": GenerateJsonSchema.schema_dialect, **model.model_json_schema(), "title": title}


def _with_conditions(part: Any) -> Any:
    """The union of all operators, wherever it stands, by its name: it would fill the file."""
    if isinstance(part, list):
        return [_with_conditions(one) for one in part]
    if not isinstance(part, dict):
        return part
    if {"$ref": f"#/$defs/{Anchored.__name__}"} in part.get("oneOf", []):
        return {**{key: value for key, value in part.items() if key != "oneOf"}, **CONDITION}
    return {key: _with_conditions(value) for key, value in part.items()}

"""JSON that both databases store and pydantic reads back."""

import json
import math
from typing import Any

from models.tables.base import storable


def dumps(value: Any) -> str:
    """JSON text that PostgreSQL's JSONB takes.

    Non-finite floats become the strings "NaN", "Infinity" and "-Infinity", which pydantic reads back as floats;
    NULs and lone surrogates in text become visible escapes (`models.tables.base.storable`).
    """
    try:
        text = _compact(value)
        text.encode("utf8")  # fails on lone surrogates
    except ValueError:
        return _compact(_storable(value))
    # Most bodies are clean: only a suspicious one is walked, and taking it apart does a clean one no harm.
    return _compact(_storable(value)) if r"\u0000" in text else text


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value

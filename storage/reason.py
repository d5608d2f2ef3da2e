"""Reasons as the tables keep them: a code with its facts, to be said in the reader's language."""

from collections.abc import Mapping
from typing import Any

from models.reason import Reason


def stored(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "facts": dict(reason.facts)}


def restored(body: Mapping[str, Any]) -> Reason:
    return Reason(body["code"], body["facts"])

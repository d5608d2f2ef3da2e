"""What changed from one text of a pack or scorecard to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from models.errors import BadDefinition
from scoring.definition import parse_definition


@dataclass(frozen=True, slots=True)
class Comparison:
    """`lines` are a unified diff. `added`, `removed`, `changed` are ids of rules, or of a card's sections and items.

    `changed` says which keys of each, and under the empty id which of the whole (title, grades). The number of the
    version is no change. Of texts that are wrong only the lines are compared.
    """

    lines: tuple[str, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def compare(old_text: str, new_text: str) -> Comparison:
    lines = tuple(unified_diff(old_text.splitlines(), new_text.splitlines(), lineterm="", n=3))[2:]
    try:
        old, new = _parts(old_text), _parts(new_text)
    except BadDefinition:
        return Comparison(lines)
    changed = {name: _keys(old[name], part) for name, part in new.items() if name in old and old[name] != part}
    return Comparison(
        lines=lines,
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=changed,
    )


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """In the order they are written."""
    return tuple(key for key in {**old, **new} if (key in old, old.get(key)) != (key in new, new.get(key)))


def _parts(text: str) -> dict[str, dict[str, Any]]:
    """The rules, or sections and items, by id, and under the empty id the rest.

    An item knows its section, so that moving it is a change.
    """
    content = parse_definition(text, "-").content
    if not isinstance(content, dict):
        return {}
    whole = {key: value for key, value in content.items() if key not in {"version", "rules", "sections"}}
    parts: dict[str, dict[str, Any]] = {"": whole}
    for rule in _listed(content, "rules"):
        parts[str(rule.get("id", ""))] = rule
    for section in _listed(content, "sections"):
        name = str(section.get("id", ""))
        parts[name] = {key: value for key, value in section.items() if key != "items"}
        for item in _listed(section, "items"):
            parts[str(item.get("id", ""))] = {**item, "section": name}
    return parts


def _listed(content: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = content.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

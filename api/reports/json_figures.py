"""Figures as JSON: each part of a report as the pipeline has it, with names for everything."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

from api.reports.figures import Live
from models.person import Right
from models.reason import Reason

Part = Literal[
    "uncounted",
    "totals",
    "before",
    "trend",
    "history",
    "grades",
    "final_grades",
    "any_critical",
    "distributions",
    "ratings",
    "quality",
    "errors",
    "final_errors",
    "error_estimates",
    "teams",
    "agents",
    "call_types",
    "calibrations",
    "appeals",
    "feedback",
    "inspectors",
    "health",
]
PARTS: Mapping[Part, Callable[[Live], Any]] = {
    "uncounted": lambda one: one.uncounted,
    "totals": lambda one: one.totals,
    "before": lambda one: one.before,
    "trend": lambda one: one.trend(),
    "history": lambda one: one.history,
    "grades": lambda one: one.grades,
    "final_grades": lambda one: one.final_grades,
    "any_critical": lambda one: dict(zip(("machine", "people"), one.any_critical, strict=True)),
    "distributions": lambda one: one.distributions,
    "ratings": lambda one: one.ratings,
    "quality": lambda one: one.quality,
    "errors": lambda one: one.errors,
    "final_errors": lambda one: one.final_errors,
    "error_estimates": lambda one: one.error_estimates,
    "teams": lambda one: one.teams,
    "agents": lambda one: one.agents,
    "call_types": lambda one: one.call_types,
    "calibrations": lambda one: one.calibrations,
    "appeals": lambda one: one.appeals,
    "feedback": lambda one: one.feedback,
    "inspectors": lambda one: one.inspectors,
    "health": lambda one: one.health,
}
OF: Mapping[Part, Right] = {
    "calibrations": Right.CALIBRATE,
    "inspectors": Right.ASSESS,
    "health": Right.TEACH,
}
"""Parts that ask for more than the right to read reports; they are null for whoever has not got it."""


def figures_json(figures: Live, parts: Collection[Part] = ()) -> dict[str, Any]:
    """The parts asked for, or all of them."""
    return {
        name: plain(read(figures)) if name not in OF or figures.viewer.may(OF[name]) else None
        for name, read in PARTS.items()
        if not parts or name in parts
    }


def plain(value: Any) -> Any:  # noqa: PLR0911 - one for each kind of value
    """What JSON can hold. An interval is `[low, high]`; shares and other records have their fields' names."""
    if isinstance(value, Reason):
        return {"code": value.code, "facts": dict(value.facts)}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value

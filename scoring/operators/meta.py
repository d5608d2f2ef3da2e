"""`meta: {field, op, value}`: what came with the recording. A missing field cannot be judged.

`field` is one of models.call.METADATA_FIELDS, or `extra.<column>` for the centre's own columns.
"""

import operator
import re
from collections.abc import Callable, Hashable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)

from models.call import METADATA_FIELDS, AgentStage, Direction
from models.clock import CHINA_TIME
from models.finding import Evidence
from models.reason import Reason
from scoring.heard import Heard
from scoring.mistake import nearest, wrong
from scoring.operators.operator import Operator
from scoring.verdict import Verdict, cannot_judge, clean, hit

Scalar = StrictBool | StrictInt | StrictFloat | StrictStr
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "in": lambda found, listed: found in listed,
    "contains": lambda found, part: str(part) in str(found),
    "between": lambda found, times: _is_between(found, *times),
}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
"""A time of day."""
CHOICES: dict[str, type[StrEnum]] = {"direction": Direction, "agent_stage": AgentStage}
OWN = "extra."


def _plain(value: object) -> object:
    values = value if isinstance(value, list) else [value]
    if not values or any(not isinstance(one, (bool, int, float, str)) for one in values):
        raise wrong("bad_comparison", value=str(value)[:60])
    return value


class Comparison(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    op: Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "between"] = "eq"
    value: Annotated[Scalar | tuple[Scalar, ...], BeforeValidator(_plain)]

    @field_validator("field")
    @classmethod
    def _is_known(cls, field: str) -> str:
        if field not in METADATA_FIELDS and not field.startswith(OWN):
            near = nearest(field, list(METADATA_FIELDS)) or f"{OWN}{field}"
            raise wrong("unknown_field", field=field, near=near)
        return field

    @model_validator(mode="after")
    def _can_hold(self) -> "Comparison":
        if isinstance(self.value, tuple) != (self.op in {"in", "between"}):
            raise wrong("list_with_in", op=self.op)
        if self.op == "between":
            self._is_a_time_of_day()
        for value in self.values if self.field in CHOICES else ():
            if value not in list(CHOICES[self.field]):
                choices = ", ".join(CHOICES[self.field])
                raise wrong("bad_choice", value=str(value), choices=choices)
        return self

    def _is_a_time_of_day(self) -> None:
        if self.field != "started_at":
            raise wrong("between_times", field=self.field)
        if len(self.values) != 2 or not all(CLOCK.fullmatch(str(value)) for value in self.values):
            raise wrong("bad_times", value=", ".join(map(str, self.values))[:60])

    @property
    def values(self) -> tuple[Scalar, ...]:
        return self.value if isinstance(self.value, tuple) else (self.value,)


def _is_between(moment: datetime, begin: str, end: str) -> bool:
    """From `begin` to before `end` by the clock in China, over midnight where `end` is the earlier."""
    local = moment.astimezone(CHINA_TIME) if moment.tzinfo else moment
    now = f"{local:%H:%M}"
    return begin <= now < end if begin <= end else now >= begin or now < end


class Meta(Operator):
    """What came with the recording compares so with a value."""

    KEY = "meta"
    SCOPE_KEYS = ()
    meta: Comparison

    def hollow(self) -> Hashable:
        # Written out, since 1 and true are equal but do not contain the same.
        return self.KEY, repr(self.meta)

    def ask(self, heard: Heard) -> Verdict:
        name = self.meta.field
        found: Any = heard.metadata.value(name.removeprefix(OWN))
        if found is None:
            return cannot_judge(Reason("scoring.missing_metadata", {"field": name}))
        try:
            holds = COMPARE[self.meta.op](self._like(found), self.meta.value)
        except (TypeError, ValueError):
            return cannot_judge(Reason("scoring.bad_metadata", {"field": name, "value": str(found)}))
        call = Evidence(*heard.reach)
        return hit(call) if holds else clean(call)

    def _like(self, found: Any) -> Any:
        """A centre's own column is text; compare it as a number where the rule has numbers."""
        numbers = all(isinstance(value, (int, float)) for value in self.meta.values)
        return float(found) if numbers and isinstance(found, str) else found

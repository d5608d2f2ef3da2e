"""A rule: a question to a call, why it is asked, and the cases that show what it finds and what it leaves alone."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.finding import Effect
from scoring.case import Case
from scoring.operators import Condition

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""Lower-case words joined by hyphens."""


class Rule(BaseModel):
    """`fires` are calls it must hit, `silent` those it must not, `cannot_judge` those it must leave to a person.

    `queue`: a hit sends the call to the queue, whatever its score.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    name: Annotated[str, Field(min_length=1, max_length=60)]
    why: Annotated[str, Field(min_length=1)]
    when: Condition
    effect: Effect
    queue: bool = False
    fires: tuple[Case, ...] = ()
    silent: tuple[Case, ...] = ()
    cannot_judge: tuple[Case, ...] = ()

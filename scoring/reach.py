"""How far from a place in the call: so many seconds, or so many turns of talk."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.finding import Evidence
from models.transcript import Turn
from scoring.heard import Heard
from scoring.mistake import wrong


class Distance(BaseModel):
    """`within: 20` is seconds, `within: {turns: 2}` is turns.

    A turn here is all that one speaker says until another one speaks, however often the transcriber cut it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: Annotated[float, Field(gt=0)] | None = None
    turns: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Distance":
        if (self.seconds is None) == (self.turns is None):
            raise wrong("seconds_or_turns")
        return self


def _written(value: object) -> object:
    return value if isinstance(value, (dict, Distance)) else {"seconds": value}


Within = Annotated[Distance, BeforeValidator(_written, json_schema_input_type=Annotated[float, Field(gt=0)] | Distance)]

Stretch = tuple[float, float]
"""From second to second."""


def after(place: Evidence, within: Distance | None, heard: Heard) -> Stretch:
    """From the end of the place; without a distance to the end of the call."""
    if within is None:
        return place.end, heard.reach[1]
    if within.seconds is not None:
        return place.end, place.end + within.seconds
    index = _turn(place, heard.turns)
    reached = _next(heard.turns[index:], within.turns or 0)
    return place.end, max([place.end, *(turn.end for turn in reached)])


def before(place: Evidence, within: Distance | None, heard: Heard) -> Stretch:
    """Until the start of the place; without a distance from the beginning of the call."""
    if within is None:
        return heard.reach[0], place.start
    if within.seconds is not None:
        return place.start - within.seconds, place.start
    index = _turn(place, heard.turns)
    reached = _next(heard.turns[index::-1], within.turns or 0)
    return min([place.start, *(turn.start for turn in reached)]), place.start


def around(place: Evidence, within: Distance | None, heard: Heard) -> Stretch:
    """The place with what is before and after it."""
    return before(place, within, heard)[0], after(place, within, heard)[1]


def _turn(place: Evidence, turns: tuple[Turn, ...]) -> int:
    """Index of the turn of the place, or of the last one that began before its end."""
    if place.turn is not None:
        return place.turn
    return max((index for index, turn in enumerate(turns) if turn.start < place.end), default=0)


def _next(turns: tuple[Turn, ...], count: int) -> Iterable[Turn]:
    """The first turn and those that follow, until the speaker has changed more often than `count`."""
    speaker, changes = None, -1
    for turn in turns:
        if (turn.role, turn.channel) != speaker:
            speaker, changes = (turn.role, turn.channel), changes + 1
        if changes > count:
            return
        yield turn

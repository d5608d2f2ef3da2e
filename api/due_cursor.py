"""A place in a list that goes by day and number, as one opaque word for `?cursor=`."""

from datetime import date

from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import BadRequest

DAYS = 4_000_000
"""More than there are in the calendar."""


def to_due_cursor(of: str, place: tuple[date, int] | None) -> str | None:
    """`of` names the list, so that another one's cursor is not taken for a place in this."""
    return None if place is None else to_id_cursor(of, place[1] * DAYS + place[0].toordinal())


def from_due_cursor(of: str, cursor: str | None) -> tuple[date, int] | None:
    """The place a cursor names; None without one.

    Raises:
        BadRequest: not a cursor, or one of another list.
    """
    number = from_id_cursor(of, cursor)
    if number is None:
        return None
    id_, day = divmod(number, DAYS)
    try:
        return date.fromordinal(day), id_
    except (ValueError, OverflowError):
        raise BadRequest("api.bad_cursor") from None

"""A place in a list as one opaque word, for `?cursor=`."""

import base64
import binascii
import json
import math
from datetime import datetime

from api.problems import BadRequest
from storage.calls.calls import Order, Place


def to_cursor(order: Order, place: Place | None) -> str | None:
    if place is None:
        return None
    value = place.value.isoformat() if isinstance(place.value, datetime) else place.value
    return base64.urlsafe_b64encode(json.dumps([order.value, value, place.id]).encode()).decode().rstrip("=")


def from_cursor(order: Order, cursor: str | None) -> Place | None:
    """The place a cursor names; None without one.

    Raises:
        BadRequest: not a cursor, or one of a list sorted otherwise.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        sorted_by, value, id_ = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        place = Place(_value(order, value), id_)
    except (binascii.Error, TypeError, ValueError):
        raise BadRequest("api.bad_cursor") from None
    if sorted_by != order.value or type(id_) is not int or not 0 <= id_ < 2**63:
        raise BadRequest("api.bad_cursor")
    return place


def _value(order: Order, value: object) -> datetime | float | None:
    if value is None:
        return None
    if order is Order.NEWEST:
        time = datetime.fromisoformat(str(value))
        if time.tzinfo is None:
            raise ValueError(value)
        return time
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError(value)

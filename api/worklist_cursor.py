"""A place in a list of assignments as one opaque word, for `?cursor=`."""

import base64
import binascii
import json
import math

from api.problems import BadRequest
from pipeline.review.desk import Place


def to_cursor(place: Place | None) -> str | None:
    if place is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([place.priority, place.id]).encode()).decode().rstrip("=")


def from_cursor(cursor: str | None) -> Place | None:
    """The place a cursor names; None without one.

    Raises:
        BadRequest: not a cursor.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        priority, last = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, TypeError, ValueError):
        raise BadRequest("api.bad_cursor") from None
    is_number = isinstance(priority, int | float) and not isinstance(priority, bool) and math.isfinite(priority)
    if not is_number or type(last) is not int or not 0 <= last < 2**63:
        raise BadRequest("api.bad_cursor")
    return Place(float(priority), last)

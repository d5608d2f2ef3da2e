"""A place in a list that goes by number, as one opaque word for `?cursor=`."""

import base64
import binascii

from api.problems import BadRequest


def to_id_cursor(of: str, id_: int | None) -> str | None:
    """`of` names the list, so that another one's cursor is not taken for a place in this."""
    return None if id_ is None else base64.urlsafe_b64encode(f"{of}:{id_}".encode()).decode().rstrip("=")


def from_id_cursor(of: str, cursor: str | None) -> int | None:
    """The number a cursor names; None without one.

    Raises:
        BadRequest: not a cursor, or one of another list.
    """
    if not cursor:
        return None
    try:
        said = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise BadRequest("api.bad_cursor") from None
    name, _, number = said.partition(":")
    if name != of or not number.isdecimal() or int(number) >= 2**63:
        raise BadRequest("api.bad_cursor")
    return int(number)

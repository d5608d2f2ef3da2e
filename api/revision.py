"""Editing what somebody else may be editing too: `ETag` says which revision was read, `If-Match` which one is meant."""

from typing import Annotated

from fastapi import Depends, Header, Response

from api.problems import BadRequest

LONGEST = 18
"""Digits of a revision: it fits in 64 bits."""


def revision_tag(revision: int) -> str:
    return f'"{revision}"'


def tag(response: Response, revision: int) -> None:
    """Say with the answer which revision it is, for a later `If-Match`."""
    response.headers["ETag"] = revision_tag(revision)


def _expected(
    if_match: Annotated[str, Header(description='The revision you have read, as its ETag says: `"3"`.')],
) -> int:
    """The revision an edit is made on.

    Raises:
        BadRequest: not one revision's tag.
    """
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isdecimal() or not digits.isascii() or len(digits) > LONGEST:
        raise BadRequest("api.bad_if_match", given=if_match[:40])
    return int(digits)


ExpectedRevision = Annotated[int, Depends(_expected)]
"""Required: an edit without `If-Match` is refused with 422; one of an older revision with 412 (`Stale`)."""

"""How many requests are worked on at once in a process; the others wait their turn, holding nothing.

A request that has the database's lock still needs a thread, to make its answer, before it lets go. Were all threads
taken by requests that wait for that lock, nothing would move until they gave up.
"""

from collections.abc import AsyncIterator

from fastapi import Request

from api.limits import TO_DISK

AT_ONCE = 24
"""Below the 40 threads Starlette has, so that some are left for sound, and for answers that are kept; and below the
connections `storage.database` opens."""


async def turn(request: Request) -> AsyncIterator[None]:
    """Goes in front of every other dependency. Recordings come in as slowly as they like without taking a turn."""
    if request.method == "POST" and request.url.path in TO_DISK:
        yield
        return
    async with request.app.state.turns:
        yield

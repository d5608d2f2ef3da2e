"""How often one may ask: a moving minute per session or token, and a wider one per address.

Counted in the memory of each server process: with several workers a client may be let through that many times more
often. Static files and sound are not counted.
"""

import hashlib

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem_of
from models.errors import TooMany

UNCOUNTED = ("/static/", "/docs/static/")

ADDRESS_TIMES = 50
"""A whole room of inspectors may share an address."""


class RateLimit:
    """Answers 429 with `Retry-After` to who asks more than `a_minute` times; 0 lets everything through."""

    def __init__(self, app: ASGIApp, a_minute: int) -> None:
        self.app = app
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._each = RateLimitItemPerMinute(a_minute or 1)
        self._address = RateLimitItemPerMinute((a_minute or 1) * ADDRESS_TIMES)
        self._on = bool(a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._on or _is_uncounted(scope["path"]) or self._let_in(scope):
            await self.app(scope, receive, send)
            return
        response = problem_of(Request(scope), TooMany("api.too_often", seconds=60))
        await response(scope, receive, send)

    def _let_in(self, scope: Scope) -> bool:
        address = (scope.get("client") or ("", 0))[0]
        return self._limiter.hit(self._address, "address", address) and self._limiter.hit(
            self._each, "each", _credential(Headers(scope=scope)) or address
        )


def _is_uncounted(path: str) -> bool:
    return path.startswith(UNCOUNTED) or path.endswith("/audio")


def _credential(headers: Headers) -> str:
    """The token or the cookies, hashed: neither is to lie about in memory."""
    said = headers.get("authorization") or headers.get("cookie") or ""
    return hashlib.sha256(said.encode()).hexdigest() if said else ""

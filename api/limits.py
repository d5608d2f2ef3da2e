"""How much a request may send where it is read into memory; recordings go to disk and have a limit of their own."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 3_000_000
"""Bytes: a pack of two thousand rules."""

TO_DISK = ("/v1/calls",)
"""Addresses whose bodies api/upload.py receives."""


class BodyLimit:
    """Refuses bodies above `MOST` with 413: at once where their length is announced, else when they get there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"} or scope["path"] in TO_DISK:
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        received = int(announced) if announced.isdecimal() else 0

        async def limited() -> Message:
            nonlocal received
            if received > MOST:
                raise HTTPException(413)
            message = await receive()
            if not announced.isdecimal() and message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > MOST:
                    raise HTTPException(413)
            return message

        await self.app(scope, limited, send)

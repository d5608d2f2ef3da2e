"""`Idempotency-Key`: a creation that is asked for twice, because an answer got lost, is made once.

A key belongs to who sends it. The same request again gets the stored answer, with `Idempotent-Replayed: true`; another
request with the same key is refused, as is one whose twin is still being worked on. Only answers of success are kept:
what was refused changed nothing and may be tried again. Recordings need no key, they are known by their content.
"""

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import TO_DISK
from api.problems import BadRequest
from models.person import Viewer
from storage import answered

LONGEST_KEY = 200
MOST_KEPT = 1_000_000
"""Bytes of an answer; a longer one is not kept, and its key protects nothing."""

KEPT_HEADERS = ("content-type", "etag", "location")
STATE = "idempotency"


class Answered(Exception):
    """The request was answered before."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def once(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="Of your choice: asking again with it does nothing twice.", max_length=200)
    ] = None,
) -> None:
    """Stop a creation that was answered before; remember that this one is to be kept.

    Raises:
        Answered: with the stored answer.
        Conflict: the key is in use, or was used for something else.
        BadRequest: an empty key.
    """
    if idempotency_key is None or request.method != "POST" or request.url.path in TO_DISK:
        return
    if not hasattr(request.state, "viewer"):
        return  # signing in: nobody is known yet
    if not idempotency_key.strip():
        raise BadRequest("api.empty_idempotency_key")
    who = _who(request.state.viewer)
    asked = f"{request.url.path}?{request.url.query}\0".encode() + await request.body()
    known = await run_in_threadpool(_begin, request, who, idempotency_key, hashlib.sha256(asked).hexdigest())
    if known is not None:
        raise Answered(known)
    setattr(request.state, STATE, (who, idempotency_key))


async def answer_again(request: Request, error: Exception) -> Response:
    """The exception handler of `Answered`."""
    del request
    assert isinstance(error, Answered)
    return error.response


class KeepAnswers:
    """Stores the answer of a request that `once` let through, before its last byte is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def keeping(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = {**message, "headers": list(message["headers"])}  # as the route set them, before others add
            elif message["type"] == "http.response.body":
                body = (body + message.get("body", b""))[: MOST_KEPT + 1]
                if not message.get("more_body"):
                    await run_in_threadpool(_keep, scope, start, body)
            await send(message)

        try:
            await self.app(scope, receive, keeping)
        except BaseException:
            await run_in_threadpool(_keep, scope, {"status": 500, "headers": []}, b"")
            raise


def _who(viewer: Viewer) -> str:
    return f"token {viewer.token_id}" if viewer.token_id is not None else f"user {viewer.user_id}"


def _begin(request: Request, who: str, key: str, asked: str) -> Response | None:
    with request.app.state.writing.begin() as session:
        row = answered.begin(session, who=who, key=key, request=asked, now=datetime.now(UTC))
        if row is None:
            return None
        headers = {**(row.headers or {}), "Idempotent-Replayed": "true"}
        return Response(row.body or "", row.status or 200, headers)


def _keep(scope: Scope, start: Message, body: bytes) -> None:
    kept: tuple[str, str] | None = scope.get("state", {}).pop(STATE, None)
    if kept is None:
        return
    who, key = kept
    status = start["status"]
    with scope["app"].state.writing.begin() as session:
        said = MutableHeaders(raw=list(start["headers"]))
        is_secret = "no-store" in said.get("cache-control", "")  # a password or a token that is told once
        if status >= 300 or len(body) > MOST_KEPT or is_secret:
            answered.forget(session, who, key)
            return
        headers = {name: said[name] for name in KEPT_HEADERS if name in said}
        answered.finish(session, who, key, status=status, headers=headers, body=body.decode("utf8", "replace"))

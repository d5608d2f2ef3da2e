"""What every answer says to the browser about what it may do with it, and what other sites may not."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Only our own files: nothing inline, nothing from elsewhere. `data:` images are what Swagger UI's CSS draws with."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


FILES = ("/static/", "/docs/static/")
"""The same for everybody; all else may be personal, and is kept in no cache unless its route says so."""


class SafeHeaders:
    """Adds `HEADERS`; personal data stays out of caches; writing from another site's page is refused."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD", "OPTIONS"} and _from_elsewhere(Headers(scope=scope)):
            await PlainTextResponse("cross-site request refused", 403)(scope, receive, send)
            return

        is_file = scope["path"].startswith(FILES)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "private, no-cache" if is_file else "private, no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _from_elsewhere(headers: Headers) -> bool:
    """Browsers say so themselves, older ones only by `Origin`; programs say nothing and are let through.

    A sandboxed or otherwise nameless page has the origin `null`, which is no host.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()

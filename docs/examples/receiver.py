"""Receives webhooks and checks that they are callqa's: CALLQA_WEBHOOK_SECRET=whsec_… python receiver.py [port]."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE = 300
"""Seconds a letter may be old: an older one may have been caught and sent again by somebody else."""


def is_genuine(secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    name, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(now - int(at)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    given = [one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split(" ")]
    return any(hmac.compare_digest(expected, one) for one in given)


SEEN: set[str] = set()
"""A letter may come twice; a real receiver keeps this in its database."""


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_genuine(os.environ["CALLQA_WEBHOOK_SECRET"], headers, body, time.time()):
            self.send_error(401)
            return
        if headers["webhook-id"] not in SEEN:
            SEEN.add(headers["webhook-id"])
            letter = json.loads(body)
            print(letter["type"], json.dumps(letter["data"], ensure_ascii=False), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 9000), Receiver).serve_forever()

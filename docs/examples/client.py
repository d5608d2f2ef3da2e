"""A client of the JSON API, with nothing but httpx.

    CALLQA_URL=http://127.0.0.1:8000 CALLQA_TOKEN=cq_… python client.py call.wav agent_id=6603 call_type=投诉

uploads a recording, waits for its score, and lists the calls that wait for a person. The token needs the scopes
`upload` and `read_calls` (page “Tokens”, or `callqa users token`).
"""

import os
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx


def connect() -> httpx.Client:
    headers = {"Authorization": f"Bearer {os.environ['CALLQA_TOKEN']}", "Accept-Language": "en"}
    return httpx.Client(base_url=os.environ["CALLQA_URL"], headers=headers, timeout=60)


def asked(client: httpx.Client, method: str, address: str, **more: Any) -> Any:
    """The answer's JSON. Waits where asked to; ends with the server's sentence where it refuses."""
    while True:
        answer = client.request(method, address, **more)
        if answer.status_code != 429:
            break
        time.sleep(int(answer.headers["Retry-After"]))
    if answer.is_error:
        raise SystemExit(f"{answer.status_code} {answer.json()['code']}: {answer.json()['detail']}")
    return answer.json()


def upload(client: httpx.Client, recording: Path, metadata: dict[str, str]) -> int:
    """The call's number. The same recording again is the same call: uploading twice does no harm."""
    with recording.open("rb") as file:
        taken = asked(client, "POST", "/v1/calls", files={"file": (recording.name, file)}, data=metadata)
    return int(taken["call_id"])


def wait_for_score(client: httpx.Client, call_id: int, seconds: float = 600) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        call = asked(client, "GET", f"/v1/calls/{call_id}")
        if call["state"] in {"scored", "quarantined"}:
            return dict(call)
        time.sleep(1)
    raise SystemExit(f"call {call_id} was not scored within {seconds:.0f} s: is a worker running?")


def flagged(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """Every call that waits for a person, page by page."""
    cursor: str | None = None
    while True:
        page = asked(client, "GET", "/v1/queue", params={"limit": 100, **({"cursor": cursor} if cursor else {})})
        yield from page["calls"]
        cursor = page["next"]
        if cursor is None:
            return


def create_once(client: httpx.Client, address: str, body: dict[str, Any]) -> Any:
    """A creation that may be repeated when the line breaks: the key makes two of them one."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for attempt in range(4):
        try:
            return asked(client, "POST", address, json=body, headers=headers)
        except httpx.TransportError:
            time.sleep(2**attempt)
    raise SystemExit("the server cannot be reached")


def main() -> None:
    recording, *pairs = sys.argv[1:]
    with connect() as client:
        call_id = upload(client, Path(recording), dict(pair.split("=", 1) for pair in pairs))
        call = wait_for_score(client, call_id)
        score = call["score"]
        print(f"call {call_id}: {call['state']}, {score['total'] if score else '-'}")
        for one in flagged(client):
            print(one["id"], "; ".join(reason["sentence"] for reason in one["reasons"]))


if __name__ == "__main__":
    main()

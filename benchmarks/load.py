"""Fifty inspectors at once: `python -m benchmarks.load [--postgres] [--workers 2] [--seconds 60]`.

Needs `callqa[load]`. Makes a centre in a new folder outside the project, queues calls of it (each tenth for two
people), serves it with uvicorn on the loopback and lets locust play the inspectors of benchmarks/load_inspector.py
until the time is over or all is judged. Then it compares what they were answered with what the database holds:

- every verdict that was answered with 200 is there once, by that person, with that form;
- there is no verdict that nobody handed in, and none whose sender was told otherwise, unless the sender had gone;
- nobody was given a call while somebody else's lease on it ran, and nobody heard a call twice;
- there was no answer of 500 or more, and none that the inspector did not expect.

The exit code is 1 where one of them does not hold.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.made_centre import FULL, Centre
from benchmarks.pages import database
from models.person import UserRole
from models.review import JUDGEMENT_JSON
from models.tables import CallRow, ReviewRow, ScoreRow, UserRow, VerdictRow
from pipeline.people.signing_in import Lasting, let_in
from storage.database import open_database, sessions
from storage.migrate import upgrade
from storage.reason import restored
from storage.review.reviews import Wanted, queue_calls

BY_CHANCE = restored({"code": "scoring.routed_random", "facts": {"percent": 5}})
STARTING = 60
"""Seconds the server has to come up."""


def make(url: str, home: Path, calls: int, inspectors: int) -> list[tuple[int, str]]:
    """A centre with so many calls waiting beside its own; the inspectors' ids and keys."""
    engine = open_database(url)
    upgrade(engine)
    now = datetime.now(UTC)
    Centre(engine, home, FULL, now).make()
    with sessions(engine).begin() as session:
        unpicked = select(ScoreRow.id, CallRow.id).join(CallRow, CallRow.score_id == ScoreRow.id)
        rows = session.execute(unpicked.where(~CallRow.id.in_(select(ReviewRow.call_id))).limit(calls)).all()
        wanted = [Wanted(call, score, [BY_CHANCE], double=n % 10 == 0) for n, (score, call) in enumerate(rows)]
        queue_calls(session, wanted, now)
        people = select(UserRow).where(UserRow.role == UserRole.INSPECTOR).order_by(UserRow.id).limit(inspectors)
        lasting = Lasting(timedelta(days=1), timedelta(days=1))
        keys = [(user.id, let_in(session, user, lasting, now).key) for user in session.scalars(people)]
    engine.dispose()
    print(f"{len(wanted)} calls queued for {len(keys)} inspectors in {home}")
    return keys


@contextmanager
def served(url: str, home: Path, *, workers: int, lease: float) -> Iterator[str]:
    """The application's address while it runs; what it logs goes into server.log."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = {"CALLQA_HOME": str(home), "CALLQA_DATABASE_URL": url, "CALLQA_LEASE_MINUTES": str(lease / 60)}
    options = ["--port", str(port), "--workers", str(workers), "--log-level", "warning", "--no-access-log"]
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:from_environment", *options]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/login", server)
            yield address
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(STARTING * 2):
        try:
            httpx.get(address, trust_env=False, timeout=5)
        except httpx.TransportError:
            if server.poll() is not None:
                break
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the server does not start: see server.log")


def play(address: str, home: Path, plan: dict[str, Any], seconds: int) -> dict[str, Any]:
    """Locust in a process of its own, since it patches the standard library; what its users did and were answered."""
    told, given = home / "told.json", home / "plan.json"
    given.write_text(json.dumps({**plan, "told": str(told)}))
    count = len(plan["inspectors"])
    users = ["-u", str(count), "-r", str(count), "-t", f"{seconds}s", "--stop-timeout", "30"]
    quiet = ["--headless", "--only-summary", "--loglevel", "ERROR", "--exit-code-on-error", "0"]
    script = Path(__file__).with_name("load_inspector.py")
    command = [sys.executable, "-m", "locust", "-f", str(script), "--host", address, *users, *quiet]
    with (home / "locust.log").open("w") as log:
        subprocess.run(command, env={**os.environ, "CALLQA_LOAD": str(given)}, stdout=log, stderr=log, check=True)
    return dict(json.loads(told.read_text()))


def mistakes(session: Session, told: dict[str, Any], since: datetime, lease: float) -> Iterator[str]:
    """Whatever does not hold, in words."""
    yield from told["failures"]
    yield from (f"answered {status}" for status in told["statuses"] if int(status.split()[-1]) >= 500)
    given = session.scalars(select(VerdictRow).where(VerdictRow.submitted_at > since))
    kept = {row.assignment_id: row for row in given}
    if not kept:
        yield "nothing was handed in"
    yield from wrong_verdicts(kept, told["submits"])
    yield from stolen(told["signs"], lease)
    twice = select(VerdictRow.call_id, VerdictRow.user_id).group_by(VerdictRow.call_id, VerdictRow.user_id)
    for call, user in session.execute(twice.having(func.count() > 1, func.max(VerdictRow.submitted_at) > since)):
        yield f"call {call} was heard twice by {user}"


def wrong_verdicts(kept: dict[int, VerdictRow], submits: list[dict[str, Any]]) -> Iterator[str]:
    sent: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in submits:
        sent[one["assignment"]].append(one)
        if one.get("status") == 200 and not is_of(kept.get(one["assignment"]), one):
            yield f"the verdict on {one['assignment']} was answered with 200 and is not there as {one['user']} sent it"
    for id_, verdict in kept.items():
        if not any(is_of(verdict, one) and one.get("status", 0) in {0, 200} for one in sent[id_]):
            yield f"there is a verdict on {id_} that nobody handed in"


def is_of(verdict: VerdictRow | None, sent: dict[str, Any]) -> bool:
    if verdict is None or verdict.user_id != sent["user"]:
        return False
    return JUDGEMENT_JSON.validate_python(verdict.body) == JUDGEMENT_JSON.validate_python(sent["form"])


def stolen(signs: list[tuple[int, int, float, float]], lease: float) -> Iterator[str]:
    """Calls that were two people's at once: a lease lasts at least from when the sign of life was sent."""
    until: dict[int, tuple[float, int]] = {}
    for assignment, user, asked, answered in sorted(signs, key=lambda sign: sign[2]):
        end, holder = until.get(assignment, (0.0, user))
        if holder != user and answered < end:
            yield f"{assignment} was given to {user} while {holder} had it for {end - answered:.1f} s more"
        until[assignment] = (asked + lease, user)


def tell(told: dict[str, Any], seconds: float) -> None:
    handed_in = {one["assignment"] for one in told["submits"] if one.get("status") == 200}
    print(f"{told['per_second']:.0f} requests/s for {seconds:.0f} s, {len(handed_in)} verdicts; load {os.getloadavg()}")
    print(f"| {'step':12} | count | p50 ms | p95 ms | failed |\n|---|--:|--:|--:|--:|")
    for name, step in told["steps"].items():
        print(f"| {name:12} | {step['count']} | {step['p50']:.0f} | {step['p95']:.0f} | {step['failed']} |")
    print(", ".join(f"{status}: {count}" for status, count in sorted(told["statuses"].items())))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--inspectors", type=int, default=50)
    parser.add_argument("--lease", type=float, default=10, help="seconds")
    parser.add_argument("--think", type=float, default=0.3, help="seconds between two steps, in the mean")
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="callqa-load-"))
    with database("postgresql" if given.postgres else None, home) as url:
        plan = {
            "inspectors": make(url, home, given.calls, given.inspectors),
            "lease": given.lease,
            "think": given.think,
        }
        with served(url, home, workers=given.workers, lease=given.lease) as address:
            since = datetime.now(UTC)
            told = play(address, home, plan, given.seconds)
        tell(told, (datetime.now(UTC) - since).total_seconds())
        engine = open_database(url)
        with sessions(engine, reading=True)() as session:
            found = list(mistakes(session, told, since, given.lease))
        engine.dispose()
    print(*found[:50] or ["all holds"], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())

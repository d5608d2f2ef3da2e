"""Register recordings, each in a transaction of its own; says how many were new. argv: URL, how many."""

import sys
from datetime import UTC, datetime
from hashlib import sha256

from storage.calls import ledger
from storage.database import open_database, sessions

engine = open_database(sys.argv[1])
sys.stdout.write("ready\n")
sys.stdout.flush()
sys.stdin.readline()
count = 0
for number in range(int(sys.argv[2])):
    with sessions(engine).begin() as session:
        _, new = ledger.register(
            session,
            sha256=sha256(str(number).encode()).hexdigest(),
            file=f"{number}.wav",
            audio=f"{number}.wav",
            size=1000,
            settings_key="key",
            now=datetime.now(UTC),
        )
    count += new
sys.stdout.write(str(count))
engine.dispose()

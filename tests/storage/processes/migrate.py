"""Open and migrate a database. argv: its URL."""

import sys

from storage.database import open_database
from storage.migrate import is_current, upgrade

sys.stdout.write("ready\n")
sys.stdout.flush()
sys.stdin.readline()
engine = open_database(sys.argv[1])
upgrade(engine)
sys.stdout.write("current" if is_current(engine) else "not current")
engine.dispose()

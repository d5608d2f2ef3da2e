"""Claim, transcribe and score recordings until none is left; says each one's id as it is done. argv: URL, locks."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from models.finding import Answer, Effect, Evidence, RuleResult
from models.routing import Routing
from models.score import PreScore, Scored
from models.transcript import Recording
from storage.calls import ledger
from storage.calls.results import save_score, save_transcript
from storage.database import open_database, sessions
from storage.owner import Owner, is_alive
from storage.rulebook.definitions import remember

HIT = RuleResult("service", 1, "shirking", "推诿", Effect.VIOLATION, Answer.HIT, (Evidence(0.0, 1.0),))
SCORED = Scored(PreScore("service", 1, 80.0, "良好", 1.0, ()), (HIT,))
ROUTING = Routing(queued=False, reasons=(), inclusion_probability=0.05)

locks = Path(sys.argv[2])
engine = open_database(sys.argv[1])
make_session = sessions(engine)
sys.stdout.write("ready\n")
sys.stdout.flush()
sys.stdin.readline()


def now() -> datetime:
    return datetime.now(UTC)


def process(recording_id: int, owner: str) -> None:
    facts = Recording("x.wav", "0" * 64, 1.0, 1, "pcm", 8000)
    with make_session.begin() as session:
        transcript = save_transcript(session, recording_id, "base", {}, facts, now())
        ledger.mark_transcribed(session, recording_id, owner, now(), settings_key="key")
    with make_session.begin() as session:
        save_score(
            session,
            recording_id=recording_id,
            transcript_id=transcript.id,
            pack_id=remember(session, "pack", "service", 1, "a", "", now()).id,
            scorecard_id=remember(session, "scorecard", "service", 1, "b", "", now()).id,
            scorer=1,
            scored=SCORED,
            routing=ROUTING,
            now=now(),
        )
        assert ledger.mark_scored(session, recording_id, owner, now(), settings_key="key")


with Owner(locks) as owner:
    while True:
        with make_session.begin() as session:
            ledger.release_dead(session, lambda name: is_alive(locks, name))
            rows = ledger.claim(session, settings_key="key", owner=owner.name, now=now(), lease_seconds=3600, limit=2)
        if not rows:
            break
        for row in rows:
            process(row.id, owner.name)
            sys.stdout.write(f"{row.id}\n")
            sys.stdout.flush()
engine.dispose()

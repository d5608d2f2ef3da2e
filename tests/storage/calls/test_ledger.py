from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, event, func, insert, select, text
from sqlalchemy.orm import Session

from models.ledger import RecordingState
from models.reason import Reason
from models.tables import CallRow, RecordingRow, SourceRow
from storage.calls import ledger

Register = Callable[..., RecordingRow]


def claim(session: Session, now: datetime, owner: str = "ana", **options: object) -> list[int]:
    rows = ledger.claim(
        session, **{"settings_key": "key", "owner": owner, "now": now, "lease_seconds": 60, "limit": 10, **options}
    )
    return [row.id for row in rows]


def state(session: Session, row: RecordingRow) -> tuple[str, int, str | None]:
    session.refresh(row)
    return row.state, row.attempts, row.owner


class TestRegister:
    def test_new_content_gets_a_row_and_a_call(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        assert (row.state, row.attempts, row.owner, row.bytes, row.created_at) == ("received", 0, None, 1000, now)
        assert session.scalars(select(CallRow.recording_id)).all() == [row.id]

    def test_content_seen_before_is_the_same_recording_under_another_name(
        self, session: Session, now: datetime
    ) -> None:
        same = {"sha256": "a" * 64, "audio": "aa.wav", "size": 7, "settings_key": "key", "now": now}
        first, first_new = ledger.register(session, file="monday/1.wav", **same)
        again, again_new = ledger.register(session, file="copy of 1.wav", **same)
        _, third_new = ledger.register(session, file="monday/1.wav", **same)
        assert (first_new, again_new, third_new) == (True, False, False)
        assert again.id == first.id
        assert again.file == "monday/1.wav"
        assert set(session.scalars(select(SourceRow.file))) == {"monday/1.wav", "copy of 1.wav"}
        assert session.scalar(select(func.count()).select_from(SourceRow)) == 2
        assert session.scalar(select(func.count()).select_from(CallRow)) == 1

    def test_a_known_recording_keeps_its_state(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        claim(session, now)
        ledger.mark_scored(session, row.id, "ana", now, settings_key="key")
        assert register("a.wav").state == "scored"

    def test_more_than_four_gigabytes_fit(self, session: Session, now: datetime) -> None:
        row, _ = ledger.register(
            session, sha256="b" * 64, file="long.wav", audio="bb.wav", size=5 << 30, settings_key="key", now=now
        )
        session.expire(row)
        assert row.bytes == 5 << 30

    def test_a_file_name_that_is_not_utf8_is_kept_readable(self, session: Session, register: Register) -> None:
        """客服.wav as a Windows machine writes it (GBK), read on Linux."""
        name = "客服.wav".encode("gbk").decode("utf8", "surrogateescape")
        row = register(name)
        session.expire(row)
        assert row.file == r"\udcbfͷ\udcfe.wav"
        assert register(name).id == row.id
        assert session.scalar(select(func.count()).select_from(SourceRow)) == 1


class TestEnqueue:
    def test_the_same_key_changes_nothing(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        claim(session, now)
        assert not ledger.enqueue(session, row.id, "key", now)
        assert state(session, row) == ("received", 1, "ana")

    def test_another_key_starts_afresh(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        claim(session, now)
        ledger.quarantine(session, row.id, "ana", Reason("storage.poison", {"attempts": 3}), now, settings_key="key")
        assert ledger.enqueue(session, row.id, "newer", now)
        assert state(session, row) == ("received", 0, None)
        assert row.reason is None
        assert claim(session, now) == []
        assert claim(session, now, settings_key="newer") == [row.id]

    def test_who_works_under_the_old_key_loses_the_row(
        self, session: Session, register: Register, now: datetime
    ) -> None:
        row = register("a.wav")
        claim(session, now)
        ledger.enqueue(session, row.id, "newer", now)
        assert ledger.renew(session, [row.id], "ana", now, 60) == set()
        assert not ledger.mark_scored(session, row.id, "ana", now, settings_key="key")

    def test_not_even_the_same_owner_ends_new_work_with_old(
        self, session: Session, register: Register, now: datetime
    ) -> None:
        row = register("a.wav")
        claim(session, now)
        ledger.enqueue(session, row.id, "newer", now)
        claim(session, now, settings_key="newer")
        assert not ledger.mark_scored(session, row.id, "ana", now, settings_key="key")
        assert ledger.mark_scored(session, row.id, "ana", now, settings_key="newer")

    def test_recordings_without_a_key_are_adopted(self, session: Session, register: Register, now: datetime) -> None:
        uploaded, other = register("uploaded.wav", ""), register("other.wav", "newer")
        assert ledger.adopt(session, "key", now) == 1
        assert claim(session, now) == [uploaded.id]
        assert state(session, other) == ("received", 0, None)

    def test_what_waits_under_another_key_is_taken_over(
        self, session: Session, register: Register, now: datetime
    ) -> None:
        """As when a pack is published: what was received before is not left behind, what is in hand is left alone."""
        waiting, in_hand, given_up, foreign, done = (
            register(f"{number}.wav", key) for number, key in enumerate(["old", "old", "old", "foreign", "old"])
        )
        ledger.claim(session, settings_key="old", owner="ana", now=now, lease_seconds=60, limit=1)
        assert ledger.give_back(session, [waiting.id], "ana", now)
        for row, owner, seconds in ((in_hand, "ana", 60), (given_up, "ben", 5), (done, "ana", 60)):
            row.owner, row.lease_until, row.attempts = owner, now + timedelta(seconds=seconds), 2
        session.flush()
        assert ledger.mark_scored(session, done.id, "ana", now, settings_key="old")
        later = now + timedelta(seconds=10)
        many = [f"older {number}" for number in range(1200)]
        assert ledger.adopt(session, "new", later, instead_of=[*many, "old"]) == 2
        session.expire_all()
        assert (waiting.settings_key, waiting.attempts, waiting.owner) == ("new", 0, None)
        assert (given_up.settings_key, given_up.attempts, given_up.owner) == ("new", 2, None)
        assert (in_hand.settings_key, in_hand.owner) == ("old", "ana")
        assert (foreign.settings_key, done.settings_key) == ("foreign", "old")
        assert ledger.mark_scored(session, in_hand.id, "ana", later, settings_key="old"), "ana finishes what she holds"
        assert not ledger.mark_scored(session, given_up.id, "ben", later, settings_key="old")


class TestClaim:
    def test_oldest_first_up_to_the_limit(self, session: Session, register: Register, now: datetime) -> None:
        a, b, c = (register(name).id for name in ("a.wav", "b.wav", "c.wav"))
        assert claim(session, now, limit=2) == [a, b]
        assert claim(session, now, owner="ben", limit=2) == [c]
        assert claim(session, now, owner="cem") == []

    def test_a_lease_protects_until_it_is_over(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        claim(session, now)
        assert claim(session, now + timedelta(seconds=59), owner="ben") == []
        assert claim(session, now + timedelta(seconds=60), owner="ben") == [row.id]
        assert state(session, row) == ("received", 2, "ben")
        assert not ledger.mark_scored(session, row.id, "ana", now, settings_key="key")
        assert ledger.mark_scored(session, row.id, "ben", now, settings_key="key")

    def test_renewed_leases_last_longer(self, session: Session, register: Register, now: datetime) -> None:
        row, other = register("a.wav"), register("b.wav")
        claim(session, now, limit=1)
        claim(session, now, limit=1, owner="ben")
        later = now + timedelta(seconds=50)
        assert ledger.renew(session, [row.id, other.id], "ana", later, 60) == {row.id}
        assert claim(session, now + timedelta(seconds=70), owner="cem") == [other.id]

    def test_late_work_counts_while_nobody_else_began(
        self, session: Session, register: Register, now: datetime
    ) -> None:
        row = register("a.wav")
        claim(session, now)
        assert ledger.mark_scored(session, row.id, "ana", now + timedelta(hours=1), settings_key="key")

    def test_fresh_and_tried_recordings_apart(self, session: Session, register: Register, now: datetime) -> None:
        tried = register("a.wav")
        claim(session, now)
        ledger.let_go(session, tried.id, "ana", now)
        fresh = register("b.wav")
        assert claim(session, now, fresh=True) == [fresh.id]
        assert claim(session, now, fresh=False) == [tried.id]

    def test_transcribed_recordings_are_open_scored_ones_are_not(
        self, session: Session, register: Register, now: datetime
    ) -> None:
        transcribed, scored = register("a.wav"), register("b.wav")
        claim(session, now)
        assert ledger.mark_transcribed(session, transcribed.id, "ana", now, settings_key="key")
        assert state(session, transcribed) == ("transcribed", 1, "ana")
        assert ledger.mark_scored(session, scored.id, "ana", now, settings_key="key")
        assert state(session, scored) == ("scored", 1, None)
        assert claim(session, now + timedelta(hours=1)) == [transcribed.id]

    def test_rows_given_to_one_session_are_seen_afresh_by_another_claim(
        self, session: Session, engine: Engine, register: Register, now: datetime
    ) -> None:
        row = register("a.wav")
        session.commit()
        with engine.begin() as connection:
            connection.execute(text("UPDATE recordings SET attempts = 2"))
        claim(session, now)
        assert row.attempts == 3


class TestLettingGo:
    def test_a_polite_stop_is_not_an_attempt(self, session: Session, register: Register, now: datetime) -> None:
        a, b = register("a.wav"), register("b.wav")
        claim(session, now, limit=1)
        claim(session, now, owner="ben")
        assert ledger.give_back(session, [a.id, b.id], "ana", now) == 1
        assert state(session, a) == ("received", 0, None)
        assert state(session, b) == ("received", 1, "ben")

    def test_a_failed_attempt_counts(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        claim(session, now)
        assert not ledger.let_go(session, row.id, "ben", now)
        assert ledger.let_go(session, row.id, "ana", now)
        assert state(session, row) == ("received", 1, None)

    def test_only_leases_of_the_dead_are_released(self, session: Session, register: Register, now: datetime) -> None:
        rows = {owner: register(f"{owner}.wav") for owner in ("dead", "living", "elsewhere")}
        for owner in rows:
            claim(session, now, owner=owner, limit=1)
        fate = {"dead": False, "living": True, "elsewhere": None}
        assert ledger.release_dead(session, fate.__getitem__) == 1
        assert claim(session, now, owner="next") == [rows["dead"].id]


class TestQuarantine:
    def test_a_reason_is_kept_with_the_row(self, session: Session, register: Register, now: datetime) -> None:
        row, other = register("a.wav"), register("b.wav")
        claim(session, now)
        reason = Reason("storage.no_recording", {"id": 7})
        assert ledger.quarantine(session, row.id, "ana", reason, now, settings_key="key")
        assert not ledger.quarantine(session, other.id, "ben", reason, now, settings_key="key")
        assert state(session, row) == ("quarantined", 1, None)
        assert [(found.id, ledger.reason_of(found)) for found in ledger.quarantined(session)] == [(row.id, reason)]
        assert ledger.reason_of(other) is None

    def test_poison_after_three_attempts(self, session: Session, register: Register, now: datetime) -> None:
        """Its worker dies every time and the lease runs out."""
        row = register("a.wav")
        for attempt in range(3):
            assert ledger.poisoned(session, "key", 3, now) == []
            assert claim(session, now) == [row.id], attempt
            assert ledger.poisoned(session, "key", 3, now) == [], "its worker may yet be alive"
            now += timedelta(seconds=60)
        assert ledger.poisoned(session, "other", 3, now) == []
        assert [found.id for found in ledger.poisoned(session, "key", 3, now)] == [row.id]
        assert claim(session, now) == []
        assert state(session, row) == ("quarantined", 3, None)
        reason = ledger.reason_of(row)
        assert reason == Reason("storage.poison", {"attempts": 3})
        assert "3" in reason.say("zh")
        assert "3" in reason.say("en")

    def test_retry_gives_all_attempts_again(self, session: Session, register: Register, now: datetime) -> None:
        a, b, c = (register(name) for name in ("a.wav", "b.wav", "c.wav"))
        claim(session, now)
        for row in (a, b):
            ledger.quarantine(
                session, row.id, "ana", Reason("storage.no_recording", {"id": 1}), now, settings_key="key"
            )
        assert ledger.retry(session, [a.sha256, c.sha256, "unknown"], now) == 1
        assert state(session, a) == ("received", 0, None)
        assert state(session, c) == ("received", 1, "ana"), "it was not quarantined"
        assert ledger.retry(session, None, now) == 1
        assert state(session, b) == ("received", 0, None)
        assert (a.reason, b.reason) == (None, None)

    def test_no_reason_is_null_in_the_database_too(self, session: Session, register: Register, now: datetime) -> None:
        row = register("a.wav")
        claim(session, now)
        ledger.quarantine(session, row.id, "ana", Reason("storage.no_recording", {"id": 1}), now, settings_key="key")
        ledger.retry(session, None, now)
        assert session.scalar(text("SELECT count(*) FROM recordings WHERE reason IS NULL")) == 1


def test_counts_by_state(session: Session, register: Register, now: datetime) -> None:
    for name in ("a.wav", "b.wav"):
        register(name)
    register("c.wav", "newer")
    claim(session, now, limit=1)
    ledger.mark_scored(session, 1, "ana", now, settings_key="key")
    assert ledger.counts(session) == {
        RecordingState.RECEIVED: 2,
        RecordingState.TRANSCRIBED: 0,
        RecordingState.SCORED: 1,
        RecordingState.QUARANTINED: 0,
    }
    assert ledger.counts(session, "key")[RecordingState.RECEIVED] == 1


def test_a_long_history_and_backlog_are_not_searched(engine: Engine, session: Session, now: datetime) -> None:
    """What workers ask all the time is answered from the indexes of open rows."""
    session.execute(insert(RecordingRow), [history(number, now) for number in range(3000)])
    session.execute(text("ANALYZE recordings"))
    assert "ix_recordings_open" in plan(engine, session, lambda: claim(session, now))
    assert "ix_recordings_tried" in plan(engine, session, lambda: ledger.poisoned(session, "key", 3, now))


def history(number: int, now: datetime) -> dict[str, object]:
    """Most is scored, the last third is still to do."""
    return {
        "sha256": f"{number:064}",
        "file": f"{number}.wav",
        "audio": f"{number}.wav",
        "bytes": 1000,
        "settings_key": "key",
        "state": RecordingState.SCORED if number < 2000 else RecordingState.RECEIVED,
        "attempts": 1 if number < 2000 else 0,
        "created_at": now,
        "updated_at": now,
    }


def plan(engine: Engine, session: Session, act: Callable[[], object]) -> str:
    """How the database goes about the first question that `act` asks."""
    asked: list[tuple[str, object]] = []

    def listen(*call: object) -> None:
        asked.append((str(call[2]), call[3]))

    event.listen(engine, "before_cursor_execute", listen)
    act()
    event.remove(engine, "before_cursor_execute", listen)
    sql, values = next(one for one in asked if one[0].startswith("SELECT"))
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    return " ".join(map(str, session.connection().exec_driver_sql(f"{explain} {sql}", values)))

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.call import Direction, Metadata
from models.finding import Answer, Effect, Evidence, RuleResult
from models.ledger import RecordingState
from models.reason import Reason
from models.routing import Routing
from models.score import PreScore, Scored
from models.tables import CallRow, RecordingRow
from models.transcript import Recording
from storage.calls import call_scores, calls, ledger, results
from storage.calls.call_filter import CallFilter
from storage.calls.calls import Order, Place
from storage.calls.metadata import put_metadata
from storage.calls.seen_lately import seen_lately
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
EVERYTHING = CallFilter()


def add(
    session: Session,
    file: str,
    *,
    minutes: float | None = 0,
    total: float | None = None,
    queued: bool | None = None,
    rules: Sequence[str] = (),
    state: RecordingState | None = None,
    **metadata: Any,
) -> int:
    """A call that began `minutes` after NOW; scored where it has a total or was routed."""
    row, _ = ledger.register(
        session,
        sha256=sha256(file.encode()).hexdigest(),
        file=file,
        audio=file,
        size=1,
        settings_key="k",
        now=NOW,
    )
    started = None if minutes is None else NOW + timedelta(minutes=minutes)
    put_metadata(session, row.id, Metadata(started_at=started, **metadata))
    if total is not None or queued is not None:
        score(session, row, total, queued=bool(queued), rules=rules)
    if state is not None:
        row.state = state
    session.commit()
    return session.scalars(select(CallRow.id).where(CallRow.recording_id == row.id)).one()


def score(
    session: Session,
    row: RecordingRow,
    total: float | None,
    *,
    queued: bool = False,
    rules: Sequence[str] = (),
    version: int = 1,
) -> None:
    facts = Recording(row.file, row.sha256, 61.0, 2, "pcm_alaw", 8000)
    transcript = results.save_transcript(session, row.id, "t", {"of": row.file}, facts, NOW)
    pack = remember(session, "pack", "服务规范", version, f"p{version}", "…", NOW)
    card = remember(session, "scorecard", "呼入服务", 1, "c", "…", NOW)
    hits = tuple(
        RuleResult(
            "服务规范", version, rule, rule, Effect.VIOLATION, Answer.HIT, (Evidence(3.0, 4.0), Evidence(1.0, 2.0))
        )
        for rule in rules
    )
    results.save_score(
        session,
        recording_id=row.id,
        transcript_id=transcript.id,
        pack_id=pack.id,
        scorecard_id=card.id,
        scorer=1,
        scored=Scored(PreScore("呼入服务", 1, total, "良好" if total else None, 1.0, ()), hits),
        routing=Routing(queued, (Reason("scoring.routed_nothing_judged"),) if queued else (), 0.05),
        now=NOW,
    )
    row.state = RecordingState.SCORED


def files(session: Session, wanted: CallFilter = EVERYTHING, order: Order = Order.NEWEST) -> list[str]:
    lines, _ = calls.find_calls(session, wanted, order, after=None, limit=100)
    return [line.file for line in lines]


def paged(session: Session, order: Order, limit: int) -> list[str]:
    """The list's files, read page by page."""
    found: list[str] = []
    place: Place | None = None
    while True:
        lines, place = calls.find_calls(session, EVERYTHING, order, after=place, limit=limit)
        assert len(lines) <= limit
        found += [line.file for line in lines]
        if place is None:
            return found


def test_the_latest_call_is_first_and_calls_without_a_time_are_last(session: Session) -> None:
    for file, minutes in [("early", 1), ("undated", None), ("late", 9), ("middle", 5)]:
        add(session, file, minutes=minutes)
    assert files(session) == ["late", "middle", "early", "undated"]


def test_a_list_is_sorted_by_score_with_unscored_calls_last(session: Session) -> None:
    for file, total in [("fair", 71.0), ("unscored", None), ("best", 98.0), ("worst", 12.5)]:
        add(session, file, total=total)
    assert files(session, order=Order.LOWEST) == ["worst", "fair", "best", "unscored"]
    assert files(session, order=Order.HIGHEST) == ["best", "fair", "worst", "unscored"]


def test_pages_put_together_are_the_list(session: Session) -> None:
    for number in range(12):
        # Ties of time and of score, and both missing, fall on and beside the pages' borders.
        minutes = None if number % 5 == 4 else number // 3
        add(session, str(number), minutes=minutes, total=None if number % 4 == 3 else 60 + number // 4)
    for order in (Order.NEWEST, Order.RECEIVED, Order.LOWEST, Order.HIGHEST):
        everything = files(session, order=order)
        assert sorted(everything) == sorted(str(number) for number in range(12))
        for limit in (1, 2, 3, 7, 12, 20):
            assert paged(session, order, limit) == everything


def test_calls_that_arrive_while_paging_neither_repeat_nor_hide_others(session: Session) -> None:
    for number in range(6):
        add(session, f"old {number}", minutes=number)
    first, place = calls.find_calls(session, EVERYTHING, Order.NEWEST, after=None, limit=3)
    add(session, "later", minutes=99)
    add(session, "earlier", minutes=-99)
    second, _ = calls.find_calls(session, EVERYTHING, Order.NEWEST, after=place, limit=10)
    assert [line.file for line in (*first, *second)] == [*(f"old {n}" for n in (5, 4, 3, 2, 1, 0)), "earlier"]


def test_a_page_that_ends_with_the_list_has_no_next(session: Session) -> None:
    add(session, "a")
    add(session, "b")
    assert calls.find_calls(session, EVERYTHING, Order.NEWEST, after=None, limit=2)[1] is None
    assert calls.find_calls(session, EVERYTHING, Order.NEWEST, after=None, limit=1)[1] is not None


FILTERED = [
    (CallFilter(agent_id="8001"), ["a"]),
    (CallFilter(team="二组"), ["b"]),
    (CallFilter(call_type="投诉"), ["a"]),
    (CallFilter(direction="outbound"), ["b"]),
    (CallFilter(grade="良好"), ["b", "a"]),
    (CallFilter(state=RecordingState.RECEIVED), ["c"]),
    (CallFilter(queued=True), ["a"]),
    (CallFilter(queued=False), ["c", "b"]),
    (CallFilter(rule="shirking"), ["a"]),
    (CallFilter(min_total=80), ["b"]),
    (CallFilter(max_total=80), ["a"]),
    (CallFilter(min_total=64, max_total=64), ["a"]),
    (CallFilter(started_from=NOW + timedelta(minutes=2)), ["c", "b"]),
    (CallFilter(started_to=NOW + timedelta(minutes=2)), ["a"]),
    (CallFilter(text="B"), ["b"]),
    (CallFilter(text="%"), []),
    (CallFilter(team="一组", queued=True, rule="shirking"), ["a"]),
    (CallFilter(team="二组", queued=True), []),
]
"""What each filter leaves of the three calls below."""


def test_a_filter_keeps_what_fits(session: Session) -> None:
    complaint = {"agent_id": "8001", "team": "一组", "call_type": "投诉", "direction": Direction.INBOUND}
    add(session, "a", minutes=1, total=64, queued=True, rules=["shirking"], **complaint)
    add(session, "b", minutes=2, total=91, team="二组", direction=Direction.OUTBOUND)
    add(session, "c", minutes=3)
    for wanted, expected in FILTERED:
        assert files(session, wanted) == expected, wanted


def test_a_call_is_found_by_every_name_its_content_came_under(session: Session) -> None:
    add(session, "第一次.wav")
    content = session.scalars(select(RecordingRow.sha256)).one()
    ledger.register(session, sha256=content, file="copy.wav", audio="-", size=1, settings_key="k", now=NOW)
    assert files(session, CallFilter(text="COPY")) == ["第一次.wav"]


def test_the_queue_shows_what_has_waited_longest_first(session: Session) -> None:
    add(session, "first", minutes=9, queued=True)
    add(session, "not queued", queued=False)
    add(session, "second", minutes=1, queued=True)
    assert files(session, order=Order.QUEUED) == ["first", "second"]
    assert calls.count_queued(session, at_most=100) == 2
    assert calls.count_queued(session, at_most=1) == 1


def test_a_new_score_replaces_the_old_in_lists_and_both_stay(session: Session) -> None:
    call_id = add(session, "a", total=55, queued=True, rules=["shirking"])
    row = session.scalars(select(RecordingRow)).one()
    score(session, row, 88, version=2)
    line = calls.call_line(session, call_id)
    assert line is not None
    assert (line.total, line.queued) == (88, False)
    assert files(session, CallFilter(rule="shirking")) == []
    assert files(session, order=Order.QUEUED) == []
    versions = call_scores.score_versions(session, row.id)
    assert [(v.total, v.pack, v.pack_version) for v in versions] == [(88, "服务规范", 2), (55, "服务规范", 1)]


def test_findings_come_in_the_order_they_were_said(session: Session) -> None:
    add(session, "a", total=55, rules=["shirking"])
    (version,) = call_scores.score_versions(session, session.scalars(select(RecordingRow.id)).one())
    assert [finding.start for finding in call_scores.findings(session, version.id)] == [1.0, 3.0]
    (count,) = call_scores.finding_counts(session, [version.id])
    assert (count.rule, count.times) == ("shirking", 2)


def test_a_call_without_score_shows_its_newest_transcript(session: Session) -> None:
    call_id = add(session, "a")
    call, recording = calls.call_rows(session, call_id) or pytest.fail("the call is gone")
    assert calls.shown_transcript(session, call) is None
    facts = Recording("a", recording.sha256, 61.0, 2, "pcm_alaw", 8000)
    for key in ("old", "new"):
        results.save_transcript(session, recording.id, key, {"key": key}, facts, NOW)
    assert calls.shown_transcript(session, call) == {"key": "new"}


def test_a_list_offers_the_values_seen_lately(session: Session) -> None:
    add(session, "a", total=64, rules=["shirking"], team="一组", agent_id="8001")
    add(session, "b", team="二组")
    seen = seen_lately(session)
    assert seen.teams == ("一组", "二组")
    assert seen.agents == ("8001",)
    assert seen.call_types == ()
    assert seen.grades == ("良好",)
    assert seen.rules == (("shirking", "shirking"),)


def test_a_page_walks_an_index_and_sorts_nothing(engine: Engine, session: Session, backend: str) -> None:
    if backend != "sqlite":
        pytest.skip("PostgreSQL rightly scans tables this small")
    walks = {
        "ix_calls_started_at_id": (Order.NEWEST, Place(NOW, 5)),
        "ix_scores_total_id": (Order.LOWEST, Place(70.0, 5)),
        "ix_reviews_waiting": (Order.QUEUED, Place(50.0, 5)),
    }
    for index, (order, place) in walks.items():
        query = next(iter(calls._steps(order, place, few=False))).limit(50)
        sql = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
        plan = " ".join(row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))
        assert index in plan
        assert "TEMP B-TREE" not in plan

"""Facts and sums under many hands: nothing fails, nothing is lost, whatever was summed meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, timedelta
from random import Random

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.tables import CallFactRow, CallRow, DaySumRow, ErrorFactRow, StaleDayRow
from storage.calls.metadata import put_metadata
from storage.database import sessions
from storage.reports.facts import fill_missing, uncounted
from storage.reports.figures import CallSum, ErrorSum, bin_counts, call_sums, error_sums
from storage.reports.sums import stale_days, sum_stale_days
from storage.reports.wanted import Wanted
from tests.pipeline.reports.counted_centre import FIRST, NOW, CountedCentre

ALWAYS = Wanted(date(2026, 1, 1), date(2026, 12, 31))


Figures = tuple[list[dict[str, object]], object, list[dict[str, object]]]


def figures(session: Session) -> Figures:
    """Sums of floats to six places: who adds up in another order comes to another last digit."""
    errors = error_sums(session, ALWAYS, by_people=False) + error_sums(session, ALWAYS, by_people=True)
    by_team = [_rounded(one) for one in call_sums(session, ALWAYS, ("day", "team"))]
    counts = bin_counts(session, ALWAYS, ("grade", "final_grade", "satisfaction", "silence", "total"))
    return by_team, counts, sorted(map(_rounded, errors), key=repr)


def _rounded(one: CallSum | ErrorSum) -> dict[str, object]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(one).items()}


def counted(engine: Engine) -> Figures:
    """The figures with every day's facts counted anew."""
    with sessions(engine)() as session:
        days = session.scalars(select(CallFactRow.day).distinct()).all()
        session.add_all(StaleDayRow(day=day, changed="all") for day in days if not _is_stale(session, day))
        session.flush()
        found = figures(session)
        session.rollback()
    return found


def _is_stale(session: Session, day: date) -> bool:
    return session.scalar(select(StaleDayRow.day).where(StaleDayRow.day == day).limit(1)) is not None


def write(engine: Engine, seed: int) -> None:
    """Changes calls of the same days over and over."""
    chance = Random(seed)
    for _ in range(15):
        with sessions(engine).begin() as session:
            calls = session.scalars(select(CallRow.recording_id).order_by(CallRow.id)).all()
            metadata = Metadata(satisfaction=chance.randrange(1, 6), team=chance.choice(("一组", "二组", "三组")))
            put_metadata(session, chance.choice(calls), metadata)


def add_up(engine: Engine) -> None:
    for _ in range(15):
        with sessions(engine).begin() as session:
            fill_missing(session, 7)
        with sessions(engine).begin() as session:
            sum_stale_days(session, 3)


def test_writers_and_summers_at_once_lose_nothing(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        CountedCentre(session).add(50, days=3)
    with ThreadPoolExecutor(5) as hands:
        work = [hands.submit(write, engine, seed) for seed in range(3)]
        work += [hands.submit(add_up, engine) for _ in range(2)]
        for one in work:
            one.result()
    with sessions(engine).begin() as session:
        while fill_missing(session):
            pass
    with sessions(engine)() as session:
        scored = session.scalar(select(func.count()).where(CallRow.score_id.is_not(None)))
        assert session.scalar(select(func.count()).select_from(CallFactRow)) == scored
        both = select(CallFactRow, CallRow).join(CallRow, CallRow.id == CallFactRow.call_id)
        for fact, call in session.execute(both):
            assert (fact.team, fact.satisfaction) == (call.team or "", call.satisfaction)
        told = figures(session)
    assert told == counted(engine)


def test_sums_say_what_facts_say_before_and_after_they_are_made(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        CountedCentre(session).add(40, days=4)
        assert uncounted(session, ALWAYS) == session.scalar(select(func.count(CallRow.score_id)))
        assert call_sums(session, ALWAYS) == []
        while fill_missing(session, 9):
            pass
        assert uncounted(session, ALWAYS) == 0
        before, stale = figures(session), stale_days(session)
        assert sum_stale_days(session, 2) == 2
        assert stale_days(session) == stale - 2
        assert figures(session) == before
        assert sum_stale_days(session, 30) == stale - 2
        assert session.scalars(select(StaleDayRow.day)).all() == []
        assert figures(session) == before
        assert (sum_stale_days(session), fill_missing(session)) == (0, 0)


def test_a_change_while_a_day_is_summed_leaves_it_stale(engine: Engine, backend: str) -> None:
    with sessions(engine).begin() as session:
        CountedCentre(session).add(20, days=1)
        fill_missing(session)
        sum_stale_days(session)
    if backend == "sqlite":
        return  # one writes after the other
    with sessions(engine).begin() as session:
        recording = session.scalars(select(CallRow.recording_id).where(CallRow.score_id.is_not(None))).first()
        assert recording is not None
        put_metadata(session, recording, Metadata(satisfaction=1))
    with sessions(engine)() as summing, sessions(engine)() as writing:
        assert sum_stale_days(summing) == 1
        put_metadata(writing, recording, Metadata(satisfaction=5))
        writing.commit()
        with sessions(engine)() as third:
            assert sum_stale_days(third) == 0, "another is summing"
        summing.commit()
    with sessions(engine)() as session:
        assert stale_days(session) == 1
        told = figures(session)
    assert told == counted(engine)


def test_a_call_whose_day_changes_leaves_the_day_it_was_counted_on(session: Session) -> None:
    centre = CountedCentre(session)
    centre.add(20, days=1)
    fill_missing(session)
    sum_stale_days(session)
    call = session.scalars(select(CallRow).join(CallFactRow, CallFactRow.call_id == CallRow.id)).first()
    assert call is not None
    fact = session.get_one(CallFactRow, call.id)
    day = fact.day
    session.expunge(fact)
    put_metadata(session, call.recording_id, Metadata(started_at=FIRST + timedelta(days=9)))
    assert session.get_one(CallFactRow, call.id).day == date(2026, 10, 4)
    assert set(session.scalars(select(StaleDayRow.day))) == {day, date(2026, 10, 4)}
    sum_stale_days(session)
    by_day = {one.key[0]: one.calls for one in call_sums(session, ALWAYS, ("day",))}
    assert by_day[date(2026, 10, 4)] == 1
    assert sum(by_day.values()) == session.scalar(select(func.count()).select_from(CallFactRow))


def test_a_published_result_is_counted_at_once_and_an_appeals_replaces_it(session: Session) -> None:
    centre = CountedCentre(session)
    centre.add(60, days=2)
    fill_missing(session)
    sum_stale_days(session)
    reviewed = session.scalars(select(CallFactRow.call_id).where(CallFactRow.final_fatal.is_not(None))).first()
    assert reviewed is not None
    (before,) = call_sums(session, ALWAYS)
    centre.publish(reviewed)
    session.expire_all()
    fact = session.get_one(CallFactRow, reviewed)
    (after,) = call_sums(session, ALWAYS)
    assert after.reviewed == before.reviewed
    people = select(func.sum(ErrorFactRow.lost)).where(ErrorFactRow.call_id == reviewed, ErrorFactRow.by_people)
    lost = session.scalar(people) or 0.0
    assert fact.final_total is None or fact.final_fatal or fact.final_total == 100.0 - lost


def test_sums_of_days_without_calls_are_gone(session: Session) -> None:
    CountedCentre(session).add(10, days=1)
    fill_missing(session)
    sum_stale_days(session)
    for call in session.scalars(select(CallRow)):
        put_metadata(session, call.recording_id, Metadata(started_at=NOW))
    sum_stale_days(session)
    assert set(session.scalars(select(DaySumRow.day))) == {NOW.date()}

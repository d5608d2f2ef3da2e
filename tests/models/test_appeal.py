"""The days in which a result may be appealed are days of the calendar in China."""

from datetime import UTC, datetime, timedelta

import pytest

from models.appeal import days_left, window_end
from models.clock import CHINA_TIME
from models.final import differ

MONDAY_MORNING = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA_TIME)


def test_the_last_day_counts_whole() -> None:
    assert window_end(MONDAY_MORNING, 7) == datetime(2026, 11, 24, 0, 0, tzinfo=CHINA_TIME)
    late_on_monday = MONDAY_MORNING.replace(hour=23, minute=59).astimezone(UTC)
    assert window_end(late_on_monday, 7) == window_end(MONDAY_MORNING, 7)


@pytest.mark.parametrize(
    ("later", "left"),
    [
        (timedelta(), 7),
        (timedelta(hours=14, minutes=59), 7),
        (timedelta(hours=15), 6),
        (timedelta(days=7, hours=14, minutes=59), 0),
        (timedelta(days=7, hours=15), None),
        (timedelta(days=30), None),
    ],
)
def test_days_are_counted_down_at_midnight(later: timedelta, left: int | None) -> None:
    assert days_left(MONDAY_MORNING, 7, MONDAY_MORNING + later) == left


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ((90.0, False), (85.0, False), False),
        ((90.0, False), (84.99, False), True),
        ((90.0, False), (90.0, True), True),
        ((None, False), (None, False), False),
        ((None, False), (100.0, False), True),
    ],
)
def test_verdicts_are_apart_by_points_or_by_what_is_fatal(
    first: tuple[float | None, bool], second: tuple[float | None, bool], *, apart: bool
) -> None:
    assert differ(first, second, 5) is apart
    assert differ(second, first, 5) is apart

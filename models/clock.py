"""Seconds as people read them on a player, and the time of day where the centres are."""

from datetime import date, datetime, time, timedelta, timezone

CHINA_TIME = timezone(timedelta(hours=8))
"""One zone for all of China, without summer time since 1991."""


def day_begins(day: date) -> datetime:
    """Midnight in China."""
    return datetime.combine(day, time(), CHINA_TIME)


def day_ends(day: date) -> datetime:
    """The midnight after it; of the calendar's last day, its last moment."""
    if day == date.max:
        return datetime.max.replace(tzinfo=CHINA_TIME)
    return day_begins(day + timedelta(days=1))


def clock(seconds: float) -> str:
    """`1:23`, `1:02:09`: the second that is playing."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"

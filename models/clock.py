"""Seconds as people read them on a player, and the time of day where the centres are."""

from datetime import timedelta, timezone

CHINA_TIME = timezone(timedelta(hours=8))
"""One zone for all of China, without summer time since 1991."""


def clock(seconds: float) -> str:
    """`1:23`, `1:02:09`: the second that is playing."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"

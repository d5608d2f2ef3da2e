"""When people of the made-up centre get round to things: in working hours, as they do."""

from datetime import datetime, timedelta

from models.clock import CHINA_TIME
from pipeline.simulated.people import Random

SATURDAY, SUNDAY = 5, 6
FROM, UNTIL = 9, 18
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def later(random: Random, moment: datetime, hours: float) -> datetime:
    """So many hours later or, where nobody works then, in the next working hours."""
    at = (moment + timedelta(hours=hours)).astimezone(CHINA_TIME)
    if at.hour >= UNTIL or at.weekday() == SUNDAY:
        at = _morning(at + DAY)
    while at.weekday() == SUNDAY:
        at = _morning(at + DAY)
    if at.hour < FROM:
        at = _morning(at)
    if at == _morning(at):
        at += timedelta(seconds=int(random.uniform(0, (UNTIL - FROM) * 3000)))
    return at


def published_after(moment: datetime) -> datetime:
    """Leads publish what is in at half past nine and half past four, from Monday to Friday."""
    at = moment.astimezone(CHINA_TIME)
    for hour in (9, 16):
        due = at.replace(hour=hour, minute=30, second=0, microsecond=0)
        if due > at and at.weekday() < SATURDAY:
            return due
    at = _morning(at + DAY)
    while at.weekday() >= SATURDAY:
        at = _morning(at + DAY)
    return at.replace(hour=9, minute=30)


def _morning(at: datetime) -> datetime:
    return at.replace(hour=FROM, minute=0, second=0, microsecond=0)

"""The customer is clearly unhappy though the score is high, or the other way round."""

from collections.abc import Iterator

from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.stake import WHOLE_CALL

HIGH, LOW = 90, 60
"""Totals from which a call is excellent, and below which it has failed, on most cards."""
UNHAPPY, HAPPY = 0.7, 0.1
"""Probabilities of dissatisfaction."""
PLEASED = 0.5
"""The expected rating (−2 to 2) of a customer who is content rather than silent about it."""


def satisfaction_against_score(case: Doubted) -> Iterator[Doubt]:
    """A fatal error needs no unhappy customer, so a low total that it made is not doubted."""
    total = case.scored.pre_score.total
    if case.facts.satisfaction is None or total is None:
        return
    rating, bad = case.facts.satisfaction
    facts = {"score": round(total, 1), "percent": round(100 * bad)}
    if bad >= UNHAPPY and total >= HIGH:
        yield Doubt("unhappy_yet_high", WHOLE_CALL, bad * total / 100, facts)
    if bad <= HAPPY and rating >= PLEASED and total < LOW and not case.scored.pre_score.fatal:
        yield Doubt("happy_yet_low", WHOLE_CALL, (1 - bad) * (1 - total / 100), facts)

"""What the clock asks for beside recordings: verdicts published, results that become final."""

from datetime import timedelta

from batch.workplace import Workplace, now
from pipeline.results.publishing_results import AT_ONCE, finish_due, publish_due

EVERY = timedelta(minutes=1)


def publish_all_due(workplace: Workplace) -> tuple[int, int]:
    """How many verdicts were published because they had waited long enough, and how many have to be settled first."""
    settings = workplace.settings
    published = held = after = 0
    while True:
        with workplace.sessions.begin() as session:
            done = publish_due(
                session,
                now(),
                after_hours=settings.publish_after_hours,
                tolerance=settings.double_tolerance,
                after=after,
            )
        published += sum(one.final_id is not None for one in done)
        held += sum(one.final_id is None for one in done)
        if len(done) < AT_ONCE:
            return published, held
        after = done[-1].review_id


def finish_all_due(workplace: Workplace) -> int:
    """How many results became final because nobody may appeal them any more."""
    finished = 0
    while True:
        with workplace.sessions.begin() as session:
            done = finish_due(session, now(), appeal_days=workplace.settings.appeal_days)
        finished += done
        if done < AT_ONCE:
            return finished


class Due:
    """Does what is due, at most once a minute: several workers may do so at once, each thing happens once."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._next = now()

    def do(self) -> None:
        if now() < self._next:
            return
        self._next = now() + EVERY
        publish_all_due(self._workplace)
        finish_all_due(self._workplace)

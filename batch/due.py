"""What the clock asks for beside recordings: draws, verdicts, final results, levels, reports' sums."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from batch.figures import keep_figures
from batch.suggested_cases import tend_cases
from batch.workplace import Workplace, now
from models.errors import CallqaError
from models.person import SYSTEM
from pipeline.results.publishing_results import AT_ONCE, finish_due, publish_due
from pipeline.sampling import plans
from pipeline.sampling.drawing import draw_plan, due_plans
from pipeline.sampling.plans import DrawBrief
from pipeline.training.marking import hand_in_overdue
from scoring.sampling.period import Span
from storage.learning.levels import cards_with_levels

log = structlog.get_logger()

EVERY = timedelta(minutes=1)

LEVELS_EVERY = timedelta(hours=1)
"""Verdicts come slowly: agreement does not change from minute to minute."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a plan picked of a period; not `is_new` where it had been drawn before."""

    plan: str
    draw: DrawBrief
    is_new: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a plan that is over and has not been drawn."""

    plan_id: int
    plan: str
    span: Span


def draws_due(workplace: Workplace, *, over_for: timedelta = timedelta()) -> list[Period]:
    """Of every plan in use, the last period that has been over for so long."""
    with workplace.reading() as session:
        return [Period(row.id, row.name, span) for row, span in due_plans(session, now() - over_for)]


def draw_period(workplace: Workplace, period: Period) -> Drawn:
    """In a transaction of its own. A period is drawn once, whoever else asks for it at the same time."""
    with workplace.sessions.begin() as session:
        seed = workplace.settings.random_seed
        row, is_new = draw_plan(session, SYSTEM, period.plan_id, period.span, seed=seed, now=now())
        return Drawn(period.plan, plans.brief(row), is_new)


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


def lower_levels(workplace: Workplace) -> int:
    """How many levels of automation were lowered, because agreement with people no longer bears them."""
    with workplace.reading() as session:
        if not cards_with_levels(session):
            return 0
    from pipeline.learning.drifting import lower_unborne, unborne  # noqa: PLC0415  (numpy, only where it is needed)
    from pipeline.learning.level_bars import Bars  # noqa: PLC0415

    bars = Bars(*workplace.settings.level_bars)
    with workplace.reading() as session:
        if not unborne(session, bars, now()):
            return 0
    with workplace.sessions.begin() as session:
        lowered = lower_unborne(session, bars, now())
    for one in lowered:
        log.warning("level_lowered", card=one.card, item=one.item, to=one.line.level.value)
    return len(lowered)


def hand_in_overdue_exams(workplace: Workplace) -> int:
    """How many exams were handed in as they stood because their time is over."""
    with workplace.sessions.begin() as session:
        return hand_in_overdue(session, now())


class Due:
    """Does what is due, at most once a minute: several workers may do so at once, each thing happens once.

    A plan that cannot be drawn must keep nobody's calls from being heard: it is said in the log, once for each period.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._next = self._levels_next = now()
        self._failed: set[Period] = set()

    def do(self) -> None:
        if now() < self._next:
            return
        self._next = now() + EVERY
        self._draw()
        publish_all_due(self._workplace)
        finish_all_due(self._workplace)
        keep_figures(self._workplace)
        hand_in_overdue_exams(self._workplace)
        if now() >= self._levels_next:
            self._levels_next = now() + LEVELS_EVERY
            lower_levels(self._workplace)
            tend_cases(self._workplace)

    def _draw(self) -> None:
        wait = timedelta(hours=self._workplace.settings.draw_after_hours)
        if not wait:
            return
        for period in draws_due(self._workplace, over_for=wait):
            if period in self._failed:
                continue
            try:
                drawn = draw_period(self._workplace, period)
            except CallqaError as error:
                self._failed.add(period)
                log.warning("draw_failed", plan=period.plan, period=str(period.span), why=error.say("en"))
            else:
                facts = drawn.draw.summary
                log.info("drawn", plan=period.plan, period=str(period.span), calls=facts.calls, picked=facts.picked)

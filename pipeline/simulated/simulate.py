"""A centre made up from the first call to the last appeal, week by week, as one transaction of the caller's.

Everything that thousands of calls need is written in bulk; what tens of people do goes through the functions that the
pages call, with the day it would have been as `now`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.call import AgentStage, Direction
from models.errors import Conflict
from models.person import SYSTEM
from models.review import AssignmentState, ReviewState
from models.tables import AssignmentRow, CallRow, RecordingRow, ReviewRow, ScoreRow, VerdictRow
from pipeline.review.assignment import assign
from pipeline.sampling.drawing import draw_plan
from pipeline.sampling.plans import Written as PlanWritten
from pipeline.sampling.plans import create_plan
from pipeline.simulated.appeals import Court
from pipeline.simulated.calibrating import Calibrating
from pipeline.simulated.calls import Desk, Written, write_calls
from pipeline.simulated.correcting import Correcting
from pipeline.simulated.hearing import machine_hears, usual_rates
from pipeline.simulated.items import items_of
from pipeline.simulated.mark import Mark, find_mark, keep_mark, mark_of
from pipeline.simulated.model import DAY, WEEK, Centre, Design, make_centre, make_truth
from pipeline.simulated.outcomes import make_outcomes
from pipeline.simulated.parameters import TYPES
from pipeline.simulated.people import Known
from pipeline.simulated.reporting import Reporting
from pipeline.simulated.reviewing import Reviewing, Rules
from pipeline.simulated.samples import Sample, fitting, read_samples
from pipeline.simulated.scored import machine_hits, scorer_of
from pipeline.simulated.staff import Staff, hire
from pipeline.simulated.teaching import Teaching
from pipeline.simulated.voices import Voices
from scoring.pack import Pack
from scoring.routing import RoutingPlan
from scoring.sampling.period import Span
from scoring.sampling.plan import SamplingPlan
from scoring.scorecard import Scorecard
from storage.bulk import Bulk
from storage.reports.facts import fill_missing
from storage.reports.sums import sum_stale_days

Tell = Callable[[int, int], None]
"""Told how many calls are done, of how many."""

PLAN = "每周抽检"
DRAWN_AFTER = timedelta(hours=6)
SHARED_OUT = 10
"""Calls given to the demo's two inspectors."""


@dataclass(frozen=True)
class Asked:
    """What to make, and how calls are judged and routed here."""

    weeks: int
    calls_a_day: int
    seed: str
    now: datetime
    pack: Pack
    card: Scorecard
    routing: RoutingPlan
    rules: Rules


def check_home(session: Session, own: Collection[str]) -> Mark | None:
    """The mark of the centre that was made here before, if one was; `own` are the sample calls' hashes.

    Raises:
        Conflict: there are calls of a real centre, which made-up ones must not be mixed with.
    """
    if (mark := find_mark(session)) is not None:
        return mark
    others = select(RecordingRow.file).where(RecordingRow.sha256.not_in(list(own))).order_by(RecordingRow.id).limit(1)
    if (file := session.scalar(others)) is not None:
        raise Conflict("pipeline.simulated_beside_real", file=file)
    return None


def simulate(session: Session, asked: Asked, tell: Tell = lambda _done, _of: None) -> Mark:
    """Make it. Where it fails or is killed, nothing was made.

    Raises:
        NotFound: there are no scored sample calls, or no accounts of the demo.
    """
    return _Simulation(session, asked, tell).run()


class _Simulation:
    def __init__(self, session: Session, asked: Asked, tell: Tell) -> None:
        self.session, self.asked, self.tell = session, asked, tell
        design = Design(asked.weeks, asked.calls_a_day, asked.seed, asked.now)
        samples = read_samples(session)
        self.centre = make_centre(design, items_of(asked.card), _known(samples))
        self.staff: Staff = hire(session, self.centre.agents, design.start - DAY)
        self.made = _decided(self.centre, asked.pack, samples)
        self.desk = _desk(session, asked, self.centre, samples[0])
        self.bulk = Bulk(session)
        self.weeks = self._weeks()
        self.drawn_to = min(design.week(design.weeks), design.now)
        self.plan_id = create_plan(
            session, self.staff.lead, PlanWritten(PLAN, SamplingPlan(), active=True), design.start - DAY / 2
        ).id
        self.court = Court(session, self.made, self.staff, asked.rules, design.random("appeals"), asked.now)
        self.voices = Voices(session, self.made, self.staff, design.random("voices"), asked.now)
        self.teaching = Teaching(session, self.made, self.staff, design.random("teaching"), asked.now)
        self.correcting = Correcting(
            session, self.made, self.staff, design.random("correcting"), asked.now, asked.card.name
        )
        self.reporting = Reporting(session, self.staff, design.random("reports"), design)
        self.reviewing = Reviewing(
            session,
            self.bulk,
            self.made,
            self.staff,
            asked.rules,
            design.random("reviews"),
            self.desk.scorecard_id,
            asked.now,
        )

    def run(self) -> Mark:
        done = 0
        for number, calls in enumerate(self.weeks):
            write_calls(self.bulk, self.desk, self.made, calls)
            self._draw(number)
            self.court.hear(self.reviewing.hear_all())
            self.voices.hear(calls)
            self._calibrate(number, calls)
            self._count()
            self._improve(number)
            done += len(calls)
            self.tell(done, len(self.made.truth))
        now = self.asked.now
        self._share_out(now - timedelta(minutes=30))
        self.teaching.go_on(now - timedelta(hours=3))
        self.correcting.reward(now - timedelta(hours=2))
        self._count()
        for number in range(len(self.weeks)):
            self.reporting.week(number)
        heard = [self.made.places[one] for one in self.session.scalars(select(VerdictRow.call_id).distinct())]
        mark = mark_of(self.made, self.staff, self.plan_id, self.teaching.effects, self.drawn_to, heard)
        keep_mark(self.session, mark, now)
        self.session.execute(text("ANALYZE"))
        return mark

    def _share_out(self, at: datetime) -> None:
        """Some of what waits is on the desks of the inspectors a visitor can sign in as."""
        waiting = (
            select(AssignmentRow.id)
            .join(ReviewRow, ReviewRow.id == AssignmentRow.review_id)
            .where(AssignmentRow.state == AssignmentState.OPEN.value, AssignmentRow.user_id.is_(None))
            .where(ReviewRow.state == ReviewState.QUEUED.value, ReviewRow.call_id >= min(self.made.places, default=0))
            .where(AssignmentRow.slot == 1)
        )
        urgent = waiting.order_by(AssignmentRow.priority.desc(), AssignmentRow.id).limit(SHARED_OUT)
        for number, assignment_id in enumerate(self.session.scalars(urgent).all()):
            _, viewer = self.staff.inspectors[number % 2]
            assign(self.session, self.staff.lead, assignment_id, viewer.user_id, at)

    def _weeks(self) -> list[list[int]]:
        """The calls of each week."""
        design = self.centre.design
        weeks: list[list[int]] = [[] for _ in range(design.weeks + 1)]
        for call, at in enumerate(self.made.truth.started):
            weeks[(at - design.start) // WEEK].append(call)
        return weeks

    def _draw(self, number: int) -> None:
        """On the Monday after, once the week's last calls have come in."""
        design = self.centre.design
        span = Span(design.week(number), design.week(number + 1))
        at = span.end + DRAWN_AFTER
        if number < design.weeks and at <= design.now:
            draw_plan(self.session, SYSTEM, self.plan_id, span, seed=design.seed, now=at)
            self.drawn_to = span.end

    def _calibrate(self, number: int, calls: list[int]) -> None:
        """Every second week, and after the last whole one."""
        design = self.centre.design
        last = design.weeks - 1
        if number > last or (number % 2 and number != last):
            return
        opened = design.week(number + 1) + timedelta(hours=10)
        if opened > design.now:
            return
        kind = (0, 2, 1, 4)[number % 4]
        random = design.random(f"calibration {number}")
        calibrating = Calibrating(self.session, self.made, self.staff, random, self.asked.card.name, design.now)
        calibrating.hold(f"第 {number + 1} 周校准会：{TYPES[kind].name}", kind, opened, calls)

    def _improve(self, number: int) -> None:
        """Lessons are planned the week before they are held, or on the first morning."""
        design, taught = self.centre.design, self.centre.taught
        held = min((one.held_at - design.start) // WEEK for one in taught)
        if number == max(held - 1, 0):
            self.teaching.prepare(design.week(number) + (4 * DAY if held else timedelta()) + timedelta(hours=9))
        if number == held:
            for one in taught:
                self.teaching.teach(one)
        self.correcting.week(number)

    def _count(self) -> None:
        """Facts and sums of what was written."""
        self.session.flush()
        while fill_missing(self.session, 5000):
            pass
        while sum_stale_days(self.session, 31):
            pass


def _known(samples: tuple[Sample, ...]) -> tuple[Known, ...]:
    found = {
        one.call.agent_id: Known(
            one.call.agent_id,
            one.call.agent_name or one.call.agent_id,
            one.call.team or "",
            AgentStage(one.call.agent_stage or AgentStage.REGULAR),
        )
        for one in samples
        if one.call.agent_id
    }
    return tuple(found[agent_id] for agent_id in sorted(found))


def _decided(centre: Centre, pack: Pack, samples: tuple[Sample, ...]) -> Written:
    """Truth, what the machine hears of it, and the sample each call is built on."""
    truth = make_truth(centre)
    heard = machine_hears(centre.design.random("machine"), centre.items, truth)
    random = centre.design.random("samples")
    rules, hits = machine_hits(pack, centre.items, heard)
    outbound = np.array([one.direction is Direction.OUTBOUND for one in TYPES])[truth.kind]
    types = [TYPES[kind].name for kind in truth.kind]
    slow = random.normal(0, 0.06, len(centre.agents))[truth.agent]
    return Written(
        centre=centre,
        truth=truth,
        heard=heard,
        outcomes=make_outcomes(centre, truth),
        samples=samples,
        sample=fitting(random, samples, rules, hits, types, outbound),
        pace=np.exp(random.normal(0, 0.07, len(truth)) + slow),
        delay=np.exp(random.normal(0.1, 0.35, len(truth))),
        rules=pack.rules,
        rates=usual_rates(truth),
        ids={},
        places={},
    )


def _desk(session: Session, asked: Asked, centre: Centre, sample: Sample) -> Desk:
    shown = select(ScoreRow).join(CallRow, CallRow.score_id == ScoreRow.id).where(CallRow.id == sample.call.id)
    score = session.scalars(shown).one()
    return Desk(
        scorer=scorer_of(asked.pack, centre.items),
        plan=asked.routing,
        pack_id=score.pack_id,
        scorecard_id=score.scorecard_id,
        transcriber_key=sample.transcriber_key,
        settings_key=sample.recording.settings_key,
    )

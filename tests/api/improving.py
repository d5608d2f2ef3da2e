"""A centre to improve: a team that shirks this month, one heard call of it, and a training whose window is over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from models.finding import Evidence
from models.ledger import RecordingState
from models.review import ItemVerdict, Judgement
from models.routing import Routing
from models.score import SCORED_JSON, ItemState, Scored
from models.tables import CallRow, RecordingRow, ScoreRow, TranscriptRow
from models.training import PlanKind
from models.transcript import Role
from pipeline.reports.span import month_of, today
from pipeline.results.publishing_results import publish
from pipeline.training import approving, plans
from pipeline.training.plans import EntryDetails
from scoring.prescore import pre_score
from storage.bulk import Bulk
from storage.calls.results import save_score
from storage.reports.facts import fill_missing
from storage.reports.sums import sum_stale_days
from storage.rulebook.definitions import remember
from tests.api.conftest import HITS, SHIRKING_CALL, Centre, hits_in
from tests.pipeline.judged import CARD, ITEMS, Desk, rule
from tests.pipeline.training.taught import SHIRKING, TEAM, School

RULES = {"shirking": "推给售后", "hurry": "催促客户"}
OTHER_TEAM = "服务一组"
WINDOW_OVER = timedelta(weeks=10)
"""Since that training: its four weeks are over, and none of their days is in this month."""

NAMES = {"6603": "王小北", "6604": "李晓", "6605": "张宁", "6606": "陈可"}
COLLEAGUES = {"6604": (1, 13), "6605": (4, 8), "6606": (2, 11)}
"""How many of the calls of this month shirk, and how many do not, by agent; 6603 is who was heard."""

RATES = ((0.2, 0.25), (0.25, 0.2), (0.3, 0.3), (0.3, 0.35), (0.35, 0.3), (0.4, 0.45), (0.45, 0.4), (0.5, 0.45))
SHARES = {"7001": (0.7, 0.1), "7002": (0.6, 0.0)} | {f"71{n:02}": rates for n, rates in enumerate(RATES)}
"""How often agents of the other team shirk, before and after the training of the first two."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A call somebody took, and by which of the rules it went wrong."""

    agent_id: str
    team: str
    day: date
    broken: frozenset[str] = frozenset()


@dataclass
class Improving:
    """Agents 6603 to 6606 of one team and those of `SHARES` of another, on the roster; `now` is the clock's."""

    centre: Centre
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def heard_call(self) -> tuple[int, tuple[Evidence, ...]]:
        """A call with sound by 6603, published as fatal for shirking; its id, and where that was said."""
        call_id = self.centre.receive("shop-refund-shirking.wav", replace(SHIRKING_CALL, started_at=self.now))
        transcript_id, transcript = self.centre.listen(call_id)
        said = hits_in(transcript, HITS["shirking"][2], Role.AGENT)
        with self.centre.make.begin() as session:
            desk = Desk(session, self.now)
            save_score(
                session,
                recording_id=session.get_one(CallRow, call_id).recording_id,
                transcript_id=transcript_id,
                pack_id=pack_id(desk),
                scorecard_id=desk.scorecard_id,
                scorer=1,
                scored=scored(frozenset({"shirking"}), said),
                routing=Routing(queued=False, reasons=(), inclusion_probability=1.0),
                now=self.now,
            )
            review = desk.reviewed(call_id, shirks(said), by=("王质检",))
            publish(session, desk.lead, [review.id], self.now, tolerance=5)
            sum_stale_days(session, 10_000)
        return call_id, said

    def month_of_errors(self) -> None:
        """Six of 6603's calls of this month shirk and eight do not; colleagues do so less often, and one hurries."""
        days = month_days(self.now)
        with self.centre.make.begin() as session:
            school = School(session, self.now)
            calls = [Taken("6604", TEAM, days[-1], frozenset({"hurry"}))]
            for agent_id, (bad, good) in {"6603": (6, 8), **COLLEAGUES}.items():
                school.agent(agent_id, NAMES[agent_id])
                calls += taken(agent_id, TEAM, days, bad, good)
            self._take(session, calls)

    def taught_before(self) -> None:
        """Two of the other team were trained ten weeks ago, and shirked hardly ever in the four weeks after."""
        day = today(self.now) - WINDOW_OVER
        with self.centre.make.begin() as session:
            school = School(session, self.now - WINDOW_OVER)
            for agent_id in SHARES:
                school.agent(agent_id, team=OTHER_TEAM)
            self._take(session, shirking(0, window(day, weeks=-4)))
            approve_training(school, day)
            self._take(session, shirking(1, window(day, weeks=4)))

    def _take(self, session: Session, calls: Sequence[Taken]) -> None:
        """Scored by the machine; they have no sound."""
        desk, bulk = Desk(session, self.now), Bulk(session)
        judged_by = {"pack_id": pack_id(desk), "scorecard_id": desk.scorecard_id, "scorer": 1, "classifier": ""}
        for one in calls:
            add_call(bulk, one, judged_by)
        bulk.write()
        fill_missing(session)
        sum_stale_days(session, 10_000)


def taken(agent_id: str, team: str, days: Sequence[date], bad: int, good: int) -> Iterator[Taken]:
    """So many calls spread over the days, of which some shirk."""
    for number in range(bad + good):
        broken = frozenset({"shirking"}) if number < bad else frozenset()
        yield Taken(agent_id, team, days[number * 7 % len(days)], broken)


def shirking(place: int, days: Sequence[date]) -> list[Taken]:
    """Twenty calls of each of the other team; `place` 0 is before the training, 1 after it."""
    found: list[Taken] = []
    for agent_id, shares in SHARES.items():
        bad = round(20 * shares[place])
        found += taken(agent_id, OTHER_TEAM, days, bad, 20 - bad)
    return found


def add_call(bulk: Bulk, one: Taken, judged_by: Mapping[str, object]) -> None:
    recording, transcript, score = (bulk.next(table) for table in (RecordingRow, TranscriptRow, ScoreRow))
    at = datetime(one.day.year, one.day.month, one.day.day, 2, tzinfo=UTC)
    file = f"{recording:05}.wav"
    made = {"created_at": at, "recording_id": recording}
    bulk.add(
        RecordingRow,
        id=recording,
        sha256=f"{recording:064}",
        file=file,
        audio=file,
        bytes=1,
        seconds=61.0,
        state=RecordingState.SCORED.value,
        settings_key="k",
        attempts=1,
        created_at=at,
        updated_at=at,
    )
    bulk.add(TranscriptRow, id=transcript, transcriber_key="t", body="{}", **made)
    result = scored(one.broken)
    total = {"total": result.pre_score.total, "grade": result.pre_score.grade, "fatal": bool(result.pre_score.fatal)}
    body = {"coverage": result.pre_score.coverage, "body": SCORED_JSON.dump_json(result).decode()}
    bulk.add(ScoreRow, id=score, transcript_id=transcript, **judged_by, **total, **body, **made)
    bulk.add(
        CallRow,
        id=bulk.next(CallRow),
        recording_id=recording,
        score_id=score,
        agent_id=one.agent_id,
        agent_name=NAMES.get(one.agent_id),
        team=one.team,
        call_type="查询",
        started_at=at,
        extra={},
    )


def approve_training(school: School, day: date) -> None:
    """On that day, of the first two of the other team."""
    session, now = school.session, school.now
    plan = plans.make(session, school.trainer, PlanKind.MONTH, day, team=OTHER_TEAM, goal="", now=now)
    details = EntryDetails("首问负责演练", items=(SHIRKING,), audience=("7001", "7002"), planned_on=day)
    plans.add_entry(session, school.trainer, plan.id, details, revision=plan.revision, now=now)
    approving.submit(session, school.trainer, plan.id, revision=plan.revision, now=now)
    approving.approve(session, school.lead, plan.id, "", revision=plan.revision, now=now)


def pack_id(desk: Desk) -> int:
    return remember(desk.session, "pack", "desk", 1, "a" * 64, "pack: desk", desk.now).id


@cache
def scored(broken: frozenset[str], said: tuple[Evidence, ...] = ()) -> Scored:
    """By the machine, whose rules found what was `said`."""
    results = tuple(rule(one, called, hit=one in broken) for one, called in RULES.items())
    if said:
        results = tuple(replace(one, evidence=said if one.evidence else ()) for one in results)
    return Scored(pre_score(CARD, results), results)


def shirks(said: tuple[Evidence, ...]) -> Judgement:
    fault = ItemVerdict("no-shirking", ItemState.JUDGED, 50.0, comment="推给售后", evidence=said)
    fine = [ItemVerdict(item, ItemState.JUDGED, 0.0) for item in ITEMS if item != fault.item]
    return Judgement((*fine, fault), comment="请承担责任。")


def month_days(now: datetime) -> list[date]:
    """Days of this month that have begun."""
    day = today(now)
    first = month_of(day).first
    return [first + timedelta(days=number) for number in range((day - first).days + 1)]


def window(day: date, *, weeks: int) -> list[date]:
    """The days of so many weeks before a day, or after it."""
    length = 7 * abs(weeks)
    return [day + timedelta(days=number if weeks > 0 else -number) for number in range(1, length + 1)]

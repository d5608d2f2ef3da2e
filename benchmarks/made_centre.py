"""A made-up centre of any size: people, calls, machine scores, reviews, verdicts, results, draws, appeals, audit.

Days are like a centre's: calls come between 8 and 21 o'clock, some 16 % are picked for people, most of those are
judged within three days, published a day later, and final a week after that; the rest waits. Every call is copied from
a sample call (benchmarks/sample_judged.py). Only the newest calls have their whole transcripts and scores, which lists
do not read; the others' are stubs.
"""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from benchmarks.bulk import Bulk
from benchmarks.made_call import MadeCall, stub_score, stub_transcript
from benchmarks.made_people import People, add_people
from benchmarks.made_review import add_review
from benchmarks.sample_judged import judged_samples
from models.clock import CHINA_TIME
from models.review import priority_of
from scoring.sampling.plan import SamplingPlan
from storage.reason import restored

FULL = 2000
"""Newest calls with everything."""

CHUNK = 5000
OPENING, SHUT = 8, 21
GRADES = ((90, "优秀"), (80, "良好"), (60, "合格"), (0, "不合格"))
TYPES = ("查询", "咨询", "投诉", "办理", "报修", "回访", "营销", "退改")
COUNTS = ("calls", "picked", "queued", "targeted", "by_agent", "by_type", "by_chance", "double", "left_out", "fresh")
SUMMARY = {
    **dict.fromkeys(COUNTS, 0),
    **dict.fromkeys(("stages", "types", "signs", "warnings"), ()),
    "seconds": 0.0,
    "expected": 0.0,
    "inspectors": 50,
    "ranking": {"source": "nothing"},
}
"""What a draw tells of itself, without figures: its page is not measured."""

RANDOM = {"code": "scoring.routed_random", "facts": {"percent": 4}}


@dataclass
class Numbers:
    """The last id given, by table."""

    last: dict[str, int] = field(default_factory=dict)

    def next(self, table: str) -> int:
        self.last[table] = self.last.get(table, 0) + 1
        return self.last[table]


class Centre:
    """Makes `calls` calls up to `now`; the same seed makes the same centre."""

    def __init__(self, engine: Engine, home: Path, calls: int, now: datetime, seed: str = "callqa") -> None:
        self.bulk = Bulk(engine)
        self.home, self.calls, self.now = home, calls, now
        self.random = random.Random(seed)
        self.numbers = Numbers()
        self.pack, self.card, samples = judged_samples()
        self.dull = [one for one in samples if not one.reasons]
        self.fatal = [one for one in samples if one.fatal]
        self.telling = [one for one in samples if one.reasons and not one.fatal]
        self.audio = {one.file: self._keep(one.file) for one in samples}
        self.days = max(7, min(90, calls // 4000))
        self.people: People = add_people(self.bulk, teams=max(3, min(24, calls // 4000)), now=now)

    def make(self, tell: Callable[[int], None] = lambda _: None) -> None:
        self._add_definitions()
        self._add_draws()
        for number in range(1, self.calls + 1):
            self._add_call(number)
            if number % CHUNK == 0:
                self.bulk.write()
                tell(number)
        self.bulk.close()

    def _keep(self, file: Path) -> str:
        place = f"samples/{file.name}"
        (self.home / "audio" / "samples").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, self.home / "audio" / place)
        return place

    def _add_definitions(self) -> None:
        for id_, kind, one in ((1, "pack", self.pack), (2, "scorecard", self.card)):
            self.bulk.add(
                "definitions",
                id=id_,
                kind=kind,
                name=one.name,
                version=one.version,
                sha256=one.sha256,
                body=one.text,
                created_at=self.now - timedelta(days=self.days),
            )

    def _add_draws(self) -> None:
        """A plan, and its draw of every whole week."""
        body = SamplingPlan().model_dump(mode="json")
        since = self.now - timedelta(days=self.days)
        made = {
            "created_by": self.people.lead,
            "created_at": since,
            "updated_by": self.people.lead,
            "updated_at": since,
        }
        self.bulk.add("sampling_plans", id=1, name="每周抽检", body=body, revision=1, active=True, **made)
        midnight = self.now.astimezone(CHINA_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
        monday = midnight - timedelta(days=midnight.weekday())
        self.weeks: list[tuple[datetime, int]] = []
        for back in range(self.days // 7, 0, -1):
            start = monday - timedelta(weeks=back)
            id_ = self.numbers.next("draws")
            self.weeks.append((start, id_))
            self.bulk.add(
                "draws",
                id=id_,
                plan_id=1,
                body=body,
                period_from=start,
                period_to=start + timedelta(weeks=1),
                seed=str(id_),
                facts=SUMMARY,
                strata={"agents": [], "types": []},
                drawn_by=self.people.lead,
                drawn_at=min(start + timedelta(weeks=1, hours=1), self.now),
            )

    def _add_call(self, number: int) -> None:
        call = self._call(number)
        state = self._state(number)
        agent = self.people.agents[call.agent]
        started = call.started.astimezone(CHINA_TIME)
        phone = f"1{self.random.choice('35789')}{self.random.randrange(10**9):09}"
        file = f"{started:%Y%m%d-%H%M%S}_{agent.agent_id}_{phone}_{number:07}.wav"
        updated = call.received + timedelta(minutes=2)
        self.bulk.add(
            "recordings",
            id=number,
            sha256=sha256(str(number).encode()).hexdigest(),
            file=file,
            audio=self.audio[call.sample.file],
            bytes=400_000,
            seconds=call.sample.seconds,
            channels=2,
            codec="pcm_s16le",
            sample_rate=8000,
            state=state,
            settings_key="k" * 64,
            attempts=1,
            reason={"code": "asr.empty", "facts": {"file": file}} if state == "quarantined" else None,
            created_at=call.received,
            updated_at=updated,
        )
        self.bulk.add("sources", recording_id=number, file=file, seen_at=call.received)
        self.bulk.add(
            "calls",
            id=number,
            recording_id=number,
            agent_id=agent.agent_id,
            agent_name=agent.name,
            team=agent.team,
            agent_stage=agent.stage,
            direction="outbound" if self.random.random() < 0.3 else "inbound",
            call_type=TYPES[min(int(self.random.expovariate(0.45)), len(TYPES) - 1)],
            started_at=call.started,
            customer_number=phone,
            satisfaction=self.random.choice((None, None, 5, 5, 5, 4, 3, 1)),
            transferred=False,
            extra={},
            score_id=number if state == "scored" else None,
        )
        if state == "scored":
            self._add_score(call, updated)

    def _call(self, number: int) -> MadeCall:
        chance = self.random.random()
        kind = self.fatal if chance < 0.015 else self.telling if chance < 0.13 else self.dull
        sample = self.random.choice(kind)
        is_full = number > self.calls - FULL
        total = sample.total
        if not is_full and total is not None and total > 0:
            total = round(max(40.0, min(100.0, total - abs(self.random.gauss(0, 6)))), 1)
        started = self._moment(number / self.calls)
        received = min(started + timedelta(minutes=10), self.now - timedelta(minutes=3))
        return MadeCall(
            number, started, received, self.random.randrange(len(self.people.agents)), sample, total, is_full
        )

    def _moment(self, share: float) -> datetime:
        """That share of all opening hours, up to now."""
        midnight = self.now.astimezone(CHINA_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
        open_today = (self.now - midnight).total_seconds() / 3600 - OPENING
        today = min(max(open_today, 0.1), SHUT - OPENING)
        hours = share * ((self.days - 1) * (SHUT - OPENING) + today)
        day, hour = divmod(hours, SHUT - OPENING)
        first = midnight - timedelta(days=self.days - 1)
        return min(first + timedelta(days=day, hours=OPENING + hour), self.now - timedelta(minutes=4)).astimezone(UTC)

    def _state(self, number: int) -> str:
        if number > self.calls - self.calls // 500:
            return "received" if number % 2 else "scored"
        return "quarantined" if self.random.random() < 0.004 else "scored"

    def _add_score(self, call: MadeCall, at: datetime) -> None:
        sample, id_ = call.sample, call.id
        grade = self._grade(call)
        self.bulk.add(
            "transcripts",
            id=id_,
            recording_id=id_,
            transcriber_key="t" * 64,
            body=sample.transcript if call.is_full else stub_transcript(call),
            created_at=at,
        )
        self.bulk.add(
            "scores",
            id=id_,
            recording_id=id_,
            transcript_id=id_,
            pack_id=1,
            scorecard_id=2,
            scorer=1,
            classifier="",
            total=call.total,
            grade=grade,
            fatal=sample.fatal,
            coverage=sample.coverage,
            body=sample.scored if call.is_full else f'{{"pre_score": {stub_score(call)}, "results": []}}',
            created_at=at,
        )
        for finding in sample.findings if call.is_full else sample.findings[:3]:
            self.bulk.add("findings", score_id=id_, **finding)
        reasons = [*sample.reasons, *([RANDOM] if self.random.random() < 0.04 else [])]
        self.bulk.add(
            "routings",
            recording_id=id_,
            score_id=id_,
            queued=bool(reasons),
            reasons=reasons,
            inclusion_probability=1.0 if sample.reasons else 0.04,
            created_at=at,
        )
        draw = next((draw for start, draw in self.weeks if start <= call.started < start + timedelta(weeks=1)), None)
        if draw is not None:
            self._add_selection(call, draw, picked=bool(reasons))
        if reasons:
            self._add_review(call, at, reasons, draw)

    def _grade(self, call: MadeCall) -> str | None:
        if call.is_full or call.total is None:
            return call.sample.grade
        return next(
            name for least, name in ((90, "优秀"), (80, "良好"), (60, "合格"), (0, "不合格")) if call.total >= least
        )

    def _add_selection(self, call: MadeCall, draw: int, *, picked: bool) -> None:
        self.bulk.add(
            "selections",
            draw_id=draw,
            call_id=call.id,
            picked=picked,
            double=False,
            reasons=[],
            strata={"random": "all"},
            probability=1.0 if picked else 0.04,
        )

    def _add_review(self, call: MadeCall, at: datetime, reasons: list[dict[str, Any]], draw: int | None) -> None:
        priority = priority_of(map(restored, reasons))
        add_review(self, call, at, reasons=reasons, draw=draw, priority=priority)

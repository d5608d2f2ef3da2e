"""How scores shift from one version to another, counted call by call."""

from collections import Counter, defaultdict
from heapq import heappush, heappushpop
from itertools import count

from models.score import PreScore
from pipeline.processing.stored_calls import StoredCall
from pipeline.rulebook.replayed import AgentShift, ScoreReplay, ScoreShift

LISTED = 50
"""Calls listed of each kind; the counts are of all."""
BINS = (-100.0, -20.0, -10.0, -5.0, -0.5, 0.5, 5.0, 10.0, 20.0)
"""Lower bounds of shifts in points; between −0.5 and 0.5 nothing changed for anybody."""


class ScoreTally:
    def __init__(self, low_score: float) -> None:
        self.low_score = low_score
        self.calls = 0
        self.counts: Counter[str] = Counter()
        self.grades: Counter[tuple[str | None, str | None]] = Counter()
        self.spread: Counter[float] = Counter()
        self.agents: defaultdict[str | None, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self.fatal: list[ScoreShift] = []
        self._largest: list[tuple[float, int, ScoreShift]] = []
        self._order = count(0, -1)

    def add(self, call: StoredCall, old: PreScore | None, new: PreScore, confirmed: frozenset[str]) -> None:
        """`confirmed` are fatal items that a person says are right."""
        if old is None:
            return
        self.calls += 1
        fatal = tuple(item for item in new.fatal if item not in old.fatal)
        shift = ScoreShift(call.id, call.file, call.agent, old.total, new.total, old.grade, new.grade, fatal)
        self.counts["fatal_no_longer"] += any(item not in new.fatal for item in old.fatal)
        if fatal:
            self.counts["fatal_newly"] += 1
            self.counts["fatal_unconfirmed"] += not confirmed.issuperset(fatal)
            if len(self.fatal) < LISTED:
                self.fatal.append(shift)
        if old.grade != new.grade:
            self.grades[old.grade, new.grade] += 1
        self._count(call, shift)

    def _count(self, call: StoredCall, shift: ScoreShift) -> None:
        before, after, moved = shift.total_before, shift.total_after, shift.shift
        self.counts["low_before"] += before is not None and before < self.low_score
        self.counts["low_after"] += after is not None and after < self.low_score
        if before is None or after is None or moved is None:
            return
        self.spread[max(bound for bound in BINS if moved >= bound)] += 1
        self.counts["raised"] += moved >= BINS[5]
        self.counts["lowered"] += moved < BINS[4]
        for index, value in enumerate((1.0, before, after)):
            self.agents[call.agent][index] += value
        if moved:
            entry = (abs(moved), next(self._order), shift)
            if len(self._largest) < LISTED:
                heappush(self._largest, entry)
            else:
                heappushpop(self._largest, entry)

    def result(self) -> ScoreReplay:
        number, before, after = (sum(sums[index] for sums in self.agents.values()) for index in range(3))
        agents = [AgentShift(agent, int(n), b / n, a / n) for agent, (n, b, a) in self.agents.items()]
        return ScoreReplay(
            calls=self.calls,
            mean_before=before / number if number else None,
            mean_after=after / number if number else None,
            raised=self.counts["raised"],
            lowered=self.counts["lowered"],
            low_score=self.low_score,
            low_before=self.counts["low_before"],
            low_after=self.counts["low_after"],
            grades_changed=sum(self.grades.values()),
            grades=dict(self.grades.most_common()),
            spread={bound: self.spread[bound] for bound in BINS},
            fatal_newly=self.counts["fatal_newly"],
            fatal_no_longer=self.counts["fatal_no_longer"],
            fatal_unconfirmed=self.counts["fatal_unconfirmed"],
            fatal_newly_in=tuple(self.fatal),
            largest=tuple(entry[2] for entry in sorted(self._largest, reverse=True)),
            agents=tuple(sorted(agents, key=lambda one: (one.shift, one.agent or ""))),
        )

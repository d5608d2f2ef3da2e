"""People hear the calls that were picked: verdicts, second opinions, publishing, and what agents do with the result.

One review after another, as far as `now` lets it come; appeals follow in `pipeline.simulated.appeals`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.appeal import window_end
from models.final import FinalSource, differ
from models.person import SYSTEM, Viewer
from models.reason import Reason
from models.review import AssignmentState, ReviewState
from models.tables import AssignmentRow, AuditRow, DeductionRow, FinalScoreRow, MoveRow, ReviewRow, VerdictRow
from pipeline.simulated.calls import Written
from pipeline.simulated.hours import later, published_after
from pipeline.simulated.people import Inspector, Random
from pipeline.simulated.staff import Staff
from pipeline.simulated.verdicts import Said, agreed, heard_by, time_spent
from storage.bulk import Bulk
from storage.reason import stored

NEVER = 0.004
"""Of the picked calls these nobody gets to."""

READ = 0.82
"""Share of results their agents read before the time for appeals is over."""

WRONGED, RIGHTED = 0.22, 0.02
"""Chance that an agent appeals who lost points for nothing, and who lost them rightly."""

S = ReviewState


@dataclass(frozen=True)
class Rules:
    """The centre's, from its settings."""

    tolerance: float
    appeal_days: int
    decide_days: int


@dataclass(frozen=True, slots=True)
class Wronged:
    """A published result its agent is going to appeal against, and when. `unjust` items lost points for nothing."""

    call: int
    call_id: int
    at: datetime
    items: tuple[str, ...]
    unjust: frozenset[str]
    by: int


@dataclass
class Reviewing:
    """`random` is drawn from in the order of reviews. `changes` of reviews and assignments are written together."""

    session: Session
    bulk: Bulk
    made: Written
    staff: Staff
    rules: Rules
    random: Random
    scorecard_id: int
    now: datetime
    changes: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)
    appeals: list[Wronged] = field(default_factory=list)

    def hear_all(self) -> list[Wronged]:
        """Every call that waits, as far as time allows; the appeals that will follow."""
        self.changes, self.appeals = {ReviewRow: [], AssignmentRow: []}, []
        waiting = select(ReviewRow).where(ReviewRow.state == S.QUEUED.value).order_by(ReviewRow.id)
        reviews = [row for row in self.session.scalars(waiting) if row.call_id in self.made.places]
        slots: dict[int, list[AssignmentRow]] = {row.id: [] for row in reviews}
        asked = select(AssignmentRow).where(AssignmentRow.state == AssignmentState.OPEN.value)
        for row in self.session.scalars(asked.order_by(AssignmentRow.review_id, AssignmentRow.slot)):
            if row.review_id in slots:
                slots[row.review_id].append(row)
        for review in reviews:
            self._hear(review, slots[review.id])
        self.bulk.write()
        for table, rows in self.changes.items():
            for columns in {tuple(row) for row in rows}:
                self.session.execute(update(table), [row for row in rows if tuple(row) == columns])
        self.session.flush()
        self.session.expire_all()
        return self.appeals

    def _hear(self, review: ReviewRow, slots: Sequence[AssignmentRow]) -> None:
        if self.random.random() < NEVER:
            return
        call = self.made.places[review.call_id]
        heard = self._hearings(review, slots, call)
        come = [(row, who, told, at) for row, who, told, at in heard if at <= self.now]
        if not come:
            return
        first = min(at for *_, at in come)
        state = self._move(review, S.QUEUED, S.IN_REVIEW, come[0][1], first - timedelta(minutes=4))
        verdicts = {row.id: self._submit(review, row, who, told, at) for row, who, told, at in come}
        if len(come) < len(heard):
            self._change(ReviewRow, id=review.id, state=state.value, updated_at=first)
            return
        last = max(at for *_, at in come)
        self._move(review, S.IN_REVIEW, S.SUBMITTED, come[-1][1], last)
        opinions = [told for _, _, told, _ in come]
        apart = any(self._differ(opinions[0], other) for other in opinions[1:])
        out = published_after(last + timedelta(days=1) if apart else last)
        if out > self.now:
            self._change(ReviewRow, id=review.id, state=S.SUBMITTED.value, submitted_at=last, updated_at=last)
            return
        self._publish(review, call, opinions[0], verdicts[come[0][0].id], out, last, settled=apart, by=come[0][1])

    def _hearings(
        self, review: ReviewRow, slots: Sequence[AssignmentRow], call: int
    ) -> list[tuple[AssignmentRow, Viewer, Said, datetime]]:
        weights = [one.busy for one, _ in self.staff.inspectors]
        chosen = self.random.choice(
            len(weights), len(slots), replace=False, p=[one / sum(weights) for one in weights]
        ).tolist()
        found = []
        for row, place in zip(slots, chosen, strict=True):
            inspector, viewer = self.staff.inspectors[place]
            at = later(self.random, review.queued_at, float(self.random.lognormal(2.6, 0.6)))
            found.append((row, viewer, heard_by(self.random, self.made, call, inspector), at))
        return found

    def _submit(self, review: ReviewRow, row: AssignmentRow, who: Viewer, told: Said, at: datetime) -> int:
        inspector = self._inspector(who)
        spent = time_spent(self.random, inspector, row.seconds or 60.0)
        started = at - timedelta(seconds=spent)
        self._change(
            AssignmentRow,
            id=row.id,
            state=AssignmentState.SUBMITTED.value,
            user_id=who.user_id,
            started_at=started,
            submitted_at=at,
        )
        verdict = self.bulk.next(VerdictRow)
        self.bulk.add(
            VerdictRow,
            id=verdict,
            assignment_id=row.id,
            review_id=review.id,
            call_id=review.call_id,
            user_id=who.user_id,
            purpose=row.purpose,
            scorecard_id=self.scorecard_id,
            **told.columns,
            seconds=spent,
            submitted_at=at,
        )
        self._audit(who, "verdict.submitted", "assignment", row.id, {"call": review.call_id}, at)
        return verdict

    def _publish(  # noqa: PLR0917  (the review, then its result)
        self,
        review: ReviewRow,
        call: int,
        first: Said,
        verdict: int,
        out: datetime,
        submitted: datetime,
        *,
        settled: bool,
        by: Viewer,
    ) -> None:
        lead = self.staff.lead
        result = agreed(self.random, self.made, call) if settled else first
        source = FinalSource.CONSENSUS if settled else FinalSource.REVIEW
        columns = result.columns
        final = self.bulk.next(FinalScoreRow)
        self.bulk.add(
            FinalScoreRow,
            id=final,
            review_id=review.id,
            call_id=review.call_id,
            verdict_id=None if settled else verdict,
            agent_id=review.agent_id,
            source=source.value,
            scorecard_id=self.scorecard_id,
            judgement=columns["body"],
            body=columns["score"],
            total=columns["total"],
            grade=columns["grade"],
            fatal=columns["fatal"],
            published_by=lead.name,
            published_at=out,
        )
        items = [item for section in result.score.sections for item in section.items]
        for item in items:
            if item.cost > 0 or item.id in result.score.fatal:
                self.bulk.add(DeductionRow, final_id=final, item=item.id, name=item.name, lost=item.cost)
        why = Reason("pipeline.settled_by_consensus", {"why": "重听后逐项商定。"}) if settled else None
        self._move(review, S.SUBMITTED, S.PUBLISHED, lead, out, why)
        total = -1 if result.score.total is None else result.score.total
        facts = {"call": review.call_id, "total": total, "source": source.value}
        self._audit(lead, "score.published", "review", review.id, facts, out)
        state, read, last = self._received(review, call, result, out, by)
        self._change(
            ReviewRow,
            id=review.id,
            state=state.value,
            submitted_at=submitted,
            published_at=out,
            final_id=final,
            final_total=columns["total"],
            final_fatal=columns["fatal"],
            final_at=out,
            acknowledged_at=read,
            updated_at=last,
        )

    def _received(
        self, review: ReviewRow, call: int, result: Said, out: datetime, by: Viewer
    ) -> tuple[S, datetime | None, datetime]:
        """What the agent does with it: the state it is in now, when it was read, and the last change."""
        agent = self.staff.agents[review.agent_id or ""]
        read = later(self.random, out, float(self.random.lognormal(2.8, 0.8)))
        over = window_end(out, self.rules.appeal_days)
        state, last, known = S.PUBLISHED, out, None
        if self.random.random() < READ and read < min(over, self.now):
            state, last, known = self._move(review, S.PUBLISHED, S.ACKNOWLEDGED, agent, read), read, read
        wronged = self._wronged(call, review.call_id, result, read, by)
        if wronged is not None and wronged.at < min(over, self.now):
            self.appeals.append(wronged)
        elif over <= self.now:
            days = Reason("pipeline.window_over", {"days": self.rules.appeal_days})
            last = over + timedelta(minutes=5)
            if last <= self.now:
                state = self._move(review, state, S.FINAL, SYSTEM, last, days)
        return state, known, min(last, self.now)

    def _wronged(self, call: int, call_id: int, result: Said, read: datetime, by: Viewer) -> Wronged | None:
        truth, ids = self.made.truth, self.made.centre.items.ids
        lost = [place for place, verdict in enumerate(result.judgement.items) if verdict.lost]
        unjust = frozenset(ids[place] for place in lost if not truth.error[call, place])
        chance = WRONGED if unjust else RIGHTED if lost else 0.0
        if self.random.random() >= chance:
            return None
        items = tuple(sorted(unjust))[:2] or (ids[lost[0]],)
        at = later(self.random, read, float(self.random.uniform(1, 30)))
        return Wronged(call, call_id, at, items, unjust, by.user_id or 0)

    def _move(  # noqa: PLR0917  (as the table has them)
        self, review: ReviewRow, before: S, after: S, by: Viewer, at: datetime, why: Reason | None = None
    ) -> S:
        reason = None if why is None else stored(why)
        moved: Mapping[str, Any] = {"before": before.value, "after": after.value, "why": reason, "at": at}
        self.bulk.add(MoveRow, review_id=review.id, by=by.name, user_id=by.user_id, **moved)
        return after

    def _audit(  # noqa: PLR0917  (as the table has them)
        self, who: Viewer, action: str, target: str, target_id: int, facts: Mapping[str, Any], at: datetime
    ) -> None:
        own = {"target": target, "target_id": str(target_id), "facts": facts, "address": ""}
        self.bulk.add(AuditRow, at=at, user_id=who.user_id, token_id=None, who=who.name, action=action, **own)

    def _change(self, table: type[Any], **values: Any) -> None:
        self.changes[table].append(values)

    def _differ(self, one: Said, other: Said) -> bool:
        return differ(
            (one.score.total, bool(one.score.fatal)),
            (other.score.total, bool(other.score.fatal)),
            self.rules.tolerance,
        )

    def _inspector(self, who: Viewer) -> Inspector:
        return next(one for one, viewer in self.staff.inspectors if viewer.user_id == who.user_id)

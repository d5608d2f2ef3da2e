"""Customers complain and praise; the lead looks into it, by the functions the pages call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from models.feedback import FeedbackFacts, FeedbackKind
from pipeline.results.verifying import decide_feedback, enter
from pipeline.simulated.calls import Written
from pipeline.simulated.hours import later
from pipeline.simulated.people import Random
from pipeline.simulated.staff import Staff

COMPLAINTS = (
    "客户来电投诉：座席说话不耐烦，问题推给别的部门，没有解决。",
    "客户在回访中反映：办理时限前后说法不一，要求核实。",
    "客户投诉：多次解释仍被打断，座席没有致歉。",
    "客户反映座席承诺当天回电，一直没有接到。",
)
PRAISES = (
    "客户来电表扬：座席耐心细致，一次就把问题解决了。",
    "客户在满意度回访中点名表扬，说座席主动帮忙跟进到底。",
    "客户留言感谢：解释得很清楚，态度也好。",
)
STANDS, UNFOUNDED = "已重听录音，情况属实。", "已重听录音，未发现所反映的问题。"
PRAISED = "已核实，属实，计入座席台账。"


@dataclass(frozen=True)
class Voices:
    session: Session
    made: Written
    staff: Staff
    random: Random
    now: datetime

    def hear(self, calls: Sequence[int]) -> int:
        """What comes in about these calls; how much."""
        outcomes, count = self.made.outcomes, 0
        for call in calls:
            if outcomes.complains[call]:
                count += self._enter(call, FeedbackKind.COMPLAINT, COMPLAINTS)
            elif outcomes.praises[call]:
                count += self._enter(call, FeedbackKind.PRAISE, PRAISES)
        return count

    def _enter(self, call: int, kind: FeedbackKind, texts: Sequence[str]) -> bool:
        happened = self.made.truth.started[call]
        at = later(self.random, happened, float(self.random.uniform(3, 60)))
        if at > self.now:
            return False
        facts = FeedbackFacts(
            kind=kind,
            text=texts[int(self.random.integers(len(texts)))],
            call_id=self.made.ids[call],
            happened_at=happened,
        )
        entered, _ = enter(self.session, self.staff.lead, facts, at)
        decided = later(self.random, at, float(self.random.uniform(6, 60)))
        if decided > self.now:
            return True
        stands = kind is FeedbackKind.PRAISE or self._is_true(call)
        why = PRAISED if kind is FeedbackKind.PRAISE else STANDS if stands else UNFOUNDED
        decide_feedback(
            self.session, self.staff.lead, entered.id, decided, stands=stands, why=why, revision=entered.revision
        )
        return True

    def _is_true(self, call: int) -> bool:
        """Whether something critical was wrong in the call, or much else."""
        specs = self.made.centre.items.specs
        critical = np.array([spec.critical for spec in specs])
        return bool(self.made.truth.error[call, critical].any() or self.made.outcomes.total[call] < 80)

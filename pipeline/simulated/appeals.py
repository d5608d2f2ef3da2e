"""Agents appeal; somebody else hears the call anew, and the lead decides, by the functions the pages call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.appeal import AppealedItem, ItemDecision, window_end
from models.person import SYSTEM, Viewer
from models.reason import Reason
from models.review import ItemVerdict, ReviewState
from models.score import ItemState
from models.tables import AppealRow
from pipeline.results.appealing import give_hearing, judges, open_appeal
from pipeline.results.deciding import decide
from pipeline.simulated.calls import Written
from pipeline.simulated.hearing_again import hear_again
from pipeline.simulated.hours import later
from pipeline.simulated.people import Inspector, Random
from pipeline.simulated.reviewing import Rules, Wronged
from pipeline.simulated.staff import Staff
from storage.results.final_scores import locked_review
from storage.review.reviews import move

REASONS = (
    "我说过这句话，可以重听录音的结尾部分。",
    "当时客户已经明确同意，不应算作差错。",
    "这一项与本通电话的情况不符，请重新判定。",
    "客户先打断了我，后面我已经向客户致歉。",
)
UPHELD, OVERTURNED = "重听后确认差错成立，维持原判。", "重听后未发现该差错，予以改判。"
SURE = 0.93
"""How often the lead decides rightly."""


@dataclass(frozen=True)
class Court:
    session: Session
    made: Written
    staff: Staff
    rules: Rules
    random: Random
    now: datetime

    def hear(self, wronged: Sequence[Wronged]) -> int:
        """All of them in the order they were made; how many."""
        for one in sorted(wronged, key=lambda appeal: (appeal.at, appeal.call_id)):
            self._appeal(one)
        return len(wronged)

    def _appeal(self, one: Wronged) -> None:
        agent = self.made.centre.agents[self.made.truth.agent[one.call]]
        asked = [AppealedItem(item, self._pick(REASONS)) for item in one.items]
        appeal_id = open_appeal(
            self.session,
            self.staff.agents[agent.agent_id],
            one.call_id,
            asked,
            one.at,
            appeal_days=self.rules.appeal_days,
            decide_days=self.rules.decide_days,
        )
        given = later(self.random, one.at, float(self.random.uniform(2, 20)))
        if given > self.now:
            return
        inspector, viewer = self._another(appeal_id)
        hearing = give_hearing(self.session, self.staff.lead, appeal_id, given, user_id=viewer.user_id)
        heard = later(self.random, given, float(self.random.uniform(1, 24)))
        if heard > self.now:
            return
        hear_again(self.session, self.random, self.made, inspector, viewer, hearing, one.call, heard)
        decided = later(self.random, heard, float(self.random.uniform(3, 28)))
        if decided > self.now:
            return
        self._decide(one, appeal_id, decided)

    def _another(self, appeal_id: int) -> tuple[Inspector, Viewer]:
        barred = judges(self.session, self.session.get_one(AppealRow, appeal_id))
        others = [one for one in self.staff.inspectors if one[1].user_id not in barred]
        return others[int(self.random.integers(len(others)))]

    def _decide(self, one: Wronged, appeal_id: int, at: datetime) -> None:
        row = self.session.get_one(AppealRow, appeal_id)
        decisions = [self._decision(one, item) for item in one.items]
        if self.staff.lead.user_id in judges(self.session, row):
            return  # who settled it does not decide: it stays on another lead's list
        decide(self.session, self.staff.lead, appeal_id, decisions, at, why="已组织重听。")
        over = window_end(at, self.rules.appeal_days)
        review = locked_review(self.session, row.review_id)
        if over <= self.now and review is not None:
            days = Reason("pipeline.window_over", {"days": self.rules.appeal_days})
            move(self.session, review, ReviewState.FINAL, SYSTEM, over, days)

    def _decision(self, one: Wronged, item: str) -> ItemDecision:
        """Overturned where it was unjust, as what is true: that nothing was lost."""
        is_right = (item not in one.unjust) is (self.random.random() < SURE)
        if is_right:
            return ItemDecision(item, upheld=True, reason=UPHELD)
        return ItemDecision(item, upheld=False, reason=OVERTURNED, verdict=ItemVerdict(item, ItemState.JUDGED))

    def _pick(self, texts: Sequence[str]) -> str:
        return texts[int(self.random.integers(len(texts)))]

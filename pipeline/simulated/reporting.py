"""The lead's weekly reports of the made-up centre, issued on Mondays; the newest is still a draft."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from pipeline.reports.issuing import Written, begin, issue, write
from pipeline.reports.span import week_of
from pipeline.simulated.model import DAY, Design
from pipeline.simulated.people import Random
from pipeline.simulated.staff import Staff

SUMMARIES = (
    "本周质量平稳，服务用语类差错仍是主要扣分项，投诉类通话的安抚略有改善。",
    "本周整体得分与上周持平；晚间时段差错偏多，外呼组承诺类用语需要留意。",
    "本周延伸服务和满意度邀评的差错最多，集中在服务二组；其余项目无明显变化。",
)
PLANS = (
    "一、组长在班前会上讲评本周两通案例；二、差错前三的座席各辅导一次；三、下周复听十通。",
    "一、服务二组继续专项训练；二、晚间班增加现场巡听；三、对新员工一对一带听。",
)
FOLLOW_UP = "上周计划的辅导已完成，复听显示多数座席已改进，未改进的转入整改。"


@dataclass(frozen=True)
class Reporting:
    session: Session
    staff: Staff
    random: Random
    design: Design

    def week(self, number: int) -> None:
        """The report of a week that is over, on the Monday after it."""
        at = self.design.week(number + 1) + timedelta(hours=15)
        if at > self.design.now:
            return
        span = week_of((at - 2 * DAY).astimezone(CHINA_TIME).date())
        row = begin(self.session, self.staff.lead, "week", span, None, at)
        said = Written(summary=self._pick(SUMMARIES), plan=self._pick(PLANS), follow_up=FOLLOW_UP if number else "")
        row = write(self.session, self.staff.lead, row.id, said, revision=row.revision, now=at)
        if number < self.design.weeks - 1:
            issue(self.session, self.staff.lead, row.id, revision=row.revision, now=at)

    def _pick(self, texts: tuple[str, ...]) -> str:
        return texts[int(self.random.integers(len(texts)))]

"""Corrective actions, review meetings, cases and weekly reports of the made-up centre, week after week.

Every step is the function that the pages call, with the day it would have been as `now`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.action import Origin
from models.case import CaseKind
from models.clock import CHINA_TIME
from models.feedback import FeedbackKind
from models.person import Viewer
from models.tables import ActionRow, ActionStepRow, DeductionRow, FeedbackRow, MeetingRow, ReviewRow
from pipeline.actions import meetings, moving, points, proposals, steps
from pipeline.actions.moving import Move
from pipeline.actions.opening import OpenAction, open_action
from pipeline.cases.making import MakeCase, make_case
from pipeline.cases.publishing import publish_case
from pipeline.reports.span import month_of
from pipeline.simulated.calls import Written
from pipeline.simulated.model import DAY
from pipeline.simulated.parameters import TYPES
from pipeline.simulated.people import Random
from pipeline.simulated.staff import Staff

HOUR = timedelta(hours=1)
A_WEEK = 2
"""Actions opened by each team's lead."""

HELPS = 0.75
"""How often the lead finds that an action helped."""

STEPS = ("与座席一起重听录音，指出差错所在的时间。", "对照评分表写出正确的说法并演练三遍。", "下周抽听五通，逐通反馈。")
DONE = ("已重听，座席认可。", "已演练，班长在场。", "已抽听，见所附录音。")
PRAISED = ("先安抚再解决", "一次讲清办理条件", "耐心核对、主动跟进", "收尾完整，邀评自然", "追问得当，需求听得准")
TEACHING = {
    CaseKind.EXCELLENT: "先回应情绪再解决问题，话术完整，结束前主动确认还有没有别的需要。可在班前会播放。",
    CaseKind.FAILING: "请学员先写出差错出现的时间，再讨论：换成你会怎么说？重点看客户两次追问之后的应对。",
}


@dataclass
class Correcting:
    session: Session
    made: Written
    staff: Staff
    random: Random
    now: datetime
    card: str
    open: list[int] = field(default_factory=list)
    handed_in: list[int] = field(default_factory=list)

    def week(self, number: int) -> None:
        """What happens on the days after week `number`, if they have come."""
        monday = self.made.centre.design.week(number + 1)
        if monday + 10 * HOUR > self.now:
            return
        self._go_on(monday + 9 * HOUR)
        self._verify(monday + 9.5 * HOUR)
        self._open(number, monday + 10 * HOUR)
        self._case(number, CaseKind.EXCELLENT, monday + 11 * HOUR)
        self._case(number, CaseKind.FAILING, monday + 11.5 * HOUR)
        if number % 2:
            self._meet(number, monday + DAY + 15 * HOUR)

    def reward(self, at: datetime) -> None:
        """Praise found to stand is entered into ledgers, and what the ladder says of repeated offences."""
        month = month_of(at.astimezone(CHINA_TIME).date())
        for one in proposals.proposals(self.session, self.staff.lead, month, at)[:12]:
            proposals.enter_proposal(
                self.session, self.staff.lead, one.source, one.source_id, one.agent_id, points=None, text="", now=at
            )

    def _open(self, number: int, at: datetime) -> None:
        """The lowest results of each team's week that were published by now."""
        since = self.made.centre.design.week(number)
        for team, lead in self.staff.team_leads.items():
            lowest = select(ReviewRow).where(
                ReviewRow.team == team, ReviewRow.final_at >= since, ReviewRow.final_at <= at
            )
            rows = self.session.scalars(lowest.order_by(ReviewRow.final_total, ReviewRow.id).limit(A_WEEK)).all()
            for row in rows:
                self._open_one(row, lead, Origin.VERDICT, at)
        complaint = (
            select(ReviewRow)
            .join(FeedbackRow, FeedbackRow.call_id == ReviewRow.call_id)
            .where(FeedbackRow.kind == FeedbackKind.COMPLAINT.value, FeedbackRow.state == "stands")
            .where(FeedbackRow.decided_at >= since, FeedbackRow.decided_at <= at, ReviewRow.final_id.is_not(None))
        )
        for row in self.session.scalars(complaint.order_by(ReviewRow.id).limit(1)):
            self._open_one(row, self.staff.lead, Origin.COMPLAINT, at)

    def _open_one(self, review: ReviewRow, lead: Viewer, origin: Origin, at: datetime) -> None:
        query = select(DeductionRow).where(DeductionRow.final_id == review.final_id)
        worst = self.session.scalars(query.order_by(DeductionRow.lost.desc(), DeductionRow.id).limit(1)).first()
        opened = select(ActionRow.id).where(ActionRow.call_id == review.call_id)
        if worst is None or self.session.scalar(opened) is not None:
            return
        due = at + DAY * int(self.random.integers(5, 15))
        wanted = OpenAction(
            title=f"整改：{worst.name}",
            card=self.card,
            items=(worst.item,),
            due_on=due.astimezone(CHINA_TIME).date(),
            origin=origin,
            call_id=review.call_id,
            steps=STEPS,
            why={"item": worst.item, "name": worst.name, "lost": worst.lost, "total": review.final_total},
        )
        self.open.append(open_action(self.session, lead, wanted, at).id)

    def _go_on(self, at: datetime) -> None:
        """Steps are done; what is due is handed in and looked at by the centre's lead. Some are late."""
        for action_id in tuple(self.open):
            row = self.session.get_one(ActionRow, action_id)
            owner = next((one for one in self._owners() if one.user_id == row.owner_id), self.staff.lead)
            if self.random.random() < 0.2:
                continue
            for step, done in zip(self._steps(action_id), DONE, strict=False):
                evidence, calls = done, [row.call_id] if row.call_id else []
                steps.do_step(
                    self.session,
                    owner,
                    action_id,
                    step.id,
                    evidence=evidence,
                    calls=calls,
                    revision=row.revision,
                    now=at,
                )
            if row.due_on <= at.astimezone(CHINA_TIME).date():
                self._move(row, owner, Move.HAND_IN, "三步都已完成。", at)
                self.open.remove(action_id)
                self.handed_in.append(action_id)

    def _verify(self, at: datetime) -> None:
        """What was handed in is looked at by somebody else; a little of it waits a week longer."""
        for action_id in tuple(self.handed_in):
            if self.random.random() < 0.15:  # the rest waits
                continue
            row = self.session.get_one(ActionRow, action_id)
            mine = row.owner_id == self.staff.lead.user_id
            by = self.staff.team_leads[row.team or ""] if mine else self.staff.lead
            helped = self.random.random() < HELPS
            said = "抽听后续通话，未再出现。" if helped else "抽听后续通话，仍有出现，需再次整改。"
            self._move(row, by, Move.VERIFY if helped else Move.FAIL, said, at)
            self.handed_in.remove(action_id)

    def _move(self, row: ActionRow, viewer: Viewer, wanted: Move, text: str, at: datetime) -> None:
        moving.move(self.session, viewer, row.id, wanted, text, revision=row.revision, now=at)

    def _steps(self, action_id: int) -> list[ActionStepRow]:
        query = select(ActionStepRow).where(ActionStepRow.action_id == action_id, ActionStepRow.done_at.is_(None))
        return list(self.session.scalars(query.order_by(ActionStepRow.position)))

    def _owners(self) -> list[Viewer]:
        return [*self.staff.team_leads.values(), self.staff.lead]

    def _case(self, number: int, kind: CaseKind, at: datetime) -> None:
        """The best, or among the worst, of the week's published results; the newest stays a draft."""
        since = self.made.centre.design.week(number)
        best = kind is CaseKind.EXCELLENT
        order = ReviewRow.final_total.desc() if best else ReviewRow.final_total
        query = (
            select(ReviewRow).where(ReviewRow.final_at >= since, ReviewRow.final_at <= at).order_by(order, ReviewRow.id)
        )
        rows = self.session.scalars(query.limit(8)).all()
        if not rows:
            return
        review = rows[int(self.random.integers(len(rows)))]
        lost = select(DeductionRow).where(DeductionRow.final_id == review.final_id).order_by(DeductionRow.lost.desc())
        worst = self.session.scalars(lost.limit(2)).all()
        names = "、".join(one.name for one in worst)
        praise = PRAISED[int(self.random.integers(len(PRAISED)))]
        kind_of_call = TYPES[self.made.truth.kind[self.made.places[review.call_id]]].name
        about = praise if best else names or "多处不规范"
        title = f"{'优秀录音' if best else '不合格录音点评'}（{kind_of_call}）：{about}"
        asked = MakeCase(
            call_id=review.call_id,
            kind=kind,
            title=title,
            teaching=TEACHING[kind],
            items=() if best else tuple(one.item for one in worst),
            tags=("班前会",) if best else ("点评", "本周"),
            difficulty=1 if best else 2,
        )
        maker = self.staff.inspectors[number % len(self.staff.inspectors)][1]
        row = make_case(self.session, maker, asked, at)
        if number < self.made.centre.design.weeks - 1:
            publish_case(self.session, self.staff.lead, row.id, at + HOUR, revision=row.revision)

    def _meet(self, number: int, at: datetime) -> None:
        """Planned before, with its agenda of that day; held if its day has come."""
        team = tuple(self.staff.team_leads)[number // 2 % len(self.staff.team_leads)]
        lead = self.staff.lead
        row = meetings.make(
            self.session,
            lead,
            title=f"第 {number + 1} 周质检评审会",
            held_on=at.astimezone(CHINA_TIME).date(),
            team=team,
            people=[lead.name, self.staff.team_leads[team].name, self.staff.trainer.name],
            now=at - 6 * HOUR,
        )
        points.add_topic(self.session, lead, row.id, "新口径上线后客户的追问", revision=row.revision, now=at - 5 * HOUR)
        if at + 2 * HOUR <= self.now:
            self._hold(row, at)

    def _hold(self, row: MeetingRow, at: datetime) -> None:
        lead = self.staff.lead
        for point in meetings.meeting_of(self.session, lead, row.id).points:
            decision = "按期完成，下次会议复核。" if point.row.action_id else "纳入下周抽听重点。"
            points.decide(self.session, lead, row.id, point.row.id, decision, revision=row.revision, now=at)
        minutes = "逐项过了未完成的整改；差错最多的三项由组长在班前会上讲一次。"
        meetings.write(
            self.session,
            lead,
            row.id,
            minutes=minutes,
            people=[str(one) for one in row.people],
            revision=row.revision,
            now=at + HOUR,
        )
        meetings.close(self.session, lead, row.id, revision=row.revision, now=at + 2 * HOUR)

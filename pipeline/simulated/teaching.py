"""Training in the made-up centre: courses, a plan with its trainings, sign-in, exams, certificates, the next plan.

Every step is the function that the pages call, with the day it would have been as `now`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.tables import CourseRow, ExamRow, PlanEntryRow, SittingRow, TrainingPlanRow, TrainingSessionRow
from models.training import (
    AttendanceState,
    Body,
    ChoiceKey,
    CourseKind,
    ExamState,
    Given,
    ItemRef,
    JudgeKey,
    PlanKind,
    QuestionKind,
    SittingState,
)
from pipeline.simulated.calls import Written
from pipeline.simulated.lesson_texts import CHOICES, JUDGED, MATERIAL
from pipeline.simulated.model import DAY, Taught
from pipeline.simulated.people import Random
from pipeline.simulated.staff import Staff
from pipeline.training import approving, attending, certificates, courses, exams, feedback, plans, questions, sessions
from pipeline.training import sittings as trying
from pipeline.training.courses import CourseDetails
from pipeline.training.exams import ExamDetails
from pipeline.training.plans import EntryDetails
from pipeline.training.questions import QuestionDetails
from pipeline.training.sessions import SessionDetails

HOUR = timedelta(hours=1)
ROOM = "三楼培训室"
PRESENT, KNOWS = 0.94, 0.9
"""How likely an agent comes, and knows an answer."""


@dataclass
class Teaching:
    """`effects` are ids of the windows in which lessons' effects are looked for, by lesson."""

    session: Session
    made: Written
    staff: Staff
    random: Random
    now: datetime
    effects: dict[str, int] = field(default_factory=dict)

    def prepare(self, at: datetime) -> None:
        """Courses, an exam, and a month's plan for each team's lesson, approved before anybody is taught."""
        for one in self.made.centre.taught:
            refs = self._refs(one.lesson.items)
            exam = self._exam(f"{one.lesson.title}考试", at, one.held_at)
            details = CourseDetails(
                one.lesson.title,
                CourseKind.CORRECTION,
                goal="把差错率降到班组平均以下。",
                material=MATERIAL,
                hours=2.0,
                items=refs,
                exam_id=exam.id,
            )
            course = courses.make(self.session, self.staff.trainer, details, at)
            entry = self._planned(one, course, refs, at)
            self._session(one, course, entry, exam, at)

    def teach(self, one: Taught) -> None:
        """The training itself, if its day has come, and the exam after it."""
        row = self._session_of(one)
        if one.held_at + 4 * HOUR > self.now:
            return
        for agent_id in one.trained:
            if self.random.random() < PRESENT:
                attending.sign_in(self.session, self.staff.agents[agent_id], row.id, one.held_at - 5 * HOUR / 60)
        some = next((agent for agent in one.trained if self._state(row.id, agent) is AttendanceState.INVITED), None)
        if some is not None:
            attending.mark(
                self.session, self.staff.trainer, row.id, some, state=AttendanceState.EXCUSED, now=one.held_at
            )
        written = one.held_at + 3 * HOUR
        record = "讲解要点，分组听案例录音并逐项点评，现场演练。多数学员能指出差错出现的时间。"
        attending.write_down(self.session, self.staff.trainer, row.id, record, revision=row.revision, now=written)
        there = [agent for agent in one.trained if self._state(row.id, agent) is AttendanceState.PRESENT]
        for agent_id in there:
            self._say(row.id, agent_id, written + HOUR)
        failed = [agent for agent in there if not self._sit(row.exam_id or 0, agent, written + DAY)]
        if failed and written + 5 * DAY <= self.now:
            self._teach_again(row, failed, written + 3 * DAY)

    def go_on(self, at: datetime) -> None:
        """What is open as the centre stands now: an exam for everybody, and next month's plan to be approved."""
        self._exam("月度业务考试", at, at)
        self._announce(at)
        ahead = (at.astimezone(CHINA_TIME).date().replace(day=1) + timedelta(days=32)).replace(day=1)
        plan = plans.make(
            self.session,
            self.staff.trainer,
            PlanKind.MONTH,
            ahead,
            team="服务二组",
            goal="巩固延伸服务与满意度邀评，补强耐心倾听。",
            now=at,
        )
        row = self.session.get_one(CourseRow, self._course_ids()[0])
        members = [agent.agent_id for agent in self.made.centre.agents if agent.team == "服务二组"]
        entry = EntryDetails(
            title="服务用语巩固训练",
            course_id=row.id,
            items=self._refs(("listening", "closing-offer")),
            way="集中讲解与录音点评",
            hours=2.0,
            teacher=self.staff.trainer.name,
            responsible="马组长",
            audience=tuple(members),
            planned_on=ahead + timedelta(days=8),
        )
        plans.add_entry(self.session, self.staff.trainer, plan.id, entry, revision=plan.revision, now=at)
        approving.submit(self.session, self.staff.trainer, plan.id, revision=plan.revision, now=at)

    def _announce(self, at: datetime) -> None:
        """A lesson in the days to come."""
        again = self.made.centre.taught[-1]
        day = (at.astimezone(CHINA_TIME) + 2 * DAY).replace(hour=14, minute=0, second=0, microsecond=0)
        title, teacher = f"{again.lesson.title}复训", self.staff.trainer.name
        details = SessionDetails(title, day, hours=1.5, place=ROOM, teacher=teacher)
        course = self._course_ids()[0]
        agents = again.trained
        sessions.make(self.session, self.staff.trainer, details, course_id=course, entry_id=None, agents=agents, now=at)

    def _planned(self, one: Taught, course: CourseRow, refs: tuple[ItemRef, ...], at: datetime) -> PlanEntryRow:
        day = one.held_at.astimezone(CHINA_TIME).date()
        plan = plans.make(
            self.session,
            self.staff.trainer,
            PlanKind.MONTH,
            day,
            team=one.lesson.team,
            goal=f"{one.lesson.title}：差错率降到班组平均以下。",
            now=at,
        )
        entry = plans.add_entry(
            self.session,
            self.staff.trainer,
            plan.id,
            EntryDetails(
                title=one.lesson.title,
                course_id=course.id,
                items=refs,
                way="集中讲解与录音点评",
                hours=2.0,
                teacher=self.staff.trainer.name,
                responsible=self.staff.team_leads[one.lesson.team].name,
                audience=one.trained,
                planned_on=day,
            ),
            revision=plan.revision,
            now=at,
        )
        self._approve(plan, at)
        if entry.effect_id is not None:
            self.effects[one.lesson.key] = entry.effect_id
        return entry

    def _approve(self, plan: TrainingPlanRow, at: datetime) -> None:
        approving.submit(self.session, self.staff.trainer, plan.id, revision=plan.revision, now=at)
        approving.approve(self.session, self.staff.lead, plan.id, "同意。", revision=plan.revision, now=at + HOUR / 2)

    def _session(self, one: Taught, course: CourseRow, entry: PlanEntryRow, exam: ExamRow, at: datetime) -> None:
        details = SessionDetails(
            title=one.lesson.title,
            starts_at=one.held_at,
            hours=2.0,
            place=ROOM,
            teacher=self.staff.trainer.name,
            teacher_id=self.staff.trainer.user_id,
            exam_id=exam.id,
            notice="请提前五分钟签到，带好耳机。",
        )
        sessions.make(
            self.session,
            self.staff.trainer,
            details,
            course_id=course.id,
            entry_id=entry.id,
            agents=one.trained,
            now=at + HOUR,
        )

    def _exam(self, title: str, at: datetime, opens: datetime) -> ExamRow:
        details = ExamDetails(title, about="选择与判断，80 分及格。", minutes=40, opens_at=opens)
        exam = exams.make(self.session, self.staff.trainer, details, at)
        asked = [
            QuestionDetails(QuestionKind.ONE, text, ChoiceKey(right=(right,)), 20.0, Body(choices=choices))
            for text, choices, right in CHOICES
        ]
        asked += [QuestionDetails(QuestionKind.JUDGE, text, JudgeKey(right=right), 10.0) for text, right in JUDGED]
        for one in asked:
            questions.add(self.session, self.staff.trainer, exam.id, one, revision=exam.revision, now=at)
        return exams.set_state(
            self.session, self.staff.trainer, exam.id, ExamState.OPEN, revision=exam.revision, now=at
        )

    def _teach_again(self, before: TrainingSessionRow, failed: Sequence[str], at: datetime) -> None:
        """Those who failed are taught by themselves, and sit the exam once more the day after."""
        details = SessionDetails(
            title=f"{before.title}（单独补训）",
            starts_at=at,
            place=before.place,
            teacher=before.teacher,
            teacher_id=before.teacher_id,
            exam_id=before.exam_id,
        )
        row = sessions.make(
            self.session,
            self.staff.trainer,
            details,
            course_id=before.course_id,
            entry_id=None,
            agents=failed,
            now=at - DAY,
        )
        for agent_id in failed:
            attending.sign_in(self.session, self.staff.agents[agent_id], row.id, at)
        record = "逐人过错题，现场复述。"
        attending.write_down(self.session, self.staff.trainer, row.id, record, revision=row.revision, now=at + HOUR)
        for agent_id in failed:
            self._sit(before.exam_id or 0, agent_id, at + DAY)

    def _sit(self, exam_id: int, agent_id: str, at: datetime) -> bool:
        """Whether it was passed, or its day has not come."""
        if at + HOUR > self.now:
            return True
        viewer = self.staff.agents[agent_id]
        row = trying.begin(self.session, viewer, exam_id, at)
        answers = {int(one["id"]): self._answer(one) for one in row.questions}
        done = trying.submit(self.session, viewer, row.id, answers, at + HOUR / 3)
        if done.passed:
            self._certify(done, at + DAY)
        return bool(done.passed)

    def _certify(self, row: SittingRow, at: datetime) -> None:
        if row.state == SittingState.MARKED and at <= self.now:
            certificates.issue(self.session, self.staff.trainer, row.id, "质检纠错专项结业", at)

    def _answer(self, question: dict[str, object]) -> Given:
        key = question["key"]
        assert isinstance(key, dict)
        knows = self.random.random() < KNOWS
        if key["kind"] == "judge":
            return Given(true=bool(key["right"]) is knows)
        right = int(key["right"][0])
        return Given(chosen=(right if knows else (right + 1) % 4,))

    def _say(self, session_id: int, agent_id: str, at: datetime) -> None:
        if at > self.now or self.random.random() < 0.25:
            return
        marks = {name: int(self.random.integers(3, 6)) for name in ("content", "teacher", "use")}
        comment = "案例很有用，希望多一点演练。" if self.random.random() < 0.3 else ""
        feedback.give(self.session, self.staff.agents[agent_id], session_id, marks, comment=comment, now=at)

    def _session_of(self, one: Taught) -> TrainingSessionRow:
        found = sessions.listed(self.session, after=None, limit=50).sessions
        return next(row for row in found if row.title == one.lesson.title)

    def _state(self, session_id: int, agent_id: str) -> AttendanceState:
        asked = sessions.read(self.session, session_id).attendees
        return AttendanceState(next(one.row.state for one in asked if one.row.agent_id == agent_id))

    def _course_ids(self) -> Sequence[int]:
        return [row.id for row in courses.listed(self.session, after=None, limit=50).courses]

    def _refs(self, items: Sequence[str]) -> tuple[ItemRef, ...]:
        places, specs = self.made.centre.items.places, self.made.centre.items.specs
        card = self.made.centre.items.card.name
        return tuple(ItemRef(card=card, item=item, name=specs[places[item]].name) for item in items if item in places)

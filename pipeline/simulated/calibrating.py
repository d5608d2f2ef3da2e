"""Calibration sessions: three calls of one type, heard by everybody alone, talked over, and agreed on what is true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import AssignmentRow, CalibrationRow, ReviewRow
from pipeline.calibration import course, discussion, reference, sessions, standard_changes
from pipeline.simulated.calls import Written
from pipeline.simulated.hearing_again import hear_again
from pipeline.simulated.people import Random
from pipeline.simulated.staff import Staff
from pipeline.simulated.verdicts import agreed
from storage.calibration import calibrations

CALLS = 5
"""In a session: the handbooks ask for three at least."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calibrating:
    session: Session
    made: Written
    staff: Staff
    random: Random
    card: str
    now: datetime

    def hold(self, title: str, kind: int, opened: datetime, calls: Sequence[int]) -> int | None:
        """A session of that type's calls, as far as it has come by now; None where there are too few of them."""
        chosen = self._choose(kind, calls)
        if len(chosen) < sessions.LEAST_CALLS:
            return None
        members = [viewer.user_id for _, viewer in self.staff.inspectors if viewer.user_id is not None]
        ids = [self.made.ids[call] for call in chosen]
        row = sessions.make(
            self.session,
            self.staff.lead,
            title,
            card=self.card,
            call_ids=ids,
            member_ids=members,
            due_at=opened + 3 * DAY,
            now=opened,
        )
        self._hear(row.id, opened)
        if opened + 4 * DAY <= self.now:
            self._agree(row.id, chosen, opened + 3 * DAY)
        return row.id

    def _choose(self, kind: int, calls: Sequence[int]) -> list[int]:
        """Calls nobody has been asked to hear and that something was wrong in: over those there is something to say."""
        asked = set(self.session.scalars(select(ReviewRow.call_id)))
        truth = self.made.truth
        free = [one for one in calls if truth.kind[one] == kind and self.made.ids[one] not in asked]
        told = [one for one in free if truth.error[one].any()]
        return sorted(self.random.permutation(told)[:CALLS].tolist())

    def _hear(self, calibration_id: int, opened: datetime) -> None:
        """The demo's own two inspectors still have the newest session to do."""
        for hearing in calibrations.hearings(self.session, calibration_id):
            inspector, viewer = next(one for one in self.staff.inspectors if one[1].user_id == hearing.user_id)
            at = opened + timedelta(hours=float(self.random.uniform(1, 40)))
            if at + timedelta(minutes=10) > self.now:
                continue
            if opened + 4 * DAY > self.now and inspector in [one for one, _ in self.staff.inspectors[:2]]:
                continue
            call = self.made.places[self.session.get_one(AssignmentRow, hearing.assignment_id).call_id]
            hear_again(self.session, self.random, self.made, inspector, viewer, hearing.assignment_id, call, at)

    def _agree(self, calibration_id: int, calls: Sequence[int], at: datetime) -> None:
        lead = self.staff.lead
        for call in calls:
            told = agreed(self.random, self.made, call)
            row = self._row(calibration_id)
            reference.agree(
                self.session,
                lead,
                calibration_id,
                self.made.ids[call],
                told.judgement,
                revision=row.revision,
                now=at,
                comment_needed="lost",
            )
        discussion.note(self.session, lead, calibration_id, "逐项重听后达成一致，扣分口径以评分表说明为准。", at)
        standard_changes.ask_for(
            self.session,
            lead,
            "“耐心倾听”的扣分说明再写明：客户停顿不到一秒时接话，不算抢话。",
            at,
            calibration_id=calibration_id,
            item="listening" if "listening" in self.made.centre.items.places else None,
        )
        course.close(self.session, lead, calibration_id, revision=self._row(calibration_id).revision, now=at)

    def _row(self, calibration_id: int) -> CalibrationRow:
        return self.session.get_one(CalibrationRow, calibration_id)

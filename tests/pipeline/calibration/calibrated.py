"""A session of three calls and two inspectors, made through the functions of production."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.person import UserRole, Viewer
from models.review import Judgement
from models.tables import CalibrationRow
from pipeline.calibration import sessions
from pipeline.review.judging import submit
from storage.calibration import calibrations
from tests.pipeline.inspected import CARD, NOW, Inspected

KIND = "投诉"


@dataclass
class Calibrated:
    """`lead` runs a session about `calls` in which `members` take part."""

    centre: Inspected
    lead: Viewer = field(init=False)
    members: tuple[Viewer, ...] = field(init=False)
    calls: tuple[int, ...] = field(init=False)
    id: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.lead = self.centre.person("周主管", UserRole.LEAD)
        self.members = (self.centre.person("李静"), self.centre.person("刘芳"))
        self.calls = tuple(self.centre.call(call_type=KIND) for _ in range(3))

    def begin(
        self, calls: Sequence[int] = (), members: Sequence[Viewer] = (), *, due_at: datetime | None = None
    ) -> int:
        with self.centre.make.begin() as session:
            row = sessions.make(
                session,
                self.lead,
                "十一月投诉校准",
                card=CARD.name,
                call_ids=calls or self.calls,
                member_ids=[one.user_id or 0 for one in members or self.members],
                due_at=due_at,
                now=NOW,
            )
            self.id = row.id
        return self.id

    @property
    def row(self) -> CalibrationRow:
        with self.centre.make() as session:
            return calibrations.find(session, self.id)

    def assignment(self, member: Viewer, call_id: int) -> int:
        with self.centre.make() as session:
            found = calibrations.hearings(session, self.id)
        return next(one.assignment_id for one in found if (one.user_id, one.call_id) == (member.user_id, call_id))

    def say(self, member: Viewer, call_id: int, said: Judgement, now: datetime = NOW) -> None:
        assignment = self.assignment(member, call_id)
        with self.centre.make.begin() as session:
            submit(session, member, assignment, said, now)

    def all_say(self, *said: Judgement) -> None:
        """Each member says theirs of every call."""
        for member, judgement in zip(self.members, said, strict=True):
            for call_id in self.calls:
                self.say(member, call_id, judgement)

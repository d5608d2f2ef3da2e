"""The shapes of answers about reviews, assignments and verdicts."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.answers import FromAttributes, SaidReason
from models.person import Viewer
from models.reason import Language
from models.review import JUDGEMENT_JSON, AssignmentState, Judgement, Purpose, ReviewState
from models.score import ItemClass, ItemState, PreScore
from models.tables import AssignmentRow, MoveRow, ReviewRow
from pipeline.review.desk import AssignmentLine, Desk, DoneLine
from pipeline.review.judging import Draft
from pipeline.review.reviewing import History, Opinion, ReviewPage
from scoring.judgement import ItemDifference
from storage.reason import restored


class Asked(BaseModel):
    """A misspelt field is refused: nobody should believe it was taken."""

    model_config = ConfigDict(extra="forbid")


class NextAnswer(BaseModel):
    assignment_id: int
    call_id: int


class HeldAnswer(FromAttributes):
    """Until when the call is kept for you without a further sign of life."""

    assignment_id: int
    call_id: int
    state: AssignmentState
    lease_until: datetime | None

    @classmethod
    def of(cls, row: AssignmentRow) -> Self:
        state = AssignmentState(row.state)
        return cls(assignment_id=row.id, call_id=row.call_id, state=state, lease_until=row.lease_until)


class ItemPoints(FromAttributes):
    id: str
    state: ItemState
    got: float | None
    lost: float
    won: float
    fatal: bool


class SectionPoints(FromAttributes):
    id: str
    name: str
    points: float
    got: float
    lost: float
    won: float
    items: list[ItemPoints]


class ScoreAnswer(FromAttributes):
    """What a judgement comes to, with the arithmetic of the machine's score."""

    total: float | None = Field(description="0–100; null where nothing is judged yet.")
    grade: str | None
    coverage: float = Field(description="Judged share of the applicable points, 0–1.")
    fatal: list[str] = Field(description="Fatal items that fired.")
    critical: list[ItemClass]
    sections: list[SectionPoints]

    @classmethod
    def of(cls, score: PreScore) -> Self:
        return cls.model_validate(score)


class DraftStanding(BaseModel):
    """How far your form is."""

    assignment_id: int
    call_id: int
    state: AssignmentState
    revision: int = Field(description="Send it as `If-Match` with the next saving.")
    judgement: dict[str, Any] = Field(description="The form with every item of the scorecard.")
    score: ScoreAnswer
    missing: list[str] = Field(description="Items that keep it from being submitted.")
    seconds: float = Field(description="Time spent so far: each sign of life counts the time since the one before.")
    lease_until: datetime | None
    updated_at: datetime | None

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(
            assignment_id=draft.assignment.id,
            call_id=draft.assignment.call_id,
            state=AssignmentState(draft.assignment.state),
            revision=draft.revision,
            judgement=as_json(draft.judgement),
            score=ScoreAnswer.of(draft.score),
            missing=list(draft.missing),
            seconds=draft.seconds,
            lease_until=draft.assignment.lease_until,
            updated_at=draft.updated_at,
        )


class VerdictReceipt(FromAttributes):
    """A verdict, for good."""

    id: int
    assignment_id: int
    review_id: int
    call_id: int
    purpose: Purpose
    total: float | None
    grade: str | None
    fatal: bool
    seconds: float | None = Field(description="Time spent on it.")
    submitted_at: datetime


class OpinionAnswer(BaseModel):
    """What one person said of the call."""

    id: int
    user_id: int
    name: str
    purpose: Purpose
    judgement: dict[str, Any]
    score: ScoreAnswer
    seconds: float | None
    submitted_at: datetime

    @classmethod
    def of(cls, one: Opinion, viewer: Viewer) -> Self:
        """Notes for colleagues are left out for those who are none."""
        said = as_json(one.judgement)
        if viewer.user_id is None:
            said["note"] = ""
        own = ("id", "user_id", "name", "purpose", "seconds", "submitted_at")
        return cls(judgement=said, score=ScoreAnswer.of(one.score), **{name: getattr(one, name) for name in own})


class DifferenceAnswer(BaseModel):
    """An item on which machine and person differ."""

    item: str
    name: str
    section: str
    kind: str = Field(description="`fatal`, `state` or `points`.")
    machine: ItemPoints | None
    human: ItemPoints | None
    points: float | None = Field(description="What the person gives more than the machine, where both judged.")

    @classmethod
    def of(cls, one: ItemDifference) -> Self:
        return cls.model_validate(one, from_attributes=True)


class AssignmentItem(BaseModel):
    """An assignment in a list."""

    id: int
    review_id: int
    call_id: int
    slot: int = Field(description="1, or 2 for the second opinion; further hearings count on.")
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None = Field(description="When the call began.")
    seconds: float | None = Field(description="Length of the call.")
    purpose: Purpose
    state: AssignmentState
    review_state: ReviewState
    priority: float | None = Field(description="Null while it is kept from you: it would tell the reasons.")
    user_id: int | None = Field(description="Whose it is; null: whoever comes next.")
    user_name: str | None
    held: bool = Field(description="Somebody has it now; false also where a lease ran out.")
    lease_until: datetime | None
    due_at: datetime | None
    overdue: bool
    reasons: list[SaidReason] = Field(description="Why the call was picked, as far as it may be told before judging.")
    draft_at: datetime | None = Field(description="When you last saved your form on it.")
    submitted_at: datetime | None
    revision: int = Field(description="Send it as `If-Match` when you change whose it is.")

    @classmethod
    def of(cls, line: AssignmentLine, language: Language) -> Self:
        own = {name: getattr(line, name) for name in cls.model_fields}
        return cls(**own | {"reasons": [SaidReason.of(reason, language) for reason in line.reasons]})


class AssignmentList(BaseModel):
    assignments: list[AssignmentItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class DoneItem(FromAttributes):
    """A verdict of yours; `seconds` is the time spent, `call_seconds` the call's length."""

    assignment_id: int
    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    call_seconds: float | None
    seconds: float | None
    total: float | None
    grade: str | None
    fatal: bool
    purpose: Purpose
    submitted_at: datetime

    @classmethod
    def of(cls, line: DoneLine) -> Self:
        return cls.model_validate(line)


class DeskAnswer(BaseModel):
    """Your work: begun and given, done today (in China), and how much waits besides (counted up to 1000)."""

    mine: list[AssignmentItem]
    done: list[DoneItem]
    waiting: int

    @classmethod
    def of(cls, desk: Desk, language: Language) -> Self:
        mine = [AssignmentItem.of(line, language) for line in desk.mine]
        return cls(mine=mine, done=[DoneItem.of(line) for line in desk.done], waiting=desk.waiting)


class AssignmentAnswer(BaseModel):
    """One assignment: your form where it is open to you, and after you submitted what others and the machine said."""

    assignment: AssignmentItem
    revision: int | None = Field(description="Of your form, where it is open to you.")
    blind: bool = Field(description="The machine's score and others' verdicts are kept from you until you submitted.")
    draft: DraftStanding | None
    mine: OpinionAnswer | None
    machine: ScoreAnswer | None
    others: list[OpinionAnswer]
    differences: list[DifferenceAnswer]

    @classmethod
    def of(cls, page: ReviewPage, line: AssignmentLine, viewer: Viewer, language: Language) -> Self:
        return cls(
            assignment=AssignmentItem.of(line, language),
            revision=None if page.draft is None else page.draft.revision,
            blind=page.blind,
            draft=None if page.draft is None else DraftStanding.of(page.draft),
            mine=None if page.mine is None else OpinionAnswer.of(page.mine, viewer),
            machine=None if page.machine is None else ScoreAnswer.of(page.machine.scored.pre_score),
            others=[OpinionAnswer.of(one, viewer) for one in page.others],
            differences=[DifferenceAnswer.of(one) for one in page.differences],
        )


class ReviewItem(BaseModel):
    """A review: the way of one call through people's hands."""

    id: int
    call_id: int
    state: ReviewState
    priority: float | None = Field(description="Null while it is kept from you: it would tell the reasons.")
    fatal: bool | None = Field(description="Null while it is kept from you.")
    agent_id: str | None
    team: str | None
    reasons: list[SaidReason]
    blind: bool = Field(description="What the machine said is kept from you until you have submitted your verdict.")
    queued_at: datetime
    due_at: datetime | None
    submitted_at: datetime | None
    published_at: datetime | None
    updated_at: datetime

    @classmethod
    def fields_of(cls, row: ReviewRow, reasons: list[SaidReason], *, blind: bool) -> dict[str, Any]:
        own = {name: getattr(row, name) for name in ReviewItem.model_fields}
        hidden = {"fatal": None, "priority": None} if blind else {}
        return own | {"reasons": reasons, "blind": blind} | hidden


class ReviewList(BaseModel):
    reviews: list[ReviewItem]
    next: int | None = Field(description="Give it as `before` for the next page; null on the last.")


class MoveItem(BaseModel):
    """From one state to another: who, when, why."""

    before: ReviewState
    after: ReviewState
    by: str
    at: datetime
    why: SaidReason | None

    @classmethod
    def of(cls, row: MoveRow, language: Language) -> Self:
        why = None if row.why is None else SaidReason.of(restored(row.why), language)
        return cls(before=ReviewState(row.before), after=ReviewState(row.after), by=row.by, at=row.at, why=why)


class HearingItem(BaseModel):
    """One person's hearing of the call."""

    assignment_id: int
    slot: int
    purpose: Purpose
    state: AssignmentState
    user_id: int | None
    user_name: str | None
    submitted_at: datetime | None


class ReviewAnswer(ReviewItem):
    """A review with everything that happened to it."""

    moves: list[MoveItem]
    hearings: list[HearingItem]
    verdicts: list[OpinionAnswer] = Field(description="Left out while `blind`.")

    @classmethod
    def of(cls, found: History, viewer: Viewer, language: Language) -> Self:
        reasons = [SaidReason.of(reason, language) for reason in found.reasons]
        return cls(
            **cls.fields_of(found.review, reasons, blind=found.blind),
            moves=[MoveItem.of(move, language) for move in found.moves],
            hearings=[_hearing(row, name) for row, name in found.assignments],
            verdicts=[OpinionAnswer.of(one, viewer) for one in found.opinions],
        )


def as_json(judgement: Judgement) -> dict[str, Any]:
    said: dict[str, Any] = JUDGEMENT_JSON.dump_python(judgement, mode="json")
    return said


def _hearing(row: AssignmentRow, name: str) -> HearingItem:
    return HearingItem(
        assignment_id=row.id,
        slot=row.slot,
        purpose=Purpose(row.purpose),
        state=AssignmentState(row.state),
        user_id=row.user_id,
        user_name=name or None,
        submitted_at=row.submitted_at,
    )

"""The shapes of `/v1` answers about calibration sessions and changes to the standard."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes, SaidReason
from api.review_answers import ScoreAnswer, as_json
from models.calibration import CalibrationState
from models.finding import Evidence
from models.person import UserRole
from models.reason import Language
from models.review import AssignmentState, ItemVerdict
from models.score import ItemScore, ItemState
from models.tables import CalibrationNoteRow
from pipeline.calibration.standing import Among, Deviation, Standing
from pipeline.calibration.suggestions import Suggestion
from pipeline.calibration.table import CallTable, Cell, Opinion, Row
from scoring.agreement.figure import Figure
from storage.calibration.calibrations import Line


class CalibrationItem(FromAttributes):
    """A session in a list."""

    id: int
    title: str
    state: CalibrationState
    card: str
    card_version: int
    call_type: str | None
    made_by: str
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    calls: int
    members: int
    due: int = Field(description="Verdicts asked for.")
    given: int | None = Field(description="Verdicts that are in; null while that is not told to you.")
    agreed: int = Field(description="Calls with a reference.")
    own_left: int = Field(description="What you still have to hear.")

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls.model_validate(line)


class CalibrationList(BaseModel):
    calibrations: list[CalibrationItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class FigureAnswer(BaseModel):
    """A number with its 95 % interval, or why it is not known."""

    value: float | None
    low: float | None
    high: float | None
    n: int = Field(description="Calls it is made from.")
    insufficient: SaidReason | None

    @classmethod
    def of(cls, figure: Figure, language: Language) -> Self:
        own = {name: getattr(figure, name) for name in ("value", "low", "high", "n")}
        return cls(**own, insufficient=SaidReason.maybe(figure.insufficient, language))


class SessionCallAnswer(BaseModel):
    """A call of a session."""

    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    started_at: datetime | None
    seconds: float | None
    reasons: list[SaidReason] = Field(description="Why it was chosen; empty while that is kept from you.")
    agreed: bool = Field(description="It has a reference.")
    total: float | None = Field(description="The reference score.")
    agreed_by: str | None


class MemberAnswer(FromAttributes):
    id: int
    name: str
    role: UserRole
    active: bool


class HearingAnswer(FromAttributes):
    """One member's hearing of one call."""

    assignment_id: int
    call_id: int
    user_id: int
    state: AssignmentState
    submitted_at: datetime | None


class DeviationAnswer(BaseModel):
    """One rater against the references; the machine has no `user_id`."""

    user_id: int | None
    name: str
    calls: int = Field(description="Calls with a reference this rater judged.")
    near: int = Field(description="Of these, totals at most 5 points from the reference.")
    items: int
    alike: int = Field(description="Items judged as in the reference.")
    apart: float | None = Field(description="Mean distance of the totals, in points.")
    within: FigureAnswer = Field(description="Share of totals within 5 points.")
    bias: FigureAnswer = Field(description="Mean points given more than the reference.")
    agreement: FigureAnswer = Field(description="Share of items alike, each call counting once.")

    @classmethod
    def of(cls, one: Deviation, language: Language) -> Self:
        own = {name: getattr(one, name) for name in ("user_id", "name", "calls", "near", "items", "alike", "apart")}
        figures = {name: FigureAnswer.of(getattr(one, name), language) for name in ("within", "bias", "agreement")}
        return cls(**own, **figures)


class AmongAnswer(BaseModel):
    """Members with one another."""

    totals: FigureAnswer = Field(description="Krippendorff's α of the totals (interval).")
    errors: FigureAnswer = Field(description="Krippendorff's α of whether an item has an error (nominal).")
    raw: FigureAnswer = Field(description="Share of pairs of members who agree on whether an item has an error.")

    @classmethod
    def of(cls, found: Among, language: Language) -> Self:
        return cls(**{name: FigureAnswer.of(getattr(found, name), language) for name in cls.model_fields})


class CalibrationAnswer(BaseModel):
    """A session as far as you may know of it: while calls are heard, members see only what they have to hear."""

    revision: int = Field(description="Send it as `If-Match` when you change the session.")
    session: CalibrationItem
    card_title: str
    calls: list[SessionCallAnswer]
    members: list[MemberAnswer]
    hearings: list[HearingAnswer]
    missing: list[int] = Field(description="Users whose verdicts are not all in.")

    @classmethod
    def of(cls, one: Standing, language: Language) -> Self:
        return cls(
            revision=one.row.revision,
            session=CalibrationItem.of(one.line),
            card_title=one.card_title,
            calls=[
                SessionCallAnswer(
                    call_id=call.call.id,
                    **{
                        name: getattr(call.call, name)
                        for name in ("file", "agent_id", "agent_name", "team", "started_at", "seconds")
                    },
                    reasons=[SaidReason.of(reason, language) for reason in call.reasons],
                    agreed=call.agreed,
                    total=call.total,
                    agreed_by=call.agreed_by,
                )
                for call in one.calls
            ],
            members=[MemberAnswer.model_validate(member) for member in one.members],
            hearings=[HearingAnswer.model_validate(hearing) for hearing in one.hearings],
            missing=[absent.member.id for absent in one.missing],
        )


class FiguresAnswer(BaseModel):
    """How far the raters of a session are from the references, and from one another."""

    raters: list[DeviationAnswer]
    among: AmongAnswer


class SuggestionAnswer(BaseModel):
    """A call that is worth hearing together."""

    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    alike: bool = Field(description="About as long as the others.")
    reasons: list[SaidReason]

    @classmethod
    def of(cls, one: Suggestion, language: Language) -> Self:
        own = {name: getattr(one, name) for name in cls.model_fields}
        return cls(**own | {"reasons": [SaidReason.of(reason, language) for reason in one.reasons]})


class EvidenceAnswer(FromAttributes):
    start: float
    end: float
    turn: int | None
    quote: str
    meant: str = Field("", description="The rule's phrase where the quote is not just that.")
    listened: bool = Field(default=False, description="Listening to the recording again found that `meant` was said.")


class CellAnswer(BaseModel):
    """What one rater said of one item."""

    state: ItemState | None = Field(description="Null: nothing was said.")
    lost: float
    won: float
    fatal: bool
    comment: str
    evidence: list[EvidenceAnswer]
    apart: bool = Field(description="Not as the reference; before there is one, not as most.")

    @classmethod
    def of(cls, score: ItemScore | None, said: ItemVerdict | None, evidence: tuple[Evidence, ...], apart: bool) -> Self:  # noqa: FBT001
        return cls(
            state=None if score is None else score.state,
            lost=0.0 if score is None else score.cost,
            won=0.0 if score is None else score.won,
            fatal=score is not None and score.fatal,
            comment="" if said is None else said.comment,
            evidence=[EvidenceAnswer.model_validate(one) for one in evidence],
            apart=apart,
        )

    @classmethod
    def of_cell(cls, cell: Cell) -> Self:
        return cls.of(cell.score, cell.said, cell.said.evidence if cell.said else (), cell.apart)


class RowAnswer(BaseModel):
    """One item; `cells` are in the order of `opinions`."""

    item: str
    name: str
    section: str
    points: float
    most: float = Field(description="The most it can lose.")
    most_won: float
    cells: list[CellAnswer]
    machine: CellAnswer
    reference: CellAnswer | None
    spread: float = Field(description="Points at stake between the members.")
    differs: bool
    machine_differs: bool = Field(description="All members agree, and the machine says otherwise.")

    @classmethod
    def of(cls, row: Row) -> Self:
        own = ("name", "section", "points", "most", "most_won", "spread", "differs", "machine_differs")
        right = row.reference
        return cls(
            item=row.id,
            **{name: getattr(row, name) for name in own},
            cells=[CellAnswer.of_cell(cell) for cell in row.cells],
            machine=CellAnswer.of(row.machine.score, None, row.machine.evidence, row.machine_differs),
            reference=None if right.score is None else CellAnswer.of_cell(right),
        )


class SessionOpinionAnswer(BaseModel):
    """One member's verdict on the call; null scores are of who handed in nothing."""

    user_id: int
    name: str
    score: ScoreAnswer | None
    comment: str
    note: str
    submitted_at: datetime | None

    @classmethod
    def of(cls, one: Opinion) -> Self:
        return cls(
            user_id=one.user_id,
            name=one.name,
            score=None if one.score is None else ScoreAnswer.of(one.score),
            comment=one.judgement.comment,
            note=one.judgement.note,
            submitted_at=one.submitted_at,
        )


class CallTableAnswer(BaseModel):
    """What everybody said of one call, the largest differences first."""

    call_id: int
    reasons: list[SaidReason]
    opinions: list[SessionOpinionAnswer]
    machine: ScoreAnswer
    rows: list[RowAnswer]
    reference: dict[str, Any] | None = Field(description="The judgement all agreed on.")
    reference_score: ScoreAnswer | None
    prefill: dict[str, Any] = Field(description="The form to agree with: what all said where they said the same.")
    agreed_by: str | None
    agreed_at: datetime | None

    @classmethod
    def of(cls, table: CallTable, language: Language) -> Self:
        return cls(
            call_id=table.call.summary.id,
            reasons=[SaidReason.of(reason, language) for reason in table.reasons],
            opinions=[SessionOpinionAnswer.of(one) for one in table.opinions],
            machine=ScoreAnswer.of(table.machine),
            rows=[RowAnswer.of(row) for row in table.rows],
            reference=None if table.reference is None else as_json(table.reference),
            reference_score=None if table.reference_score is None else ScoreAnswer.of(table.reference_score),
            prefill=as_json(table.prefill),
            agreed_by=table.agreed_by,
            agreed_at=table.agreed_at,
        )


class NoteAnswer(FromAttributes):
    """A word of the discussion: of an item of a call, of a call, or of the session."""

    id: int
    call_id: int | None
    item: str | None
    text: str
    by: str
    at: datetime

    @classmethod
    def of(cls, row: CalibrationNoteRow) -> Self:
        return cls.model_validate(row)


class StandardChangeAnswer(FromAttributes):
    """A change to the standard somebody asks for."""

    id: int
    calibration_id: int | None
    card: str
    item: str | None
    rule: str | None
    text: str
    state: Literal["open", "accepted", "declined"]
    outcome: str | None = Field(description="What was done about it, or why not.")
    by: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    revision: int = Field(description="Send it as `If-Match` when you decide it.")


class StandardChangeList(BaseModel):
    changes: list[StandardChangeAnswer]
    counts: dict[str, int] = Field(description="How many there are in each state.")
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")

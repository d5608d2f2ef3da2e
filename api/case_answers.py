"""The shapes of `/v1` answers about the case library."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes, SaidReason
from models.case import CaseKind, CaseState, PersonalKind
from models.finding import Effect
from models.reason import Language
from models.transcript import Role
from pipeline.cases.library import Case, CaseLine


class CaseItemAnswer(BaseModel):
    item: str
    name: str


class CaseAnswerLine(BaseModel):
    """A case in a list."""

    id: int
    kind: CaseKind
    state: CaseState
    title: str
    difficulty: int
    tags: list[str]
    items: list[CaseItemAnswer]
    call_id: int
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    total: float | None = Field(description="The final score's total where people judged the call, else the machine's.")
    start: float = Field(description="Seconds of the recording.")
    end: float
    month: date | None = Field(description="First day of the month it was suggested for.")
    reasons: list[SaidReason] = Field(description="Why it was suggested.")
    flag: SaidReason | None = Field(description="Why somebody should look at it again.")
    made_by: str
    made_at: datetime
    published_at: datetime | None
    revision: int
    alike: list["CaseAnswerLine"] = Field([], description="Near duplicates; only where they were asked for.")

    @classmethod
    def fields_of(cls, line: CaseLine, language: Language) -> dict[str, object]:
        said = {"items", "reasons", "flag", "alike"}
        own = {name: getattr(line, name) for name in CaseAnswerLine.model_fields if name not in said}
        return own | {
            "tags": list(line.tags),
            "items": [CaseItemAnswer(item=item, name=name) for item, name in line.items],
            "reasons": [SaidReason.of(reason, language) for reason in line.reasons],
            "flag": None if line.flag is None else SaidReason.of(line.flag, language),
            "alike": [CaseAnswerLine.of(one, language) for one in line.alike],
        }

    @classmethod
    def of(cls, line: CaseLine, language: Language) -> Self:
        return cls.model_validate(cls.fields_of(line, language))


class CaseList(BaseModel):
    cases: list[CaseAnswerLine]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class CaseWordAnswer(FromAttributes):
    text: str
    start: float
    end: float


class CaseMarkAnswer(FromAttributes):
    begin: int
    end: int
    effect: Effect
    name: str


class MaskedAnswer(FromAttributes):
    begin: int
    end: int
    kind: PersonalKind


class CaseTurnAnswer(FromAttributes):
    """A turn, what is personal in it masked by ＊, character by character. Seconds are the recording's."""

    index: int
    role: Role
    start: float
    end: float
    text: str
    words: list[CaseWordAnswer]
    marks: list[CaseMarkAnswer] = Field(description="Characters that are evidence.")
    masked: list[MaskedAnswer] = Field(description="Characters that are masked.")


class VersionAnswer(FromAttributes):
    name: str
    version: int


class ProvenanceAnswer(FromAttributes):
    """Where the case came from. `changed`: the call was scored or judged again since."""

    sha256: str
    score_id: int | None
    machine_total: float | None
    machine_grade: str | None
    scored_at: datetime | None
    pack: VersionAnswer | None
    card: VersionAnswer | None
    classifier: str
    review_state: str | None
    final_id: int | None
    final_total: float | None
    final_grade: str | None
    final_source: str | None
    final_at: datetime | None
    appeal: str | None = Field(description="State of the appeal against the final score.")
    changed: bool


class CaseAnswer(CaseAnswerLine):
    """One case."""

    teaching: str
    first_turn: int
    last_turn: int
    turns: list[CaseTurnAnswer]
    beeps: list[tuple[float, float]] = Field(description="Seconds of the recording under a beep.")
    provenance: ProvenanceAnswer
    alike_to: int | None = Field(description="The case this is a near duplicate of.")
    published_by: str | None
    withdrawn_why: str | None
    withdrawn_at: datetime | None
    erased: bool = Field(description="The call's data were erased: neither words nor sound are left.")

    @classmethod
    def of_case(cls, case: Case, language: Language) -> Self:
        own = ("teaching", "first_turn", "last_turn", "published_by", "withdrawn_why", "withdrawn_at", "erased")
        return cls.model_validate(
            CaseAnswerLine.fields_of(case.line, language)
            | {name: getattr(case, name) for name in own}
            | {
                "turns": [CaseTurnAnswer.model_validate(turn) for turn in case.turns],
                "beeps": list(case.beeps),
                "provenance": ProvenanceAnswer.model_validate(case.provenance),
                "alike_to": case.alike,
            }
        )

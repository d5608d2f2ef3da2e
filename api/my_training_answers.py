"""The shapes of `/v1` answers about an agent's own training."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.answers import SaidReason
from api.training_answers import CertificateAnswer
from models.reason import Language
from models.training import AttendanceState, SessionState
from pipeline.training.my_training import MyTraining, OwnSession
from pipeline.training.sittings import OwnExam


class OwnSessionAnswer(BaseModel):
    """A session you are asked to."""

    id: int
    title: str
    starts_at: datetime
    hours: float
    place: str
    teacher: str
    notice: str
    state: SessionState
    attendance: AttendanceState
    may_sign: bool
    may_say: bool

    @classmethod
    def of(cls, one: OwnSession) -> Self:
        names = ("id", "title", "starts_at", "hours", "place", "teacher", "notice", "state")
        return cls(
            **{name: getattr(one.row, name) for name in names},
            attendance=AttendanceState(one.own.state),
            may_sign=one.may_sign,
            may_say=one.may_say,
        )


class OwnExamAnswer(BaseModel):
    """An exam for you."""

    id: int
    title: str
    minutes: int | None
    pass_mark: float
    closes_at: datetime | None
    tries: int
    refusal: SaidReason | None = Field(description="Why you cannot begin now; null where you can.")
    begun: int | None = Field(description="Number of the sitting to go on with.")

    @classmethod
    def of(cls, one: OwnExam, language: Language) -> Self:
        names = ("id", "title", "minutes", "pass_mark", "closes_at")
        return cls(
            **{name: getattr(one.exam, name) for name in names},
            tries=len(one.tries),
            refusal=SaidReason.maybe(one.refusal, language),
            begun=None if one.begun is None else one.begun.id,
        )


class MyTrainingAnswer(BaseModel):
    coming: list[OwnSessionAnswer]
    past: list[OwnSessionAnswer]
    exams: list[OwnExamAnswer]
    certificates: list[CertificateAnswer]

    @classmethod
    def of(cls, found: MyTraining, language: Language) -> Self:
        return cls(
            coming=[OwnSessionAnswer.of(one) for one in found.coming],
            past=[OwnSessionAnswer.of(one) for one in found.past],
            exams=[OwnExamAnswer.of(one, language) for one in found.exams],
            certificates=[CertificateAnswer.of(one) for one in (found.file.certificates if found.file else ())],
        )

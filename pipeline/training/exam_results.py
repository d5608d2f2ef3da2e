"""How an exam went: every try, shares that passed against the handbooks' targets, and how each question did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.tables import ExamRow, SittingRow
from models.training import PASS_TARGETS, Question, SittingState
from pipeline.training.changing import find
from pipeline.training.marking import asked
from pipeline.training.sittings import is_over
from scoring.exam import Marked, QuestionFigures, question_figures
from scoring.wilson import Share, share
from storage.training import sittings
from storage.training.people import Person, people


@dataclass(frozen=True, slots=True)
class PassRate:
    """Of those who sat for the `attempt`th time, the share that passed, beside the share that should."""

    attempt: int
    passed: Share
    target: float

    @property
    def is_met(self) -> bool | None:
        """None where nobody sat."""
        return None if self.passed.share is None else self.passed.share >= self.target


@dataclass(frozen=True, slots=True)
class QuestionResult:
    question: Question
    figures: QuestionFigures


@dataclass(frozen=True, slots=True)
class Try:
    row: SittingRow
    name: str
    person: Person | None
    over: bool


@dataclass(frozen=True, slots=True)
class ExamResults:
    """`waiting` sittings are to be marked by a trainer."""

    exam: ExamRow
    tries: tuple[Try, ...]
    rates: tuple[PassRate, ...]
    questions: tuple[QuestionResult, ...]
    mean: float | None
    marked: int
    waiting: int


@dataclass(frozen=True, slots=True)
class OneSitting:
    """A try with its answers, for who marks it, and afterwards for the agent."""

    row: SittingRow
    exam: ExamRow
    name: str


def results(session: Session, exam_id: int, now: datetime) -> ExamResults:
    """Raises NotFound where there is no such exam."""
    exam = find(session, ExamRow, exam_id)
    found = sittings.sittings_of(session, exam.id)
    known = people(session, [one.agent_id for one in found])
    marked = [one for one in found if one.state == SittingState.MARKED]
    tries = tuple(
        Try(
            one,
            known[one.agent_id].name if one.agent_id in known else one.agent_id,
            known.get(one.agent_id),
            one.state == SittingState.BEGUN and is_over(one, now),
        )
        for one in found
    )
    return ExamResults(
        exam,
        tries,
        pass_rates([(one.attempt, bool(one.passed)) for one in marked]),
        _questions(marked),
        sum(one.score or 0.0 for one in marked) / len(marked) if marked else None,
        len(marked),
        sum(one.state == SittingState.SUBMITTED for one in found),
    )


def pass_rates(tries: Sequence[tuple[int, bool]]) -> tuple[PassRate, ...]:
    """For the first, second and third sitting; `tries` are which one it was and whether it passed."""
    rates = []
    for attempt, target in enumerate(PASS_TARGETS, start=1):
        own = [passed for number, passed in tries if number == attempt]
        rates.append(PassRate(attempt, share(sum(own), len(own)), target))
    return tuple(rates)


def one_sitting(session: Session, sitting_id: int) -> OneSitting:
    """Raises NotFound where there is none."""
    row = find(session, SittingRow, sitting_id)
    known = people(session, [row.agent_id]).get(row.agent_id)
    return OneSitting(row, find(session, ExamRow, row.exam_id), known.name if known else row.agent_id)


def _questions(marked: Sequence[SittingRow]) -> tuple[QuestionResult, ...]:
    """As they were put to people, which may be another wording than the bank's of today; the newest counts."""
    put: dict[int, Question] = {}
    sat: list[Marked] = []
    for row in marked:
        own = asked(row)
        put |= {one.question.id: one.question for one in own}
        got: Mapping[int, float] = {one.question.id: one.points or 0.0 for one in own}
        sat.append(Marked(got, {one.question.id: one.question.points for one in own}))
    return tuple(QuestionResult(put[id_], question_figures(id_, sat)) for id_ in sorted(put))

"""The calls behind a figure of a report."""

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from models.errors import BadInput
from models.facts import BINS, CRITICAL_BITS, CallFactLine
from models.person import Viewer
from pipeline.people.visibility import hidden_calls
from pipeline.reports.span import DaySpan
from pipeline.reports.who import Who, scope_of
from storage.reports import drilled
from storage.reports.drilled import Place, Question
from storage.reports.wanted import Wanted

__all__ = ["By", "Drill", "Place", "Question", "drill", "drilled_error", "parse_question"]

By = Literal["machine", "people"]


@dataclass(frozen=True, slots=True)
class Drill:
    """One page of the `count` calls that a figure counted, latest day first; `hidden` of them are not listed.

    Hidden are calls that the viewer is still to judge without knowing what the machine said. `after` is where the next
    page begins, None on the last.
    """

    count: int
    hidden: int
    lines: tuple[CallFactLine, ...]
    after: Place | None


def drill(  # noqa: PLR0917  (whose, when, what: the figure's own address)
    session: Session,
    viewer: Viewer,
    span: DaySpan,
    who: Who,
    what: str,
    by: By,
    after: Place | None = None,
    limit: int = 50,
) -> Drill:
    """The calls a figure of the report counts, `count` being that figure.

    `what` is all, scored, reviewed, fatal, critical, customer_critical, business_critical, compliance_critical,
    transferred, satisfied, grade:NAME, final_grade:NAME, error:CARD:ITEM, type:CALL_TYPE, satisfaction:N, or a bin of
    `models.facts.BINS` by its lower bound, such as silence:30. `by` people asks fatal, critical, grades, totals and
    errors of the final scores.

    Raises:
        BadInput: `what` or `by` is none of these.
        NotFound: `who` is not the viewer's to see.
    """
    who = scope_of(viewer, who.team, who.agent_id)
    question = parse_question(what, by)
    wanted = who.during(span)
    kept = _kept_back(session, viewer)
    hidden = drilled.count(session, wanted, question, among=kept) if kept and question.tells_score else 0
    lines = _lines(session, wanted, question, kept, after, limit + 1)
    more = len(lines) > limit
    lines = lines[:limit]
    place = Place(lines[-1].day, lines[-1].call_id) if more else None
    return Drill(drilled.count(session, wanted, question), hidden, lines, place)


def drilled_error(
    session: Session,
    viewer: Viewer,
    span: DaySpan,
    who: Who,
    error: tuple[str, str],
    *,
    by_people: bool | None,
    after: Place | None,
    limit: int,
) -> tuple[CallFactLine, ...]:
    """Of (card, item); see `pipeline.reports.errors.calls_with_error`, which checks `who`."""
    question = Question("error", error[1], card=error[0], by_people=by_people)
    wanted = who.during(span)
    return _lines(session, wanted, question, _kept_back(session, viewer), after, limit)


def parse_question(what: str, by: str) -> Question:
    """A figure's address, checked.

    Raises:
        BadInput: there is no such figure.
    """
    if by not in {"machine", "people"}:
        raise BadInput("pipeline.no_figure", what=f"{what} ({by})"[:60])
    kind, _, value = what.partition(":")
    people = by == "people"
    plain = {"all", "scored", "reviewed", "fatal", "critical", "transferred", "satisfied", *CRITICAL_BITS}
    if kind in plain and not value:
        return Question(kind, by_people=people)
    if kind in {"grade", "final_grade"} and value:
        return Question("grade", value, by_people=people or kind == "final_grade")
    if kind == "error" and all(value.partition(":")):
        card, _, item = value.partition(":")
        return Question("error", item, card=card, by_people=people)
    if kind == "type":
        return Question("type", value, by_people=people)
    if kind == "satisfaction" and value.isdecimal() and len(value) < 4:
        return Question(kind, value, by_people=people)
    if kind in BINS and value in drilled.bin_names(kind):
        return Question("final_total" if kind == "total" and people else kind, value, by_people=people)
    raise BadInput("pipeline.no_figure", what=what[:60])


def _lines(  # noqa: PLR0917
    session: Session, wanted: Wanted, question: Question, kept: frozenset[int], after: Place | None, limit: int
) -> tuple[CallFactLine, ...]:
    """Without the calls whose scores the viewer must not know where the question tells them; else without scores."""
    without = kept if question.tells_score else frozenset()
    lines = drilled.lines(session, wanted, question, without=without, after=after, limit=limit)
    return tuple(_untold(line) if line.call_id in kept else line for line in lines)


def _untold(line: CallFactLine) -> CallFactLine:
    scores = ("total", "grade", "fatal", "critical", "final_total", "final_grade", "final_fatal", "final_critical")
    return replace(line, **dict.fromkeys((*scores, "lost")), hidden=True)  # type: ignore[arg-type]


def _kept_back(session: Session, viewer: Viewer) -> frozenset[int]:
    """Calls whose scores the viewer must not know yet."""
    if viewer.user_id is None:
        return frozenset()
    return hidden_calls(session, viewer, drilled.to_judge(session, viewer.user_id))

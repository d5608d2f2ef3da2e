"""The lead's page: who has how much, what waits for whom, sharing out, absences."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, field_validator

from api.console.choices import choices
from api.console.page import Frame, onward, render, words_for
from api.console.views import why_word
from api.console.wording import Wording
from api.database import ReadSession
from api.queries import Text
from api.viewer import CurrentViewer
from api.worklist_cursor import from_cursor, to_cursor
from models.review import Purpose
from pipeline import browse
from pipeline.browse import SeenLately
from pipeline.review import absences, desk, sharing
from pipeline.review.absences import Absence
from pipeline.review.desk import COUNTED, AssignmentFilter, AssignmentLine
from storage.review.workload import Load

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 50
NOBODY, SOMEBODY = "nobody", "somebody"

SAID = (
    *("as_chosen", "as_given_now", "as_back_now", "as_cancelled_now", "as_refused", "as_plan_given", "as_plan_left"),
    *("as_plan_none", "as_plan_calls", "as_shared_now", "as_unreachable", "as_minutes", "as_plan_more"),
)
"""The words assignments.js says."""


class AssignmentsForm(BaseModel):
    """The list's form; a field left empty asks nothing. `who` is a person's number, `nobody` or `somebody`."""

    who: Text = None
    purpose: Purpose | None = None
    team: Text = None
    call_type: Text = None
    overdue: bool | None = None
    cursor: Text = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: Any) -> Any:
        return None if value == "" else value

    def as_filter(self, now: datetime) -> AssignmentFilter:
        is_person = self.who is not None and self.who.isdecimal() and len(self.who) <= 18
        return AssignmentFilter(
            user_id=int(self.who or 0) if is_person else None,
            pooled={NOBODY: True, SOMEBODY: False}.get(self.who or ""),
            purpose=self.purpose,
            team=self.team,
            call_type=self.call_type,
            due_before=now if self.overdue else None,
        )

    @property
    def is_empty(self) -> bool:
        return not any((self.who, self.purpose, self.team, self.call_type, self.overdue))


@dataclass(frozen=True, slots=True)
class Figures:
    """Assignments, each counted up to 1000."""

    waiting: int
    held: int
    overdue: int
    present: int
    absent: int
    done: int


@dataclass(frozen=True, slots=True)
class AssignmentsPage:
    """`most` is the longest load, in seconds: what the bars are measured by. `words` are what the script says."""

    figures: Figures
    lines: tuple[AssignmentLine, ...]
    loads: tuple[Load, ...]
    away: tuple[Absence, ...]
    choices: SeenLately
    asked: AssignmentsForm
    today: str
    words: dict[str, str]
    next: str | None
    first: str | None

    purposes = tuple(Purpose)

    @property
    def most(self) -> float:
        return max([60.0, *(load.seconds for load in self.loads)])

    @property
    def present(self) -> list[Load]:
        return [load for load in self.loads if not load.absent]

    def count(self, t: Wording, number: int) -> str:
        return t("as_many", n=COUNTED) if number >= COUNTED else str(number)

    def why(self, t: Wording, code: str) -> str:
        return why_word(t, code)


@router.get("/assignments")
def assignments(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[AssignmentsForm, Query()]
) -> HTMLResponse:
    now = datetime.now(UTC)
    found = desk.to_do(session, viewer, form.as_filter(now), now, after=from_cursor(form.cursor), limit=ON_A_PAGE)
    loads = sharing.loads(session, now)
    t = words_for(request)
    page = AssignmentsPage(
        figures=_figures(session, loads, now),
        lines=found.lines,
        loads=loads,
        away=absences.absences(session, since=absences.today(now)),
        choices=choices(request, session, viewer),
        asked=form,
        today=absences.today(now).isoformat(),
        words={key.removeprefix("as_"): t.sentences[key] for key in SAID},
        next=onward(request, to_cursor(found.next)),
        first=onward(request, "") if form.cursor else None,
    )
    frame = Frame(t("title_assignments"), "assignments", browse.queue_size(session, viewer))
    return render(request, "assignments.html", frame, page)


def _figures(session: ReadSession, loads: tuple[Load, ...], now: datetime) -> Figures:
    def count(**wanted: Any) -> int:
        return desk.count_to_do(session, AssignmentFilter(**wanted), now)

    return Figures(
        waiting=count(pooled=True),
        held=count(pooled=False),
        overdue=count(due_before=now),
        present=sum(not load.absent for load in loads),
        absent=sum(load.absent for load in loads),
        done=sum(load.done for load in loads),
    )

"""The inspector's start: what to hear, what was done today, and the way to the next call."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.console.page import Frame, render, words_for
from api.database import ReadSession, WriteSession
from api.viewer import CurrentViewer
from models.review import AssignmentState
from models.settings import Settings
from pipeline import browse
from pipeline.review import assignment
from pipeline.review.desk import AssignmentLine, Desk, DoneLine, desk

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

LATEST = datetime.max.replace(tzinfo=UTC)
"""When calls are due that are not due at any time."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """`mine` has what was begun first, then what is overdue, then what is due next. `pool`: what anybody may take."""

    mine: tuple[AssignmentLine, ...]
    done: tuple[DoneLine, ...]
    pool: int
    now: datetime

    @property
    def left(self) -> int:
        return len(self.mine) + self.pool

    @property
    def unfinished(self) -> bool:
        return any(is_begun(line) for line in self.mine)

    @property
    def overdue(self) -> int:
        return sum(line.overdue for line in self.mine)

    @property
    def mean_seconds(self) -> float | None:
        spent = [line.seconds for line in self.done if line.seconds is not None]
        return sum(spent) / len(spent) if spent else None

    @property
    def listened_seconds(self) -> float:
        return sum(line.call_seconds or 0 for line in self.done)

    def hours_late(self, line: AssignmentLine) -> int:
        """Whole hours past due, at least one."""
        late = self.now - (line.due_at or self.now)
        return max(1, round(late / timedelta(hours=1)))


def desk_page(found: Desk, now: datetime) -> DeskPage:
    mine = sorted(found.mine, key=lambda line: (not is_begun(line), not line.overdue, line.due_at or LATEST, line.id))
    return DeskPage(tuple(mine), found.done, found.waiting, now)


def is_begun(line: AssignmentLine) -> bool:
    return line.state is AssignmentState.STARTED


@router.get("/desk")
def my_desk(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    now = datetime.now(UTC)
    page = desk_page(desk(session, viewer, now), now)
    frame = Frame(words_for(request)("title_desk"), "desk", browse.queue_size(session, viewer))
    return render(request, "desk.html", frame, page)


@router.post("/desk/next")
def next_call(request: Request, session: WriteSession, viewer: CurrentViewer) -> RedirectResponse:
    """Take the next call and open it; back to the desk where there is none."""
    settings: Settings = request.app.state.settings
    now = datetime.now(UTC)
    lease = settings.lease
    row = assignment.next_assignment(session, viewer, now, lease=lease)
    if row is None:
        return RedirectResponse("/desk", 303)
    assignment.start(session, viewer, row.id, now, lease=lease)
    return RedirectResponse(f"/review/{row.id}", 303)

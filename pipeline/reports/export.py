"""A report's calls one by one, for those who count for themselves: nobody's name and nobody's number in it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from models.person import Viewer
from models.tables import CallFactRow
from pipeline.people.visibility import hidden_calls
from pipeline.reports.span import DaySpan
from pipeline.reports.who import Who, scope_of
from storage.reports.drilled import to_judge
from storage.reports.exported import exported

COLUMNS = tuple(CallFactRow.__table__.c.keys())
"""Of a row: the facts of a call, as `models.tables.facts.CallFactRow` describes them."""

ERRORS = ("errors", "final_errors")
"""Items that cost points, as `card:item=points` with spaces between, `!` after those that were fatal."""

SCORES = (
    *("card", "total", "grade", "fatal", "critical", "coverage", "errors"),
    *("final_card", "final_total", "final_grade", "final_fatal", "final_critical", "final_errors"),
)
"""Left out of calls that the viewer is still to judge without knowing what was said of them."""

Cell = str | int | float | bool | None


def export_rows(session: Session, viewer: Viewer, span: DaySpan, who: Who) -> Iterator[dict[str, Cell]]:
    """One flat row for each call of the report, by day and call: `COLUMNS`, then `ERRORS`. Days are as 2026-11-05.

    Read a million without keeping them: rows come in chunks, in one transaction.

    Raises:
        NotFound: `who` is not the viewer's to see.
    """
    who = scope_of(viewer, who.team, who.agent_id)
    mine = () if viewer.user_id is None else to_judge(session, viewer.user_id)
    hidden = hidden_calls(session, viewer, mine)
    return _rows(session, who, span, hidden)


def _rows(session: Session, who: Who, span: DaySpan, hidden: frozenset[int]) -> Iterator[dict[str, Cell]]:
    for fact, errors in exported(session, who.during(span)):
        row: dict[str, Cell] = {name: getattr(fact, name) for name in COLUMNS}
        row["day"] = fact.day.isoformat()
        for name, by_people in zip(ERRORS, (False, True), strict=True):
            row[name] = " ".join(
                f"{one.card}:{one.item}={one.lost:g}{'!' if one.fatal else ''}"
                for one in errors
                if one.by_people is by_people
            )
        if fact.call_id in hidden:
            row.update(dict.fromkeys(SCORES))
        yield row

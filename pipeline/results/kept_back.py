"""Lists of results and appeals for who is to judge some of their calls first: without what would tell how these were.

The same calls as everywhere else (`pipeline.people.visibility`), so that no list says what a page of its own hides.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.orm import Session

from models.person import Viewer
from pipeline.people.visibility import hidden_calls
from storage.results.appeals import AppealLine
from storage.results.final_scores import ResultLine

Line = TypeVar("Line", AppealLine, ResultLine)


def kept_back(session: Session, viewer: Viewer, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a list, in their order; on calls hidden from the viewer nothing of the result."""
    hidden = hidden_calls(session, viewer, {line.call_id for line in lines})
    return tuple(blanked(line) if line.call_id in hidden else line for line in lines)


def blanked(line: Line) -> Line:
    if isinstance(line, AppealLine):
        return replace(line, total=None, new_total=None, outcome=None, why=None)
    return replace(line, total=None, grade=None, fatal=None)

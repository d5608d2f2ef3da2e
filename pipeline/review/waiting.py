"""How a call that waits for a person stands: its state, when it is due, who has it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.review import ReviewState
from storage.review import assignment_lines


@dataclass(frozen=True, slots=True)
class Waiting:
    """`people` have it now, or were given it; nobody: it is there for whoever comes next. `opinions` are asked for."""

    state: ReviewState
    due_at: datetime | None
    overdue: bool
    people: tuple[str, ...]
    opinions: int


def waiting(session: Session, call_ids: Collection[int], now: datetime) -> Mapping[int, Waiting]:
    """By call; of a page's calls, those that wait."""
    found: dict[int, Waiting] = {}
    for one in assignment_lines.holders(session, call_ids, now):
        before = found.get(one.call_id)
        names = () if before is None else before.people
        found[one.call_id] = Waiting(
            state=ReviewState(one.state),
            due_at=one.due_at,
            overdue=one.due_at is not None and one.due_at < now,
            people=(*names, one.name) if one.name else names,
            opinions=1 if before is None else before.opinions + 1,
        )
    return found

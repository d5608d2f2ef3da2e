"""Whose results, and which reviews have one: the conditions that all queries over results share."""

from sqlalchemy import ColumnElement

from models.person import Scope
from models.review import ReviewState
from models.tables import ReviewRow

PUBLISHED = tuple(
    state.value
    for state in (
        ReviewState.PUBLISHED,
        ReviewState.ACKNOWLEDGED,
        ReviewState.APPEALED,
        ReviewState.UPHELD,
        ReviewState.OVERTURNED,
        ReviewState.FINAL,
    )
)


def of_scope(within: Scope) -> list[ColumnElement[bool]]:
    """What keeps a query over reviews within a scope."""
    wanted = ((ReviewRow.team, within.team), (ReviewRow.agent_id, within.agent_id))
    return [column == value for column, value in wanted if value is not None]

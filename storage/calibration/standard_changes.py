"""Changes to the standard that were asked for. No function here commits."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.tables import StandardChangeRow


def changes(
    session: Session, *, state: str | None, calibration_id: int | None, after: int | None, limit: int
) -> tuple[StandardChangeRow, ...]:
    """The newest first, those before the change `after`."""
    query = select(StandardChangeRow).order_by(StandardChangeRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(StandardChangeRow.state == state)
    if calibration_id is not None:
        query = query.where(StandardChangeRow.calibration_id == calibration_id)
    if after is not None:
        query = query.where(StandardChangeRow.id < after)
    return tuple(session.scalars(query))


def counts(session: Session) -> dict[str, int]:
    """How many there are in each state."""
    query = select(StandardChangeRow.state, func.count()).group_by(StandardChangeRow.state)
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - dict() takes a Result for a mapping


def locked(session: Session, change_id: int) -> StandardChangeRow:
    """As it is stored now, nobody else deciding it until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    query = select(StandardChangeRow).where(StandardChangeRow.id == change_id).with_for_update(key_share=True)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("storage.no_standard_change", id=change_id)
    return row

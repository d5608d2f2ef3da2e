"""What the centre knows about a call, as its manifests say it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.call import METADATA_FIELDS, AgentStage, Direction, Metadata
from models.errors import NotFound
from models.tables import AssignmentRow, CallRow, ReviewRow
from models.tables.base import storable
from storage.reports.facts import keep_facts


@dataclass(frozen=True, slots=True)
class MetadataChange:
    """Fields and own columns by name: `filled` were missing before, `changed` had another value."""

    filled: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.filled or self.changed)


def put_metadata(session: Session, recording_id: int, metadata: Metadata) -> MetadataChange:
    """Store what a manifest says of a call; what that changed. Does not commit.

    The latest manifest is right: its values fill gaps and replace what an earlier one said, for a centre that sends
    another value corrects itself. What it leaves out stays. The call's review, which knows its team, agent and time,
    follows.

    Raises:
        NotFound: no such recording.
    """
    row = _call(session, recording_id)
    review = session.scalar(select(ReviewRow).where(ReviewRow.call_id == row.id).with_for_update(key_share=True))
    given: dict[str, Any] = {name: getattr(metadata, name) for name in METADATA_FIELDS}
    given = {name: _as_stored(value) for name, value in given.items() if value is not None}
    extra = {storable(name): storable(value) for name, value in metadata.extra.items()}
    before = {**row.extra, **{name: getattr(row, name) for name in METADATA_FIELDS}}
    after = {**extra, **given}
    for name, value in given.items():
        setattr(row, name, value)
    row.extra = {**row.extra, **extra}
    if review is not None:
        review.started_at = row.started_at
    if review is not None and (review.team, review.agent_id) != (row.team, row.agent_id):
        review.team, review.agent_id = row.team, row.agent_id
        corrected = update(AssignmentRow).where(AssignmentRow.review_id == review.id).values(team=row.team)
        session.execute(corrected.execution_options(synchronize_session="fetch"))
    session.flush()
    change = MetadataChange(
        filled=tuple(name for name in after if before.get(name) is None),
        changed=tuple(name for name in after if before.get(name) not in (None, after[name])),
    )
    if change:
        keep_facts(session, row.id)
    return change


def get_metadata(session: Session, recording_id: int) -> Metadata:
    """What is known about the call of this recording.

    Raises:
        NotFound: no such recording.
    """
    return as_metadata(_call(session, recording_id))


def as_metadata(row: CallRow) -> Metadata:
    """What a call's row knows."""
    known: dict[str, Any] = {name: getattr(row, name) for name in METADATA_FIELDS}
    known["agent_stage"] = None if row.agent_stage is None else AgentStage(row.agent_stage)
    known["direction"] = None if row.direction is None else Direction(row.direction)
    return Metadata(**known, extra=row.extra)


def _call(session: Session, recording_id: int) -> CallRow:
    row = session.scalar(select(CallRow).filter_by(recording_id=recording_id))
    if row is None:
        raise NotFound("storage.no_recording", id=recording_id)
    return row


def _as_stored(value: Any) -> Any:
    return storable(str(value)) if isinstance(value, str) else value

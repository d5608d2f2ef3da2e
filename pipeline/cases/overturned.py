"""Cases that no longer hold: the verdict was overturned, the call scored otherwise, or its recording erased.

A failing case whose items cost nothing any more says something untrue of somebody: it is withdrawn at once. Where only
part of it changed, somebody has to look again.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from models.case import OPEN_STATES, CaseKind, CaseState
from models.errors import CallqaError
from models.person import SYSTEM, Viewer
from models.reason import Fact, Reason
from models.score import ItemState
from models.tables import CaseRow
from pipeline.cases.clips import remove
from pipeline.cases.masking import CaseCall, case_call
from storage.cases import cases as store
from storage.cases import sources
from storage.people.audit import record
from storage.reason import stored

STATES = tuple(state.value for state in OPEN_STATES)
AT_ONCE = 200
EXCELLENT_FALLS = 80.0
"""An excellent case whose call is no longer at least good."""


def recheck_call(session: Session, call_id: int, now: datetime) -> int:
    """Hold the call's cases against the score in force now; how many were withdrawn or flagged.

    To be called where a final score is appended, in its transaction.
    """
    rows = store.of_calls(session, (call_id,), STATES)
    if not rows:
        return 0
    try:
        call = case_call(session, call_id)
    except CallqaError:
        return 0
    return sum(_recheck(session, row, call, now) for row in rows)


def anything_changed(session: Session) -> bool:
    """Whether `recheck_changed` has something to do."""
    return bool(sources.changed_calls(session, STATES, 1))


def recheck_changed(session: Session, now: datetime, limit: int = AT_ONCE) -> int:
    """The same for every call that shows another score, or has another final score, than its cases were held against.

    For the worker, every now and then; how many cases were looked at.
    """
    call_ids = sources.changed_calls(session, STATES, limit)
    for call_id in call_ids:
        recheck_call(session, call_id, now)
    return len(call_ids)


def forget_call(session: Session, viewer: Viewer, call_id: int, audio_dir: Path, now: datetime, *, why: str) -> int:
    """The call's data are erased: its cases are withdrawn, their words and sound deleted; how many there were.

    What is left is a title, what was taught, and that there was a case. A clip that others wait for is gone at once:
    call this in the transaction that erases, after what else may fail.
    """
    rows = store.of_calls(session, (call_id,), [state.value for state in CaseState])
    for row in rows:
        if row.clip is not None:
            remove(row.clip, audio_dir)
        row.clip, row.turns, row.beeps, row.text = None, [], [], ""
        row.tags, row.reasons, row.flag = [], [], None
        if row.state != CaseState.WITHDRAWN:
            row.state, row.withdrawn_why, row.withdrawn_at = CaseState.WITHDRAWN.value, why, now
        row.revision += 1
        record(session, viewer, "case.erased", now, target="case", target_id=row.id, facts={"call": call_id})
    session.flush()
    return len(rows)


def _recheck(session: Session, row: CaseRow, call: CaseCall, now: datetime) -> bool:
    items = [item.item for item in store.items(session, [row.id]).get(row.id, [])]
    gone, left = _held_against(row, call, items)
    row.score_id, row.review_id, row.final_id, row.total = call.score_id, call.review_id, call.final_id, call.total
    if not gone:
        session.flush()
        return False
    facts: dict[str, Fact] = {"items": "、".join(gone), "call": row.call_id}
    if row.kind == CaseKind.FAILING and not left and items:
        _withdraw(session, row, Reason("pipeline.case_overturned", facts), now)
    else:
        code = "pipeline.case_partly_overturned" if row.kind == CaseKind.FAILING else "pipeline.case_no_longer_good"
        row.flag = stored(Reason(code, facts))
        record(session, SYSTEM, "case.flagged", now, target="case", target_id=row.id, facts=facts)
    row.revision += 1
    session.flush()
    return True


def _held_against(row: CaseRow, call: CaseCall, items: Iterable[str]) -> tuple[list[str], list[str]]:
    """Names of the items that no longer bear the case, and of those that still do."""
    if row.kind == CaseKind.FAILING:
        lost = {one.id for one in call.items if one.state is ItemState.JUDGED and (one.cost > 0 or one.fatal)}
        names = call.item_names
        gone = [names.get(item, item) for item in items if item not in lost]
        return gone, [item for item in items if item in lost]
    return list(_faults(call, items)), []


def _faults(call: CaseCall, items: Iterable[str]) -> Iterator[str]:
    """What speaks against an excellent case."""
    asked = set(items)
    yield from (one.name for one in call.items if one.id in asked and (one.cost > 0 or one.fatal))
    if not asked and call.total is not None and call.total < EXCELLENT_FALLS:
        yield Reason("pipeline.case_total_fell", {"total": f"{call.total:.4g}"}).say()


def _withdraw(session: Session, row: CaseRow, why: Reason, now: datetime) -> None:
    """A suggestion or draft nobody has seen is dismissed; a published case withdrawn, saying why."""
    before, row.flag = row.state, stored(why)
    published = row.state == CaseState.PUBLISHED
    row.state = (CaseState.WITHDRAWN if published else CaseState.DISMISSED).value
    if published:
        row.withdrawn_why, row.withdrawn_at = why.say(), now
    facts: dict[str, Fact] = {"before": before, "after": row.state, **why.facts}
    record(session, SYSTEM, "case.overturned", now, target="case", target_id=row.id, facts=facts)

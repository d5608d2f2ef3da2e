"""What people said about rules: marks on a rule's answer in a call. No function here commits."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.tables import FindingRow, RuleMarkRow
from storage.once import insert_once

AT_ONCE = 500


def put_mark(
    session: Session,
    *,
    call_id: int,
    score_id: int,
    finding_id: int | None,
    pack: str,
    pack_version: int,
    rule: str,
    hit: bool,
    why: str,
    user_id: int,
    now: datetime,
) -> RuleMarkRow:
    """This person's word on the rule in that score; a later one replaces an earlier."""
    said = {"finding_id": finding_id, "hit": hit, "why": why, "at": now}
    key = {"score_id": score_id, "rule": rule, "user_id": user_id}
    row, new = insert_once(session, RuleMarkRow, key, call_id=call_id, pack=pack, pack_version=pack_version, **said)
    if not new:
        for name, value in said.items():
            setattr(row, name, value)
        session.flush()
    return row


def remove_mark(session: Session, score_id: int, rule: str, user_id: int) -> bool:
    """Whether there was one."""
    gone = delete(RuleMarkRow).filter_by(score_id=score_id, rule=rule, user_id=user_id).returning(RuleMarkRow.id)
    return session.execute(gone).first() is not None


def marks_of(session: Session, score_id: int) -> tuple[RuleMarkRow, ...]:
    query = select(RuleMarkRow).where(RuleMarkRow.score_id == score_id).order_by(RuleMarkRow.at, RuleMarkRow.id)
    return tuple(session.scalars(query))


def all_marks(
    session: Session, *, rules: Collection[str] | None = None, call_ids: Collection[int] | None = None
) -> tuple[RuleMarkRow, ...]:
    """In the order they were made."""
    query = select(RuleMarkRow).order_by(RuleMarkRow.at, RuleMarkRow.id)
    if rules is not None:
        query = query.where(RuleMarkRow.rule.in_(rules))
    if call_ids is None:
        return tuple(session.scalars(query))
    ids = list(call_ids)
    found: list[RuleMarkRow] = []
    for start in range(0, len(ids), AT_ONCE):
        found += session.scalars(query.where(RuleMarkRow.call_id.in_(ids[start : start + AT_ONCE])))
    return tuple(found)


def hits_among(session: Session, pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (score, rule) pairs, those in which the rule had hit."""
    scores = sorted({score for score, _ in pairs})
    found: set[tuple[int, str]] = set()
    for start in range(0, len(scores), AT_ONCE):
        some = FindingRow.score_id.in_(scores[start : start + AT_ONCE])
        rows = session.execute(select(FindingRow.score_id, FindingRow.rule).where(some).distinct())
        found |= {(score, rule) for score, rule in rows}
    return found & set(pairs)

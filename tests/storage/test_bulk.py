"""Many rows at once, on both databases."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.person import SYSTEM
from models.tables import AuditRow, DefinitionRow, DraftRow
from storage.bulk import Bulk
from storage.people.audit import record

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def add(bulk: Bulk, facts: object) -> int:
    id_ = bulk.next(AuditRow)
    own = {"at": NOW, "user_id": None, "token_id": None, "who": "a", "action": "b.c", "target": "d", "target_id": "1"}
    bulk.add(AuditRow, id=id_, **own, facts=facts, address="")
    return id_


def test_json_is_given_as_objects_or_as_text(session: Session) -> None:
    bulk = Bulk(session)
    first = [add(bulk, {"n": 1}), add(bulk, {"n": 2})]
    bulk.write()
    second = [add(bulk, '{"n":3}'), add(bulk, '{"n":4}')]
    bulk.write()
    found = {row.id: row.facts for row in session.scalars(select(AuditRow))}
    assert found == dict(zip([*first, *second], ({"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}), strict=True))
    asked = select(AuditRow.id).where(AuditRow.facts["n"].as_integer() == 3)
    assert session.scalar(asked) == second[0]


def test_others_go_on_numbering_after_it(session: Session) -> None:
    bulk = Bulk(session)
    last = [add(bulk, {}) for _ in range(5)][-1]
    bulk.write()
    record(session, SYSTEM, "x.y", NOW)
    session.flush()
    newest = session.scalar(select(AuditRow.id).order_by(AuditRow.id.desc()).limit(1))
    assert newest is not None
    assert newest > last


def test_rows_are_written_after_those_they_refer_to(session: Session) -> None:
    bulk = Bulk(session)
    version = bulk.next(DefinitionRow)
    who = {"created_at": NOW, "created_by": "a", "updated_at": NOW, "updated_by": "a"}
    bulk.add(DraftRow, id=bulk.next(DraftRow), kind="pack", name="p", body="", revision=1, based_on=version, **who)
    known = {"kind": "pack", "name": "p", "version": 1, "sha256": "0" * 64, "body": ""}
    bulk.add(DefinitionRow, id=version, **known, created_at=NOW)
    bulk.write()
    assert session.scalar(select(DraftRow.based_on)) == version

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.errors import Conflict
from storage.rulebook.definitions import remember


def test_a_definition_is_remembered_once(session: Session, now: datetime) -> None:
    first = remember(session, "pack", "service", 3, "a" * 64, "pack: service", now)
    again = remember(session, "pack", "service", 3, "a" * 64, "pack: service", now + timedelta(days=1))
    assert again.id == first.id
    assert (again.body, again.created_at) == ("pack: service", now)


def test_kinds_and_versions_are_apart(session: Session, now: datetime) -> None:
    ids = {
        remember(session, kind, "service", version, sha256, "text", now).id
        for kind, version, sha256 in (("pack", 3, "a"), ("pack", 4, "b"), ("scorecard", 3, "c"))
    }
    assert len(ids) == 3


def test_a_version_never_changes(session: Session, now: datetime) -> None:
    remember(session, "pack", "service", 3, "a" * 64, "old", now)
    with pytest.raises(Conflict) as refusal:
        remember(session, "pack", "service", 3, "b" * 64, "new", now)
    assert "service" in refusal.value.say("zh")
    assert "第 3 版" in refusal.value.say("zh")
    assert "4 or more" in refusal.value.say("en")
    assert remember(session, "pack", "service", 3, "a" * 64, "old", now).body == "old"

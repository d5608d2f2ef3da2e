"""A pack or scorecard drafted and published, on whichever database the test is about."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Kind, Version
from tests.pipeline.rulebook.drafted import NOW, Publish


@pytest.fixture
def publish(session: Session) -> Publish:
    """Draft a text and publish it."""

    def publish(text: str, kind: Kind = "pack", *, name: str = "desk", by: str = "李敏", **changes: Any) -> Version:
        used = next((o.in_use for o in definitions.overview(session, kind) if o.name == name), None)
        based_on = changes.pop("based_on", used)
        draft = definitions.create_draft(session, kind, name, text, based_on=based_on, by=by, now=NOW)
        given: dict[str, Any] = {"why": "投诉太多", "gate": None, "now": NOW} | changes
        version = definitions.publish(session, draft.id, revision=draft.revision, by=by, **given)
        session.commit()
        return version

    return publish

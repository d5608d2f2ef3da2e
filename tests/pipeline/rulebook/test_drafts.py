"""Drafts, on both databases: any text, nobody's work overwritten."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from models.errors import BadDefinition, Conflict, NotFound
from pipeline.rulebook import definitions
from scoring.pack import load_pack
from storage.rulebook.definitions import remember
from tests.pipeline.rulebook.drafted import LATER, NOW, refused


class TestDrafts:
    def test_a_draft_may_say_anything(self, session: Session) -> None:
        draft = definitions.create_draft(session, "pack", "desk", "rules: [\n没写完", based_on=None, by="李敏", now=NOW)
        assert (draft.revision, draft.based_on, draft.created_by, draft.text) == (1, None, "李敏", "rules: [\n没写完")
        saved = definitions.save_draft(session, draft.id, "还是\0没写完", revision=1, by="王强", now=LATER)
        assert (saved.revision, saved.created_by, saved.updated_by) == (2, "李敏", "王强")
        assert (saved.created_at, saved.updated_at) == (NOW, LATER)
        session.commit()
        session.expire_all()
        assert definitions.read_draft(session, draft.id) == saved

    def test_whoever_saves_an_old_revision_is_told_who_was_faster(self, session: Session) -> None:
        draft = definitions.create_draft(session, "pack", "desk", "a", based_on=None, by="李敏", now=NOW)
        definitions.save_draft(session, draft.id, "b", revision=1, by="王强", now=LATER)
        acts: tuple[Callable[[], object], ...] = (
            lambda: definitions.save_draft(session, draft.id, "c", revision=1, by="李敏", now=LATER),
            lambda: definitions.rebase_draft(session, draft.id, revision=1, onto=1, by="李敏", now=LATER),
            lambda: definitions.discard_draft(session, draft.id, revision=1),
            lambda: definitions.publish(session, draft.id, revision=1, by="李敏", why="w", gate=None, now=LATER),
        )
        remember(session, "pack", "desk", 1, "a", "…", NOW)
        for act in acts:
            assert "王强" in refused(Conflict, act).say()
        assert definitions.read_draft(session, draft.id).text == "b"

    def test_a_draft_that_is_gone_is_not_found(self, session: Session) -> None:
        draft = definitions.create_draft(session, "pack", "desk", "a", based_on=None, by="李敏", now=NOW)
        definitions.discard_draft(session, draft.id, revision=1)
        refused(NotFound, lambda: definitions.read_draft(session, draft.id))
        refused(NotFound, lambda: definitions.save_draft(session, draft.id, "b", revision=1, by="李敏", now=NOW))

    def test_its_number_is_never_given_again(self, session: Session) -> None:
        """Who has a discarded draft open must not save over somebody else's new one."""
        gone = definitions.create_draft(session, "pack", "desk", "a", based_on=None, by="李敏", now=NOW)
        definitions.discard_draft(session, gone.id, revision=1)
        session.commit()
        other = definitions.create_draft(session, "pack", "hall", "b", based_on=None, by="王强", now=NOW)
        assert other.id != gone.id

    @pytest.mark.parametrize(
        "changes", [{"name": "柜台"}, {"name": "a" * 61}, {"name": "../desk"}, {"by": " "}, {"by": "李" * 61}]
    )
    def test_name_and_person_must_be_such(self, session: Session, changes: dict[str, str]) -> None:
        given = {"name": "desk", "by": "李敏"} | changes
        refused(
            BadDefinition,
            lambda: definitions.create_draft(
                session, "pack", given["name"], "a", based_on=None, by=given["by"], now=NOW
            ),
        )

    def test_a_text_may_not_be_larger_than_any_pack_needs(self, session: Session) -> None:
        large = "说" * 333_334
        refused(
            BadDefinition,
            lambda: definitions.create_draft(session, "pack", "desk", large, based_on=None, by="李敏", now=NOW),
        )
        draft = definitions.create_draft(session, "pack", "desk", large[:-1], based_on=None, by="李敏", now=NOW)
        refused(BadDefinition, lambda: definitions.save_draft(session, draft.id, large, revision=1, by="李敏", now=NOW))

    def test_line_ends_of_browsers_are_those_of_files(self, session: Session) -> None:
        draft = definitions.create_draft(session, "pack", "desk", "a\r\nb\r\n", based_on=None, by="李敏", now=NOW)
        assert draft.text == "a\nb\n"

    def test_drafts_are_listed_last_saved_first(self, session: Session) -> None:
        first = definitions.create_draft(session, "pack", "desk", "a", based_on=None, by="李敏", now=NOW)
        card = definitions.create_draft(session, "scorecard", "desk", "a", based_on=None, by="李敏", now=NOW)
        definitions.save_draft(session, first.id, "b", revision=1, by="李敏", now=LATER)
        assert [draft.id for draft in definitions.drafts(session)] == [first.id, card.id]
        assert [draft.id for draft in definitions.drafts(session, "scorecard")] == [card.id]

    def test_a_draft_may_begin_from_a_shipped_version_nobody_used_yet(self, session: Session) -> None:
        pack = load_pack("inbound-service")
        draft = definitions.create_draft(
            session, "pack", pack.name, pack.text, based_on=pack.version, by="李敏", now=NOW
        )
        assert draft.based_on == pack.version
        refused(
            NotFound,
            lambda: definitions.create_draft(session, "pack", pack.name, "a", based_on=99, by="李敏", now=NOW),
        )

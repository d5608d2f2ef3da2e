"""Which version is in use, on both databases, and what there is."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.tables import DefinitionRow
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Kind, Version
from pipeline.rulebook.version import shipped_version
from scoring.pack import load_pack
from scoring.scorecard import load_scorecard
from storage.rulebook.definitions import remember
from tests.pipeline.rulebook.drafted import CASUAL, LATER, NOW, SHIRKING, Publish, pack_text, refused


class TestInUse:
    def test_what_is_shipped_until_somebody_publishes(self, session: Session, publish: Publish) -> None:
        name = "inbound-service"
        shipped = load_scorecard(name)
        assert definitions.load_in_use(session, "scorecard", name).text == shipped.text
        (only,) = definitions.versions(session, "scorecard", name)
        assert (only.origin, only.version, only.published_at) == ("shipped", shipped.version, None)
        remember(session, "scorecard", name, shipped.version, shipped.sha256, shipped.text, NOW)
        assert definitions.versions(session, "scorecard", name) == (only,)
        version = publish(shipped.text.replace("title: ", "title: 我们的", 1), "scorecard", name=name)
        assert (version.version, version.title[:3]) == (shipped.version + 1, "我们的")
        assert definitions.load_in_use(session, "scorecard", name).version == version.version
        listed = definitions.versions(session, "scorecard", name)
        assert [one.origin for one in listed] == ["published", "shipped"]
        definitions.retire(session, "scorecard", name, version.version, by="李敏", why="w", now=LATER)
        assert definitions.load_in_use(session, "scorecard", name).text == shipped.text
        definitions.retire(session, "scorecard", name, shipped.version, by="李敏", why="w", now=LATER)
        refused(Conflict, lambda: definitions.load_in_use(session, "scorecard", name))

    def test_after_an_upgrade_the_newer_shipped_one_is_used_and_the_older_stays_a_way_back(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = "inbound-service"
        shipped = definitions.versions(session, "scorecard", name)[0]
        remember(session, "scorecard", name, shipped.version, shipped.sha256, shipped.text, NOW)
        newer = replace(shipped, version=9, text=shipped.text.replace("version: ", "version: 9 #"), sha256="9" * 64)

        def shipped_now(kind: Kind, one: str) -> Version | None:
            return newer if (kind, one) == ("scorecard", name) else shipped_version(kind, one)

        for module in ("pipeline.rulebook.version", "pipeline.rulebook.in_use"):
            monkeypatch.setattr(f"{module}.shipped_version", shipped_now)
        assert definitions.load_in_use(session, "scorecard", name).version == 9
        found = definitions.versions(session, "scorecard", name)
        assert [(one.version, one.origin) for one in found] == [(9, "shipped"), (shipped.version, "shipped")]
        definitions.retire(session, "scorecard", name, 9, by="李敏", why="w", now=LATER)
        assert definitions.load_in_use(session, "scorecard", name).version == shipped.version

    def test_a_shipped_version_that_changed_under_its_number(self, session: Session) -> None:
        shipped = load_pack("inbound-service")
        remember(session, "pack", shipped.name, shipped.version, "a" * 64, "pack: inbound-service", NOW)
        error = refused(Conflict, lambda: definitions.load_in_use(session, "pack", shipped.name))
        assert error.reason.code == "pipeline.shipped_differs_pack"

    def test_a_file_is_used_as_it_is(self, session: Session, publish: Publish, tmp_path: Path) -> None:
        publish(pack_text(SHIRKING))
        file = tmp_path / "desk.yaml"
        file.write_text(pack_text(CASUAL, version=9), "utf8")
        for source in (file, str(file)):
            assert definitions.load_in_use(session, "pack", source).version == 9
        refused(NotFound, lambda: definitions.load_in_use(session, "pack", "no-such-pack"))
        refused(NotFound, lambda: definitions.load_in_use(session, "scorecard", "desk"))

    def test_a_file_that_judged_calls_is_a_version_but_not_in_use(self, session: Session, publish: Publish) -> None:
        remember(session, "pack", "desk", 5, "a" * 64, pack_text(CASUAL, version=5), NOW)
        (file,) = definitions.versions(session, "pack", "desk")
        assert (file.origin, file.by) == ("file", None)
        assert publish(pack_text(SHIRKING)).version == 6
        overview = next(one for one in definitions.overview(session, "pack") if one.name == "desk")
        assert (overview.in_use, overview.latest, overview.origin) == (6, 6, "published")

    def test_a_shipped_version_whose_number_is_taken_here_stays_out(self, session: Session) -> None:
        shipped = load_scorecard("inbound-service")
        row = remember(session, "scorecard", shipped.name, shipped.version, "f" * 64, "scorecard: other", NOW)
        row.published_by, row.published_why = "李敏", "w"
        session.commit()
        (only,) = definitions.versions(session, "scorecard", shipped.name)
        assert only.text == "scorecard: other"
        definitions.retire(session, "scorecard", shipped.name, shipped.version, by="李敏", why="w", now=LATER)
        refused(Conflict, lambda: definitions.load_in_use(session, "scorecard", shipped.name))

    def test_overview_has_everything_there_is(self, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        definitions.create_draft(session, "pack", "hall", "a", based_on=None, by="李敏", now=NOW)
        definitions.create_draft(session, "pack", "hall", "b", based_on=None, by="李敏", now=NOW)
        found = {one.name: one for one in definitions.overview(session, "pack")}
        assert list(found) == sorted(found)
        desk, hall, shipped = found["desk"], found["hall"], found["inbound-service"]
        assert (desk.title, desk.in_use, desk.latest, desk.drafts) == ("柜台规则", 1, 1, 0)
        assert (hall.title, hall.in_use, hall.latest, hall.drafts) == ("hall", None, None, 2)
        assert (shipped.in_use, shipped.origin, shipped.drafts) == (load_pack("inbound-service").version, "shipped", 0)

    def test_published_versions_are_whole_in_the_database(self, session: Session, publish: Publish) -> None:
        version = publish(pack_text(SHIRKING))
        row = session.scalars(select(DefinitionRow).filter_by(name="desk")).one()
        assert (row.body, row.sha256) == (version.text, version.sha256)
        assert definitions.load_in_use(session, "pack", "desk").sha256 == version.sha256

"""From a draft to a version, on both databases: what is refused, and what is written down."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.errors import BadDefinition, CallqaError, Conflict, NotFound
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Version
from storage.database import sessions
from storage.rulebook.definitions import newest, remember
from tests.pipeline.rulebook.drafted import (
    CASUAL,
    IMPATIENT,
    LATER,
    NOW,
    SHIRKING,
    Publish,
    card_text,
    pack_text,
    refused,
)


class TestPublishing:
    def test_who_when_and_why_is_kept_and_the_draft_is_gone(self, session: Session) -> None:
        draft = definitions.create_draft(
            session, "pack", "desk", pack_text(SHIRKING), based_on=None, by="李敏", now=NOW
        )
        gate = {"passed": True, "figures": {"desk-shirking": {"precision": 0.98}}}
        version = definitions.publish(
            session, draft.id, revision=1, by="  王 强 ", why=" 新柜台 \n", gate=gate, now=LATER
        )
        session.commit()
        session.expire_all()
        assert version == definitions.read_version(session, "pack", "desk", 1)
        assert (version.by, version.why, version.published_at) == ("王 强", "新柜台", LATER)
        assert (version.origin, version.title, version.gate) == ("published", "柜台规则", gate)
        assert definitions.drafts(session) == ()

    def test_versions_are_counted_whatever_the_text_says(self, session: Session, publish: Publish) -> None:
        assert publish(pack_text(SHIRKING, version=7)).version == 1
        second = publish(pack_text(SHIRKING, IMPATIENT, version=1))
        assert second.version == 2
        assert second.text == pack_text(SHIRKING, IMPATIENT, version=2), "comments and layout stay"
        assert definitions.load_in_use(session, "pack", "desk").version == 2

    def test_what_was_published_stays_as_it_was(self, session: Session, publish: Publish) -> None:
        first = publish(pack_text(SHIRKING))
        publish(pack_text(SHIRKING, IMPATIENT))
        assert definitions.read_version(session, "pack", "desk", 1) == first
        pack = definitions.load_in_use(session, "pack", "desk")
        assert remember(session, "pack", "desk", 2, pack.sha256, pack.text, NOW).published_by == "李敏"
        with pytest.raises(Conflict):
            remember(session, "pack", "desk", 2, "0" * 64, "anders", NOW)

    @pytest.mark.parametrize("changes", [{"why": "  "}, {"by": ""}, {"why": "长" * 1001}])
    def test_nobody_publishes_without_a_name_and_a_reason(self, session: Session, changes: dict[str, str]) -> None:
        draft = definitions.create_draft(
            session, "pack", "desk", pack_text(SHIRKING), based_on=None, by="李敏", now=NOW
        )
        given = {"by": "李敏", "why": "投诉太多"} | changes
        refused(
            BadDefinition,
            lambda: definitions.publish(
                session, draft.id, revision=1, by=given["by"], why=given["why"], gate=None, now=NOW
            ),
        )

    def test_a_wrong_text_is_refused_with_all_its_mistakes(self, publish: Publish) -> None:
        text = pack_text(SHIRKING).replace("effect: violation", "effect: violations").replace("why:", "reason:")
        error = refused(BadDefinition, lambda: publish(text))
        assert len(error.details) >= 2
        assert definitions.mistakes("pack", text, file="desk.yaml") == error.details
        assert definitions.mistakes("pack", pack_text(SHIRKING)) == ()
        assert definitions.mistakes("pack", "rules: [") != ()

    def test_a_rule_that_fails_its_own_cases_is_refused_by_name(self, publish: Publish) -> None:
        text = pack_text(SHIRKING).replace("agent: 这个不归我们管", "agent: 您好").replace("customer: 不", "agent: 不")
        error = refused(BadDefinition, lambda: publish(text))
        assert [(detail.code, detail.facts["rule"]) for detail in error.details] == [
            ("pipeline.case_fires", "desk-shirking"),
            ("pipeline.case_silent", "desk-shirking"),
        ]

    def test_the_text_cannot_rename_it(self, publish: Publish) -> None:
        error = refused(BadDefinition, lambda: publish(pack_text(SHIRKING, name="hall")))
        assert "hall" in error.say()

    def test_a_change_of_layout_is_nothing_new(self, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        error = refused(Conflict, lambda: publish(pack_text(SHIRKING, version=5).replace("# 客户", "# 我们客户")))
        assert error.reason.code == "pipeline.nothing_changed"

    def test_an_older_meaning_may_come_back(self, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        publish(pack_text(SHIRKING, IMPATIENT))
        assert publish(pack_text(SHIRKING)).version == 3

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("version: 1", "version: 2"),
            ("version:   1", "version:   2"),
            ("'version': 1", "'version': 2"),
            ("version: &here 1", "version: 2"),
            ("version: 0x1", "version: 2"),
        ],
    )
    def test_only_the_number_is_rewritten(self, publish: Publish, written: str, kept: str) -> None:
        publish(pack_text(SHIRKING))
        old = pack_text(SHIRKING, IMPATIENT).replace("version: 1", written)
        assert publish(old).text == pack_text(SHIRKING, IMPATIENT).replace("version: 1", kept)

    def test_a_text_in_one_line_is_numbered_too(self, publish: Publish) -> None:
        rule = "{id: a, name: a, why: a, when: {phrase: [不归我们管]}, effect: tag}"
        text = f"{{pack: desk, version: 9, title: '版本 9', rules: [{rule}]}}"
        assert publish(text).text == text.replace("version: 9", "version: 1")

    def test_a_number_borrowed_from_elsewhere_must_be_written_plainly(self, publish: Publish) -> None:
        text = pack_text(SHIRKING).replace("version: 1 ", "version: *one").replace("# 客户", "title: &one 1\n# 客户")
        error = refused(BadDefinition, lambda: publish(text.replace("title: 柜台规则\n", "")))
        assert error.reason.code in {"pipeline.version_not_plain", "scoring.not_text"}

    def test_a_newer_version_since_the_draft_was_begun_must_be_looked_at(
        self, session: Session, publish: Publish
    ) -> None:
        publish(pack_text(SHIRKING))
        mine = definitions.create_draft(
            session, "pack", "desk", pack_text(SHIRKING, CASUAL), based_on=1, by="李敏", now=NOW
        )
        publish(pack_text(SHIRKING, IMPATIENT), by="王强")

        def publish_mine(revision: int) -> Version:
            return definitions.publish(session, mine.id, revision=revision, by="李敏", why="w", gate=None, now=LATER)

        error = refused(Conflict, lambda: publish_mine(1))
        assert error.reason.code == "pipeline.newer_version"
        assert "王强" in error.say()
        definitions.rebase_draft(session, mine.id, revision=1, onto=2, by="李敏", now=LATER)
        assert publish_mine(2).version == 3

    def test_a_new_one_cannot_take_a_name_in_use(self, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        error = refused(Conflict, lambda: publish(pack_text(IMPATIENT), based_on=None))
        assert error.reason.code == "pipeline.name_taken_pack"
        error = refused(Conflict, lambda: publish(card_text(), "scorecard", name="inbound-service", based_on=None))
        assert error.reason.code == "pipeline.name_taken_scorecard"

    def test_two_who_publish_at_once(self, engine: Engine, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        drafts = [
            definitions.create_draft(session, "pack", "desk", pack_text(SHIRKING, rule), based_on=1, by="李敏", now=NOW)
            for rule in (IMPATIENT, CASUAL)
        ]
        session.commit()
        make, ready = sessions(engine), Barrier(2)

        def publish_one(draft_id: int) -> str:
            ready.wait()
            try:
                with make.begin() as own:
                    definitions.publish(own, draft_id, revision=1, by="李敏", why="w", gate=None, now=LATER)
            except Conflict as error:
                return error.reason.code
            return "published"

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(publish_one, [draft.id for draft in drafts]))
        assert sorted(answers) == ["pipeline.newer_version", "published"]
        assert len(definitions.drafts(session)) == 1

    def test_one_draft_published_by_two_at_once(self, engine: Engine, session: Session) -> None:
        draft = definitions.create_draft(
            session, "pack", "desk", pack_text(SHIRKING), based_on=None, by="李敏", now=NOW
        )
        session.commit()
        make, ready = sessions(engine), Barrier(2)

        def publish_one(by: str) -> str:
            ready.wait()
            try:
                with make.begin() as own:
                    definitions.publish(own, draft.id, revision=1, by=by, why="w", gate=None, now=LATER)
            except CallqaError as error:
                return error.reason.code
            return "published"

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(publish_one, ["李敏", "王强"]))
        assert answers == ["published", "storage.no_draft"]
        assert len(definitions.versions(session, "pack", "desk")) == 1


class TestFitting:
    """A scorecard listens to the rules of one pack; publishing must not leave it deaf."""

    def test_a_card_may_only_listen_to_rules_its_pack_has(self, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        error = refused(BadDefinition, lambda: publish(card_text("desk-shirking", "desk-impatience"), "scorecard"))
        assert [detail.facts["rule"] for detail in error.details] == ["desk-impatience"]
        text = card_text("desk-shirking", "desk-impatience")
        pack = definitions.partner(session, text)
        assert pack is not None
        assert [mistake.facts["rule"] for mistake in definitions.mistakes("scorecard", text, pack=pack)] == [
            "desk-impatience"
        ]
        assert definitions.mistakes("scorecard", text) == ()

    def test_a_card_of_another_name_goes_with_the_pack_that_has_its_rules(self, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        assert publish(card_text("desk-shirking", name="vip"), "scorecard", name="vip").version == 1
        mixed = card_text("desk-shirking", "rude-question", name="mix")
        error = refused(BadDefinition, lambda: publish(mixed, "scorecard", name="mix"))
        assert len(error.details) == 1, "the rules of a card are those of one pack"

    def test_rules_nobody_has(self, publish: Publish) -> None:
        error = refused(BadDefinition, lambda: publish(card_text("no-such-rule", name="vip"), "scorecard", name="vip"))
        assert error.reason.code == "pipeline.card_without_pack"
        assert "no-such-rule" in error.say()

    def test_the_pack_set_beside_a_card_comes_before_the_one_of_its_name(self, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        publish(pack_text(CASUAL, name="hall"), name="hall")
        card = card_text("desk-casual")
        refused(BadDefinition, lambda: publish(card, "scorecard"))
        assert publish(card, "scorecard", pair=("hall", "desk")).version == 1

    def test_a_rule_somebody_listens_to_cannot_go(self, publish: Publish) -> None:
        publish(pack_text(SHIRKING, IMPATIENT))
        publish(card_text("desk-shirking", "desk-impatient"), "scorecard")
        publish(card_text("desk-impatient", name="vip"), "scorecard", name="vip")
        error = refused(Conflict, lambda: publish(pack_text(SHIRKING)))
        assert error.reason.code == "pipeline.rules_listened_to"
        assert {(detail.facts["card"], detail.facts["item"]) for detail in error.details} == {
            ("desk", "不说“desk-impatient”"),
            ("vip", "不说“desk-impatient”"),
        }
        publish(card_text("desk-shirking"), "scorecard")
        publish(card_text("desk-shirking", name="vip"), "scorecard", name="vip")
        assert publish(pack_text(SHIRKING)).version == 2

    def test_going_back_must_fit_too(self, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        publish(pack_text(SHIRKING, IMPATIENT))
        publish(card_text("desk-impatient"), "scorecard")

        def retire() -> Version:
            return definitions.retire(session, "pack", "desk", 2, by="李敏", why="误判", now=LATER)

        assert refused(Conflict, retire).reason.code == "pipeline.rules_listened_to"
        publish(card_text("desk-shirking"), "scorecard")
        assert retire().retired_by == "李敏"
        back = lambda: definitions.retire(session, "scorecard", "desk", 2, by="李敏", why="误判", now=LATER)  # noqa: E731
        assert refused(BadDefinition, back).details


class TestRetiring:
    def test_the_version_before_is_used_again(self, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        publish(pack_text(SHIRKING, IMPATIENT))
        retired = definitions.retire(session, "pack", "desk", 2, by="王强", why="误判太多", now=LATER)
        assert (retired.retired_by, retired.retired_why, retired.retired_at) == ("王强", "误判太多", LATER)
        assert (retired.by, retired.version) == ("李敏", 2)
        assert definitions.load_in_use(session, "pack", "desk").version == 1
        assert publish(pack_text(CASUAL)).version == 3, "a number is not used twice"

    def test_a_fix_may_be_based_on_the_version_that_was_retired(self, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        publish(pack_text(SHIRKING, IMPATIENT))
        definitions.retire(session, "pack", "desk", 2, by="王强", why="误判太多", now=LATER)
        assert publish(pack_text(SHIRKING, CASUAL), based_on=2).version == 3

    def test_once(self, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))

        def retire(**changes: Any) -> Version:
            given: dict[str, Any] = {"by": "李敏", "why": "试用结束", "now": LATER} | changes
            return definitions.retire(session, "pack", "desk", given.pop("version", 1), **given)

        refused(BadDefinition, lambda: retire(why=""))
        refused(NotFound, lambda: retire(version=2))
        retire()
        assert "李敏" in refused(Conflict, lambda: retire(by="王强")).say()
        assert definitions.read_version(session, "pack", "desk", 1).retired_by == "李敏"

    def test_when_all_are_retired_nothing_is_scored_with_it(self, session: Session, publish: Publish) -> None:
        publish(pack_text(SHIRKING))
        definitions.retire(session, "pack", "desk", 1, by="李敏", why="试用结束", now=LATER)
        error = refused(Conflict, lambda: definitions.load_in_use(session, "pack", "desk"))
        assert error.reason.code == "pipeline.all_retired_pack"
        assert "desk" in error.say()
        overview = next(one for one in definitions.overview(session, "pack") if one.name == "desk")
        assert (overview.in_use, overview.latest) == (None, 1)

    def test_workers_see_that_something_happened(self, session: Session, publish: Publish) -> None:
        seen = [newest(session)]
        publish(pack_text(SHIRKING))
        seen.append(newest(session))
        definitions.retire(session, "pack", "desk", 1, by="李敏", why="w", now=LATER)
        seen.append(newest(session))
        remember(session, "pack", "other", 1, "a", "…", NOW)
        assert newest(session) == seen[-1], "a file that judged calls changes nothing"
        assert len(set(seen)) == 3

from datetime import timedelta

from sqlalchemy.orm import Session

from pipeline.rulebook.definitions import load_in_use
from pipeline.rulebook.rule_ages import ages, new_rules
from tests.pipeline.rulebook.drafted import CASUAL, IMPATIENT, NOW, SHIRKING, Publish, pack_text

DAY = timedelta(days=1)


def test_only_rules_that_are_new_or_were_changed_lately_are_named(session: Session, publish: Publish) -> None:
    changed = CASUAL | {"phrase": "好像是吧"}
    publish(pack_text(SHIRKING, CASUAL), now=NOW - 40 * DAY)
    publish(pack_text(SHIRKING, changed), now=NOW - 5 * DAY)
    publish(pack_text(SHIRKING, changed, IMPATIENT), now=NOW - DAY)
    found = new_rules(session, load_in_use(session, "pack", "desk"), NOW)
    assert found == {"desk-casual": NOW - 5 * DAY, "desk-impatient": NOW - DAY}
    assert ages(found, NOW) == {"desk-casual": 5.0, "desk-impatient": 1.0}
    assert new_rules(session, load_in_use(session, "pack", "desk"), NOW + 20 * DAY) == {}


def test_all_rules_of_a_pack_that_is_new(session: Session, publish: Publish) -> None:
    publish(pack_text(SHIRKING, CASUAL), now=NOW - 2 * DAY)
    found = new_rules(session, load_in_use(session, "pack", "desk"), NOW)
    assert found == dict.fromkeys(("desk-shirking", "desk-casual"), NOW - 2 * DAY)


def test_nobody_says_since_when_shipped_rules_are_in_use(session: Session) -> None:
    assert new_rules(session, load_in_use(session, "pack", "inbound-service"), NOW) == {}

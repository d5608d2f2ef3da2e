"""The machine decides more only where it has shown that it agrees with people, and less where it no longer does."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound, Stale
from models.learning import Level
from models.person import SYSTEM
from models.tables import AuditRow, ClassifierRow, ScoreRow
from pipeline.learning.drifting import lower_unborne
from pipeline.learning.level_bars import Bars, above, below
from pipeline.learning.levels import Standing, all_levels, find_standing, set_level
from scoring.agreement.figure import known, one_answer
from storage.learning import classifiers, levels
from tests.pipeline.judged import CARD, NOW
from tests.pipeline.learning.levelled import AGREEING, DISAGREEING, ITEM, Levelled

BARS = Bars()
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def desk(session: Session) -> Levelled:
    desk = Levelled(session)
    desk.ask(at=NOW - timedelta(days=1))
    return desk


def asked(desk: Levelled, level: Level, *, why: str = "与质检员一致", item: str = ITEM, **more: int) -> Standing:
    revision = more.get("revision", find_standing(desk.session, CARD.name, item, BARS, LATER).revision)
    return set_level(desk.session, desk.lead, CARD.name, item, level, why=why, revision=revision, bars=BARS, now=LATER)


def raised(desk: Levelled) -> None:
    asked(desk, Level.SUGGESTS)
    asked(desk, Level.DECIDES)


def now_at(desk: Levelled) -> Level:
    return levels.levels_of(desk.session, CARD.name).get(ITEM, Level.REPORT_ONLY)


def words(error: Conflict) -> str:
    return error.say() + "".join(detail.say() for detail in error.details)


def test_an_item_rises_one_step_at_a_time_where_the_evidence_meets_the_bar(desk: Levelled) -> None:
    desk.heard(*AGREEING, times=8)
    desk.heard((False, False), times=1)
    with pytest.raises(Conflict) as refused:
        asked(desk, Level.SUGGESTS)
    assert "还差 13 通：模型有结论、人也评过的有 17 通，需要 30 通" in words(refused.value)

    desk.heard(*AGREEING, times=8)
    with pytest.raises(Conflict, match="one step"):
        asked(desk, Level.DECIDES)
    assert asked(desk, Level.SUGGESTS).next is Level.DECIDES
    assert asked(desk, Level.DECIDES).next is None
    assert now_at(desk) is Level.DECIDES
    assert levels.levels_of(desk.session, "another") == {}

    first, second = desk.session.scalars(select(AuditRow).where(AuditRow.target == "level").order_by(AuditRow.id))
    told = {"level_before": "suggests", "level_after": "decides", "n": 33}
    assert (first.action, second.facts) == ("level.raised", told)
    line = levels.lines_of(desk.session, CARD.name)[ITEM]
    assert line.evidence["n"] == 33
    assert line.evidence["low"] >= 0.6
    assert line.why is not None
    assert line.why.say() == "与质检员一致"


def test_agreement_no_better_than_chance_raises_nothing(desk: Levelled) -> None:
    desk.heard(*DISAGREEING, times=8)
    with pytest.raises(Conflict) as refused:
        asked(desk, Level.SUGGESTS)
    assert "κ 是 0.00" in words(refused.value)
    assert "要达到 0.40（32 通）" in words(refused.value)
    assert now_at(desk) is Level.REPORT_ONLY
    with pytest.raises(BadInput):
        asked(desk, Level.SUGGESTS, why=" ")
    with pytest.raises(Stale):
        asked(desk, Level.SUGGESTS, revision=7)
    with pytest.raises(NotFound):
        asked(desk, Level.SUGGESTS, item="no-such")


def test_what_the_card_leaves_to_rules_is_suggested_at_most(desk: Levelled) -> None:
    (card,) = (one for one in all_levels(desk.session, BARS, LATER) if one.card.name == CARD.name)
    highest = {one.item.id: one.highest for one in card.items}
    assert highest == {"empathy": Level.DECIDES, "patience": Level.SUGGESTS}, "the others ask no classifier"
    assert all(not one.may_rise and one.missing for one in card.items)


def test_falling_agreement_lowers_by_itself_once(desk: Levelled) -> None:
    desk.heard(*AGREEING, times=15)
    raised(desk)
    assert lower_unborne(desk.session, BARS, LATER) == ()
    desk.heard((True, False), (False, True), times=9)
    (lowered,) = lower_unborne(desk.session, BARS, LATER)
    assert lowered.line.why is not None
    assert "降到 0.25，低于 0.50（48 通），自动降级" in lowered.line.why.say()
    assert (lowered.line.by, lowered.line.level) == (SYSTEM.name, Level.SUGGESTS)
    assert now_at(desk) is Level.SUGGESTS
    (again,) = lower_unborne(desk.session, BARS, LATER)
    assert again.line.level is Level.REPORT_ONLY, "κ 0.25 does not bear suggesting either"
    assert lower_unborne(desk.session, BARS, LATER) == ()
    assert levels.lowered_since(desk.session, NOW) == 2


def test_another_classifier_must_show_itself_first(desk: Levelled) -> None:
    desk.heard(*AGREEING, times=15)
    raised(desk)
    row = ClassifierRow(version=1, sha256="a", data={"trained": []}, report={}, body=b"", made_by="周主管", made_at=NOW)
    desk.session.add(row)
    desk.session.flush()
    classifiers.add_use(desk.session, row, desk.lead, "换新", LATER)
    (lowered,) = lower_unborne(desk.session, BARS, LATER)
    assert lowered.line.why is not None
    assert "换了模型" in lowered.line.why.say()
    assert now_at(desk) is Level.SUGGESTS
    assert lower_unborne(desk.session, BARS, LATER) == ()


def test_calls_the_classifier_before_scored_are_no_evidence_of_the_new_one(desk: Levelled) -> None:
    desk.heard(*AGREEING, times=15)
    raised(desk)
    row = ClassifierRow(version=1, sha256="a", data={"trained": []}, report={}, body=b"", made_by="周主管", made_at=NOW)
    desk.session.add(row)
    desk.session.flush()
    desk.now = LATER
    with_before = desk.by
    classifiers.add_use(desk.session, row, desk.lead, "换新", LATER)
    desk.heard(*AGREEING, times=20)
    desk.session.execute(update(ScoreRow).where(ScoreRow.id > 30).values(classifier=f"{with_before}/0"))
    (lowered,) = lower_unborne(desk.session, BARS, LATER)
    assert lowered.line.evidence["n"] == 0, "they waited in the queue while it came into use"
    desk.heard(*AGREEING, times=15)
    assert lower_unborne(desk.session, BARS, LATER) == ()


def test_an_item_judged_otherwise_must_show_itself_again(desk: Levelled) -> None:
    desk.heard(*AGREEING, times=15)
    raised(desk)
    desk.ask(3, at=LATER)
    assert lower_unborne(desk.session, BARS, LATER) == (), "a version that leaves the item as it is"
    desk.ask(4, points=40, at=LATER)
    (lowered,) = lower_unborne(desk.session, BARS, LATER)
    assert lowered.line.why is not None
    assert "判法改了" in lowered.line.why.say()


def test_a_lead_lowers_at_any_time(desk: Levelled) -> None:
    desk.heard(*AGREEING, times=15)
    raised(desk)
    assert asked(desk, Level.REPORT_ONLY, why="客户投诉").level is Level.REPORT_ONLY
    assert lower_unborne(desk.session, BARS, LATER) == ()


def test_without_any_level_nothing_is_counted(desk: Levelled) -> None:
    assert lower_unborne(desk.session, BARS, LATER) == ()
    assert levels.latest_level(desk.session) == 0


def test_hysteresis_lies_between_rising_and_falling() -> None:
    between = known(0.52, 0.3, 0.7, 40)
    assert BARS.missing(Level.DECIDES, between)
    assert not BARS.fell(Level.DECIDES, between)
    assert BARS.fell(Level.DECIDES, known(0.49, 0.3, 0.7, 40))
    assert not BARS.fell(Level.DECIDES, known(0.2, 0.0, 0.5, 29)), "too few to say"
    (undefined,) = BARS.missing(Level.SUGGESTS, one_answer(40))
    assert "无法计算" in undefined.say()
    assert (above(Level.DECIDES), below(Level.REPORT_ONLY)) == (None, Level.REPORT_ONLY)

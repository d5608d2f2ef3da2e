"""The ledger is append-only; the ladder proposes, a person enters."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.action import LedgerKind
from models.appeal import AppealedItem, ItemDecision
from models.errors import BadDefinition, BadInput, Conflict, NotFound, Stale
from models.feedback import FeedbackKind, FeedbackState
from models.person import UserRole, Viewer
from models.review import ItemVerdict
from models.score import ItemState
from models.tables import AssignmentRow, FeedbackRow, LedgerRow
from pipeline.actions import ladder, ledger
from pipeline.actions.moving import Move, move
from pipeline.actions.opening import OpenAction, open_action
from pipeline.actions.proposals import enter_proposal, proposals
from pipeline.reports.span import month_of, today
from pipeline.results.appealing import give_hearing, open_appeal
from pipeline.results.deciding import decide
from pipeline.results.publishing_results import publish
from tests.pipeline.actions.corrected import CARD, DAY, ITEM, NOW, TODAY, Centre
from tests.pipeline.judged import NOW as JUDGED_AT
from tests.pipeline.judged import Desk, judgement

MONTH = month_of(TODAY)
STEP = "{offence: 1, name: a, do: b}"
REWARD = "{what: call, name: a, do: b}"


@pytest.fixture
def centre(session: Session) -> Centre:
    return Centre(session)


@pytest.fixture
def lead(centre: Centre) -> Viewer:
    return centre.person(UserRole.LEAD, "李敏")


def enter(session: Session, points: float = -3, source_id: str = "7") -> LedgerRow:
    return ledger.enter(
        session,
        agent_id="1001",
        kind=LedgerKind.EXAM,
        points=points,
        text="第一次不及格",
        source="sitting",
        source_id=source_id,
        by="李敏",
        user_id=None,
        now=NOW,
    )


def test_the_same_source_is_entered_once(centre: Centre) -> None:
    assert enter(centre.session).id == enter(centre.session, points=-6).id
    assert centre.session.scalar(select(func.count()).select_from(LedgerRow)) == 1


def test_an_entry_is_undone_once_and_counts_no_more(centre: Centre, lead: Viewer) -> None:
    row = enter(centre.session)
    enter(centre.session, points=-1, source_id="8")
    undoing = ledger.undo(centre.session, lead, row.id, "判错了", NOW)
    assert (undoing.points, undoing.undoes, row.points) == (3, row.id, -3)
    for entry_id in (row.id, undoing.id):
        with pytest.raises(Conflict):
            ledger.undo(centre.session, lead, entry_id, "再来", NOW)
    (standing,) = ledger.standings(centre.session, lead, team=None, agent_id=None, first=MONTH.first, last=MONTH.last)
    assert (standing.points, standing.entries) == (-1, 1)


@pytest.mark.parametrize(
    ("kind", "points"), [(LedgerKind.PENALTY, 2), (LedgerKind.PRAISE, -1), (LedgerKind.NOTE, 1), (LedgerKind.EXAM, -1)]
)
def test_points_go_with_their_kind(centre: Centre, lead: Viewer, kind: LedgerKind, points: float) -> None:
    with pytest.raises(BadInput):
        ledger.enter_by_hand(centre.session, lead, "1001", kind=kind, points=points, text="因为", key="k", now=NOW)


def test_who_reads_whose(centre: Centre, lead: Viewer) -> None:
    enter(centre.session)
    own = centre.person(UserRole.AGENT, "a1", agent_id="1001")
    other = centre.person(UserRole.AGENT, "a2", agent_id="1002")
    leader = centre.person(UserRole.TEAM_LEAD, "w", team="二组")
    assert len(ledger.listed(centre.session, lead, limit=5).entries) == 1
    assert len(ledger.listed(centre.session, own, limit=5).entries) == 1
    assert ledger.listed(centre.session, other, limit=5).entries == ()
    assert ledger.listed(centre.session, leader, limit=5).entries == ()
    for viewer in (other, leader):
        with pytest.raises(NotFound):
            ledger.listed(centre.session, viewer, agent_id="1001", limit=5)


def test_offences_climb_the_ladder_and_a_person_enters_them(centre: Centre, lead: Viewer) -> None:
    rows = [
        open_action(centre.session, lead, OpenAction("开场白", CARD, (ITEM,), TODAY + 7 * DAY, agent_id="1001"), NOW)
        for _ in range(2)
    ]
    found = {one.source_id: one for one in proposals(centre.session, lead, MONTH, NOW)}
    assert [found[str(row.id)].points for row in rows] == [0, -3]
    assert found[str(rows[0].id)].kind is LedgerKind.NOTE
    again = [
        enter_proposal(centre.session, lead, "action", str(rows[1].id), "1001", points=None, text="", now=NOW).id
        for _ in range(2)
    ]
    assert again[0] == again[1]
    assert [one.source_id for one in proposals(centre.session, lead, MONTH, NOW)] == [str(rows[0].id)]
    move(centre.session, lead, rows[0].id, Move.CANCEL, "误判", revision=rows[0].revision, now=NOW)
    assert proposals(centre.session, lead, MONTH, NOW) == ()


def test_other_points_need_a_reason_and_the_same_sign(centre: Centre, lead: Viewer) -> None:
    for _ in range(2):
        row = open_action(centre.session, lead, OpenAction("开场白", CARD, (ITEM,), TODAY + DAY, agent_id="1001"), NOW)
    for points, text in ((-1, ""), (3, "反过来")):
        with pytest.raises(BadInput):
            enter_proposal(centre.session, lead, "action", str(row.id), "1001", points=points, text=text, now=NOW)
    entered = enter_proposal(centre.session, lead, "action", str(row.id), "1001", points=-1, text="态度好", now=NOW)
    assert (entered.points, entered.facts["proposed"]) == (-1, -3)


def test_praise_that_stands_and_excellent_months_are_proposed(centre: Centre, lead: Viewer) -> None:
    for state in (FeedbackState.STANDS, FeedbackState.UNFOUNDED):
        centre.session.add(
            FeedbackRow(
                kind=FeedbackKind.PRAISE.value,
                source="crm",
                key=state.value,
                agent_id="1001",
                text="谢谢",
                state=state.value,
                decided_at=NOW,
                created_by="李敏",
                created_at=NOW,
            )
        )
    october = date(2026, 10, 1)
    centre.take_calls("1002", october, 31, wrong=lambda _: False)
    centre.take_calls("1003", october, 31, wrong=lambda _: True)
    (praise,) = proposals(centre.session, lead, MONTH, NOW)
    assert (praise.agent_id, praise.kind, praise.points) == ("1001", LedgerKind.PRAISE, 2)
    (month,) = proposals(centre.session, lead, month_of(october), NOW)
    assert (month.agent_id, month.source_id, month.facts["calls"]) == ("1002", "2026-10", 62)
    made = enter_proposal(centre.session, lead, "month", "2026-10", "1002", points=None, text="", now=NOW)
    assert made.points == 5
    for agent, source_id in (("1003", "2026-10"), ("1002", "2026-11"), ("1002", "x")):
        with pytest.raises(NotFound):
            enter_proposal(centre.session, lead, "month", source_id, agent, points=None, text="", now=NOW)


def test_the_ladder_is_the_centres_own_checked_and_versioned(centre: Centre, lead: Viewer) -> None:
    shipped = ladder.current(centre.session)
    assert (shipped.version, len(shipped.ladder.steps)) == (0, 4)
    text = shipped.text.replace("window_days: 90", "window_days: 30")
    made = ladder.write(centre.session, lead, text, "缩短窗口", version=0, now=NOW)
    assert ladder.current(centre.session).ladder.window_days == 30
    assert ladder.current(centre.session).text == text
    with pytest.raises(Stale):
        ladder.write(centre.session, lead, text, "又改", version=0, now=NOW)
    assert [one.version for one in ladder.versions(centre.session)] == [made.version, 0]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("window_days: 90\nsteps: []", "scoring.too_few"),
        ("window_days: 90\nsteps:\n- {offence: 2, name: a, do: b}", "scoring.ladder_order"),
        ("window_days: 90\nsteps:\n- {offence: 1, name: a, do: b, point: 3}", "scoring.misspelt_key"),
        (
            f"window_days: 90\nsteps: [{STEP}]\nrewards: [{REWARD}, {REWARD}]",
            "scoring.ladder_twice",
        ),
    ],
)
def test_a_wrong_ladder_says_where(wrong: str, code: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        ladder.parse(wrong)
    assert refused.value.reason.code == code
    for language in ("zh", "en"):
        assert "ladder.yaml" in refused.value.say(language)


@pytest.mark.parametrize("written", ["01", "１", "٠١"])
def test_a_number_written_otherwise_is_no_other_penalty(centre: Centre, lead: Viewer, written: str) -> None:
    row = open_action(centre.session, lead, OpenAction("开场白", CARD, (ITEM,), TODAY + DAY, agent_id="1001"), NOW)
    assert row.id == 1
    made = [
        enter_proposal(centre.session, lead, "action", one, "1001", points=None, text="", now=NOW)
        for one in (written, "1", written)
    ]
    assert ({one.id for one in made}, made[0].source_id) == ({made[0].id}, "1")


def test_the_final_score_an_appeal_makes_is_not_rewarded_once_more(session: Session) -> None:
    desk = Desk(session)
    review = desk.reviewed(None, judgement({"patience": 2}))
    publish(session, desk.lead, [review.id], JUDGED_AT, tolerance=5)
    month = month_of(today(JUDGED_AT))
    (first,) = proposals(session, desk.lead, month, JUDGED_AT)
    entered = enter_proposal(session, desk.lead, "final", first.source_id, "6603", points=None, text="", now=JUDGED_AT)
    asked = (AppealedItem("patience", "语气一直平和。"),)
    appeal = open_appeal(session, desk.agent, review.call_id, asked, JUDGED_AT, appeal_days=7, decide_days=5)
    hearing = give_hearing(session, desk.lead, appeal, JUDGED_AT, user_id=desk.person("孙质检").user_id)
    desk.submit(session.get_one(AssignmentRow, hearing), judgement(), desk.person("孙质检"))
    fine = ItemVerdict("patience", ItemState.JUDGED)
    final = decide(session, desk.lead, appeal, [ItemDecision("patience", False, "语气平和", fine)], JUDGED_AT)  # noqa: FBT003
    assert final is not None
    assert str(final) != first.source_id
    assert proposals(session, desk.lead, month, JUDGED_AT) == ()
    again = enter_proposal(session, desk.lead, "final", str(final), "6603", points=None, text="", now=JUDGED_AT)
    assert again.id == entered.id

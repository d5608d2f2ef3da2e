"""Appeals: by whom, until when, heard by whom, decided by whom, and what comes of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.appeal import AppealedItem, AppealState, ItemDecision
from models.errors import BadInput, CallqaError, Conflict, Forbidden, NotFound
from models.person import UserRole, Viewer
from models.review import AssignmentState, ItemVerdict, ReviewState
from models.score import ItemState
from models.tables import AppealRow, AssignmentRow, AuditRow, FinalScoreRow, MoveRow, ReviewRow
from pipeline.people.visibility import hides_machine
from pipeline.results.appeal_case import appeal_case, overturn_rates
from pipeline.results.appealing import count_appeals, give_hearing, list_appeals, open_appeal, withdraw
from pipeline.results.deciding import decide
from pipeline.results.own_results import acknowledge
from pipeline.results.publishing_results import finish_due, publish
from pipeline.results.result_page import result
from pipeline.review.settling import agree
from storage.database import sessions
from storage.results import appeals
from tests.pipeline.judged import NOW, Desk, judgement

LATER = NOW + timedelta(days=1)
SHIRKING = AppealedItem("no-shirking", "我是请客户提供订单号，不是推给别人。")
PATIENCE = AppealedItem("patience", "语速是应客户要求加快的。")


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.fixture
def review(session: Session, desk: Desk) -> ReviewRow:
    """Published: fatal for shirking, and 10 points lost for impatience."""
    review = desk.reviewed(None, judgement({"no-shirking": 50, "patience": 10}))
    publish(session, desk.lead, [review.id], NOW, tolerance=5)
    return review


Appeal = Callable[..., int]


@pytest.fixture
def appeal(session: Session, desk: Desk, review: ReviewRow) -> Appeal:
    def appeal(*items: AppealedItem, viewer: Viewer | None = None, at: object = LATER, of: ReviewRow = review) -> int:
        return open_appeal(
            session, viewer or desk.agent, of.call_id, items or (SHIRKING,), at, appeal_days=7, decide_days=5
        )

    return appeal


def hear(session: Session, desk: Desk, appeal_id: int, lost: dict[str, float], by: str = "孙质检") -> None:
    hearing = give_hearing(session, desk.lead, appeal_id, LATER, user_id=desk.person(by).user_id)
    desk.submit(session.get_one(AssignmentRow, hearing), judgement(lost), desk.person(by))


def test_the_agent_appeals_an_item_and_the_review_waits_for_the_decision(
    session: Session, desk: Desk, review: ReviewRow, appeal: Appeal
) -> None:
    row = session.get_one(AppealRow, appeal())
    assert (row.state, row.by, row.items) == ("open", "王小北", [{"item": "no-shirking", "reason": SHIRKING.reason}])
    assert review.state == ReviewState.APPEALED
    page = result(session, desk.agent, review.call_id, LATER, appeal_days=7, hide_reviewers=True)
    assert page.appeal is not None
    assert page.appeal.may_withdraw
    assert page.refusal.code == "pipeline.appealed_before"
    with pytest.raises(Conflict):
        acknowledge(session, desk.agent, review.call_id, LATER)
    assert finish_due(session, LATER + timedelta(days=60), appeal_days=7) == 0


def test_the_window_closes_at_midnight_in_china(session: Session, appeal: Appeal) -> None:
    last_minute = NOW.replace(hour=15, minute=59) + timedelta(days=7)
    with pytest.raises(Conflict) as late:
        appeal(at=last_minute + timedelta(minutes=1))
    assert "7 天" in late.value.say()
    assert appeal(at=last_minute)


@pytest.mark.parametrize("who", ["other_agent", "other_team_lead"])
def test_strangers_do_not_even_see_the_result(session: Session, desk: Desk, appeal: Appeal, who: str) -> None:
    with pytest.raises(NotFound):
        appeal(viewer=getattr(desk, who))


def test_leads_do_not_appeal_and_team_leads_do_for_their_agents(session: Session, desk: Desk, appeal: Appeal) -> None:
    with pytest.raises(Forbidden):
        appeal(viewer=desk.lead)
    row = session.get_one(AppealRow, appeal(viewer=desk.team_lead))
    assert row.by == "陈组长"
    withdraw(session, desk.agent, row.id, LATER)  # it is about their own score


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ((AppealedItem("no-shirking", "  "),), BadInput),
        ((SHIRKING, SHIRKING), BadInput),
        ((AppealedItem("nonsense", "…"),), NotFound),
    ],
)
def test_what_cannot_be_appealed_is_refused(
    appeal: Appeal, items: tuple[AppealedItem, ...], kind: type[CallqaError]
) -> None:
    with pytest.raises(kind):
        appeal(*items)


def test_a_result_is_appealed_once(session: Session, desk: Desk, review: ReviewRow, appeal: Appeal) -> None:
    first = appeal()
    withdraw(session, desk.agent, first, LATER)
    assert (session.get_one(AppealRow, first).state, review.state) == ("withdrawn", ReviewState.FINAL)
    with pytest.raises(Conflict, match="once"):
        appeal()
    with pytest.raises(Conflict, match="closed"):
        withdraw(session, desk.agent, first, LATER)


def test_a_withdrawn_appeal_cancels_its_hearing(
    session: Session, desk: Desk, review: ReviewRow, appeal: Appeal
) -> None:
    opened = appeal()
    hearing = give_hearing(session, desk.lead, opened, LATER)
    with pytest.raises(Forbidden):
        withdraw(session, desk.lead, opened, LATER)
    withdraw(session, desk.agent, opened, LATER)
    assert session.get_one(AssignmentRow, hearing).state == AssignmentState.CANCELLED
    page = result(session, desk.agent, review.call_id, LATER, appeal_days=7, hide_reviewers=True)
    assert [step.after for step in page.steps][-2:] == [ReviewState.UPHELD, ReviewState.FINAL]
    assert not page.may_acknowledge


def test_nobody_hears_their_own_verdict_again(session: Session, desk: Desk, appeal: Appeal) -> None:
    opened = appeal()
    with pytest.raises(Conflict):
        give_hearing(session, desk.lead, opened, LATER, user_id=desk.person("李质检").user_id)
    desk.person("孙质检")
    case = appeal_case(session, desk.lead, opened, LATER)
    assert "李质检" not in {one.name for one in case.hearers}
    assert "孙质检" in {one.name for one in case.hearers}
    give_hearing(session, desk.lead, opened, LATER, user_id=desk.person("孙质检").user_id)
    with pytest.raises(Conflict, match="already"):
        give_hearing(session, desk.lead, opened, LATER)


def test_who_hears_it_anew_is_not_told_how_it_was_judged(
    session: Session, desk: Desk, review: ReviewRow, appeal: Appeal
) -> None:
    review.blind = False
    opened = appeal()
    second_lead = desk.person("钱主管", UserRole.LEAD)
    give_hearing(session, desk.lead, opened, LATER, user_id=second_lead.user_id)
    case = appeal_case(session, second_lead, opened, LATER)
    assert case.blind
    assert hides_machine(session, second_lead, review.call_id)
    assert (case.line.total, case.opinions, case.items[0].before, case.items[0].machine) == (None, (), None, ())
    assert appeal_case(session, desk.lead, opened, LATER).items[0].before is not None
    assert not review.blind, "the first verdict was given in sight of the machine's, and proves nothing about it"


def test_an_overturned_item_makes_a_new_score_and_the_first_stays(
    session: Session, desk: Desk, review: ReviewRow, appeal: Appeal
) -> None:
    opened = appeal(SHIRKING, PATIENCE)
    hear(session, desk, opened, {"patience": 10})
    new = decide(
        session,
        desk.lead,
        opened,
        [ItemDecision("no-shirking", False, "确实在问订单号。"), ItemDecision("patience", True, "语速仍然过快。")],  # noqa: FBT003
        LATER,
    )
    scores = {final.id: (final.source, final.total, final.fatal) for final in session.scalars(select(FinalScoreRow))}
    assert scores == {review.final_id - 1: ("review", 0.0, True), new: ("appeal", 91.67, False)}
    assert (review.final_id, review.state) == (new, ReviewState.OVERTURNED)
    page = result(session, desk.agent, review.call_id, LATER, appeal_days=7, hide_reviewers=True)
    shirking = next(i for s in page.sections for i in s.items if i.score.id == "no-shirking")
    assert (shirking.before.fatal, shirking.score.fatal, shirking.outcome.upheld) == (True, False, False)
    assert [(one.total, one.fatal) for one in page.earlier] == [(0.0, True)]
    assert page.appeal.state is AppealState.OVERTURNED
    assert page.may_acknowledge
    acknowledge(session, desk.agent, review.call_id, LATER)
    assert review.state == ReviewState.FINAL


def test_an_upheld_appeal_leaves_the_score(session: Session, desk: Desk, review: ReviewRow, appeal: Appeal) -> None:
    opened = appeal()
    hear(session, desk, opened, {"no-shirking": 50})
    decide(session, desk.lead, opened, [ItemDecision("no-shirking", True, "录音里说了“不归我们管”。")], LATER)  # noqa: FBT003
    assert review.state == ReviewState.UPHELD
    assert len(session.scalars(select(FinalScoreRow)).all()) == 1
    assert finish_due(session, LATER + timedelta(days=9), appeal_days=7) == 1
    assert review.state == ReviewState.FINAL
    with pytest.raises(Conflict):
        appeal()


def test_the_judge_may_judge_otherwise_than_the_hearing(
    session: Session, desk: Desk, review: ReviewRow, appeal: Appeal
) -> None:
    opened = appeal(PATIENCE)
    hear(session, desk, opened, {"patience": 10})
    less = ItemVerdict("patience", ItemState.JUDGED, 5.0, comment="只快了一句")
    with pytest.raises(BadInput, match="into what it was"):
        decide(session, desk.lead, opened, [ItemDecision("patience", False, "…")], LATER)  # noqa: FBT003
    decide(session, desk.lead, opened, [ItemDecision("patience", False, "只快了一句。", less)], LATER)  # noqa: FBT003
    assert [final.fatal for final in session.scalars(select(FinalScoreRow).order_by(FinalScoreRow.id))] == [True, True]
    body = session.get_one(FinalScoreRow, review.final_id).body
    patience = next(i for s in body["sections"] for i in s["items"] if i["id"] == "patience")
    assert patience["lost"] == 5


def test_nobody_decides_about_their_own_verdict_and_not_before_the_hearing(
    session: Session, desk: Desk, appeal: Appeal
) -> None:
    opened = appeal()
    said = [ItemDecision("no-shirking", True, "…")]  # noqa: FBT003
    with pytest.raises(Forbidden):
        decide(session, desk.person("李质检"), opened, said, LATER)
    with pytest.raises(Conflict, match="finished hearing"):
        decide(session, desk.lead, opened, said, LATER)
    hear(session, desk, opened, {})
    for wrong in ([], [ItemDecision("patience", True, "…")], [ItemDecision("no-shirking", True, " ")]):  # noqa: FBT003
        with pytest.raises(BadInput):
            decide(session, desk.lead, opened, wrong, LATER)
    decide(session, desk.lead, opened, said, LATER)
    with pytest.raises(Conflict, match="closed"):
        decide(session, desk.lead, opened, said, LATER)


def test_who_settled_the_call_does_not_decide_its_appeal(session: Session, desk: Desk, appeal: Appeal) -> None:
    apart = desk.reviewed(None, judgement(), judgement({"empathy": 30}))
    agree(session, desk.lead, apart.id, judgement({"empathy": 30}), NOW, why="…")
    opened = appeal(AppealedItem("empathy", "我道歉了两次。"), of=apart)
    hear(session, desk, opened, {})
    said = [ItemDecision("empathy", False, "确实道歉了。")]  # noqa: FBT003
    with pytest.raises(Forbidden):
        decide(session, desk.lead, opened, said, LATER)
    decide(session, desk.person("钱主管", UserRole.LEAD), opened, said, LATER)


def test_lists_are_narrowed_to_what_is_open_overdue_or_ones_teams(session: Session, desk: Desk, appeal: Appeal) -> None:
    opened = appeal()
    assert [one.id for one in list_appeals(session, desk.lead, LATER, after=None, limit=5).appeals] == [opened]
    assert list_appeals(session, desk.other_team_lead, LATER, after=None, limit=5).appeals == ()
    assert [one.id for one in list_appeals(session, desk.team_lead, LATER, after=None, limit=5).appeals] == [opened]
    assert list_appeals(session, desk.lead, LATER, overdue=True, after=None, limit=5).appeals == ()
    much_later = LATER + timedelta(days=6)
    assert len(list_appeals(session, desk.lead, much_later, overdue=True, after=None, limit=5).appeals) == 1
    counted = count_appeals(session, desk.lead, much_later)
    assert (counted["open"], counted["overdue"], counted["upheld"]) == (1, 1, 0)
    for stranger in (desk.other_team_lead, desk.other_agent):
        with pytest.raises(NotFound):
            appeal_case(session, stranger, opened, LATER)


def test_overturned_items_count_against_their_rules_and_inspectors(
    session: Session, desk: Desk, appeal: Appeal
) -> None:
    opened = appeal(SHIRKING, PATIENCE)
    hear(session, desk, opened, {"patience": 10})
    decided = [ItemDecision("no-shirking", False, "误判。"), ItemDecision("patience", True, "仍然。")]  # noqa: FBT003
    decide(session, desk.lead, opened, decided, LATER)
    rates = overturn_rates(session)
    (rule,) = rates.rules
    assert (rule.id, rule.name, rule.share.hits, rule.share.of) == ("desk/shirking", "推给售后", 1, 1)
    assert 0.2 < rule.share.low < 0.21
    (inspector,) = rates.inspectors
    assert (inspector.name, inspector.share.hits, inspector.share.of) == ("李质检", 1, 2)
    assert (rates.all.hits, rates.all.of, rule.is_enough) == (1, 2, False)
    assert overturn_rates(session, since=LATER + timedelta(days=1)).rules == ()
    (outcome,) = appeals.rule_outcomes(session)
    assert (outcome.pack, outcome.rule, outcome.right) == ("desk", "shirking", False)


def test_two_people_appealing_at_once_open_one_appeal(
    engine: Engine, session: Session, desk: Desk, review: ReviewRow
) -> None:
    who = [desk.agent, desk.team_lead]
    session.commit()
    make = sessions(engine)

    def press(viewer: Viewer) -> bool:
        try:
            with make.begin() as own:
                open_appeal(own, viewer, review.call_id, [SHIRKING], LATER, appeal_days=7, decide_days=5)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, who)) == [False, True]
    assert len(session.scalars(select(AppealRow)).all()) == 1


def test_two_leads_who_decide_at_once_make_one_decision(engine: Engine) -> None:
    """Whoever is second is told that it was decided; what they said changes nothing."""
    make = sessions(engine)
    with make.begin() as session:
        desk = Desk(session)
        review = desk.reviewed(None, judgement({"no-shirking": 50, "patience": 10}))
        publish(session, desk.lead, [review.id], NOW, tolerance=5)
        opened = open_appeal(session, desk.agent, review.call_id, (SHIRKING,), LATER, appeal_days=7, decide_days=5)
        hear(session, desk, opened, {})
        leads = [desk.lead, desk.person("钱主管", UserRole.LEAD)]
        review_id = review.id
    together = Barrier(2)

    def press(lead: Viewer, *, upheld: bool) -> str:
        together.wait()
        try:
            with make.begin() as session:
                decide(session, lead, opened, [ItemDecision("no-shirking", upheld, f"{lead.name}听过。")], LATER)
        except Conflict as conflict:
            return conflict.reason.code
        return lead.name

    with ThreadPoolExecutor(2) as pool:
        pressed = [pool.submit(press, lead, upheld=upheld) for lead, upheld in zip(leads, (True, False), strict=True)]
        answers = [one.result() for one in pressed]
    winner, upheld = (leads[0], True) if answers[0] == leads[0].name else (leads[1], False)
    assert sorted(answers) == sorted([winner.name, "pipeline.appeal_closed"])
    with make() as session:
        row = session.get_one(AppealRow, opened)
        assert (row.decided_by, row.state) == (winner.name, "upheld" if upheld else "overturned")
        assert row.outcome is not None
        assert [one["reason"] for one in row.outcome] == [f"{winner.name}听过。"]
        finals = session.scalars(select(FinalScoreRow).order_by(FinalScoreRow.id)).all()
        assert [one.source for one in finals] == (["review"] if upheld else ["review", "appeal"])
        assert session.get_one(ReviewRow, review_id).final_id == finals[-1].id
        audited = session.scalars(select(AuditRow.who).where(AuditRow.action == "appeal.decided")).all()
        assert audited == [winner.name]
        moves = session.scalars(select(MoveRow.after).where(MoveRow.review_id == review_id).order_by(MoveRow.id)).all()
        assert moves[-2:] == ["appealed", row.state]

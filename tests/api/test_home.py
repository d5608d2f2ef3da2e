"""The lead's home: its figures are those of the lists behind them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.home import HomePage
from models.call import Metadata
from models.person import SYSTEM, UserRole, Viewer
from models.reason import Reason
from models.review import AssignmentState, ReviewState
from models.tables import AppealRow, AssignmentRow, FeedbackRow, FinalScoreRow, ReviewRow, VerdictRow
from pipeline.home import forecast, home
from storage.review import reviews
from tests.api.conftest import NOW, Centre, SignInAs, ViewerAs

LATER = NOW + timedelta(hours=3)
"""The same day in China: NOW is 9:30 there."""

FATAL = Reason("scoring.routed_fatal", {"item": "不推诿", "rules": "推诿"})
LOW = Reason("scoring.routed_low_score", {"score": 62.5, "below": 70})
CHANCE = Reason("scoring.routed_random", {"percent": 5})

JUDGEMENT = {"items": [], "comment": "", "note": ""}


def queue(centre: Centre, *reasons: Reason, team: str = "一组", at: datetime = NOW) -> int:
    """A scored call of that team that waits for a person since then; its id."""
    call = centre.note(total=60, grade="合格", metadata=Metadata(agent_id="1", team=team, started_at=at))
    with centre.make.begin() as session:
        reviews.queue_call(session, call_id=call, score_id=None, reasons=reasons or (LOW,), now=at)
    return call


def judge(centre: Centre, call: int, by: Viewer, at: datetime, seconds: float = 120) -> None:
    """Somebody has judged the call: what stays of it in the tables."""
    with centre.make.begin() as session:
        review = reviews.review_of(session, call)
        assert review is not None
        reviews.move(session, review, ReviewState.IN_REVIEW, by, at)
        reviews.move(session, review, ReviewState.SUBMITTED, by, at)
        (hearing,) = reviews.assignments(session, review.id)
        hearing.state, hearing.user_id, hearing.submitted_at = AssignmentState.SUBMITTED, by.user_id, at
        values: dict[str, Any] = {"body": JUDGEMENT, "score": {}, "total": 80.0, "grade": "良好", "fatal": False}
        session.add(
            VerdictRow(
                assignment_id=hearing.id,
                review_id=review.id,
                call_id=call,
                user_id=by.user_id,
                purpose="review",
                scorecard_id=_card(session),
                seconds=seconds,
                submitted_at=at,
                **values,
            )
        )


def publish(centre: Centre, call: int, at: datetime) -> int:
    """The final score's id."""
    with centre.make.begin() as session:
        review = reviews.review_of(session, call)
        assert review is not None
        reviews.move(session, review, ReviewState.PUBLISHED, SYSTEM, at)
        final = FinalScoreRow(
            review_id=review.id,
            call_id=call,
            agent_id="1",
            source="review",
            scorecard_id=_card(session),
            judgement=JUDGEMENT,
            body={},
            total=80.0,
            grade="良好",
            fatal=False,
            published_by="lead",
            published_at=at,
        )
        session.add(final)
        session.flush()
        review.final_id = final.id
        return final.id


def _card(session: Session) -> int:
    from models.tables import DefinitionRow

    return session.scalars(select(DefinitionRow.id).where(DefinitionRow.kind == "scorecard")).one()


@pytest.fixture
def at_home(centre: Centre, viewer_as: ViewerAs) -> Callable[[], HomePage]:
    lead = viewer_as(UserRole.LEAD)

    def at_home() -> HomePage:
        with centre.make() as session:
            return HomePage(home(session, lead, LATER))

    return at_home


def shown(client: TestClient, address: str) -> int:
    """How many calls the list at the address has."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return len(re.findall(r'<tr data-call="\d+"', answer.text))


def test_an_empty_centre_has_an_empty_queue(at_home: Callable[[], HomePage], client: TestClient) -> None:
    page = at_home()
    assert page.home.queue.waiting == 0
    assert page.home.queue.forecast.days == 0
    assert page.home.fatal.count == 0
    text = client.get("/home").text
    assert "今天还没有一票否决的通话" in text
    assert "已清空" in text


def test_the_queue_is_counted_by_state_team_reason_and_age(
    centre: Centre, client: TestClient, at_home: Callable[[], HomePage], viewer_as: ViewerAs
) -> None:
    inspector = viewer_as(UserRole.INSPECTOR, name="陈晓")
    queue(centre, FATAL, LOW)
    queue(centre, LOW, team="二组", at=NOW - timedelta(days=3))
    begun = queue(centre, CHANCE, team="二组", at=NOW - timedelta(hours=1))
    judge(centre, queue(centre, LOW), inspector, LATER - timedelta(hours=1))
    with centre.make.begin() as session:
        review = reviews.review_of(session, begun)
        assert review is not None
        reviews.move(session, review, ReviewState.IN_REVIEW, inspector, NOW)
    page = at_home()
    waiting = page.home.queue
    assert (waiting.waiting, waiting.queued, waiting.in_review, waiting.submitted) == (3, 2, 1, 1)
    assert waiting.overdue == 1
    assert waiting.oldest == NOW - timedelta(days=3)
    assert [(team.team, team.queued, team.in_review, team.overdue) for team in waiting.teams] == [
        ("二组", 1, 1, 1),
        ("一组", 1, 0, 0),
    ]
    assert {reason.code: reason.calls for reason in waiting.reasons} == {FATAL.code: 1, LOW.code: 2, CHANCE.code: 1}
    for number, address in (
        (3, page.calls(review="waiting")),
        (1, page.calls(review="in_review")),
        (1, page.calls(review="submitted")),
        (2, page.calls(review="waiting", team="二组")),
        (2, page.calls(review="waiting", reason=LOW.code)),
        (1, page.calls(review="waiting", reason=FATAL.code)),
        (1, page.queued_on(NOW - timedelta(days=3))),
    ):
        assert shown(client, address) == number, address


def test_overdue_calls_are_listed(centre: Centre, client: TestClient) -> None:
    late, due = queue(centre, LOW, at=NOW - timedelta(days=300)), queue(centre, LOW)
    with centre.make.begin() as session:
        review = reviews.review_of(session, due)
        assert review is not None
        review.due_at = datetime.now(NOW.tzinfo) + timedelta(days=1)
    assert [call["id"] for call in client.get("/v1/calls?overdue=true").json()["calls"]] == [late]
    assert shown(client, "/?overdue=true") == 1


def test_today_and_yesterday_are_days_in_china(
    centre: Centre, client: TestClient, at_home: Callable[[], HomePage], viewer_as: ViewerAs
) -> None:
    inspector = viewer_as(UserRole.INSPECTOR)
    midnight = NOW.replace(hour=16, minute=0) - timedelta(days=1)  # in UTC
    for at in (midnight - timedelta(minutes=1), midnight, NOW):
        call = queue(centre, LOW, at=at)
        judge(centre, call, inspector, at)
        publish(centre, call, at)
    page = at_home()
    changes = {change.name: change for change in page.home.changes}
    for name in ("queued", "submitted", "published"):
        assert (changes[name].today, changes[name].yesterday) == (2, 1), name
        assert changes[name].by_now == 0, name
        assert shown(client, page.changed(changes[name], 0)) == 2
        assert shown(client, page.changed(changes[name], 1)) == 1
    for name in ("received", "scored"):
        assert changes[name].today == shown(client, page.changed(changes[name], 0)) == 3


def test_what_was_set_aside_today_is_listed(
    centre: Centre, client: TestClient, at_home: Callable[[], HomePage]
) -> None:
    centre.set_aside("shop-refund-shirking.wav", Reason("asr.empty", {"file": "x"}))
    centre.note()
    page = at_home()
    (change,) = (change for change in page.home.changes if change.name == "set_aside")
    assert change.today == shown(client, page.changed(change, 0)) == 1


def test_fatal_calls_of_today_say_what_was_heard(
    centre: Centre, client: TestClient, at_home: Callable[[], HomePage]
) -> None:
    call = centre.shirked_call()
    page = at_home()
    (found,) = page.home.fatal.calls
    assert (page.home.fatal.count, found.call_id, found.rule) == (1, call, "推诿")
    assert found.quote in {"这个不归我们管", "跟我们没关系"}
    assert shown(client, page.calls_today("scored", fatal="true")) == 1


def test_a_lead_who_is_to_judge_a_call_is_not_told_of_it(
    centre: Centre, viewer_as: ViewerAs, at_home: Callable[[], HomePage]
) -> None:
    lead = viewer_as(UserRole.LEAD)
    call = centre.shirked_call()
    with centre.make.begin() as session:
        review = reviews.queue_call(session, call_id=call, score_id=None, reasons=(FATAL,), now=NOW)
        (hearing,) = reviews.assignments(session, review.id)
        hearing.user_id = lead.user_id
    with centre.make() as session:
        assert home(session, lead, LATER).fatal.calls == ()
    assert len(at_home().home.fatal.calls) == 1


def test_threats_of_complaint_are_those_of_the_shipped_rule(
    centre: Centre, client: TestClient, at_home: Callable[[], HomePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.console import home as pages
    from pipeline import home as figures

    monkeypatch.setattr(figures, "THREAT", "repeat-contact")
    monkeypatch.setattr(pages.HomePage, "threat", "repeat-contact")
    call = centre.shirked_call()
    page = at_home()
    assert [(one.call_id, one.rule, one.quote) for one in page.home.threats.calls] == [
        (call, "重复来电", "我已经找了三遍了")
    ]
    assert shown(client, page.calls_today("scored", rule=page.threat)) == page.home.threats.count == 1


def test_the_load_says_who_is_behind(centre: Centre, at_home: Callable[[], HomePage], viewer_as: ViewerAs) -> None:
    busy, idle = viewer_as(UserRole.INSPECTOR, name="陈晓"), viewer_as(UserRole.INSPECTOR, name="安静")
    judge(centre, queue(centre), busy, LATER - timedelta(hours=1), seconds=100)
    judge(centre, queue(centre, at=NOW - timedelta(days=2)), busy, NOW - timedelta(days=2), seconds=200)
    late = queue(centre, at=NOW - timedelta(days=5))
    with centre.make.begin() as session:
        row = session.scalars(select(AssignmentRow).where(AssignmentRow.call_id == late)).one()
        row.user_id = busy.user_id
    loads = at_home().home.loads
    assert [load.name for load in loads] == ["陈晓", "安静"]
    first = loads[0]
    assert (first.open, first.started, first.overdue, first.today, first.week, first.seconds) == (1, 0, 1, 1, 2, 150)
    assert (loads[1].user_id, loads[1].week, loads[1].seconds) == (idle.user_id, 0, None)


def test_open_appeals_and_feedback_wait(centre: Centre, at_home: Callable[[], HomePage], viewer_as: ViewerAs) -> None:
    agent = viewer_as(UserRole.AGENT, agent_id="1", name="王小北")
    call = queue(centre)
    judge(centre, call, viewer_as(UserRole.INSPECTOR), NOW)
    final = publish(centre, call, NOW)
    with centre.make.begin() as session:
        review = reviews.review_of(session, call)
        assert review is not None
        session.add(_appeal(review, final, agent))
        session.add_all(_feedback(kind) for kind in ("complaint", "complaint", "praise"))
    page = at_home().home
    assert (page.appeals.open, page.appeals.overdue) == (1, 1)
    assert [(one.by, one.items) for one in page.appeals.next] == [("王小北", 2)]
    assert (page.complaints, page.praise) == (2, 1)


def _appeal(review: ReviewRow, final: int, agent: Viewer) -> AppealRow:
    return AppealRow(
        review_id=review.id,
        call_id=review.call_id,
        final_id=final,
        agent_id="1",
        team="一组",
        user_id=agent.user_id,
        by=agent.name,
        items=[{"item": "a", "reason": "x"}, {"item": "b", "reason": "y"}],
        state="open",
        created_at=NOW,
        due_at=NOW + timedelta(hours=1),
    )


def _feedback(kind: str) -> FeedbackRow:
    return FeedbackRow(kind=kind, source="manual", text="…", state="open", created_by="x", created_at=NOW, revision=1)


@pytest.mark.parametrize(
    ("waiting", "came", "done", "days"),
    [(0, 70, 0, 0), (100, 70, 140, 10), (100, 70, 70, None), (100, 140, 70, None), (5, 0, 7, 5)],
)
def test_the_forecast_is_honest(waiting: int, came: int, done: int, days: float | None) -> None:
    assert forecast(waiting, came, done).days == days


def test_the_page_says_when_the_queue_grows(centre: Centre, client_as: SignInAs) -> None:
    for _ in range(7):
        queue(centre, at=datetime.now(NOW.tzinfo) - timedelta(hours=1))
    text = unescape(client_as(UserRole.LEAD).get("/home").text)
    assert "每天多 1 通" in text
    assert "近 7 天：进 7，判完 0" in text


def test_json_has_the_same_figures(centre: Centre, client_as: SignInAs) -> None:
    queue(centre, FATAL)
    answer = client_as(UserRole.LEAD).get("/v1/home").json()
    assert answer["queue"]["waiting"] == 1
    assert answer["queue"]["reasons"] == [{"code": FATAL.code, "calls": 1}]
    assert {change["name"] for change in answer["changes"]} >= {"received", "scored", "versions"}


def test_only_who_oversees_gets_in(client_as: SignInAs) -> None:
    for role in (UserRole.INSPECTOR, UserRole.TRAINER, UserRole.TEAM_LEAD, UserRole.AGENT):
        assert client_as(role).get("/v1/home").status_code == 403


def test_an_inspector_cannot_find_out_by_fatal_or_reason_what_is_hidden(centre: Centre, client_as: SignInAs) -> None:
    call = centre.shirked_call()
    with centre.make.begin() as session:
        reviews.queue_call(session, call_id=call, score_id=None, reasons=(FATAL,), now=NOW)
    inspector = client_as(UserRole.INSPECTOR)
    assert shown(inspector, "/?review=waiting") == 1
    assert shown(inspector, "/?fatal=true") == 0
    assert shown(inspector, f"/?reason={FATAL.code}") == 0
    assert shown(inspector, "/?fatal=false") == 0

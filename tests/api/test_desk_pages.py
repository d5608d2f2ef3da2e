"""The inspector's desk and the review page, as the server sends them."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select

from api.console.review_views import choices
from models.call import Metadata
from models.person import UserRole, Viewer
from models.review import JUDGEMENT_JSON, AssignmentState
from models.tables import AssignmentRow
from pipeline.review import assignment
from pipeline.review.judging import submit
from tests.api.conftest import SHIRKING_CALL, Centre, SignInAs
from tests.api.waiting import Waiting, all_fine, rules

TELL_TALES = ("机器命中", "预评分", "低于 70 分", "finding violation", "jump violation", "<mark")
"""Where the machine's opinion would show."""


def review_data(page: str) -> Any:
    """What the page hands to its scripts."""
    found = re.search(r'<script type="application/json" id="review-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(unescape(found[1]))


def person(client: TestClient, centre: Centre) -> Viewer:
    """Who is signed in with this client."""
    from pipeline.people.signing_in import viewer_of
    from storage.people.accounts import find_user

    user_id = client.get("/v1/session").json()["user_id"]
    with centre.make() as session:
        user = find_user(session, user_id)
        assert user is not None
        return viewer_of(user)


def test_next_takes_the_most_urgent_call_and_opens_it(centre: Centre, client_as: SignInAs) -> None:
    waiting = Waiting(centre)
    waiting.call("telecom-bill-query.wav", Metadata(agent_id="1", team="服务一组"), priority=20)
    (urgent,) = waiting.call(priority=90)
    inspector = client_as(UserRole.INSPECTOR)
    answer = inspector.post("/desk/next", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/review/{urgent.id}")
    with centre.make() as session:
        row = session.get_one(AssignmentRow, urgent.id)
        assert row.state == AssignmentState.STARTED
    colleague = client_as(UserRole.INSPECTOR)
    assert colleague.post("/desk/next", follow_redirects=False).headers["location"] != f"/review/{urgent.id}"


def test_next_leads_back_to_the_desk_when_nothing_waits(client_as: SignInAs) -> None:
    page = client_as(UserRole.INSPECTOR).post("/desk/next")
    assert page.url.path == "/desk"
    assert "现在没有要听的通话" in page.text


def test_the_desk_lists_what_was_begun_then_what_is_overdue(centre: Centre, client_as: SignInAs) -> None:
    inspector = client_as(UserRole.INSPECTOR)
    me = person(inspector, centre)
    waiting = Waiting(centre)
    hours = timedelta(hours=1)
    calls = [
        waiting.call(sample, Metadata(agent_id=agent), user=me, due_at=waiting.now + due * hours)[0]
        for sample, agent, due in [
            ("telecom-bill-query.wav", "3001", 40),
            ("shop-refund-shirking.wav", "3002", -3),
            ("bank-sms-code.wav", "3003", 30),
        ]
    ]
    with centre.make.begin() as session:
        assignment.start(session, me, calls[0].id, waiting.now)
    page = inspector.get("/desk").text
    assert re.findall(r'class="row-link" href="/review/(\d+)"', page) == [str(calls[at].id) for at in (0, 1, 2)]
    assert "超时 3 小时" in page
    assert "接着做" in page


def test_why_a_call_was_picked_is_told_unless_it_is_judged_blind(centre: Centre, client_as: SignInAs) -> None:
    inspector = client_as(UserRole.INSPECTOR)
    me = person(inspector, centre)
    waiting = Waiting(centre)
    waiting.call(user=me, blind=True)
    assert "低于 70 分" not in inspector.get("/desk").text
    waiting.call("bank-sms-code.wav", Metadata(agent_id="3003"), user=me, blind=False)
    assert "低于 70 分" in inspector.get("/desk").text


def test_what_was_done_today_stands_on_the_desk_with_its_time(centre: Centre, client_as: SignInAs) -> None:
    inspector = client_as(UserRole.INSPECTOR)
    me = person(inspector, centre)
    now = datetime.now(UTC)
    (call,) = Waiting(centre, now).call()
    inspector.post("/desk/next")
    with centre.make.begin() as session:
        assignment.start(session, me, call.id, now)
        assignment.hold(session, me, call.id, now + timedelta(seconds=60))
        submit(session, me, call.id, all_fine({"closing-offer": 4}), now + timedelta(seconds=95))
    page = inspector.get("/desk").text
    assert f'href="/review/{call.id}"' in page
    assert '<td class="number">1:35</td>' in page
    assert "96" in page


def test_a_blind_page_holds_nothing_of_the_machine_or_of_others(centre: Centre, client_as: SignInAs) -> None:
    first, second = Waiting(centre).call(double=True)
    colleague, inspector = client_as(UserRole.INSPECTOR, name="王敏"), client_as(UserRole.INSPECTOR, name="李静")
    colleague.post("/desk/next")
    with centre.make.begin() as session:
        me = person(colleague, centre)
        submit(session, me, first.id, all_fine({"responsibility": 5}), datetime.now(UTC))
    inspector.post("/desk/next")
    page = inspector.get(f"/review/{second.id}").text
    data = review_data(page)
    assert data["findings"] == []
    assert data["score"]["total"] is None
    assert not any(item["lost"] for item in data["judgement"]["items"])
    body = page.split("<main", 1)[1].split('id="help"')[0]
    assert [word for word in TELL_TALES if word in body] == []
    assert "王敏" not in page
    for address in (
        f"/v1/assignments/{second.id}",
        f"/v1/calls/{second.call_id}",
        f"/v1/calls/{second.call_id}/review",
    ):
        answer = inspector.get(address)
        assert answer.status_code == 200, address
        told = [word for word in ('"shirking"', "推诿", "原因", "低于 70 分") if word in answer.text]
        assert told == [], address


def test_a_page_that_is_not_blind_shows_the_findings_beside_the_items(centre: Centre, client_as: SignInAs) -> None:
    (call,) = Waiting(centre).call(blind=False)
    opened = client_as(UserRole.INSPECTOR).post("/desk/next")
    assert opened.url.path == f"/review/{call.id}"
    page = opened.text
    assert "机器命中" in page
    assert review_data(page)["findings"]
    assert "预评分 55 分，低于 70 分" in page


def test_the_result_shows_where_machine_and_inspector_differ(centre: Centre, client_as: SignInAs) -> None:
    inspector = client_as(UserRole.INSPECTOR)
    me = person(inspector, centre)
    (call,) = Waiting(centre).call()
    inspector.post("/desk/next")
    with centre.make.begin() as session:
        submit(session, me, call.id, all_fine(), datetime.now(UTC))
    page = inspector.get(f"/review/{call.id}").text
    assert "规则判错了" in page
    differing = page.split('<details class="r-agreed">', 1)[0]
    assert 'data-item="responsibility"' in differing
    assert review_data(page)["readonly"] is True


def test_a_call_nobody_gave_me_is_not_opened_and_the_page_says_what_to_do(centre: Centre, client_as: SignInAs) -> None:
    (call,) = Waiting(centre).call()
    inspector = client_as(UserRole.INSPECTOR)
    for ask in (
        inspector.get(f"/review/{call.id}", headers={"accept": "text/html"}),
        inspector.post(f"/review/{call.id}/give-back", headers={"accept": "text/html"}),
    ):
        assert (ask.status_code, ask.headers["content-type"]) == (403, "text/html; charset=utf-8")
        assert "请到“工作台”点“下一通”" in ask.text
    at = f"/v1/assignments/{call.id}"
    form = JUDGEMENT_JSON.dump_python(all_fine(), mode="json")
    answers = [
        inspector.get(at),
        inspector.get(f"{at}/draft"),
        inspector.put(f"{at}/draft", json=form, headers={"If-Match": '"1"'}),
        *(
            inspector.post(f"{at}/{what}", json=sent)
            for what, sent in [("hold", None), ("give-back", {}), ("submit", form)]
        ),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
        assert answer.json()["code"] == "pipeline.not_fetched"
    assert inspector.post("/desk/next").url.path == f"/review/{call.id}"
    assert inspector.get(at).status_code == 200


def test_a_call_somebody_else_works_on_is_not_opened(centre: Centre, client_as: SignInAs) -> None:
    (call,) = Waiting(centre).call()
    colleague = client_as(UserRole.INSPECTOR, name="王敏")
    colleague.post("/desk/next")
    answer = client_as(UserRole.INSPECTOR).get(f"/review/{call.id}", headers={"accept": "text/html"})
    assert answer.status_code == 409
    assert "王敏" in answer.text


def test_who_oversees_the_work_looks_without_taking_it(centre: Centre, client_as: SignInAs) -> None:
    (call,) = Waiting(centre).call()
    client_as(UserRole.INSPECTOR, name="王敏").post("/desk/next")
    page = client_as(UserRole.LEAD).get(f"/review/{call.id}").text
    assert '<span class="badge">王敏</span>' in page
    assert "已提交" not in page
    assert 'id="form"' not in page
    assert review_data(page)["readonly"] is True


def test_giving_back_leads_to_the_desk_and_leaves_the_call_to_others(centre: Centre, client_as: SignInAs) -> None:
    (call,) = Waiting(centre).call()
    inspector = client_as(UserRole.INSPECTOR)
    inspector.post("/desk/next")
    assert inspector.post(f"/review/{call.id}/give-back").url.path == "/desk"
    assert inspector.post("/desk/next").url.path == "/desk"
    with centre.make() as session:
        assert session.scalars(select(AssignmentRow.user_id)).one() is None
    assert client_as(UserRole.INSPECTOR).post("/desk/next").url.path == f"/review/{call.id}"


def test_agents_and_team_leads_have_no_desk(centre: Centre, client_as: SignInAs) -> None:
    (call,) = Waiting(centre).call()
    for client in (
        client_as(UserRole.AGENT, agent_id=SHIRKING_CALL.agent_id),
        client_as(UserRole.TEAM_LEAD, team="服务二组"),
    ):
        for address in ("/desk", f"/review/{call.id}"):
            assert client.get(address).status_code == 403


def test_quick_answers_are_the_rules_usual_steps() -> None:
    _, card = rules()
    offered = {
        item.id: [(one.kind, one.lost or one.won) for one in choices(item, section)]
        for section in card.sections
        for item in section.items
    }
    assert offered["opening"] == [("fine", 0), ("lost", 2), ("lost", 4), ("na", 0)]
    assert offered["no-abuse"] == [("fine", 0), ("broke", 2), ("na", 0)]
    assert ("won", 2) in offered["care"]
    assert [kind for kind, _ in offered["initiative"]] == ["fine", "won", "na"], "it has no points to lose"
    for said in JUDGEMENT_JSON.dump_python(all_fine(), mode="json")["items"]:
        assert offered[said["item"]][0][0] == "fine"

"""What curious people could find out, and careless ones could break, beside what api/access.py lets them in for."""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models.person import RIGHTS, UserRole, Viewer
from models.review import JUDGEMENT_JSON, Purpose
from models.settings import Settings
from models.tables import AppealRow, FindingRow, ReviewRow, UserRow
from pipeline import browse
from storage.review.assignments import new_slot
from tests.api.conftest import Centre, SignInAs
from tests.api.drafting import PACK
from tests.api.judging import judged_call, waiting_call
from tests.api.waiting import Waiting, all_fine
from tests.pipeline.judged import judgement

FINE = json.loads(JUDGEMENT_JSON.dump_json(all_fine()))


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """A thousand requests in a test are no attack."""
    return Settings(home=tmp_path / "home", database_url=database_url, requests_a_minute=0)


def user_id(centre: Centre, login: str) -> int:
    with centre.make() as session:
        return session.scalars(select(UserRow.id).where(UserRow.login == login)).one()


def hand_in(client: TestClient, assignment_id: int) -> None:
    """The one they fetch, or were given, is this one."""
    assert client.post("/v1/desk/next").json()["assignment_id"] == assignment_id
    assert client.post(f"/v1/assignments/{assignment_id}/submit", json=FINE).status_code == 200


@pytest.mark.parametrize("team", [None, "服务一组"])
def test_team_leads_without_a_team_or_of_another_see_nothing_of_this_one(
    centre: Centre, client_as: SignInAs, team: str | None
) -> None:
    call_id = judged_call(centre).call_id
    lead = client_as("lead")
    said = {"kind": "complaint", "text": "让我自己去找厂家。", "call": call_id}
    address = lead.post("/v1/feedback", json=said).headers["location"]
    lead.post(f"{address}/decision", json={"stands": True, "why": "听过"}, headers={"If-Match": '"1"'})
    stranger = client_as("team_lead", team=team)
    for asked in ("/v1/results", "/v1/team", "/team", "/v1/calls", "/", "/v1/queue"):
        for narrowed in ({}, {"team": "服务二组"}, {"agent_id": "6603"}, {"team": "服务二组", "agent_id": "6603"}):
            answer = stranger.get(asked, params=narrowed)
            assert answer.status_code in {200, 404, 422}
            assert not any(name in answer.text for name in ("王小北", "找厂家", "shop-refund")), (asked, narrowed)
    for part in ("", "/transcript", "/audio", "/peaks", "/scores", "/findings", "/corrections"):
        assert stranger.get(f"/v1/calls/{call_id}{part}").status_code == 404
    assert stranger.get(f"/v1/results/{call_id}").status_code == 404
    assert stranger.get(f"/results/{call_id}").status_code == 404


def test_before_judging_neither_the_priority_nor_a_rules_mark_tells_what_the_machine_found(
    centre: Centre, client_as: SignInAs
) -> None:
    inspector = client_as("inspector", login="li")
    (row,) = Waiting(centre).call(priority=100)
    with centre.make() as session:
        finding = session.scalars(select(FindingRow)).first()
        assert finding is not None
    mark = {"rule": finding.rule, "hit": True, "finding_id": finding.id}
    marked = f"/v1/calls/{row.call_id}/rule-marks"

    def urgency() -> set[float | None]:
        listed = inspector.get("/v1/reviews").json()["reviews"][0]
        return {listed["priority"], inspector.get(f"/v1/calls/{row.call_id}/review").json()["priority"], single()}

    def single() -> float | None:
        answer = inspector.get(f"/v1/assignments/{row.id}")
        return answer.json()["assignment"]["priority"] if answer.status_code == 200 else None  # none of theirs yet

    assert urgency() == {None}
    assert inspector.post("/v1/desk/next").json()["assignment_id"] == row.id
    assert single() is None
    assert inspector.get("/v1/desk").json()["mine"][0]["priority"] is None
    assert inspector.post(marked, json=mark).status_code == 403
    hand_in(inspector, row.id)
    assert urgency() == {100}
    assert inspector.post(marked, json=mark).status_code == 200


def test_a_lead_who_is_to_give_the_second_opinion_is_not_shown_the_first(centre: Centre, client_as: SignInAs) -> None:
    first, second = Waiting(centre).call(double=True)
    inspector, lead = client_as("inspector"), client_as("lead", login="lin")
    hand_in(inspector, first.id)
    shown = f"/v1/publishing/{first.review_id}"
    assert len(lead.get(shown).json()["opinions"]) == 1
    to_me = {"user_id": user_id(centre, "lin")}
    assert lead.patch(f"/v1/assignments/{second.id}", json=to_me, headers={"If-Match": '"1"'}).status_code == 200
    assert lead.get(shown).status_code == 403
    assert lead.get(f"/publishing/{first.review_id}").status_code == 403
    hand_in(lead, second.id)
    assert len(lead.get(shown).json()["opinions"]) == 2


def test_a_lead_who_is_to_hear_an_appeal_is_not_shown_the_result(centre: Centre, client_as: SignInAs) -> None:
    call_id = judged_call(centre).call_id
    agent, lead = client_as("agent", agent_id="6603"), client_as("lead", login="lin")
    appealed = {"items": [{"item": "greeting", "reason": "我说了。"}]}
    appeal = agent.post(f"/v1/mine/{call_id}/appeal", json=appealed).headers["location"]
    assert lead.get(f"/v1/results/{call_id}").status_code == 200
    assert lead.post(f"{appeal}/hearing", json={"user": user_id(centre, "lin")}).status_code == 201
    assert lead.get(f"/v1/results/{call_id}").status_code == 403
    assert agent.get(f"/v1/mine/{call_id}").status_code == 200


def test_lists_keep_back_what_pages_of_calls_keep_back(centre: Centre, client_as: SignInAs) -> None:
    """From a lead who is to hear an appeal, and from nobody else."""
    call_id = judged_call(centre).call_id
    agent, lead, other = client_as("agent", agent_id="6603"), client_as("lead", login="lin"), client_as("lead")
    appealed = {"items": [{"item": "greeting", "reason": "我说了。"}]}
    appeal = agent.post(f"/v1/mine/{call_id}/appeal", json=appealed).headers["location"]

    def told(client: TestClient) -> list[Any]:
        (listed,) = client.get("/v1/appeals").json()["appeals"]
        (result,) = client.get("/v1/results").json()["results"]
        case = client.get(appeal).json()
        of_result = [result[name] for name in ("total", "grade", "fatal")]
        return [listed["total"], *of_result, case["total"], *(one["total"] for one in case["opinions"])]

    def is_kept_back(client: TestClient) -> bool:
        return "盲评中" in client.get("/appeals").text

    before = told(lead)
    assert None not in before
    assert not is_kept_back(lead)
    assert lead.post(f"{appeal}/hearing", json={"user": user_id(centre, "lin")}).status_code == 201
    assert told(lead) == [None] * 5
    assert told(other) == before
    assert (is_kept_back(lead), is_kept_back(other)) == (True, False)
    hearing = lead.get("/v1/assignments", params={"mine": True}).json()["assignments"][0]["id"]
    assert lead.post("/v1/desk/next").json()["assignment_id"] == hearing
    assert told(lead) == [None] * 5


def test_what_waits_to_be_published_is_kept_back_from_who_is_to_judge_it_first(
    centre: Centre, client_as: SignInAs
) -> None:
    waiting = waiting_call(centre, judgement({"greeting": 4.0}))
    lead, other = client_as("lead", login="lin"), client_as("lead")
    person = user_id(centre, "lin")
    with centre.make.begin() as session:
        review = session.get_one(ReviewRow, waiting.review_id)
        new_slot(session, review, Purpose.APPEAL, datetime.now(UTC), user_id=person)

    def listed(client: TestClient) -> tuple[bool, int, float | None]:
        (one,) = client.get("/v1/publishing").json()["results"]
        return one["blind"], len(one["verdicts"]), one["machine_total"]

    assert listed(other) == (False, 1, 0.0)
    assert listed(lead) == (True, 0, None)
    assert ("盲评中" in lead.get("/publishing").text, "李质检" in lead.get("/publishing").text) == (True, False)
    assert "盲评中" not in other.get("/publishing").text


def test_a_replay_leaves_out_calls_its_reader_is_to_judge_first(centre: Centre, client_as: SignInAs) -> None:
    """A draft that hits on everything would else say of every call what it scored before."""
    (row,) = Waiting(centre).call()
    lead, other = client_as("lead", login="lin"), client_as("lead")
    draft = lead.post("/v1/drafts", json={"kind": "pack", "name": "hotline", "text": PACK}).json()
    asked = f"/v1/drafts/{draft['id']}/replay"
    assert lead.post(asked, json={}).json()["calls"] == 1
    to_me = {"user_id": user_id(centre, "lin")}
    assert lead.patch(f"/v1/assignments/{row.id}", json=to_me, headers={"If-Match": '"1"'}).status_code == 200
    assert lead.post(asked, json={}).json()["calls"] == 0
    assert other.post(asked, json={}).json()["calls"] == 1
    page = lead.post(f"/rules/drafts/{draft['id']}/replay", json={"draft": PACK})
    assert page.status_code == 200
    assert "shop-refund" not in page.text
    assert lead.post(f"/v1/drafts/{draft['id']}/try", json={"call": row.call_id}).status_code == 403


def test_what_lists_are_narrowed_by_tells_nothing_of_calls_still_to_be_judged_blind(
    centre: Centre, client_as: SignInAs
) -> None:
    (row,) = Waiting(centre).call()
    inspector = client_as("inspector")
    with centre.make() as session:
        viewer = Viewer(1, "x", UserRole.INSPECTOR, RIGHTS[UserRole.INSPECTOR])
        before = browse.seen_lately(session, viewer)
    assert (before.rules, before.grades) == ((), ())
    assert before.agents == ("6603",)
    hand_in(inspector, row.id)
    with centre.make() as session:
        after = browse.seen_lately(session, viewer)
    assert after.rules
    assert len(after.grades) == 1


def test_an_appeal_whose_hearing_was_cancelled_can_be_given_to_somebody_else(
    centre: Centre, client_as: SignInAs
) -> None:
    call_id = judged_call(centre).call_id
    agent, lead = client_as("agent", agent_id="6603"), client_as("lead")
    client_as("inspector", login="sun", name="孙质检")
    appealed = {"items": [{"item": "greeting", "reason": "我说了。"}]}
    appeal = agent.post(f"/v1/mine/{call_id}/appeal", json=appealed).headers["location"]
    lead.post(f"{appeal}/hearing", json={})
    with centre.make() as session:
        hearing = session.scalars(select(AppealRow.assignment_id)).one()
    assert lead.post(f"{appeal}/hearing", json={}).status_code == 409
    assert lead.post(f"/v1/assignments/{hearing}/cancel", json={"why": "派错人了"}).status_code == 200
    case = lead.get(appeal).json()
    assert "孙质检" in [person["name"] for person in case["hearers"]]
    assert lead.post(f"{appeal}/hearing", json={"user": user_id(centre, "sun")}).status_code == 201


def change(centre: Centre, login: str, **values: Any) -> None:
    with centre.make.begin() as session:
        user = session.scalars(select(UserRow).where(UserRow.login == login)).one()
        for name, value in values.items():
            setattr(user, name, value)


def test_a_cookie_is_worth_what_the_account_is_worth_now(centre: Centre, client_as: SignInAs) -> None:
    call_id = judged_call(centre).call_id
    person = client_as("lead", login="lin")
    assert person.get(f"/v1/calls/{call_id}").status_code == 200
    change(centre, "lin", role=UserRole.TEAM_LEAD.value, team="服务一组")
    assert person.get(f"/v1/calls/{call_id}").status_code == 404
    assert person.get("/v1/publishing").status_code == 403
    change(centre, "lin", role=UserRole.AGENT.value, team=None, agent_id="6603")
    assert person.get(f"/v1/calls/{call_id}").status_code == 403
    assert person.get(f"/v1/mine/{call_id}").status_code == 200
    change(centre, "lin", active=False)
    assert person.get(f"/v1/mine/{call_id}").status_code == 401


def test_the_calendars_ends_can_be_asked_for(client: TestClient) -> None:
    for address in (
        *("/?from_day={}", "/?to_day={}", "/?day_of=queued&from_day={}&to_day={}", "/audit?first_day={}"),
        *("/audit?last_day={}", "/v1/audit?first_day={}&last_day={}", "/v1/absences?since={}"),
        *("/v1/calls?started_from={}T00:00:00", "/v1/calls?started_to={}T23:59:59-12:00"),
        "/v1/queue?days_of=queued&days_from={}T00:00:00&days_to={}T23:59:59-12:00",
    ):
        for day in ("0001-01-01", "9999-12-31"):
            assert client.get(address.format(day, day)).status_code == 200, (address, day)


def text_of(text: str) -> bytes:
    return json.dumps({"kind": "praise", "text": text}).encode()


def judgement_of(**changed: Any) -> bytes:
    return json.dumps({**FINE, **changed}).encode()


def nested(deep: int) -> bytes:
    return b'{"items": ' + b"[" * deep + b"]" * deep + b"}"


BODIES = (
    *(b"", b"null", b"[]", b"{", b"\xff\xfe", b'"x"', nested(1000), nested(100_000)),
    *(judgement_of(note="长" * 20_000), judgement_of(items=[{}] * 5000)),
    judgement_of(items=[{"item": "\ud800", "state": "judged", "lost": float("nan")}]),
    judgement_of(items=[{"item": "opening", "state": "judged", "lost": 10**400}]),
    judgement_of(items=[{"item": "opening", "state": "judged", "evidence": [{"start": -1e308, "end": 1e308}]}]),
    *(text_of("\0"), text_of("\ud800好"), text_of(" ")),
    judgement_of(comment="\0\ud800"),
)
"""The last of them can be handed in."""


def test_a_sloppy_client_is_told_so(centre: Centre, client_as: SignInAs) -> None:
    (row,) = Waiting(centre).call()
    inspector = client_as("inspector")
    inspector.post("/v1/desk/next")
    at = f"/v1/assignments/{row.id}"
    addresses = (f"{at}/draft", f"{at}/submit", f"/v1/calls/{row.call_id}/corrections", "/v1/feedback")
    for body in BODIES:
        for address in addresses:
            send = inspector.put if address.endswith("/draft") else inspector.post
            for kind in ("application/json", "text/plain"):
                answer = send(address, content=body, headers={"Content-Type": kind, "If-Match": '"1"'})
                assert answer.status_code < 500, (address, body[:100])
    page = inspector.get(f"/review/{row.id}")
    assert page.status_code == 200


def test_a_cursor_does_not_tell_how_urgent_a_hidden_call_is(centre: Centre, client_as: SignInAs) -> None:
    inspector = client_as("inspector", login="li")
    me = Viewer(user_id(centre, "li"), "li", UserRole.INSPECTOR)
    urgent = (77.0, 88.0, 77.0)
    names = ("shop-refund-shirking.wav", "telecom-bill-query.wav", "bank-sms-code.wav")
    rows = [
        Waiting(centre).call(name, priority=priority, user=me)[0] for name, priority in zip(names, urgent, strict=True)
    ]
    for asked, how in (("/v1/queue", {}), ("/v1/assignments", {"mine": True}), ("/v1/calls", {"sort": "queued"})):
        told: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            page = inspector.get(asked, params={"limit": 1, "cursor": cursor, **how}).json()
            (line,) = page.get("calls") or page["assignments"]
            told.append(line.get("call_id") or line["id"])
            cursor = page["next"]
            assert not re.search(rb"77|88", base64.urlsafe_b64decode((cursor or "") + "=" * (-len(cursor or "") % 4)))
        assert told == [rows[1].call_id, rows[0].call_id, rows[2].call_id], asked

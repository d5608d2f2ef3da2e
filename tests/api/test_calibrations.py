"""Calibration sessions over HTTP: who may do what when, revisions, the table, references, changes to the standard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models.review import JUDGEMENT_JSON, Judgement
from models.tables import UserRow
from tests.api.conftest import Centre, SignInAs
from tests.pipeline.inspected import CARD, Inspected, judged

LI, LIU = "李静", "刘芳"


@dataclass
class Meeting:
    """A lead, two inspectors, and three calls of one type."""

    centre: Centre
    lead: TestClient
    members: dict[str, TestClient]
    ids: dict[str, int]
    calls: list[int]
    id: int = 0

    @property
    def path(self) -> str:
        return f"/v1/calibrations/{self.id}"

    def begin(self, **changes: Any) -> Any:
        asked = {"title": "十一月投诉校准", "card": CARD.name, "calls": self.calls, "members": list(self.ids.values())}
        answer = self.lead.post("/v1/calibrations", json=asked | changes)
        self.id = answer.json()["session"]["id"] if answer.status_code == 201 else 0
        return answer

    def send(self, method: str, what: str, body: Any = None, revision: int | None = None) -> Any:
        if revision is None:
            revision = self.lead.get(self.path).json()["revision"]
        headers = {"If-Match": f'"{revision}"'}
        return self.lead.request(method, self.path + what, json=body, headers=headers)

    def say(self, name: str, call_id: int, said: Judgement) -> int:
        """The name's verdict; their assignment."""
        hearings = self.members[name].get(self.path).json()["hearings"]
        own = next(one["assignment_id"] for one in hearings if one["call_id"] == call_id)
        answer = self.members[name].post(f"/v1/assignments/{own}/submit", json=as_json(said))
        assert answer.status_code == 200, answer.text
        return int(own)

    def all_say(self, said: Mapping[str, Judgement]) -> None:
        for name, judgement in said.items():
            for call_id in self.calls:
                self.say(name, call_id, judgement)


def as_json(said: Judgement) -> Any:
    return JUDGEMENT_JSON.dump_python(said, mode="json")


@pytest.fixture
def meeting(centre: Centre, client_as: SignInAs) -> Meeting:
    lead = client_as("lead", name="周主管")
    members = {name: client_as("inspector", name=name) for name in (LI, LIU)}
    inspected = Inspected(centre.make)
    calls = [inspected.call(call_type="投诉") for _ in range(3)]
    with centre.make() as session:
        ids = {name: session.scalars(select(UserRow.id).where(UserRow.name == name)).one() for name in members}
    return Meeting(centre, lead, members, ids, calls)


def test_from_suggestions_to_a_closed_session(meeting: Meeting) -> None:
    asked = {"card": CARD.name, "call_type": "投诉", "members": list(meeting.ids.values())}
    suggested = meeting.lead.get("/v1/calibrations/suggestions", params=asked).json()
    assert suggested == [], "70 points are far from every bound, and nothing was unclear"
    made = meeting.begin()
    assert (made.status_code, made.headers["location"], made.headers["etag"]) == (201, meeting.path, '"1"')
    meeting.all_say({LI: judged(patience=30), LIU: judged(patience=30, greeting=40)})
    assert meeting.members[LI].get(meeting.path).json()["session"]["state"] == "talking"
    call = meeting.calls[0]
    table = meeting.members[LI].get(f"{meeting.path}/calls/{call}").json()
    first = table["rows"][0]
    assert (first["item"], first["spread"], first["differs"]) == ("greeting", 40, True)
    assert [(one["lost"], one["apart"]) for one in first["cells"]] == [(40, True), (0, True)]
    patience = next(row for row in table["rows"] if row["item"] == "patience")
    assert (patience["differs"], patience["machine_differs"], patience["machine"]["lost"]) == (False, False, 30)
    prefill = {one["item"]: one for one in table["prefill"]["items"]}
    assert (prefill["patience"]["lost"], prefill["greeting"]["state"]) == (30, "unjudged")
    _agrees(meeting, table)


def _agrees(meeting: Meeting, table: Any) -> None:
    open_form = table["prefill"]
    call = meeting.calls[0]
    refused = meeting.send("PUT", f"/calls/{call}/reference", open_form)
    assert (refused.status_code, refused.json()["mistakes"][0]["where"]) == (422, "items.greeting")
    assert meeting.send("POST", "/close").status_code == 409
    for call in meeting.calls:
        agreed = meeting.send("PUT", f"/calls/{call}/reference", as_json(judged(patience=30)))
        assert (agreed.status_code, agreed.json()["reference_score"]["total"]) == (200, 70)
    figures = meeting.lead.get(f"{meeting.path}/figures").json()
    liu, li, machine = figures["raters"]
    assert (li["name"], li["near"], li["alike"], li["items"]) == (LI, 3, 9, 9)
    assert (liu["near"], liu["apart"], machine["near"]) == (0, 40, 3)
    assert li["within"]["value"] is None
    assert li["within"]["insufficient"]["facts"]["n"] == 3
    assert figures["among"]["errors"]["insufficient"] is not None
    closed = meeting.send("POST", "/close")
    assert closed.json()["session"]["state"] == "closed"
    again = meeting.send("PUT", f"/calls/{call}/reference", as_json(judged()))
    assert (again.status_code, again.json()["code"]) == (409, "pipeline.calibration_is_closed")


def test_before_all_are_in_members_see_only_what_they_have_to_hear(meeting: Meeting, client_as: SignInAs) -> None:
    meeting.begin()
    call = meeting.calls[0]
    li = meeting.members[LI]
    own = meeting.say(LI, call, judged())
    answer = li.get(meeting.path).json()
    assert (answer["members"], answer["missing"], answer["session"]["given"]) == ([], [], None)
    assert {one["user_id"] for one in answer["hearings"]} == {meeting.ids[LI]}
    for client in (li, meeting.lead):
        assert client.get(f"{meeting.path}/calls/{call}").status_code == 403
        assert client.get(f"{meeting.path}/figures").status_code == 403
        assert client.get(f"{meeting.path}/notes").status_code == 403
    page = li.get(f"/v1/assignments/{own}").json()
    assert (page["machine"], page["others"], page["differences"]) == (None, [], [])
    assert li.get(f"/v1/calls/{call}").json()["score"] is None
    html = li.get(f"/review/{own}").text
    assert "大家都提交、开始讨论之后" in html
    assert "项有差异" not in html
    seen_by_lead = meeting.lead.get(f"/v1/assignments/{own}").json()
    assert seen_by_lead["others"] == [], "not even who runs it sees a verdict before all are in"
    stranger = client_as("inspector", name="外人")
    assert stranger.get(meeting.path).status_code == 404
    assert stranger.get("/v1/calibrations").json()["calibrations"] == []
    assert client_as("trainer").get("/v1/calibrations").status_code == 403
    assert li.post("/v1/calibrations", json={}).status_code == 403


def test_a_session_is_changed_on_the_revision_that_was_read(meeting: Meeting) -> None:
    meeting.begin()
    body = {"title": "改了", "due_at": "2099-01-01T09:00"}
    assert meeting.lead.patch(meeting.path, json=body).status_code == 422
    edited = meeting.send("PATCH", "", body)
    assert (edited.status_code, edited.json()["session"]["due_at"]) == (200, "2099-01-01T01:00:00Z")
    assert meeting.send("PATCH", "", body, revision=1).status_code == 412
    fewer = meeting.send("PUT", "/members", {"members": [meeting.ids[LI]]})
    assert (fewer.status_code, fewer.json()["code"]) == (422, "pipeline.calibration_few_members")
    desk = meeting.members[LI].get("/v1/desk").json()["mine"]
    assert [one["purpose"] for one in desk] == ["calibration"] * 3
    assert meeting.members[LI].post(f"/v1/assignments/{desk[0]['id']}/give-back", json={}).status_code == 409
    missing = meeting.send("POST", "/talk", {"without": []})
    assert (missing.status_code, missing.json()["facts"]["who"]) == (409, "刘芳、李静")
    assert meeting.send("POST", "/cancel", {"why": "改期"}).json()["session"]["state"] == "cancelled"
    assert meeting.members[LI].get("/v1/desk").json()["mine"] == []


def test_the_same_idempotency_key_makes_one_session(meeting: Meeting) -> None:
    asked = {"title": "一场", "card": CARD.name, "calls": meeting.calls, "members": list(meeting.ids.values())}
    headers = {"Idempotency-Key": "cal-1"}
    first = meeting.lead.post("/v1/calibrations", json=asked, headers=headers)
    second = meeting.lead.post("/v1/calibrations", json=asked, headers=headers)
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())


def test_notes_and_changes_to_the_standard(meeting: Meeting) -> None:
    meeting.begin()
    li = meeting.members[LI]
    early = li.post("/v1/standard-changes", json={"text": "写清楚", "calibration": meeting.id})
    assert early.status_code == 403
    meeting.all_say({LI: judged(), LIU: judged(greeting=40)})
    noted = li.post(
        f"{meeting.path}/notes", json={"text": "开头语说了一半", "call": meeting.calls[0], "item": "greeting"}
    )
    assert (noted.status_code, noted.json()["by"]) == (201, LI)
    unknown = li.post(f"{meeting.path}/notes", json={"text": "？", "call": meeting.calls[0], "item": "nothing"})
    assert unknown.status_code == 404
    asked = li.post(
        "/v1/standard-changes", json={"text": "半句开头语怎样扣", "calibration": meeting.id, "item": "greeting"}
    )
    assert (asked.status_code, asked.json()["card"], asked.json()["state"]) == (201, CARD.name, "open")
    change = f"/v1/standard-changes/{asked.json()['id']}"
    accepted = {"state": "accepted", "outcome": "第 2 版起扣一半"}
    tag = {"If-Match": asked.headers["etag"]}
    assert li.patch(change, json=accepted, headers=tag).status_code == 403
    assert meeting.lead.patch(change, json={"state": "declined"}, headers=tag).status_code == 422
    assert meeting.lead.patch(change, json=accepted, headers=tag).json()["decided_by"] == "周主管"
    assert meeting.lead.patch(change, json=accepted, headers=tag).status_code == 412
    listed = li.get("/v1/standard-changes", params={"state": "accepted"}).json()
    assert (listed["counts"], listed["changes"][0]["outcome"]) == ({"accepted": 1}, "第 2 版起扣一半")
    outside = {"text": "整张表太长", "card": CARD.name}
    assert li.post("/v1/standard-changes", json=outside).status_code == 403
    assert meeting.lead.post("/v1/standard-changes", json=outside).status_code == 201


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_open_in_every_state(meeting: Meeting, language: str) -> None:
    headers = {"Accept-Language": language}
    meeting.begin(due_at="2099-01-01T09:00")
    li = meeting.members[LI]
    pages = ("/calibrations", "/calibrations?show=all", f"/calibrations/{meeting.id}", "/standard-changes?show=all")
    for path in (*pages, "/calibrations/new", f"/calibrations/new?card={CARD.name}&members={meeting.ids[LI]}"):
        assert meeting.lead.get(path, headers=headers).status_code == 200, path
    hearing = li.get(f"/calibrations/{meeting.id}", headers=headers)
    assert hearing.status_code == 200
    assert LIU not in hearing.text
    meeting.all_say({LI: judged(patience=30), LIU: judged(insult=5)})
    meeting.send("PUT", f"/calls/{meeting.calls[1]}/reference", as_json(judged(patience=12.5)))
    li.post("/v1/standard-changes", json={"text": "写清楚", "calibration": meeting.id, "rule": "shirking"})
    for call in meeting.calls:
        for client in (meeting.lead, li):
            assert client.get(f"/calibrations/{meeting.id}?call={call}", headers=headers).status_code == 200
    for path in pages:
        assert li.get(path, headers=headers).status_code == 200, path
    assert li.get("/calibrations/new", headers=headers).status_code == 403

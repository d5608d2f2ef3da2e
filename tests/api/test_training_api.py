"""Training over HTTP: from a course to a marked sitting, who may do what, and what agents never learn."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.person import UserRole
from tests.api.conftest import Centre, SignInAs, ViewerAs
from tests.pipeline.cases.made_cases import published
from tests.pipeline.training.taught import TEAM, School

JUDGE = {"kind": "judge", "text": "先安抚再查单", "key": {"kind": "judge", "right": True}}
SECRET = "先道歉再复述再给时间"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def trainer(client_as: SignInAs) -> TestClient:
    return client_as(UserRole.TRAINER, name="孙培训")


@pytest.fixture
def roster(centre: Centre) -> None:
    with centre.make.begin() as session:
        for agent_id in ("6603", "6604"):
            School(session, datetime.now(UTC)).agent(agent_id)


@pytest.fixture
def agent(roster: None, client_as: SignInAs) -> TestClient:
    del roster
    return client_as(UserRole.AGENT, agent_id="6610", team=TEAM)


@pytest.fixture
def listed(centre: Centre, agent: TestClient) -> TestClient:
    """The agent, whom the roster knows."""
    from models.tables import AgentRow

    with centre.make.begin() as session:
        session.add(
            AgentRow(agent_id="6610", name="王小北", team=TEAM, active=True, revision=1, updated_at=datetime.now(UTC))
        )
    return agent


def match(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["etag"]}


def opened_exam(trainer: TestClient, *asked: dict[str, Any], **facts: Any) -> int:
    made = trainer.post("/v1/exams", json={"title": "十一月月考", "minutes": 30, **facts})
    path = made.headers["location"]
    for question in asked:
        made = trainer.post(f"{path}/questions", json=question, headers=match(made))
        assert made.status_code == 201, made.text
    done = trainer.put(f"{path}/state", json={"state": "open"}, headers=match(made))
    assert done.json()["exam"]["state"] == "open"
    return int(done.json()["exam"]["id"])


def begun(agent: TestClient, exam: int) -> Any:
    answer = agent.post(f"/v1/exams/{exam}/sittings")
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_course_is_made_changed_and_shown_safely(trainer: TestClient) -> None:
    material = "# 首问负责\n<script>alert(1)</script>\n[点我](javascript:alert(1)) ![x](http://a/b.png)"
    made = trainer.post("/v1/courses", json={"title": "首问负责", "kind": "correction", "material": material})
    path = made.headers["location"]
    page = trainer.get(path.removeprefix("/v1")).text
    assert "<h3>首问负责</h3>" in page
    assert "<script>alert" not in page
    assert 'javascript:alert(1)"' not in page
    assert "<img" not in page.split("<main")[1]
    body = {"title": "首问负责二", "kind": "correction", "active": False}
    assert trainer.put(path, json=body).status_code == 422, "no If-Match"
    changed = trainer.put(path, json=body, headers=match(made))
    assert (changed.json()["title"], changed.json()["active"]) == ("首问负责二", False)
    assert trainer.put(path, json=body, headers=match(made)).status_code == 412
    assert trainer.post("/v1/courses", json={**body, "cases": [77]}).status_code == 404


def test_a_session_from_notice_to_what_was_said(trainer: TestClient, listed: TestClient) -> None:
    course = trainer.post("/v1/courses", json={"title": "首问负责", "kind": "skills"}).json()["id"]
    soon = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    asked = {"title": "专题", "course_id": course, "starts_at": soon, "agents": ["6610", "6603"]}
    made = trainer.post("/v1/training-sessions", json=asked)
    path = made.headers["location"]
    number = made.json()["session"]["id"]
    mine = listed.get("/v1/my-training").json()
    assert [(one["title"], one["may_sign"]) for one in mine["coming"]] == [("专题", True)]
    signed = listed.post(f"/v1/my-training/sessions/{number}/sign-in")
    assert signed.json()["state"] == "present"
    marked = trainer.put(f"{path}/attendance/6603", json={"state": "excused"})
    assert marked.json()["state"] == "excused"
    early = trainer.post(f"{path}/record", json={"record": "讲完了"}, headers=match(made))
    assert (early.status_code, early.json()["code"]) == (409, "pipeline.training_not_begun")
    assert "专题" in listed.get("/my-training").text
    assert trainer.get(f"/training/sessions/{number}").status_code == 200
    assert listed.get(f"/training/sessions/{number}").status_code == 403
    assert listed.get(f"/v1/training-sessions/{number}/feedback").status_code == 403


def test_an_exam_is_sat_and_marked_and_no_key_reaches_the_browser(trainer: TestClient, listed: TestClient) -> None:
    text = {"kind": "text", "text": "写一段话", "points": 30, "key": {"kind": "text", "model": SECRET}}
    exam = opened_exam(trainer, JUDGE, text)
    sitting = begun(listed, exam)
    assert begun(listed, exam)["id"] == sitting["id"]
    first, second = (one["id"] for one in sitting["questions"])
    path = f"/v1/sittings/{sitting['id']}"
    answers = {"answers": {first: {"true": True}, second: {"text": "您别着急"}}}
    kept = listed.put(f"{path}/answers", json=answers)
    page = listed.get(f"/my-training/exams/{sitting['id']}")
    for told in (kept.text, page.text, listed.get(path).text, listed.get("/v1/my-training").text):
        assert SECRET not in told
        assert '"key"' not in told
        assert '"right"' not in told
    assert "您别着急" in page.text
    for refused in ("/marking", ""):
        assert listed.get(f"/v1/exams/{exam}{refused}").status_code in {403, 404}
    assert listed.get(f"{path}/marking").status_code == 403
    handed = listed.post(f"{path}/submit", json=answers).json()
    assert (handed["state"], handed["score"], [one["got"] for one in handed["questions"]]) == (
        "submitted",
        None,
        [None, None],
    )
    waiting = trainer.get(f"{path}/marking")
    assert waiting.json()["questions"][1]["key"]["model"] == SECRET
    assert SECRET in trainer.get(f"/exams/sittings/{sitting['id']}").text
    done = trainer.put(f"{path}/marks", json={"points": {second: 24}}, headers=match(waiting))
    assert (done.json()["score"], done.json()["passed"]) == (85, True)
    after = listed.get(path)
    assert [one["got"] for one in after.json()["questions"]] == [10, 24]
    assert SECRET not in after.text
    assert SECRET not in listed.get(f"/my-training/exams/{sitting['id']}").text
    results = trainer.get(f"/v1/exams/{exam}/results").json()
    assert (results["rates"][0]["share"], results["mean"]) == (1, 85)


def test_others_sittings_and_files_are_as_if_they_were_not_there(
    trainer: TestClient, listed: TestClient, client_as: SignInAs
) -> None:
    exam = opened_exam(trainer, JUDGE)
    sitting = begun(listed, exam)["id"]
    other = client_as(UserRole.AGENT, agent_id="6611", team=TEAM)
    for address in (f"/v1/sittings/{sitting}", f"/my-training/exams/{sitting}"):
        assert other.get(address).status_code == 404
    assert other.put(f"/v1/sittings/{sitting}/answers", json={"answers": {}}).status_code == 404
    assert other.post(f"/v1/sittings/{sitting}/submit", json={}).status_code == 404
    own_lead = client_as(UserRole.TEAM_LEAD, team=TEAM)
    other_lead = client_as(UserRole.TEAM_LEAD, team="服务一组")
    assert own_lead.get("/training/agents/6603").status_code == 200
    assert other_lead.get("/training/agents/6603").status_code == 404
    assert other.get("/training/agents/6603").status_code == 403
    assert own_lead.get("/training").status_code == 403


def test_a_clip_is_heard_in_ones_own_running_sitting_and_nowhere_else(
    trainer: TestClient, listed: TestClient, centre: Centre, viewer_as: ViewerAs
) -> None:
    case = published(centre, viewer_as(UserRole.TRAINER))
    reference = trainer.get(f"/v1/exams/references/{case}").json()
    assert [one["item"] for one in reference["faults"]] == ["no-shirking"]
    key = {"kind": "listening", "faults": [{"item": "no-shirking", "start": 3, "end": 9}]}
    body = {"items": [{"id": "no-shirking", "name": "不推诿"}, {"id": "greeting", "name": "开场白"}]}
    listening = {"kind": "listening", "text": "听录音", "key": key, "body": body, "case_id": case}
    made = trainer.post("/v1/exams", json={"title": "听音"})
    wrong = trainer.post(
        f"{made.headers['location']}/questions", json={**listening, "case_id": None}, headers=match(made)
    )
    assert wrong.json()["code"] == "pipeline.training_listening_case"
    exam = opened_exam(trainer, listening)
    sitting = begun(listed, exam)
    question = sitting["questions"][0]["id"]
    clip = f"/v1/sittings/{sitting['id']}/questions/{question}/clip"
    recording = centre.settings.audio_dir / centre.recording(1).audio
    sound = recording.read_bytes()
    recording.write_bytes(b"")
    broken = listed.get(clip)
    assert broken.json()["code"] == "asr.empty"
    assert "shop-refund" not in broken.text, "a recording's name may be a customer's number"
    recording.write_bytes(sound)
    heard = listed.get(clip)
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/mpeg")
    assert listed.get(f"/v1/cases/{case}/clip").status_code == 403
    assert listed.get(clip.replace(f"questions/{question}", "questions/999")).status_code == 404
    assert trainer.get(clip).status_code == 403
    said = {"heard": [{"item": "no-shirking", "at": 5.0}, {"item": "greeting"}]}
    done = listed.post(f"/v1/sittings/{sitting['id']}/submit", json={"answers": {question: said}}).json()
    assert done["score"] == pytest.approx(66.67)
    assert listed.get(clip).status_code == 409


def test_a_plan_over_http_is_approved_by_another(trainer: TestClient, client_as: SignInAs) -> None:
    made = trainer.post("/v1/training-plans", json={"first_day": "2027-01-15", "team": TEAM, "goal": "少推诿"})
    path = made.headers["location"]
    assert (made.json()["plan"]["first_day"], made.json()["submit_by"]) == ("2027-01-01", "2026-12-25")
    nothing = trainer.post("/v1/training-plans", json={"first_day": "2027-01-15", "propose": True})
    assert nothing.json()["code"] == "pipeline.training_nothing_wrong"
    assert trainer.post(f"{path}/submit", headers=match(made)).json()["code"] == "pipeline.training_plan_empty"
    entry = {"title": "演练", "planned_on": "2027-01-20", "audience": ["6603"]}
    made = trainer.post(f"{path}/entries", json=entry, headers=match(made))
    sent = trainer.post(f"{path}/submit", headers=match(made))
    assert trainer.post(f"{path}/decision", json={"approved": True}, headers=match(sent)).status_code == 403
    lead = client_as(UserRole.LEAD)
    done = lead.post(f"{path}/decision", json={"approved": True}, headers=match(sent))
    assert done.json()["plan"]["state"] == "approved"
    assert lead.get(path.replace("/v1/training-plans", "/training/plans")).status_code == 200

"""The lead's page of assignments."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from models.person import UserRole
from tests.api.conftest import Centre, SignInAs
from tests.pipeline.inspected import CHANCE, FATAL, LOW, Inspected


@pytest.fixture
def backend() -> str:
    """The page shows what test_assignments_api.py asks of both databases."""
    return "sqlite"


@pytest.fixture
def inspected(centre: Centre) -> Inspected:
    return Inspected(centre.make)


@pytest.fixture
def lead(client_as: SignInAs) -> TestClient:
    return client_as(UserRole.LEAD, name="赵主管")


def page(client: TestClient, path: str = "/assignments") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def listed(client: TestClient, path: str = "/assignments") -> list[int]:
    return [int(number) for number in re.findall(r'<tr data-assignment="(\d+)"', page(client, path))]


def test_an_empty_centre_says_what_will_be_here(lead: TestClient) -> None:
    shown = page(lead)
    assert "没有等待复核的通话" in shown
    assert "还没有质检员账号" in shown
    assert "没有符合条件的通话" in page(lead, "/assignments?who=nobody")


def test_what_waits_is_listed_by_urgency_and_narrowed(lead: TestClient, inspected: Inspected) -> None:
    now = datetime.now(UTC)
    person = inspected.person("李敏")
    low, fatal = inspected.call(LOW, now=now), inspected.call(FATAL, now=now, team="服务一组", call_type="投诉")
    late = inspected.call(CHANCE, now=now - timedelta(days=5), double=True)
    ids = {call: inspected.assignment(call).id for call in (low, fatal, late)}
    second = inspected.assignment(late, 2).id
    assert listed(lead) == [ids[fatal], ids[low], ids[late], second]
    given = {"assignments": [ids[low]], "user_id": person.user_id}
    assert lead.post("/v1/assignments/reassign", json=given).status_code == 200
    assert listed(lead, f"/assignments?who={person.user_id}") == listed(lead, "/assignments?who=somebody") == [ids[low]]
    assert listed(lead, "/assignments?who=nobody") == [ids[fatal], ids[late], second]
    assert listed(lead, "/assignments?overdue=true") == [ids[late], second]
    assert listed(lead, "/assignments?purpose=double") == [second]
    assert listed(lead, "/assignments?team=服务一组") == listed(lead, "/assignments?call_type=投诉") == [ids[fatal]]
    shown = page(lead)
    for words in ("李敏", "已派，未开始", "一票否决", "复评", "已超时"):
        assert words in shown


def test_people_with_their_loads_and_absences(lead: TestClient, inspected: Inspected) -> None:
    person, _ = inspected.person("李敏", team="服务一组"), inspected.person("王芳")
    away = {"user_id": person.user_id, "first_day": "2026-01-01", "last_day": "2099-12-31", "why": "产假"}
    lead.post("/v1/absences", json=away)
    shown = page(lead)
    assert re.search(rf'<tr class="is-away" data-person="{person.user_id}">', shown)
    assert "产假" in shown
    assert "2026-01-01 – 2099-12-31" in shown
    choices = re.search(r'<select name="who">(.*?)</select>', shown, re.DOTALL)
    assert choices is not None
    assert "王芳" in choices[1]
    assert "李敏" not in choices[1], "nothing is given to who is away"


def test_it_is_said_in_english_too(lead: TestClient, inspected: Inspected) -> None:
    inspected.call(LOW, now=datetime.now(UTC))
    shown = page(lead, "/assignments?lang=en")
    for words in ("Assignments", "Share out", "What each has"):
        assert words in shown


@pytest.mark.parametrize("role", [UserRole.INSPECTOR, UserRole.TRAINER, UserRole.TEAM_LEAD, UserRole.AGENT])
def test_it_is_for_who_shares_out_work(client_as: SignInAs, role: UserRole) -> None:
    assert client_as(role).get("/assignments").status_code == 403

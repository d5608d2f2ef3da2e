"""Weekly and monthly reports: written by a lead, issued with their figures, corrected by taking them back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models.call import Metadata
from models.person import UserRole
from models.tables import AuditRow
from storage.reports.facts import fill_missing
from storage.reports.sums import sum_stale_days
from tests.api.conftest import Centre, SignInAs

WORDS = {"summary": "整体平稳。", "plan": "11 月底前复训结束语，王组长负责。", "follow_up": "上期计划已完成。"}
LAST_MONDAY = datetime.now(UTC) - timedelta(days=datetime.now(UTC).weekday() + 14)


@pytest.fixture
def backend() -> str:
    return "sqlite"


def call(centre: Centre, total: float) -> None:
    centre.note(metadata=Metadata(started_at=LAST_MONDAY, team="一组", agent_id="6600"), total=total, grade="良好")
    with centre.make.begin() as session:
        fill_missing(session)
        sum_stale_days(session)


def begun(client: TestClient, **more: str) -> dict[str, Any]:
    answer = client.post("/v1/reports/issued", json={"kind": "week", "day": LAST_MONDAY.date().isoformat(), **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def put(client: TestClient, report: dict[str, Any], to: str, body: dict[str, str]) -> Any:
    tag = {"If-Match": f'"{report["revision"]}"'}
    return client.put(f"/v1/reports/issued/{report['id']}{to}", json=body, headers=tag)


def issued(client: TestClient) -> dict[str, Any]:
    report = put(client, begun(client), "", WORDS).json()
    answer = put(client, report, "/state", {"state": "issued"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_issued_report_keeps_its_figures(centre: Centre, client: TestClient) -> None:
    call(centre, 80.0)
    report = issued(client)
    call(centre, 60.0)
    kept = client.get(f"/v1/reports/issued/{report['id']}").json()
    assert kept["figures"]["totals"]["calls"] == 1
    html = client.get(f"/reports/issued/{report['id']}", headers={"Accept-Language": "zh"}).text
    assert WORDS["plan"] in html
    assert "<b>80.0</b>" in html
    paper = client.get(f"/reports/print?report={report['id']}", headers={"Accept-Language": "zh"}).text
    assert [paper.index(words) for words in WORDS.values()] == sorted(paper.index(words) for words in WORDS.values())
    assert "<b>80.0</b>" in paper


def test_taken_back_and_issued_again_it_has_the_figures_of_then(centre: Centre, client: TestClient) -> None:
    call(centre, 80.0)
    report = issued(client)
    assert put(client, report, "", WORDS).status_code == 409
    call(centre, 60.0)
    draft = put(client, report, "/state", {"state": "draft"}).json()
    assert (draft["state"], draft["figures"]) == ("draft", None)
    again = put(client, draft, "/state", {"state": "issued"}).json()
    assert again["figures"]["totals"]["calls"] == 2
    with centre.make() as session:
        done = [
            row.action for row in session.scalars(select(AuditRow).filter_by(target="report").order_by(AuditRow.id))
        ]
    assert done == ["report.begun", "report.written", "report.issued", "report.taken_back", "report.issued"]


def test_there_is_one_report_of_a_week_and_old_revisions_are_refused(centre: Centre, client: TestClient) -> None:
    report = begun(client)
    again = client.post("/v1/reports/issued", json={"kind": "week", "day": report["last_day"]})
    assert again.status_code == 409
    assert again.json()["code"] == "pipeline.report_there"
    assert put(client, report, "", WORDS).status_code == 200
    assert put(client, report, "", WORDS).status_code == 412


def test_nothing_is_issued_without_words(centre: Centre, client: TestClient) -> None:
    answer = put(client, begun(client), "/state", {"state": "issued"})
    assert (answer.status_code, answer.json()["code"]) == (422, "pipeline.report_empty")


def test_a_week_to_come_is_not_reported_on(centre: Centre, client: TestClient) -> None:
    day = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 - a month ahead in any zone
    answer = client.post("/v1/reports/issued", json={"kind": "month", "day": day})
    assert answer.json()["code"] == "pipeline.report_not_begun"


def test_drafts_are_the_leads_own_and_reports_stay_with_their_team(centre: Centre, client_as: SignInAs) -> None:
    lead, own, other = (
        client_as(UserRole.LEAD),
        client_as(UserRole.TEAM_LEAD, team="一组"),
        client_as(UserRole.TEAM_LEAD, team="二组"),
    )
    report = begun(lead, team="一组")
    assert own.get(f"/v1/reports/issued/{report['id']}").status_code == 404
    assert own.post("/v1/reports/issued", json={"kind": "week", "day": "2026-11-02"}).status_code == 403
    report = put(lead, report, "", WORDS).json()
    put(lead, report, "/state", {"state": "issued"})
    assert own.get(f"/v1/reports/issued/{report['id']}").status_code == 200
    assert other.get(f"/v1/reports/issued/{report['id']}").status_code == 404
    assert [len(one.get("/v1/reports/issued").json()["reports"]) for one in (lead, own, other)] == [1, 1, 0]


def test_the_plan_before_stands_beside_the_follow_up(centre: Centre, client: TestClient) -> None:
    issued(client)
    following = (LAST_MONDAY + timedelta(weeks=1)).date().isoformat()
    draft = client.post("/v1/reports/issued", json={"kind": "week", "day": following}).json()
    html = client.get(f"/reports/issued/{draft['id']}", headers={"Accept-Language": "zh"}).text
    assert WORDS["plan"] in html
    assert "上期计划（" in html

"""Reports over HTTP: sections for whom they are meant, figures that lead to as many calls, honest words."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.reports.queries import Asked
from models.call import Metadata
from models.person import UserRole
from pipeline.reports.span import month_of, parse_span
from pipeline.reports.who import Who
from storage.reports.facts import fill_missing
from storage.reports.sums import sum_stale_days
from tests.api.conftest import Centre, SignInAs

MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)
WEEK = {"from": "2026-11-16", "to": "2026-11-22"}
CALLS = 5
OF_CENTRE = ("calibration", "work", "health")
SECTIONS = ("errors", "trends", "people", "kinds", "voice", "customers", "complaints", *OF_CENTRE)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def week(centre: Centre) -> Centre:
    """Five calls in a week, one of them fatal, and one of the week before."""
    centre.shirked_call()
    totals = ((92.0, "优秀", "一组"), (85.0, "良好", "一组"), (58.0, "不合格", "二组"), (71.5, "合格", "二组"))
    for number, (total, grade, team) in enumerate(totals):
        known = Metadata(
            started_at=MONDAY + timedelta(days=number),
            agent_id=f"66{number:02}",
            agent_name=("王小北", "=1+1", "李四", "赵六")[number],
            team=team,
            call_type="投诉" if number % 2 else "查询",
            satisfaction=number + 2,
        )
        centre.note(metadata=known, total=total, grade=grade)
    centre.note(metadata=Metadata(started_at=MONDAY - timedelta(days=3), team="一组"), total=77.0, grade="合格")
    with centre.make.begin() as session:
        fill_missing(session)
        sum_stale_days(session)
    return centre


def opened(client: TestClient, path: str, **asked: str) -> str:
    answer = client.get(path, params={**WEEK, **asked}, headers={"Accept-Language": "zh"})
    assert answer.status_code == 200, answer.text
    return answer.text


def figures(client: TestClient, *parts: str, **asked: str) -> dict[str, Any]:
    answer = client.get("/v1/reports/figures", params={**WEEK, "part": parts, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["parts"]
    return found


def calls(client: TestClient, **asked: str) -> dict[str, Any]:
    answer = client.get("/v1/reports/calls", params={**WEEK, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_overview_tells_the_machines_mean_from_estimated_quality(week: Centre, client: TestClient) -> None:
    html = opened(client, "/reports")
    assert "机器预评分均值" in html
    assert "全部评过分的通话" in html
    assert "质量估计（抽样推算）" in html
    assert "这段时间没有做过抽样" in html
    assert '<b class="none">暂无</b>' in html
    assert "2026 年第 47 周" in html


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_opens_in_both_languages(week: Centre, client: TestClient, name: str) -> None:
    assert f"/reports/{name}" in opened(client, f"/reports/{name}")
    assert opened(client, f"/reports/{name}", lang="en").startswith("<!doctype html>")


def test_every_figure_of_the_overview_leads_to_as_many_calls(week: Centre, client: TestClient) -> None:
    totals = figures(client, "totals")["totals"]
    machine = totals["machine"]
    asked = {"all": totals["calls"], "scored": machine["mean"]["n"], "fatal": machine["fatal"]["hits"]}
    asked |= {name: share["hits"] for name, share in machine["critical"].items()}
    assert totals["calls"] == CALLS
    for what, count in asked.items():
        found = calls(client, what=what)
        assert (what, found["count"], len(found["calls"])) == (what, count, count)


def test_links_of_charts_and_tables_lead_to_lists_of_the_same_length(week: Centre, client: TestClient) -> None:
    html = opened(client, "/reports/kinds") + opened(client, "/reports/people")
    links = re.findall(
        r'<a href="(/reports/calls\?[^"]*what=all[^"]*|/reports/calls\?[^"]*type%3A[^"]*)">([\d,]+)</a>', html
    )
    assert len(links) >= 4
    for link, count in links:
        answer = client.get(link.replace("&amp;", "&"))
        assert len(re.findall(r"<tr data-call=", answer.text)) == int(count), link


def test_the_list_of_an_error_item_offers_a_case_and_an_action(week: Centre, client: TestClient) -> None:
    error = figures(client, "errors", **{"from": "2026-11-01", "to": "2026-11-30"})["errors"][0]
    asked = {"what": f"error:{error['card']}:{error['item']}", "from": "2026-11-01", "to": "2026-11-30"}
    html = opened(client, "/reports/calls", **asked)
    number = re.findall(r'<tr data-call="(\d+)"', html)
    assert len(number) == error["calls"]
    assert f"/cases/new?call={number[0]}" in html
    assert f"/actions/new?call={number[0]}&amp;item={error['item']}" in html


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-11-22", "to": "2026-11-16"},
        {"from": "2026-11-16", "to": ""},
        {"of": "2026-W99"},
        {"what": "nothing"},
        {"cursor": "x"},
        {"surprise": "1"},
    ],
)
def test_what_cannot_be_asked_is_refused(week: Centre, client: TestClient, asked: dict[str, str]) -> None:
    given = asked if "of" in asked else {**WEEK, **asked}
    assert client.get("/v1/reports/calls", params=given).status_code == 422


def test_a_period_without_calls_says_so_and_leads_to_the_newest(week: Centre, client: TestClient) -> None:
    html = opened(client, "/reports", **{"from": "2025-01-06", "to": "2025-01-12"})
    assert "这段时间没有评过分的通话" in html
    assert "/reports?from=2026-11-" in html


def test_a_team_lead_sees_their_team_and_nothing_of_inspectors(week: Centre, client_as: SignInAs) -> None:
    own = client_as(UserRole.TEAM_LEAD, team="一组")
    assert figures(own, "totals")["totals"]["calls"] == 2
    assert {line["key"] for line in figures(own, "teams")["teams"]} == {"一组"}
    assert figures(own, "inspectors")["inspectors"] is None
    for path in ("/reports", "/v1/reports/figures", "/v1/reports/calls", "/v1/reports/workbook", "/reports/print"):
        assert own.get(path, params={**WEEK, "team": "二组"}).status_code == 404, path
    for name in OF_CENTRE:
        assert own.get(f"/reports/{name}", params=WEEK).status_code == 404
        assert f'"/reports/{name}?' not in opened(own, "/reports")


def test_agents_and_inspectors_have_no_reports(week: Centre, client_as: SignInAs) -> None:
    for role, facts in ((UserRole.AGENT, {"team": "一组", "agent_id": "6600"}), (UserRole.INSPECTOR, {})):
        assert client_as(role, **facts).get("/v1/reports/figures").status_code == 403


def test_the_workbook_has_its_sheets_and_no_formulas(week: Centre, client: TestClient) -> None:
    answer = client.get("/v1/reports/workbook", params=WEEK, headers={"Accept-Language": "zh"})
    assert answer.headers["content-disposition"].endswith('report-2026-11-16-2026-11-22.xlsx"')
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert {"总览", "趋势", "各班组", "各座席", "通话", "说明"} <= set(book.sheetnames)
    assert all(page.freeze_panes and page.auto_filter.ref for page in book)
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    names = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith("=1+1")]
    assert names
    rows = [row[0].value for row in book["通话"].iter_rows(min_row=3)]
    assert len(rows) == CALLS


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_calls_come_as_files(week: Centre, client: TestClient, kind: str) -> None:
    answer = client.get("/v1/reports/calls", params={**WEEK, "format": kind})
    ways: dict[str, Callable[[bytes], int]] = {
        "csv": lambda body: len(body.decode("utf-8-sig").splitlines()) - 1,
        "json": lambda body: body.count(b'"call_id"'),
        "parquet": _rows,
    }
    assert ways[kind](answer.content) == CALLS
    assert f'filename="calls-2026-11-16-2026-11-22.{kind}"' in answer.headers["content-disposition"]


def _rows(body: bytes) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_table(BytesIO(body)).num_rows)


def test_calls_are_paged(week: Centre, client: TestClient) -> None:
    first = calls(client, limit="3")
    second = calls(client, limit="3", cursor=first["next"])
    assert (len(first["calls"]), len(second["calls"]), second["next"]) == (3, 2, None)
    assert len({one["call_id"] for one in first["calls"] + second["calls"]}) == CALLS


def test_pages_have_no_styles_or_scripts_of_their_own(week: Centre, client: TestClient) -> None:
    for path in ("/reports", "/reports/errors", "/reports/print"):
        html = opened(client, path)
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", html), path


def test_paper_has_the_handbooks_sections(week: Centre, client: TestClient) -> None:
    html = opened(client, "/reports/print")
    parts = [
        html.index(f'<h2 class="part">{name}</h2>') for name in ("本期质量", "标准校准", "差错项分析", "班组和座席")
    ]
    assert parts == sorted(parts)
    assert "<nav" not in html


def test_day_and_month_are_those_of_today_while_the_week_goes_on() -> None:
    tuesday = datetime(2026, 9, 29, 2, tzinfo=UTC)
    asked = Asked(parse_span("2026-W40"), Who(None, None))
    assert asked.as_period("day", tuesday) == parse_span("2026-09-29")
    assert asked.as_period("month", tuesday) == month_of(tuesday.date())
    assert asked.as_period("day", tuesday + timedelta(days=30)) == parse_span("2026-10-04")

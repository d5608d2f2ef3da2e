"""Corrective actions tell nobody what they are not to know, and whatever they are opened on breaks nothing."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from models.person import UserRole
from models.tables import ErrorFactRow
from storage.reports.facts import fill_missing
from tests.api.conftest import Centre, SignInAs
from tests.api.test_actions_api import LEAD, moved, opened, opening
from tests.api.waiting import Waiting


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def call(centre: Centre) -> int:
    """Of agent 6603 of 服务二组."""
    return centre.shirked_call()


def test_who_is_to_judge_a_call_blind_is_not_told_by_its_correction(centre: Centre, client_as: SignInAs) -> None:
    call_id = Waiting(centre).call()[0].call_id
    lead, inspector = client_as(LEAD), client_as(UserRole.INSPECTOR)
    action = opened(lead, call=call_id, title="推诿客户", why={"final_total": 40})
    assert inspector.get("/v1/actions").json()["actions"] == []
    assert "推诿客户" not in inspector.get("/actions?show=all").text
    for address in ("/v1/actions/1", "/actions/1"):
        assert inspector.get(address).status_code == 403
    assert moved(inspector, action, "begin").json()["code"] == "pipeline.hidden_until_judged"
    mine = opened(inspector, title="另一件")
    assert [one["id"] for one in inspector.get("/v1/actions").json()["actions"]] == [mine["id"]]


def test_a_form_for_a_new_action_tells_no_inspector_the_machines_figures(centre: Centre, client_as: SignInAs) -> None:
    centre.shirked_call()
    with centre.make.begin() as session:
        fill_missing(session)
        card, item, day = session.execute(select(ErrorFactRow.card, ErrorFactRow.item, ErrorFactRow.day).limit(1)).one()
    asked = {"agent": "6603", "card": card, "item": item, "from": str(day), "to": str(day)}
    told = [client_as(role).get("/actions/new", params=asked).text for role in (LEAD, UserRole.INSPECTOR)]
    assert ["judged" in page for page in told] == [True, False]


def test_a_team_lead_is_not_told_how_often_anothers_agent_offended(client_as: SignInAs, call: int) -> None:
    del call
    opened(client_as(LEAD))
    asked = {"agent": "6603", "card": "呼入服务", "item": "shirking"}
    assert client_as("team_lead", team="服务二组").get("/actions/new", params=asked).status_code == 200
    assert client_as("team_lead", team="服务一组").get("/actions/new", params=asked).status_code == 404


@pytest.mark.parametrize(
    "why",
    [{"judged": 1}, {"lost": "x", "name": "y"}, {"point": 3}, {"feedback": "<i>", "again": "x", "next": "y"}],
)
def test_whatever_an_action_is_opened_on_its_page_can_be_read(
    client_as: SignInAs, call: int, why: dict[str, Any]
) -> None:
    del call
    lead = client_as(LEAD)
    page = lead.get(f"/actions/{opened(lead, why=why)['id']}")
    assert page.status_code == 200
    assert "<i>" not in page.text


@pytest.mark.parametrize("why", ['{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}', '{"a": ' + "9" * 400 + "}"])
def test_a_figure_that_no_database_keeps_is_refused(client_as: SignInAs, call: int, why: str) -> None:
    del call
    asked = f'{json.dumps(opening())[:-1]}, "why": {why}}}'
    answer = client_as(LEAD).post("/v1/actions", content=asked, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_refused(client_as: SignInAs, call: int, day: str) -> None:
    del call
    lead = client_as(LEAD)
    asked = {"from": day, "to": day, "agent": "6603", "item": "shirking"}
    assert lead.get("/actions/new", params=asked).status_code == 422
    assert lead.get("/v1/ledger/proposals", params={"month": day}).status_code == 422

"""Agreement over HTTP: every number with its interval or why there is none, in both languages, for whom it is meant."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.signed_in import COOKIE
from models.person import UserRole
from tests.api.conftest import Centre, SignInAs, signed_in_key
from tests.pipeline.calibration.simulated import Rater, Simulated

PERIOD = {"first": "2026-01-01", "last": "2026-12-31"}
PAGES = ("/agreement", "/agreement/inspectors", "/agreement/rules", "/agreement/mine")


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def made(centre: Centre) -> Simulated:
    """Two who judged the same 40 calls, one who judged 5."""
    with centre.make.begin() as session:
        simulated = Simulated(
            session, [Rater("李质检"), Rater("王质检"), Rater("新质检")], items={"greeting": 0.0, "calm": 1.0}
        )
        simulated.calls(40, by=[[0, 1]])
        simulated.calls(5, by=[[0, 2]])
    return simulated


def figures(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict):
        if "insufficient" in answer:
            yield answer
        for value in answer.values():
            yield from figures(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from figures(value)


@pytest.mark.parametrize("path", ["/v1/agreement", "/v1/agreement/inspectors"])
def test_every_number_has_an_interval_or_says_what_is_missing(client: TestClient, made: Simulated, path: str) -> None:
    answers = [client.get(path, params=PERIOD | asked) for asked in ({}, {"call_type": "投诉"})]
    assert {answer.status_code for answer in answers} == {200}
    found = [figure for answer in answers for figure in figures(answer.json())]
    assert len(found) > 20
    for figure in found:
        if figure["insufficient"] is None:
            assert figure["low"] <= figure["value"] <= figure["high"]
        else:
            assert figure["value"] is figure["low"] is figure["high"] is None
            assert figure["insufficient"]["sentence"]
    assert {figure["insufficient"] is None for figure in found} == {True, False}


def test_items_in_the_answer(client: TestClient, made: Simulated) -> None:
    answer = client.get("/v1/agreement", params=PERIOD).json()
    assert (answer["card"], answer["verdicts"], answer["calls"], answer["people"]) == ("service", 90, 45, 3)
    assert [one["item"] for one in answer["machine"]["items"]] == ["greeting", "calm"]
    assert answer["machine"]["items"][0]["n"] == 45
    assert answer["among_people"]["items"][0]["precision"] is None
    hard = client.get("/v1/agreement", params=PERIOD | {"call_type": "投诉"}).json()
    assert hard["calls"] == 15
    lacking = hard["among_people"]["items"][0]["kappa"]["insufficient"]
    assert (lacking["code"], lacking["facts"]) == ("scoring.agreement_few", {"n": 15, "needed": 30})
    assert lacking["sentence"] == "数据不足：15/30"
    english = client.get("/v1/agreement", params=PERIOD | {"call_type": "投诉", "lang": "en"}).json()
    assert english["among_people"]["items"][0]["kappa"]["insufficient"]["sentence"] == "not enough yet: 15 of 30"


def test_inspectors_in_the_answer(client: TestClient, made: Simulated) -> None:
    answer = client.get("/v1/agreement/inspectors", params=PERIOD).json()
    assert {one["name"] for one in answer["inspectors"]} == {"李质检", "王质检", "新质检"}
    assert answer["inspectors"][-1]["name"] == "新质检"
    assert answer["inspectors"][-1]["adjusted"]["insufficient"]["facts"] == {"n": 5, "needed": 10}
    assert answer["machine"]["user_id"] is None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages(client: TestClient, made: Simulated, path: str, language: str) -> None:
    page = client.get(path, params={**(PERIOD if path != "/agreement/rules" else {}), "lang": language})
    assert page.status_code == 200, page.text
    if path == "/agreement":
        assert "评分项 greeting" in page.text
        assert ("95% 区间" if language == "zh" else "95 % interval") in page.text
    if path == "/agreement/inspectors":
        assert "新质检" in page.text
        assert ("数据不足：5/10" if language == "zh" else "not enough yet: 5 of 10") in page.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_where_nobody_has_judged_yet(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert ("还没有人工判定" if path != "/agreement/rules" else "还没有人说过") in page.text


def test_nothing_to_answer_where_nobody_has_judged(client: TestClient) -> None:
    answer = client.get("/v1/agreement")
    assert (answer.status_code, answer.json()["code"]) == (404, "pipeline.agreement_nothing")


@pytest.mark.parametrize(
    "asked", [{"first": "2026-12-31", "last": "2026-01-01"}, {"from": "2026-01-01"}, {"first": "x"}]
)
def test_what_cannot_be_asked(client: TestClient, made: Simulated, asked: dict[str, str]) -> None:
    assert client.get("/v1/agreement", params=asked).status_code == 422


def test_inspectors_see_themselves_and_nobody_else(
    centre: Centre, anonymous: TestClient, made: Simulated, client_as: SignInAs
) -> None:
    with centre.make.begin() as session:
        anonymous.cookies.set(COOKIE, signed_in_key(session, made.users[1]))
    own = anonymous.get("/v1/agreement/mine", params=PERIOD)
    assert own.json()["name"] == "王质检"
    page = anonymous.get("/agreement/mine", params=PERIOD).text
    assert "李质检" not in page
    for path in ("/v1/agreement", "/v1/agreement/inspectors", *PAGES[:3]):
        assert anonymous.get(path).status_code == 403
    assert client_as(UserRole.AGENT).get("/v1/agreement/mine").status_code == 403


def test_who_gave_no_verdict_has_no_figures(client: TestClient, made: Simulated) -> None:
    answer = client.get("/v1/agreement/mine", params=PERIOD)
    assert (answer.status_code, answer.json()["code"]) == (404, "pipeline.agreement_none_of_yours")

"""Levels over HTTP, on their page, and wherever an item's score is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api.console.review_views import section_lines
from models.finding import Answer, Evidence, Opinion
from models.learning import Level
from models.person import UserRole
from models.routing import Routing
from models.score import ItemClass, ItemScore, ItemState, PreScore, Scored, SectionScore
from models.transcript import Role
from tests.api.conftest import Centre, SignInAs
from tests.pipeline.judged import CARD, ITEMS
from tests.pipeline.learning.levelled import AGREEING, ITEM, Levelled

ADDRESS = f"/v1/levels/{CARD.name}/{ITEM}"
NOW = datetime.now(UTC)


@pytest.fixture
def lead(client_as: SignInAs) -> TestClient:
    return client_as(UserRole.LEAD, name="周敏")


def heard(centre: Centre, times: int = 15) -> None:
    """Calls in which the classifier and an inspector agreed, on a card that asks it."""
    with centre.make.begin() as session:
        desk = Levelled(session, now=NOW)
        desk.ask(at=NOW - timedelta(days=3))
        desk.heard(*AGREEING, times=times)


def test_a_level_is_raised_by_who_read_the_newest(centre: Centre, lead: TestClient) -> None:
    heard(centre)
    read = lead.get(ADDRESS)
    assert (read.headers["etag"], read.json()["level"], read.json()["next"]) == ('"0"', "report_only", "suggests")
    assert read.json()["kappa"] | {"low": 0} == {"value": 1.0, "low": 0, "high": 1.0, "n": 30, "insufficient": None}
    body = {"level": "suggests", "why": "与质检员一致"}
    assert lead.put(ADDRESS, json=body).status_code == 422, "an edit says which revision it means"
    raised = lead.put(ADDRESS, json=body, headers={"If-Match": '"0"'})
    assert (raised.status_code, raised.json()["level"], raised.json()["changed"]["by"]) == (200, "suggests", "周敏")
    stale = lead.put(ADDRESS, json=body, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "pipeline.level_changed")
    again = lead.put(ADDRESS, json={**body, "level": "decides"}, headers={"If-Match": raised.headers["etag"]})
    assert again.json()["next"] is None


def test_who_asks_too_early_is_told_what_is_missing(centre: Centre, lead: TestClient) -> None:
    heard(centre, times=6)
    body = {"level": "suggests", "why": "试试"}
    refused = lead.put(ADDRESS, json=body, headers={"If-Match": '"0"', "Accept-Language": "zh"})
    assert (refused.status_code, refused.json()["code"]) == (409, "pipeline.level_too_early")
    assert "还差 18 通" in refused.text
    (card,) = (one for one in lead.get("/v1/levels").json() if one["card"] == CARD.name)
    empathy = next(one for one in card["items"] if one["item"] == ITEM)
    assert [one["facts"]["more"] for one in empathy["missing"]] == [18]
    assert empathy["may_rise"] is False


@pytest.mark.parametrize("address", [f"/v1/levels/{CARD.name}/no-such", "/v1/levels/no-card/empathy"])
def test_unknown_items_are_not_found(centre: Centre, lead: TestClient, address: str) -> None:
    heard(centre, times=1)
    assert lead.get(address).status_code == 404


def test_inspectors_do_not_teach(client_as: SignInAs) -> None:
    inspector = client_as(UserRole.INSPECTOR)
    assert inspector.get("/v1/levels").status_code == 403
    assert inspector.get("/levels").status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("还差 28 通", "仅供参考", "升为给出建议")), ("en", ("28 more calls", "raise to suggests"))],
)
def test_the_page_says_what_is_missing(centre: Centre, lead: TestClient, language: str, words: tuple[str, ...]) -> None:
    heard(centre, times=1)
    page = lead.get(f"/levels?lang={language}")
    assert page.status_code == 200
    assert all(word in page.text for word in words)


def test_the_page_shows_an_interval_and_the_latest_changes(centre: Centre, lead: TestClient) -> None:
    heard(centre)
    lead.put(ADDRESS, json={"level": "suggests", "why": "与质检员一致"}, headers={"If-Match": '"0"'})
    page = lead.get("/levels?lang=zh").text
    assert "κ 1.00" in page
    assert "与质检员一致" in page
    assert "可以升为“自动判定”" in page


def thought_score(level: Level) -> Scored:
    opinion = Opinion("empathy", 0.83, Answer.HIT, (Evidence(4.0, 6.5, Role.AGENT, 1, "您打给厂家"),))
    item = ItemScore("empathy", "安抚情绪", ItemClass.ORDINARY, ItemState.JUDGED, 10, 10, opinion=opinion, level=level)
    section = SectionScore("handling", "处理技巧", 10, 10, (item,))
    return Scored(PreScore("呼入服务", 2, 100.0, "优秀", 1.0, (section,)), ())


@pytest.mark.parametrize(("level", "badge"), [(Level.SUGGESTS, "给出建议"), (Level.DECIDES, "自动判定")])
def test_the_level_stands_beside_the_score(centre: Centre, lead: TestClient, level: Level, badge: str) -> None:
    call_id = centre.receive("shop-refund-shirking.wav")
    transcript_id, _ = centre.listen(call_id)
    centre.judge(call_id, transcript_id, thought_score(level), Routing(False, (), 0.05))  # noqa: FBT003
    page = lead.get(f"/calls/{call_id}?lang=zh").text
    assert f">{badge}</span>" in page
    assert ("只作参考" in page) == (level is Level.SUGGESTS)
    scores = lead.get(f"/v1/calls/{call_id}/scores").json()
    (item,) = scores["pre_score"]["sections"][0]["items"]
    assert (item["level"], item["opinion"]["probability"]) == (level.value, 0.83)


def test_every_item_has_a_standing_once_it_is_asked(centre: Centre, lead: TestClient) -> None:
    heard(centre, times=1)
    (card,) = (one for one in lead.get("/v1/levels").json() if one["card"] == CARD.name)
    assert {one["item"] for one in card["items"]} < set(ITEMS), "only those the classifier is asked about"


@pytest.mark.parametrize(
    ("level", "shown"), [(Level.REPORT_ONLY, False), (Level.SUGGESTS, True), (Level.DECIDES, True)]
)
def test_the_form_shows_a_suggestion_from_suggests_on(level: Level, shown: bool) -> None:  # noqa: FBT001
    machine = thought_score(level).pre_score
    lines = {line.id: line for section in section_lines(CARD, (), machine) for line in section.lines}
    assert (lines["empathy"].suggested is not None) == shown
    assert lines["greeting"].suggested is None
    blind = {line.id: line for section in section_lines(CARD, ()) for line in section.lines}
    assert blind["empathy"].suggested is None

"""The pages about results, appeals, complaints and praise, as they are sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.console.chart import weekly_chart
from models.review import Judgement
from pipeline.results.trend import Week
from tests.api.conftest import AGAIN, ALIKE, Centre, SignInAs
from tests.api.judging import LOST, judged_call, waiting_call
from tests.api.test_appeals_api import APPEAL
from tests.pipeline.judged import NOW, judgement

MONDAY = NOW.date()


@pytest.fixture
def backend() -> str:
    """What the pages show is tested on both databases where it is gathered."""
    return "sqlite"


def agent(client_as: SignInAs) -> TestClient:
    return client_as("agent", agent_id="6603", team="服务二组", name="王小北本人")


def test_an_agents_pages(centre: Centre, client_as: SignInAs) -> None:
    judged, someone = judged_call(centre), agent(client_as)
    for language, title in (("zh", "我的成绩"), ("en", "My results")):
        listed = someone.get("/mine", params={"lang": language}).text
        assert title in listed
        assert f'href="/mine/{judged.call_id}"' in listed
    page = someone.get(f"/mine/{judged.call_id}", params={"lang": "zh"}).text
    assert f'src="/v1/mine/{judged.call_id}/audio"' in page
    assert "no-shirking 扣分" in page
    assert 'id="appeal-dialog"' in page
    for hidden in ("推给售后", "李质检", "内部备注"):
        assert hidden not in page
    someone.post(f"/v1/mine/{judged.call_id}/appeal", json=APPEAL)
    page = someone.get(f"/mine/{judged.call_id}").text
    assert "撤回申诉" in page
    assert 'id="appeal-dialog"' not in page


def test_a_leads_pages(centre: Centre, client: TestClient, client_as: SignInAs) -> None:
    assert "没有等待发布的判定" in client.get("/publishing").text
    apart = waiting_call(centre, judgement(), judgement({"empathy": 30}))
    single = waiting_call(centre)
    page = client.get("/publishing").text
    assert f'href="/publishing/{apart.review_id}"' in page
    assert f'data-publish="{single.review_id}"' in page
    assert f'data-publish="{apart.review_id}"' not in page
    settling = client.get(f"/publishing/{apart.review_id}").text
    assert settling.count('data-opens="choose"') == 2
    assert "is-apart" in settling
    judged = judged_call(centre)
    opened = agent(client_as).post(f"/v1/mine/{judged.call_id}/appeal", json=APPEAL).json()
    assert f'href="/appeals/{opened["id"]}"' in client.get("/appeals").text
    assert "这里没有申诉" in client.get("/appeals", params={"show": "overdue"}).text
    case = client.get(f"/appeals/{opened['id']}").text
    assert "我是请客户提供订单号。" in case
    assert "推给售后" in case
    assert "安排重听" in case
    for address in ("/publishing", "/appeals", f"/appeals/{opened['id']}", "/feedback"):
        assert client.get(address, params={"lang": "en"}).status_code == 200


def listened(said: Judgement) -> Judgement:
    items = (replace(item, evidence=(AGAIN, ALIKE)) if item.lost else item for item in said.items)
    return replace(said, items=tuple(items))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("带着孩子周村（机器复听确认为“带着孩子折腾”）", "不归窝们管（音近“不归我们管”）")),
        (
            "en",
            (
                "带着孩子周村 (“带着孩子折腾”, confirmed by the machine listening again)",
                "不归窝们管 (sounds like “不归我们管”)",
            ),
        ),
    ],
)
def test_evidence_says_how_it_is_known_what_was_meant(
    centre: Centre, client: TestClient, client_as: SignInAs, language: str, words: tuple[str, str]
) -> None:
    judged, someone = judged_call(centre, listened(judgement(LOST))), agent(client_as)
    opened = someone.post(f"/v1/mine/{judged.call_id}/appeal", json=APPEAL).json()
    apart = waiting_call(centre, judgement(), listened(judgement({"empathy": 30})))
    asked = {"lang": language}
    pages = [
        someone.get(f"/mine/{judged.call_id}", params=asked).text,
        client.get(f"/appeals/{opened['id']}", params=asked).text,
        client.get(f"/publishing/{apart.review_id}", params=asked).text,
    ]
    assert [page for page in pages if not all(said in page for said in words)] == []


def test_pages_of_complaints(centre: Centre, client: TestClient) -> None:
    assert "登记一条" in client.get("/feedback").text
    call_id = centre.note(total=80, grade="良好")
    said = {"kind": "complaint", "text": "<b>13812341234</b> 不满意", "call": call_id}
    made = client.post("/v1/feedback", json=said).json()
    page = client.get(f"/feedback/{made['id']}").text
    assert "&lt;b&gt;138****1234&lt;/b&gt;" in page
    assert "安排质检员听" in page
    assert "138****1234" in client.get("/feedback").text
    assert client.get("/feedback/999").status_code == 404


def test_a_chart_leaves_gaps_where_a_week_had_no_results() -> None:
    means = [90, 80, None, 70, 100]
    weeks = [Week(MONDAY + timedelta(weeks=n), mean, int(mean is not None)) for n, mean in enumerate(means)]
    chart = weekly_chart(weeks)
    assert (len(chart.dots), len(chart.lines)) == (4, 2)
    assert [points for _, points in chart.grid] == [100, 90, 80, 70, 60]
    heights = [dot.y for dot in chart.dots]
    assert heights[3] < heights[0] < heights[1] < heights[2], "the better, the higher"
    assert weekly_chart([]).dots == ()


def test_the_calls_page_shows_what_was_published_and_said(centre: Centre, client_as: SignInAs) -> None:
    judged, lead = judged_call(centre), client_as("lead")
    said = lead.post("/v1/feedback", json={"kind": "complaint", "text": "没有人管", "call": judged.call_id}).json()
    page = lead.get(f"/calls/{judged.call_id}").text
    assert f'href="/results/{judged.call_id}"' in page
    assert f'href="/feedback/{said["id"]}"' in page
    assert "没有人管" not in client_as("trainer").get(f"/calls/{judged.call_id}").text, "not verified yet"
    assert lead.get("/v1/feedback", params={"call": judged.call_id + 1}).json()["entries"] == []

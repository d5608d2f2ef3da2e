import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from models.call import Metadata
from models.reason import Reason
from tests.api.conftest import Centre

START = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
def backend() -> str:
    """The pages show what test_calls.py asks of both databases."""
    return "sqlite"


def page(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def shown(client: TestClient, path: str) -> list[int]:
    """The calls a list shows, in order."""
    return [int(number) for number in re.findall(r'<tr data-call="(\d+)"', page(client, path))]


def test_an_empty_centre_says_what_to_do(client: TestClient) -> None:
    assert "callqa batch 录音文件夹 --manifest calls.csv" in page(client, "/")
    assert "没有等待复核的通话" in page(client, "/queue")
    assert "没有被隔离的录音" in page(client, "/quarantine")
    assert "没有符合条件的通话" in page(client, "/?text=x")


def test_the_list_shows_score_grade_fatal_findings_and_reasons(centre: Centre, client: TestClient) -> None:
    centre.shirked_call()
    html = page(client, "/")
    for words in (
        "62.5",
        "合格",
        "一票否决",
        "推诿",
        "触发一票否决项“不推诿”：推诿",
        "另有 1 条",
        "王小北",
        "2026-11-20 09:12",
    ):
        assert words in html
    assert "13812341234" not in html


def test_the_list_is_filtered_by_a_form_with_empty_fields(centre: Centre, client: TestClient) -> None:
    low = centre.note(total=41, grade="不合格", metadata=Metadata(team="一组", started_at=START))
    high = centre.note(total=96, grade="优秀", metadata=Metadata(team="二组", started_at=START + timedelta(days=1)))
    fields = "text agent_id team call_type direction grade rule state queued min_total max_total from_day to_day sort"
    blank = dict.fromkeys(fields.split(" "), "")
    for filled, found in (
        ({}, [high, low]),
        ({"team": "一组"}, [low]),
        ({"min_total": "60"}, [high]),
        ({"from_day": "2026-11-21"}, [high]),
        ({"from_day": "2026-11-20", "to_day": "2026-11-20"}, [low]),
        ({"sort": "lowest"}, [low, high]),
    ):
        assert shown(client, "/?" + urlencode({**blank, **filled})) == found


def test_a_list_goes_on_where_the_page_ended(centre: Centre, client: TestClient) -> None:
    for minute in range(53):
        centre.note(metadata=Metadata(team="一组", started_at=START + timedelta(minutes=minute)))
    first = page(client, "/?team=一组&lang=zh")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    address = following[1].replace("&amp;", "&")
    assert "team=" in address
    assert "lang" not in address
    assert len(shown(client, "/?team=一组")) == 50
    assert shown(client, "/" + address) == [3, 2, 1]
    assert "已经是最后一页" in page(client, "/" + address)


def test_what_cannot_be_asked_is_a_page_that_says_so(client: TestClient) -> None:
    answer = client.get("/?min_total=x", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "query.min_total 应为数字，收到的是“x”。" in answer.text


def test_a_call_shows_its_words_findings_and_points(centre: Centre, client: TestClient) -> None:
    html = page(client, f"/calls/{centre.shirked_call()}")
    assert re.search(r'<mark class="violation" data-findings="\d+">', html)
    marked = re.search(r'<mark class="violation"[^>]*>(.*?)</mark>', html)
    assert marked is not None
    assert re.sub(r"<[^>]+>", "", marked[1]) == "这个不归我们管"
    assert 'class="turn customer' in html
    for words in (
        "本项 20 分，得 12.5 分。",
        "触发一票否决。",
        "138****1234",
        "T-20261120-07",
        "处理技巧",
        "0 / 30",
        "未判定",
        "不适用",
        "客户关键",
        "规则包 服务规范 第 1 版",
    ):
        assert words in html
    assert "13812341234" not in html


def test_a_call_tells_apart_how_what_was_meant_is_known(centre: Centre, client: TestClient) -> None:
    address = f"/calls/{centre.call_listened_to_again()}"
    html = page(client, address)
    for words in (
        "带着孩子周村（机器复听确认为“带着孩子折腾”）",
        "座席说“带着孩子折腾”（转写为“带着孩子周村”，机器复听确认）",
        "不归窝们管（音近“不归我们管”）",
    ):
        assert words in html
    english = page(client, f"{address}?lang=en")
    assert "带着孩子周村 (“带着孩子折腾”, confirmed by the machine listening again)" in english
    assert "不归窝们管 (sounds like “不归我们管”)" in english


def test_the_player_knows_turns_roles_and_seconds(centre: Centre, client: TestClient) -> None:
    html = page(client, f"/calls/{centre.shirked_call()}")
    data = re.search(r'id="player-data">(.*?)</script>', html)
    assert data is not None
    player = json.loads(data[1])
    assert player["roles"] == ["agent", "customer"]
    assert len(player["turns"]) == html.count('data-turn="')
    assert [finding["effect"] for finding in player["findings"]] == ["praise", "violation", "tag", "violation"]


def test_older_scores_stay_listed(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    centre.score_again(call_id, 88.0, "良好", version=2)
    html = page(client, f"/calls/{call_id}")
    assert html.index("规则包 服务规范 第 2 版") < html.index("规则包 服务规范 第 1 版")
    assert html.count("当前") == 1


def test_a_call_that_waits_and_one_set_aside_say_so(centre: Centre, client: TestClient) -> None:
    waiting = page(client, f"/calls/{centre.receive('telecom-bill-query.wav')}")
    assert "还没有转写" in waiting
    html = page(client, f"/calls/{centre.set_aside('empty.wav', Reason('asr.empty', {'file': 'empty.wav'}))}")
    assert "是空的（0 字节）" in html
    assert "<audio" not in html
    assert "是空的（0 字节）" in page(client, "/quarantine")


def test_names_from_outside_are_text_not_markup(centre: Centre, client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    call_id = centre.shirked_call(name=evil + ".wav", metadata=Metadata(agent_name=evil, team=evil, extra={evil: evil}))
    for path in ("/", "/queue", f"/calls/{call_id}", f"/?text={evil}&team={evil}"):
        assert "<script>alert" not in page(client, path)


def test_a_reason_whose_sentence_is_gone_still_shows(centre: Centre, client: TestClient) -> None:
    centre.set_aside("broken.wav", Reason("asr.of_an_older_version", {}))
    assert "asr.of_an_older_version" in page(client, "/quarantine")


def test_the_language_switch_is_remembered(client: TestClient) -> None:
    assert 'lang="zh-CN"' in client.get("/", headers={"Accept-Language": "en"}).text
    english = client.get("/queue?lang=en")
    assert 'lang="en"' in english.text
    assert "Review queue" in client.get("/").text
    assert 'href="?lang=zh"' in english.text
    assert (
        client.get("/v1/calls/404", headers={"Accept-Language": "zh"}).json()["detail"]
        == "There is no call number 404."
    )
    assert "待复核" in client.get("/?lang=zh").text
